import type { IncomingHttpHeaders } from 'node:http';

/** No wait is longer, whatever a header says: SendGrid's windows are minutes. */
const MAX_WAIT_MS = 3_600_000;
/** Seconds from now never reach this; seconds since 1970 have been above it since 2001. */
const EPOCH_SECONDS_FROM = 1_000_000_000;

/**
 * How long a 429 asks to wait, in real milliseconds from 0 to one hour; `null` where it does not
 * say. SendGrid's documents disagree on whether `X-RateLimit-Reset` is an instant (seconds since
 * 1970) or a number of seconds from now, so both are read. `Retry-After` (RFC 9110 §10.2.3) serves
 * where there is no reset.
 *
 * Instants are the server's, and are counted from its own `Date`: a worker whose clock is ten minutes
 * slow would wait ten minutes more.
 *
 * @param now this process's wall clock, where the answer is not dated.
 */
export function rateLimitWait(headers: IncomingHttpHeaders, now: number): number | null {
  const dated = Date.parse(headers.date ?? '');
  const answeredAt = Number.isNaN(dated) ? now : dated;
  const reset = seconds(headers['x-ratelimit-reset']);
  if (reset !== null) {
    return clamp(reset >= EPOCH_SECONDS_FROM ? reset * 1000 - answeredAt : reset * 1000);
  }
  const retryAfter = headers['retry-after'];
  const delay = seconds(retryAfter);
  if (delay !== null) return clamp(delay * 1000);
  const instant = Date.parse(retryAfter ?? '');
  return Number.isNaN(instant) ? null : clamp(instant - answeredAt);
}

function seconds(value: string | string[] | undefined): number | null {
  return typeof value === 'string' && /^\d{1,15}(?:\.\d+)?$/.test(value.trim())
    ? Number(value)
    : null;
}

function clamp(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), MAX_WAIT_MS);
}
