import {
  realDelay,
  type Clock,
  type EpochMs,
  type Id,
  type JobPublisher,
  type NewJob,
  type RateLimiter,
  type SlotDecision,
} from '@cadenza/domain';
import { planRun } from '@cadenza/plan';
import { countBy } from '../count-by.ts';
import { settingsOf } from '../inputs/apply-inputs.ts';
import { LIMITER_REST_MS, reserveSlots } from '../limits/reserve.ts';
import { createScopeResolver, type ScopeResolver } from '../limits/scopes.ts';
import { planOf, type PlanCache } from '../plans/plan-cache.ts';
import type { ClaimedAction, ClaimedSend, DueSend, LaneRef, SendLimits } from '../ports/records.ts';
import type { EngineStore, EngineTransaction } from '../ports/store.ts';
import { accountHeldUntil } from '../send/account-of.ts';
import { actionJobs, jobIdOf } from './action-jobs.ts';
import { planAsBefore } from './plan-as-before.ts';

export interface DispatchOptions {
  readonly store: EngineStore;
  readonly limiter: RateLimiter;
  readonly publisher: JobPublisher;
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly graceMs: number;
  /** Actions of one round at most. */
  readonly limit: number;
  /** Actions that one lane gives to a round at most. */
  readonly perLane: number;
  /** Sends, of all rounds, that may be dispatched and not begun: what the queue holds at most. */
  readonly maxOutstanding: number;
  /** How long before its time a send is claimed, in campaign milliseconds. */
  readonly leadMs: number;
  /** How far ahead slots may lie, in campaign milliseconds. */
  readonly horizonMs: number;
  /** Real milliseconds, beyond a slot's end, that a job may take to reach a worker. */
  readonly leaseMs: number;
}

export interface DispatchResult {
  readonly dispatched: number;
  readonly plannedAgain: number;
  /**
   * How many of them each kind of scope refused: sender, spacing, domain, tenant, ip_pool, global,
   * or limiter where the limiter is closed, was emptied or extended meanwhile, or has not counted
   * past hand-offs for a new limit yet; or account where the one that the tenant has for itself has
   * said 429; or window where the send's window was over before.
   */
  readonly refusedBy: Readonly<Partial<Record<string, number>>>;
}

/**
 * One round of the dispatcher: claims sends that are due soon, fairly between lanes, asks the
 * limiter for each one's slot, and hands those that have one to the queue. The others go back:
 * limits are met by planning rather than by failing.
 */
export async function dispatchSends(options: DispatchOptions): Promise<DispatchResult> {
  const { store, clock } = options;
  const generation = await options.limiter.generation();
  const claimed = await store.claimDueSends({
    limit: options.limit,
    perLane: options.perLane,
    maxOutstanding: options.maxOutstanding,
    leadMs: options.leadMs,
    leaseMs: options.leaseMs + options.horizonMs / clock.rate,
  });
  if (claimed.length === 0) return { dispatched: 0, plannedAgain: 0, refusedBy: {} };

  const tenantIds = [...new Set(claimed.map(({ tenantId }) => tenantId))];
  const { granted, refused } = await store.transaction(tenantIds, (tx) =>
    planSlots(tx, claimed, options),
  );
  // A limiter that was rebuilt or extended meanwhile may not know these slots: they were not committed
  // when it read what is. One that is emptied or extended from here on will find them.
  const known = await options.limiter.generation().catch(() => null);
  if (known !== generation) {
    await takeBack(tenantIds, granted, options);
    const plannedAgain = granted.length + refused.length;
    return { dispatched: 0, plannedAgain, refusedBy: { limiter: plannedAgain } };
  }
  try {
    await options.publisher.publish('outreach-send', sendJobs(granted, clock));
  } catch (error) {
    // Their leases would bring them back too, but no sooner than they run out.
    await takeBack(tenantIds, granted, options);
    throw error;
  }
  return {
    dispatched: granted.length,
    plannedAgain: refused.length,
    refusedBy: countBy(refused, ({ scope }) => scope.split(':', 1)[0] ?? scope),
  };
}

/**
 * Messages that one job carries at most: many enough that the queue costs each of them next to
 * nothing, few enough that several workers share a round.
 */
export const SENDS_PER_JOB = 50;
/** Real milliseconds: slots that open this close to each other share their jobs. */
const SHARED_DELAY_MS = 50;
/**
 * Real milliseconds before its slot at which a job comes, so that its messages are ready by then. A
 * worker has few jobs at once, and one that waits keeps its place from others.
 */
const READY_MS = 25;

