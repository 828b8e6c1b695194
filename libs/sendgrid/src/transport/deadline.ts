import type { HandOffDeadline } from '@cadenza/domain';

/**
 * Whether a deadline has passed on either clock. The monotonic clock stands still while a virtual
 * machine is suspended, the wall clock may be set back: whichever says "too late" is believed. A
 * deadline that is not a number counts as passed.
 */
export function deadlinePassed(deadline: HandOffDeadline): boolean {
  return !(performance.now() <= deadline.monotonic && Date.now() <= deadline.wall);
}

/** Milliseconds until the first of the two clocks passes the deadline, 0 or more. */
export function untilDeadline(deadline: HandOffDeadline): number {
  const left = Math.min(deadline.monotonic - performance.now(), deadline.wall - Date.now());
  return left > 0 ? left : 0;
}
