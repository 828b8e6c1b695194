import type { TenantRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';
import type { OperatorOptions } from './operator-options.ts';
import { audited, type Operator } from './pause.ts';
import { stopWithin } from './stop-enrollments.ts';

/** Why people do not take part any more. */
const REASON = 'campaign_finished';
/** Campaigns that are looked at in a round, and people of each who are ended in it. */
const ROUND = { campaigns: 100, people: 500 };
/**
 * Real milliseconds after which people are looked for again whom late news have let take part once more,
 * and for how long that goes on.
 */
const AGAIN = { everyMs: 3_600_000, forMs: 7 * 86_400_000 };

/**
 * Ends a campaign for good: nothing of it leaves any more, nobody is enrolled, and whoever takes part is
 * ended by `endFinished`, in time. Audiences that are being enrolled are canceled.
 *
 * @returns whether the tenant has such a campaign, and it was not over.
 */
export function finishCampaign(
  store: Pick<EngineStore, 'transaction'>,
  ref: TenantRef,
  by: Operator | null = null,
): Promise<boolean> {
  return store.transaction([ref.tenantId], async (tx) => {
    const finished = await tx.finishCampaign(ref);
    if (finished) {
      await tx.recallDispatched({ tenantId: ref.tenantId, campaignId: ref.id });
      await audited(tx, by, { ...ref, entity: 'campaign', action: 'finished', after: null });
    }
    return finished;
  });
}

/**
 * Ends some of the people who take part in campaigns that are over, of each campaign a few.
 *
 * @returns how many were ended, and whether more are left.
 */
export async function endFinished(
  options: Omit<OperatorOptions, 'store'> & {
    readonly store: Pick<EngineStore, 'transaction' | 'endingCampaigns'>;
  },
): Promise<{ readonly ended: number; readonly more: boolean }> {
  const { store } = options;
  const campaigns = await store.endingCampaigns(ROUND.campaigns);
  let ended = 0;
  let more = false;
  for (const campaign of campaigns) {
    const { tenantId } = campaign;
    const done = await store.transaction([tenantId], async (tx) => {
      const enrollmentIds = await tx.activeEnrollmentsIn(campaign, ROUND.people);
      const stopped = await stopWithin(tx, { tenantId, enrollmentIds, reason: REASON }, options);
      const left = enrollmentIds.length === ROUND.people;
      if (!left) await tx.restEnding(campaign, AGAIN);
      return { stopped: stopped.length, left };
    });
    ended += done.stopped;
    more ||= done.left;
  }
  return { ended, more };
}