/** Jobs for slots, those that open together in one. */
function sendJobs(granted: readonly Granted[], clock: Clock): NewJob<'outreach-send'>[] {
  const byDelay = Map.groupBy(
    granted,
    ({ start }) =>
      Math.floor(Math.max(0, realDelay(clock, start) - READY_MS) / SHARED_DELAY_MS) *
      SHARED_DELAY_MS,
  );
  return [...byDelay].flatMap(([delayMs, slots]) =>
    actionJobs(
      slots.map(({ send }) => claim(send)),
      SENDS_PER_JOB,
    ).map((job) => ({ ...job, delayMs })),
  );
}

interface Granted {
  readonly send: DueSend;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

interface Refused {
  readonly send: DueSend;
  readonly decision: SlotDecision & { granted: false };
}

/** Makes sends that have a slot pending again, and gives their slots back. */
async function takeBack(
  tenantIds: readonly Id[],
  granted: readonly Granted[],
  options: DispatchOptions,
): Promise<void> {
  await options.store.transaction(tenantIds, (tx) =>
    planAsBefore(
      tx,
      granted.map(({ send }) => send),
    ),
  );
  await options.limiter.release(granted.map(({ send }) => jobIdOf(send)));
}

/**
 * Sends that are planned together. While the limiter decides about some, the next ones are read and
 * those before are written down.
 */
const PLANNED_TOGETHER = 100;

async function planSlots(
  tx: EngineTransaction,
  claimed: readonly ClaimedSend[],
  options: DispatchOptions,
): Promise<{ granted: Granted[]; refused: { scope: string }[] }> {
  // Not waited for before the sends are asked for, too: statements of a transaction come in turn.
  const reading = tx
    .rateLimits()
    .then((limits) => ({ limits, scopesOf: createScopeResolver(limits) }));
  const now = options.clock.now();
  const parts = Array.from({ length: Math.ceil(claimed.length / PLANNED_TOGETHER) }, (_, n) =>
    claimed.slice(n * PLANNED_TOGETHER, (n + 1) * PLANNED_TOGETHER),
  );
  const planning = await Promise.allSettled(
    parts.map(async (part) => {
      const [bounds, sends] = await Promise.all([reading, tx.dueSends(part)]);
      const slots = await slotsFor(sends, bounds, now, options);
      await tx.assignSlots(
        slots.granted.map(({ send, start, end }) => ({
          ...claim(send),
          start,
          end,
          leaseMs: realDelay(options.clock, end) + options.leaseMs,
        })),
      );
      return slots;
    }),
  );
  // None may go on when the transaction ends, whatever becomes of the others.
  const planned = await Promise.all(planning.map(settled));
  const granted = planned.flatMap((slots) => slots.granted);
  const refused = planned.flatMap((slots) => slots.refused);
  const late = planned.flatMap((slots) => slots.late);
  const wakes = new Map(claimed.map(({ actionId, laneWakes }) => [actionId, laneWakes]));
  await planRefused(tx, refused, granted, wakes, options);
  await planLate(tx, late, now, options);
  const reasons = [...refused.map(({ decision }) => decision), ...late.map(() => WINDOW_OVER)];
  return { granted, refused: reasons };
}

async function settled<T>(result: PromiseSettledResult<T>): Promise<T> {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function slotsFor(
  sends: readonly DueSend[],
  { limits, scopesOf }: Bounds,
  now: EpochMs,
  options: DispatchOptions,
): Promise<{ granted: Granted[]; refused: Refused[]; late: readonly DueSend[] }> {
  const [late, timely] = parted(sends, ({ notAfter }) => notAfter !== null && notAfter < now);
  // An account that takes messages again within the horizon is planned for: slots begin then.
  const heldUntil = (send: DueSend) => accountHeldUntil(limits, send) ?? 0;
  const latest = (send: DueSend) =>
    Math.min(
      Math.max(now, send.runAt) + options.horizonMs,
      send.notAfter ?? Number.POSITIVE_INFINITY,
    );
  const [held, open] = parted(timely, (send) => heldUntil(send) > latest(send));
  const decisions = await reserveSlots(
    options.limiter,
    open.map((send) => ({
      id: jobIdOf(send),
      scopes: scopesOf(send),
      notBefore: Math.max(now, send.runAt, heldUntil(send)),
      notAfter: latest(send),
    })),
    now,
    options.clock,
  );
  const granted: Granted[] = [];
  const refused = held.map((send): Refused => {
    const id = jobIdOf(send);
    return { send, decision: { granted: false, id, scope: 'account', retryAt: heldUntil(send) } };
  });
  open.forEach((send, index) => {
    const decision = decisions[index];
    if (decision === undefined) return;
    if (decision.granted) granted.push({ send, start: decision.start, end: decision.end });
    else refused.push({ send, decision: askedSoon(decision, now, options.clock) });
  });
  return { granted, refused, late };
}

/** What bounds how fast messages leave. */
interface Bounds {
  readonly limits: SendLimits;
  readonly scopesOf: ScopeResolver;
}

/** Those for which something holds, and the others. */
function parted<T>(list: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  return [list.filter(holds), list.filter((one) => !holds(one))];
}

const WINDOW_OVER = { scope: 'window' };

/**
 * Nothing could be sent while their windows were open, as in an outage: they wait for the next ones. The
 * limiter is not asked, which would refuse them as if it were closed, and have their lanes rest for
 * that; and no change of a limit brings back what is over.
 */
async function planLate(
  tx: EngineTransaction,
  late: readonly DueSend[],
  now: EpochMs,
  options: DispatchOptions,
): Promise<void> {
  if (late.length === 0) return;
  const plans = await options.plans.load(
    tx,
    late.map((send) => ({ tenantId: send.tenantId, id: send.planVersionId })),
  );
  await tx.planAgain(
    late.map((send) => {
      const settings = settingsOf(send, options.graceMs);
      const plan = planOf(plans, send.planVersionId);
      return { ...claim(send), ...planRun(plan, send.action, settings, now) };
    }),
  );
}

/**
 * A limiter that is closed opens within moments, whatever time it names. Its lanes must not rest
 * until a time that another clock has left in it.
 */
function askedSoon(
  decision: SlotDecision & { granted: false },
  now: number,
  { rate }: Clock,
): SlotDecision & { granted: false } {
  if (decision.scope !== 'limiter') return decision;
  return { ...decision, retryAt: Math.min(decision.retryAt, now + LIMITER_REST_MS * rate) };
}

/**
 * A refusal by the recipient's domain concerns that message alone; any other limit concerns the
 * whole lane, which is not visited again before its time. Lanes that were woken meanwhile are asked
 * again at once.
 */
async function planRefused(
  tx: EngineTransaction,
  refused: readonly Refused[],
  granted: readonly Granted[],
  wakes: ReadonlyMap<Id, number>,
  options: DispatchOptions,
): Promise<void> {
  if (refused.length === 0) return;
  const plans = await options.plans.load(
    tx,
    refused.map(({ send }) => ({ tenantId: send.tenantId, id: send.planVersionId })),
  );
  await planAsBefore(
    tx,
    refused.map(({ send }) => send),
  );
  const resting = new Set((await tx.restLanes(restsOf(refused, granted, wakes))).map(laneKey));
  await tx.deferSends(
    refused.flatMap(({ send, decision }) => {
      const outsideWindow = send.notAfter !== null && decision.retryAt > send.notAfter;
      if (!resting.has(laneKey(send)) || !(ofDomain(decision) || outsideWindow)) return [];
      const plan = planOf(plans, send.planVersionId);
      const settings = settingsOf(send, options.graceMs);
      return [{ ...claim(send), ...planRun(plan, send.action, settings, decision.retryAt) }];
    }),
  );
}

/** Each lane of refused sends, with the first time at which one of them can succeed. */
function restsOf(
  refused: readonly Refused[],
  granted: readonly Granted[],
  wakes: ReadonlyMap<Id, number>,
) {
  const grantedTo = countBy(granted, ({ send }) => laneKey(send));
  const lanes = new Map<
    string,
    LaneRef & { wakes: number; nextAt: EpochMs | null; granted: number }
  >();
  for (const { send, decision } of refused) {
    const known = lanes.get(laneKey(send))?.nextAt ?? null;
    const nextAt = ofDomain(decision) ? null : decision.retryAt;
    lanes.set(laneKey(send), {
      tenantId: send.tenantId,
      campaignId: send.campaignId,
      senderIdentityId: send.senderIdentityId,
      wakes: wakes.get(send.actionId) ?? 0,
      granted: grantedTo[laneKey(send)] ?? 0,
      nextAt: known === null || nextAt === null ? (known ?? nextAt) : Math.min(known, nextAt),
    });
  }
  return [...lanes.values()];
}

function ofDomain(decision: { readonly scope: string }): boolean {
  return decision.scope.startsWith('domain:');
}

function laneKey({ tenantId, campaignId, senderIdentityId }: LaneRef): string {
  return `${tenantId}|${campaignId}|${senderIdentityId}`;
}

function claim({ tenantId, actionId, dispatch }: ClaimedAction): ClaimedAction {
  return { tenantId, actionId, dispatch };
}
