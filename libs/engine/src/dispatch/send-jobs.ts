import { realDelay, type Clock, type NewJob } from '@cadenza/domain';
import { actionJobs, claimOf } from './action-jobs.ts';
import type { Granted } from './decide-slots.ts';

/**
 * Messages that one job carries at most: many enough that the queue costs each of them next to
 * nothing, few enough that several workers share a round.
 */
export const SENDS_PER_JOB = 50;
/**
 * Real milliseconds: slots that open this close to each other share their jobs. With half of it, hand-offs
 * began up to a second late in the bench where a campaign's new rows were vacuumed meanwhile.
 */
const SHARED_DELAY_MS = 100;
/**
 * Real milliseconds before its slot at which a job comes, so that its messages are ready by then. A
 * worker has few jobs at once, and one that waits keeps its place from others.
 */
const READY_MS = 25;

/** Jobs for slots, those that open together in one. */
export function sendJobs(granted: readonly Granted[], clock: Clock): NewJob<'outreach-send'>[] {
  const byDelay = Map.groupBy(
    granted,
    ({ start }) =>
      Math.floor(Math.max(0, realDelay(clock, start) - READY_MS) / SHARED_DELAY_MS) *
      SHARED_DELAY_MS,
  );
  return [...byDelay].flatMap(([delayMs, slots]) =>
    actionJobs(
      slots.map(({ send }) => claimOf(send)),
      SENDS_PER_JOB,
    ).map((job) => ({ ...job, delayMs })),
  );
}
