import type { Id, JobPublisher } from '@cadenza/domain';
import { countBy } from '../count-by.ts';
import type { EngineStore } from '../ports/store.ts';
import { jobIdOf } from './action-jobs.ts';
import type { Granted, PlanningOptions } from './decide-slots.ts';
import { planAsBefore } from './plan-as-before.ts';
import { planSlots } from './plan-slots.ts';
import { sendJobs } from './send-jobs.ts';

export interface DispatchOptions extends PlanningOptions {
  readonly store: EngineStore;
  readonly publisher: JobPublisher;
  /** Actions of one round at most. */
  readonly limit: number;
  /** Actions that one lane gives to a round at most. */
  readonly perLane: number;
  /** Sends, of all rounds, that may be dispatched and not begun: what the queue holds at most. */
  readonly maxOutstanding: number;
  /** How long before its time a send is claimed, in campaign milliseconds. */
  readonly leadMs: number;
}

export interface DispatchResult {
  readonly dispatched: number;
  readonly plannedAgain: number;
  /**
   * How many of them each kind of scope refused: sender, spacing, domain, tenant, ip_pool, global,
   * or limiter where the limiter is closed, was emptied or extended meanwhile, or has not counted
   * past hand-offs for a new limit yet; or account where the one that the mail goes through has
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
