import type { EpochMs } from '@cadenza/domain';
import { DAY_MS, toInstant, toLocal } from './local-time.ts';

/** A parsed ISO 8601 duration. Days are calendar days, the rest is exact. */
export interface Duration {
  /** Calendar days, weeks included. */
  readonly days: number;
  /** Exact milliseconds on top. */
  readonly ms: number;
}

/** The longest duration a plan can name: ten years of days. */
export const MAX_DURATION_DAYS = 3660;

const FORM = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

/**
 * Parses `P1W`, `P1DT12H`, `PT72H`, `PT0.5S` and the like (ISO 8601-1 §5.5.2.4). Years and months,
 * whose length is open, fractions other than of seconds, signs, empty parts and durations over
 * {@link MAX_DURATION_DAYS} give null.
 */
export function parseDuration(text: string): Duration | null {
  const match = FORM.exec(text);
  if (!match || text.endsWith('P') || text.endsWith('T')) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const whole = (weeks ?? 0) * 7 + (days ?? 0);
  const ms = (hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000 + Math.round((seconds ?? 0) * 1000);
  if (whole + ms / DAY_MS > MAX_DURATION_DAYS) return null;
  return { days: whole, ms };
}

/** Whether a duration takes no time at all. */
export function isZeroDuration(duration: Duration): boolean {
  return duration.days === 0 && duration.ms === 0;
}

/**
 * An instant plus a duration: first its days on the zone's calendar, keeping the local time of
 * day, then the rest exactly.
 */
export function addDuration(instant: EpochMs, duration: Duration, zone: string): EpochMs {
  if (duration.days === 0) return instant + duration.ms;
  const local = toLocal(zone, instant) + duration.days * DAY_MS;
  return toInstant(zone, local) + duration.ms;
}
