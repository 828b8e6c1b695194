import type { JobPublisher } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';
import { actionJobs } from './action-jobs.ts';
import { planAsBefore } from './plan-as-before.ts';

/** Timers that one job carries at most. */
const TIMERS_PER_JOB = 200;

/**
 * Claims timers that are due and hands them to the queue, some hundreds to a job.
 *
 * @returns how many timers were handed over.
 */
export async function dispatchTimeouts(options: {
  readonly store: EngineStore;
  readonly publisher: JobPublisher;
  /** Timers of one round at most. */
  readonly limit: number;
  /** Timers, of all rounds, that may be dispatched and not fired: what the queue holds, about. */
  readonly maxOutstanding: number;
  /** Real milliseconds a job may take to be worked. */
  readonly leaseMs: number;
}): Promise<number> {
  const { store, publisher } = options;
  const claimed = await store.claimDueTimeouts(options);
  try {
    await publisher.publish('outreach-timeout', actionJobs(claimed, TIMERS_PER_JOB));
  } catch (error) {
    // Their leases would bring them back too, but no sooner than they run out.
    const tenantIds = [...new Set(claimed.map(({ tenantId }) => tenantId))];
    await store.transaction(tenantIds, (tx) => planAsBefore(tx, claimed));
    throw error;
  }
  return claimed.length;
}
