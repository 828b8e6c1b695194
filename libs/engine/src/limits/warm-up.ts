import type { EpochMs } from '@cadenza/domain';
import type { WarmUpRamp } from '../ports/limits.ts';

/** A ramp's day, and the window that its allowance holds in. */
export const WARM_UP_DAY_MS = 86_400_000;

/** Longest schedule of a ramp, in days. */
export const WARM_UP_DAYS = 365;

/**
 * Messages that a ramp allows in any 24 hours that end now: those of its first day until that has
 * passed, and null once its last day has.
 */
export function warmUpAllowance(
  ramp: Pick<WarmUpRamp, 'startsAt' | 'allowances'>,
  now: EpochMs,
): number | null {
  const day = Math.max(0, Math.floor((now - ramp.startsAt) / WARM_UP_DAY_MS));
  return ramp.allowances[day] ?? null;
}

/**
 * The allowances of a ramp that begins with `first` messages a day and multiplies them by `factor`
 * from day to day, rounded down, until a day would reach `target`, which no ramp limits any more.
 *
 * @param schedule.factor greater than 1.
 * @returns null where that takes more than 365 days.
 */
export function warmUpSchedule(schedule: {
  readonly first: number;
  readonly factor: number;
  readonly target: number;
}): number[] | null {
  const days: number[] = [];
  for (let exact = schedule.first; exact < schedule.target; exact *= schedule.factor) {
    if (days.length === WARM_UP_DAYS) return null;
    days.push(Math.floor(exact));
  }
  return days.length === 0 ? [schedule.first] : days;
}
