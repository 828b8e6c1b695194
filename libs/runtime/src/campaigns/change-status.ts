import {
  findCampaignSummary,
  findTenantStatus,
  storeWithin,
  type CampaignSummary,
  type Schema,
} from '@cadenza/database';
import type { Id, Problem } from '@cadenza/domain';
import { finishCampaign, pauseCampaign, startCampaign, type Operator } from '@cadenza/engine';
import type { Transaction } from 'kysely';
import { postalAddressProblems } from './warnings.ts';

type Status = CampaignSummary['status'];

export interface CampaignRef {
  readonly tenantId: Id;
  readonly id: Id;
}

/** What became of the wish that a campaign has another status; it may have had it before. */
export type CampaignChange =
  | { readonly ok: true; readonly campaign: CampaignSummary }
  | { readonly ok: false; readonly refusal: CampaignRefusal };

export type CampaignRefusal =
  /** The tenant has no such campaign. */
  | { readonly code: 'not_found' }
  /** It is in a status from which it cannot change so; or others are changing it. */
  | { readonly code: 'wrong_state'; readonly message: string }
  /** The tenant has no postal address. */
  | { readonly code: 'not_ready'; readonly problems: readonly Problem[] };

/** How often a change of status is tried while others change it. */
const ATTEMPTS = 5;

/**
 * Starts a campaign, or lets it go on. A tenant or a sender that may not send stops nothing for good,
 * so neither is a reason to refuse.
 */
export async function startCampaignAs(
  trx: Transaction<Schema>,
  ref: CampaignRef,
  { by, from }: { readonly by: Operator; readonly from: readonly Status[] },
): Promise<CampaignChange> {
  const tenant = await findTenantStatus(trx, ref.tenantId);
  const problems = tenant === null ? [] : postalAddressProblems(tenant);
  if (problems.length > 0) return refused({ code: 'not_ready', problems });
  return change(trx, ref, from, 'running', () => startCampaign(storeWithin(trx), ref, by));
}

/** Stops a campaign's sends, while people keep moving on events. */
export function pauseCampaignAs(
  trx: Transaction<Schema>,
  ref: CampaignRef,
  { by, reason }: { readonly by: Operator; readonly reason: string },
): Promise<CampaignChange> {
  return change(trx, ref, ['running'], 'paused', () =>
    pauseCampaign(storeWithin(trx), ref, reason, by),
  );
}

/** Ends a campaign for good; those who take part are ended by the event-worker. */
export function finishCampaignAs(
  trx: Transaction<Schema>,
  ref: CampaignRef,
  { by }: { readonly by: Operator },
): Promise<CampaignChange> {
  return change(trx, ref, ['draft', 'running', 'paused'], 'finished', () =>
    finishCampaign(storeWithin(trx), ref, by),
  );
}

/**
 * Changes a status: again for one that has it already is no mistake, whoever has set it. What others
 * change between the look and the change is looked at anew.
 */
async function change(
  trx: Transaction<Schema>,
  { tenantId, id }: CampaignRef,
  from: readonly Status[],
  to: Status,
  act: () => Promise<boolean>,
): Promise<CampaignChange> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await findCampaignSummary(trx, tenantId, id);
    if (before === null) return refused({ code: 'not_found' });
    if (before.status === to) return { ok: true, campaign: before };
    if (!from.includes(before.status)) {
      const message = `The campaign is ${before.status}: expected ${from.join(' or ')}.`;
      return refused({ code: 'wrong_state', message });
    }
    if (await act()) {
      const campaign = await findCampaignSummary(trx, tenantId, id);
      return campaign === null ? refused({ code: 'not_found' }) : { ok: true, campaign };
    }
  }
  const message = 'Others are changing the status of this campaign: try again.';
  return refused({ code: 'wrong_state', message });
}

function refused(refusal: CampaignRefusal): CampaignChange {
  return { ok: false, refusal };
}
