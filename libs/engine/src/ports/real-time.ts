import type { HandOffDeadline } from '@cadenza/domain';

/** Real time on both of this process's clocks, whatever the campaign clock's rate. */
export interface RealTime {
  /** `performance.now()`, milliseconds. */
  monotonic(): number;
  /** `Date.now()`, milliseconds since 1970. */
  wall(): number;
}

/** A deadline so many real milliseconds from now, on both clocks. */
export function deadlineIn(time: RealTime, ms: number): HandOffDeadline {
  return { monotonic: time.monotonic() + ms, wall: time.wall() + ms };
}
