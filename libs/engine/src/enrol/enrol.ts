import { newId, type AddressKind, type Channel, type EpochMs, type Id } from '@cadenza/domain';
import {
  fold,
  impliedActions,
  initialState,
  MACHINE_VERSION,
  type CompiledPlan,
  type EnrollmentState,
  type RecordedInput,
} from '@cadenza/plan';
import { severalAtOnce } from '../batch/several-at-once.ts';
import { applyInputs, settingsOf, stepPlan, type StepPlan } from '../inputs/apply-inputs.ts';
import { planOf, type PlanCache } from '../plans/plan-cache.ts';
import type {
  CampaignRecord,
  EnrolCandidate,
  NewEnrollment,
  TransitionRecord,
} from '../ports/enrollments.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { holdNewcomers } from '../replies/record-absences.ts';

/** Why a contact was not enrolled. */
export type EnrolRefusal =
  | 'not_found'
  /** The person was erased. */
  | 'erased'
  | 'no_address'
  | `${AddressKind}_address`
  | 'suppressed'
  /** The plan sends text messages, and the contact has no phone number, or one that left. */
  | 'no_phone'
  | 'phone_suppressed'
  /** The contact has left this campaign by the link of a mail, or everything, at whatever address. */
  | 'opted_out'
  | 'already_active'
  /** The campaign is over. */
  | 'campaign_finished';

export interface EnrolResult {
  readonly enrolled: readonly { readonly contactId: Id; readonly enrollmentId: Id }[];
  readonly refused: readonly { readonly contactId: Id; readonly reason: EnrolRefusal }[];
  /** Of those enrolled, whose address is of a kind that the tenant wants to be warned of. */
  readonly warned: readonly EnrolWarning[];
}

export interface EnrolWarning {
  readonly contactId: Id;
  readonly kinds: readonly AddressKind[];
}

export interface EnrolOptions {
  readonly store: Pick<EngineStore, 'transaction'>;
  readonly plans: PlanCache;
  /** Campaign time now. */
  readonly now: () => EpochMs;
  readonly graceMs: number;
}

/** Contacts of one transaction: bounded, so that a large audience is many short transactions. */
const CHUNK = 1_000;
/** Transactions at once: while the database writes some, the next is prepared. */
const AT_ONCE = 3;

/**
 * Enrols contacts in a campaign: each one that can be written to starts at the plan's first node
 * now. Saying it twice changes nothing: a contact has one active enrollment in a campaign.
 *
 * @returns null where the tenant has no such campaign.
 */
export async function enrol(
  request: { readonly tenantId: Id; readonly campaignId: Id; readonly contactIds: readonly Id[] },
  options: EnrolOptions,
): Promise<EnrolResult | null> {
  const contactIds = [...new Set(request.contactIds)];
  const chunks = Array.from({ length: Math.max(1, Math.ceil(contactIds.length / CHUNK)) }, (_, n) =>
    contactIds.slice(n * CHUNK, (n + 1) * CHUNK),
  );
  const results = await severalAtOnce(chunks, AT_ONCE, (chunk) =>
    options.store.transaction([request.tenantId], (tx) =>
      enrolSome(tx, { ...request, contactIds: chunk }, options),
    ),
  );
  const known = results.filter((result) => result !== null);
  return known.length < results.length
    ? null
    : {
        enrolled: known.flatMap(({ enrolled }) => enrolled),
        refused: known.flatMap(({ refused }) => refused),
        warned: known.flatMap(({ warned }) => warned),
      };
}

/**
 * Enrols contacts in a campaign, within a transaction: no more than it should be long.
 *
 * @param request.contactIds each once.
 * @returns null where the tenant has no such campaign.
 */
