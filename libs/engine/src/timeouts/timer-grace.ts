/** What a webhook may take: 2 minutes of campaign time, and 2 seconds of real time at least. */
const GRACE_MS = 120_000;
const GRACE_REAL_MS = 2_000;

/**
 * How long silences wait for webhooks under way, in campaign milliseconds. Every process that folds
 * enrollments uses this one value, since it decides when their timers run.
 *
 * @param rate campaign milliseconds per real millisecond.
 */
export function timerGraceMs(rate: number): number {
  return Math.max(GRACE_MS, GRACE_REAL_MS * rate);
}
