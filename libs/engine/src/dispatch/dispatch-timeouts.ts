import type { JobPublisher } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';
import { actionJobs } from './action-jobs.ts';

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
  /** Real milliseconds a job may take to be worked. */
  readonly leaseMs: number;
}): Promise<number> {
  const claimed = await options.store.claimDueTimeouts(options);
  await options.publisher.publish('outreach-timeout', actionJobs(claimed, TIMERS_PER_JOB));
  return claimed.length;
}