export async function enrolSome(
  tx: EngineTransaction,
  request: { readonly tenantId: Id; readonly campaignId: Id; readonly contactIds: readonly Id[] },
  options: Omit<EnrolOptions, 'store'>,
): Promise<EnrolResult | null> {
  const { tenantId, campaignId } = request;
  const campaign = await tx.findCampaignToFill({ tenantId, id: campaignId });
  if (campaign === null) return null;
  if (isOver(campaign)) {
    const reason = 'campaign_finished' as const;
    const refused = request.contactIds.map((contactId) => ({ contactId, reason }));
    return { enrolled: [], refused, warned: [] };
  }
  const plans = await options.plans.load(tx, [{ tenantId, id: campaign.planVersionId }]);
  const plan = planOf(plans, campaign.planVersionId);
  const now = options.now();

  const candidates = new Map(
    (await tx.enrolCandidates(tenantId, campaignId, request.contactIds, plan.channels)).map(
      (candidate) => [candidate.contactId, candidate],
    ),
  );
  const refused: { contactId: Id; reason: EnrolRefusal }[] = [];
  const accepted: EnrolCandidate[] = [];
  for (const contactId of request.contactIds) {
    const candidate = candidates.get(contactId);
    const reason = enrolRefusal(candidate, plan.channels);
    if (reason === null && candidate !== undefined) accepted.push(candidate);
    else refused.push({ contactId, reason: reason ?? 'not_found' });
  }

  const revived = await sealFormer(tx, tenantId, accepted, now, options);
  const starting = accepted.filter(({ contactId }) => !revived.has(contactId));
  const beginnings = new Map<string | null, Beginning>();
  const rows = starting.map(({ contactId, timezone }) => {
    const beginning =
      beginnings.get(timezone) ?? beginningOf(plan, campaign, timezone, now, options);
    beginnings.set(timezone, beginning);
    const row: NewEnrollment = {
      tenantId,
      id: newId(),
      campaignId,
      contactId,
      planVersionId: campaign.planVersionId,
      timezone,
      version: 1,
      state: beginning.state,
      enrolledAt: now,
    };
    return { row, beginning };
  });
  const inserted = await tx.insertEnrollments(rows.map(({ row }) => row));
  const written = rows.filter(({ row }) => inserted.has(row.id));
  await tx.insertTransitions(
    written.map(({ row, beginning }) => ({
      ...beginning.transition,
      tenantId,
      enrollmentId: row.id,
    })),
  );
  await tx.beginActions(
    written.flatMap(({ row, beginning }) =>
      beginning.steps.map((step) => ({
        ...step,
        tenantId,
        enrollmentId: row.id,
        campaignId,
        contactId: row.contactId,
      })),
    ),
  );
  await holdNewcomers(
    tx,
    written.map(({ row }) => row),
    { plans: options.plans, now, graceMs: options.graceMs },
  );
  const outOfDate = (contactId: Id) => candidates.get(contactId)?.outOfDate === true;
  await tx.recheckExpiredAddresses(
    tenantId,
    [
      ...written.map(({ row }) => row.contactId),
      // What was found out long ago may be the reason.
      ...refused.flatMap(({ contactId, reason }) =>
        reason === 'invalid_address' ? [contactId] : [],
      ),
    ].filter(outOfDate),
  );
  return {
    enrolled: written.map(({ row }) => ({ contactId: row.contactId, enrollmentId: row.id })),
    refused: [
      ...refused,
      ...rows
        .filter(({ row }) => !inserted.has(row.id))
        .map(({ row }) => ({ contactId: row.contactId, reason: 'already_active' as const })),
      ...[...revived].map((contactId) => ({ contactId, reason: 'already_active' as const })),
    ],
    warned: written.flatMap(({ row: { contactId } }) => {
      const kinds = candidates.get(contactId)?.warnedFor ?? [];
      return kinds.length === 0 ? [] : [{ contactId, kinds }];
    }),
  };
}

/** Whether nobody is enrolled in a campaign any more. */
function isOver({ status }: CampaignRecord): boolean {
  return status === 'finished' || status === 'archived';
}

/** What enrollments begin with: the same for all whose settings are. */
interface Beginning {
  readonly state: EnrollmentState;
  readonly transition: Omit<TransitionRecord, 'tenantId' | 'enrollmentId'>;
  readonly steps: readonly StepPlan[];
}

function beginningOf(
  plan: CompiledPlan,
  campaign: CampaignRecord,
  timezone: string | null,
  now: EpochMs,
  { graceMs }: Pick<EnrolOptions, 'graceMs'>,
): Beginning {
  const settings = settingsOf({ timezone }, graceMs);
  const input = { kind: 'enrolled', at: now } as const;
  const recorded: RecordedInput = { seq: 1, id: 'enrolled', now, input };
  const { state } = fold(plan, { state: initialState(), seq: 0 }, [recorded], settings);
  return {
    state,
    transition: {
      recorded,
      settings,
      machineVersion: MACHINE_VERSION,
      outcome: 'applied',
      fromNode: null,
      toNode: state.nodeId,
      effects: {},
    },
    steps: impliedActions(plan, state, settings).map((action) =>
      stepPlan(plan, action, campaign, settings, now),
    ),
  };
}

/**
 * Why a contact cannot be enrolled: it must be reached by each of these channels.
 *
 * @param candidate as it was read with them.
 */
export function enrolRefusal(
  candidate: EnrolCandidate | undefined,
  channels: readonly Channel[],
): EnrolRefusal | null {
  if (candidate === undefined) return 'not_found';
  if (candidate.erased) return 'erased';
  if (candidate.active) return 'already_active';
  return (
    (channels.includes('email') ? mailRefusal(candidate) : null) ??
    (channels.includes('sms') ? smsRefusal(candidate) : null) ??
    (candidate.optedOut ? 'opted_out' : null)
  );
}

function mailRefusal({ address, blockedFor, suppressed }: EnrolCandidate): EnrolRefusal | null {
  if (address === null) return 'no_address';
  const [kind] = blockedFor;
  if (kind !== undefined) return `${kind}_address`;
  return suppressed ? 'suppressed' : null;
}

function smsRefusal({ phone, phoneSuppressed }: EnrolCandidate): EnrolRefusal | null {
  if (phone === null) return 'no_phone';
  return phoneSuppressed ? 'phone_suppressed' : null;
}

/**
 * Ends former enrollments of these contacts for good, so that late news can never bring one back
 * beside the new one.
 *
 * @returns the contacts whose former enrollment has come back in the meantime.
 */
async function sealFormer(
  tx: EngineTransaction,
  tenantId: Id,
  candidates: readonly EnrolCandidate[],
  now: EpochMs,
  options: Omit<EnrolOptions, 'store'>,
): Promise<Set<Id>> {
  const former = candidates.flatMap(({ formerIds }) => formerIds.map((id) => ({ tenantId, id })));
  if (former.length === 0) return new Set();
  const locked = await tx.lockEnrollments(former);
  const revived = new Set(
    locked.filter(({ state }) => state.phase !== 'ended').map(({ contactId }) => contactId),
  );
  const sealed = locked.filter(({ contactId }) => !revived.has(contactId));
  await applyInputs(
    tx,
    sealed.map(({ id }) => ({
      tenantId,
      enrollmentId: id,
      inputId: `superseded:${newId()}`,
      input: { kind: 'stopped', at: now, reason: 're_enrolled' },
    })),
    { plans: options.plans, now, graceMs: options.graceMs, locked: sealed },
  );
  return revived;
}
