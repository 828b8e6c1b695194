/** Real milliseconds: nobody is waited for longer than that. */
const LONGEST_MS = 3_600_000;

/**
 * What a `Retry-After` asks for (RFC 9110, §10.2.3): seconds, or a date.
 *
 * @param now real milliseconds since 1970.
 * @returns real milliseconds, an hour at most; null where it is missing or says nothing.
 */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_MS);
}
