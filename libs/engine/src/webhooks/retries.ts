const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits between the attempts of a delivery, as Standard Webhooks suggests them: 75 hours in all. */
export const RETRY_WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** Part of a wait by which it may be longer, so that what failed together does not return together. */
const JITTER = 0.2;
/** Real milliseconds for which an endpoint is left alone that answered nothing. */
const HOLD = { firstMs: 5 * SECOND_MS, longestMs: 5 * MINUTE_MS };

/**
 * Real milliseconds from a failed attempt to the next; null after the last.
 *
 * @param tries attempts that failed, this one included: 1 or more.
 * @param random 0 to 1.
 */
export function retryInMs(tries: number, random: number): number | null {
  const wait = RETRY_WAITS_MS[tries - 1];
  return wait === undefined ? null : Math.round(wait * (1 + JITTER * random));
}

/** The same for an endpoint, by batches in a row of which nothing arrived: 1 or more. */
export function holdMs(failures: number, random: number): number {
  const hold = Math.min(HOLD.firstMs * 2 ** Math.min(failures - 1, 20), HOLD.longestMs);
  return Math.round(hold * (1 + JITTER * random));
}
