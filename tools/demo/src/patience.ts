const DAY_MS = 86_400_000;
/** Campaign milliseconds by which a contact's zone can put off what the plan's own allows: a weekend. */
const ZONES_MS = 3 * DAY_MS;
/** Real milliseconds for what takes as long at any rate: work, webhooks, the grace of timers. */
const WORK_MS = 90_000;

/**
 * Real milliseconds after which a campaign is taken to be stuck.
 *
 * @param courseMs the longest course through its plan, campaign milliseconds.
 * @param rate campaign milliseconds per real millisecond.
 */
export function patienceMs(courseMs: number, rate: number): number {
  return (courseMs + ZONES_MS) / rate + WORK_MS;
}
