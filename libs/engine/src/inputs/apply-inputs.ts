import type { EpochMs, Id } from '@cadenza/domain';
import {
  DEFAULT_SOFT_BOUNCE_RETRY_MS,
  fold,
  followOn,
  MACHINE_VERSION,
  needsReplay,
  planRun,
  replay,
  type CompiledPlan,
  type CompiledSendNode,
  type EnrollmentInput,
  type EnrollmentState,
  type FoldBase,
  type ImpliedAction,
  type MachineSettings,
  type Outcome,
  type RecordedInput,
} from '@cadenza/plan';
import { planOf, type PlanCache } from '../plans/plan-cache.ts';
import type {
  ActionCancel,
  ActionPlan,
  EnrollmentRecord,
  EnrollmentUpdate,
  NewInput,
  TransitionRecord,
} from '../ports/enrollments.ts';
import type { TenantRef } from '../ports/refs.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { consequences, NO_EFFECTS, rewritesHistory } from './consequences.ts';

/** What one input did to its enrollment. */
export interface AppliedInput {
  readonly tenantId: Id;
  readonly enrollmentId: Id;
  readonly inputId: string;
  readonly outcome: Outcome;
  /** The enrollment's state after the whole batch. */
  readonly state: EnrollmentState;
}

/** What recording inputs takes besides the inputs. */
export interface ApplyOptions {
  readonly plans: PlanCache;
  /** Campaign time now, recorded with each input. */
  readonly now: EpochMs;
  /** How long a timer waits for webhooks under way, in campaign milliseconds. */
  readonly graceMs: number;
  /** Enrollments that the transaction has locked already, so that they are not read again. */
  readonly locked?: readonly EnrollmentRecord[];
  /** For enrollments whose next step must wait for a back-off: the earliest campaign time. */
  readonly notBefore?: ReadonlyMap<Id, EpochMs>;
}

/**
 * The settings under which an enrollment's inputs are folded. They are written out, so that what is
 * recorded can be understood when the defaults are others.
 */
export function settingsOf(
  enrollment: { readonly timezone: string | null },
  graceMs: number,
): MachineSettings {
  return {
    timezone: enrollment.timezone,
    graceMs,
    softBounceRetryMs: DEFAULT_SOFT_BOUNCE_RETRY_MS,
  };
}

/**
 * Records inputs and brings their enrollments to the fold of all that is recorded: the one way in
 * which an enrollment changes, but for the beginning of a hand-off (a statement of its own) and
 * its enrolment. Inputs of one enrollment are recorded in the order given.
 */
export async function applyInputs(
  tx: EngineTransaction,
  inputs: readonly NewInput[],
  options: ApplyOptions,
): Promise<AppliedInput[]> {
  if (inputs.length === 0) return [];
  const byEnrollment = Map.groupBy(inputs, (input) => input.enrollmentId);
  const enrollments =
    options.locked?.filter((row) => byEnrollment.has(row.id)) ??
    (await tx.lockEnrollments(refsOf(inputs)));
  const plans = await options.plans.load(
    tx,
    enrollments.map(({ tenantId, planVersionId }) => ({ tenantId, id: planVersionId })),
  );

  const rewritten = (row: EnrollmentRecord) =>
    byEnrollment.get(row.id)?.some(({ input }) => rewritesHistory(input)) ?? false;
  // Most inputs come in their own order: they go on from the state, and need nothing from before.
  const goesOn = (row: EnrollmentRecord) =>
    row.version === row.baseSeq ||
    (row.foldedTo !== null &&
      followOn(row.foldedTo, byEnrollment.get(row.id)?.map(({ input }) => input) ?? []));
  const anew = enrollments.filter((row) => !rewritten(row) && !goesOn(row));
  const sinceBase = await tx.recordedInputs(anew, false);
  // A proof recorded since the base may speak of a hand-off from before it.
  const whole = enrollments.filter(
    (row) => rewritten(row) || needsReplay({ seq: row.baseSeq }, sinceBase.get(row.id) ?? []),
  );
  const earlier = new Map([...sinceBase, ...(await tx.recordedInputs(whole, true))]);
  const bases = await tx.baseStatesOf(anew);
  const snapshots = await tx.snapshotsOf(whole);
  const wholeIds = new Set(whole.map(({ id }) => id));

  const changes = enrollments.map((row) =>
    change(row, {
      plan: planOf(plans, row.planVersionId),
      earlier: earlier.get(row.id) ?? [],
      added: byEnrollment.get(row.id) ?? [],
      whole: wholeIds.has(row.id),
      base: { state: bases.get(row.id) ?? row.state, seq: row.baseSeq },
      snapshot: snapshots.get(row.id),
      now: options.now,
      notBefore: options.notBefore?.get(row.id) ?? options.now,
      graceMs: options.graceMs,
    }),
  );
  await tx.saveEnrollments(
    changes.map(({ update }) => update),
    changes.flatMap(({ transitions }) => transitions),
  );
  await tx.changeActions({
    cancel: changes.flatMap(({ cancel }) => cancel),
    put: changes.flatMap(({ put }) => put),
  });
  return changes.flatMap(({ applied }) => applied);
}

/**
 * Whether an input says that a message has come back. A follow-up that was to continue it stands
 * alone then, so it is planned anew, though nothing else of it changes.
 */
function breaksThreads(input: EnrollmentInput): boolean {
  return input.kind === 'event' && ['bounced', 'blocked', 'dropped'].includes(input.type);
}

function isThreaded(plan: CompiledPlan, { type, nodeId }: ImpliedAction): boolean {
  const node = type === 'send' ? sendNode(plan, nodeId) : null;
  return node !== null && node.threadWith !== null;
}

interface Change {
  readonly update: EnrollmentUpdate;
  readonly transitions: readonly TransitionRecord[];
  readonly cancel: readonly ActionCancel[];
  readonly put: readonly ActionPlan[];
  readonly applied: readonly AppliedInput[];
}

function change(
  row: EnrollmentRecord,
  given: {
    readonly plan: CompiledPlan;
    readonly earlier: readonly RecordedInput[];
    readonly added: readonly NewInput[];
    readonly whole: boolean;
    /** What the fold begins with, and `earlier` goes on from. */
    readonly base: FoldBase;
    /** Where the first inputs are not kept any more: what stands for them. */
    readonly snapshot: FoldBase | undefined;
    readonly now: EpochMs;
    readonly notBefore: EpochMs;
    readonly graceMs: number;
  },
): Change {
  const { plan, now } = given;
  const settings = settingsOf(row, given.graceMs);
  const added = given.added.map(({ inputId, input }, index): RecordedInput => ({
    seq: row.version + 1 + index,
    id: inputId,
    now,
    input,
  }));
  const all = [...given.earlier, ...added];
  const { state, base, outcomes, until } = given.whole
    ? replay(plan, all, settings, given.snapshot)
    : fold(plan, given.base, all, settings);
  const { implied, diff, effects } = consequences(plan, row.state, state, settings);
  const changed = new Set([...diff.add, ...diff.move]);
  const stillThreaded = given.added.some(({ input }) => breaksThreads(input))
    ? implied.filter((action) => !changed.has(action) && isThreaded(plan, action))
    : [];
  const transitions = added.map((recorded, index): TransitionRecord => ({
    tenantId: row.tenantId,
    enrollmentId: row.id,
    recorded,
    settings,
    machineVersion: MACHINE_VERSION,
    outcome: outcomes.get(recorded.seq) ?? 'noted',
    fromNode: row.state.nodeId,
    toNode: state.nodeId,
    effects: index === added.length - 1 ? effects : NO_EFFECTS,
  }));
  return {
    update: {
      tenantId: row.tenantId,
      id: row.id,
      expectedVersion: row.version,
      version: row.version + added.length,
      state,
      base: base === given.base ? null : base,
      // What was taken back since the base is to be seen by every fold until the next.
      foldedTo: given.whole || until === null ? null : Math.ceil(until),
    },
    transitions,
    cancel: diff.cancel.map((action) => ({
      tenantId: row.tenantId,
      enrollmentId: row.id,
      action,
    })),
    put: [...changed, ...stillThreaded].map((action) => ({
      tenantId: row.tenantId,
      enrollmentId: row.id,
      campaignId: row.campaignId,
      contactId: row.contactId,
      ...stepPlan(plan, action, row, settings, given.notBefore),
    })),
    applied: transitions.map(({ recorded, outcome }) => ({
      tenantId: row.tenantId,
      enrollmentId: row.id,
      inputId: recorded.id,
      outcome,
      state,
    })),
  };
}

/** Whom a campaign sends for. */
export type CampaignSenders = Pick<EnrollmentRecord, 'senderIdentityId' | 'smsSenderIdentityId'>;

/** The node's own sender, else the campaign's of its channel. */
function senderOf(node: CompiledSendNode | null, campaign: CampaignSenders): Id {
  if (node !== null && node.senderIdentityId !== null) return node.senderIdentityId;
  const ofSms = node?.channel === 'sms' ? campaign.smsSenderIdentityId : null;
  return ofSms ?? campaign.senderIdentityId;
}

/** An implied action as it is written, but for whose it is: its sender, and when windows let it run. */
export type StepPlan = Omit<ActionPlan, 'tenantId' | 'enrollmentId' | 'campaignId' | 'contactId'>;

export function stepPlan(
  plan: CompiledPlan,
  action: ImpliedAction,
  campaign: CampaignSenders,
  settings: MachineSettings,
  now: EpochMs,
): StepPlan {
  const { runAt, notAfter } = planRun(plan, action, settings, now);
  const node = action.type === 'send' ? sendNode(plan, action.nodeId) : null;
  return {
    action,
    channel: node?.channel ?? 'email',
    senderIdentityId: action.type === 'send' ? senderOf(node, campaign) : null,
    threadWith: node?.threadWith ?? null,
    runAt,
    notAfter,
  };
}

function sendNode(plan: CompiledPlan, nodeId: string): CompiledSendNode | null {
  const node = plan.nodes[nodeId];
  return node?.action === 'send' ? node : null;
}

function refsOf(inputs: readonly NewInput[]): TenantRef[] {
  return [
    ...new Map(
      inputs.map(({ tenantId, enrollmentId }) => [enrollmentId, { tenantId, id: enrollmentId }]),
    ).values(),
  ];
}
