import type { EpochMs } from '@cadenza/domain';
import {
  DAY_MS,
  dayOf,
  firstInstantAtOrAfter,
  timeOfDay,
  toLocal,
  weekdayOf,
} from '../time/local-time.ts';
import { offsetStretch } from '../time/zone.ts';
import type { AllowedTimes } from './allowed-times.ts';

/** Whether the wall clock of a zone shows an allowed time at an instant. */
export function isAllowed(zone: string, allowed: AllowedTimes, instant: EpochMs): boolean {
  const local = toLocal(zone, instant);
  const time = timeOfDay(local);
  return (
    allowed.days[weekdayOf(dayOf(local))] === true &&
    allowed.stretches.some(({ start, end }) => start <= time && time < end)
  );
}

/**
 * The first allowed instant from one on. It goes through stretches of constant offset, in which
 * the wall clock runs evenly: so what a gap skips is found after it, and of a time that happens
 * twice the first is taken, or the second where the first has passed.
 */
export function nextAllowed(zone: string, allowed: AllowedTimes, from: EpochMs): EpochMs {
  let at = from;
  for (;;) {
    const { offset, end } = offsetStretch(zone, at);
    const local = at + offset;
    const today = dayOf(local);
    for (let day = today; day <= today + 7; day += 1) {
      if (allowed.days[weekdayOf(day)] !== true) continue;
      const stretch = allowed.stretches.find((s) => local < day * DAY_MS + s.end);
      if (!stretch) continue;
      const found = Math.max(at, day * DAY_MS + stretch.start - offset);
      if (found < end) return found;
    }
    // Only a stretch without an end holds a whole week: then there is nothing to find.
    if (end === Infinity || at >= end) return from;
    at = end;
  }
}

/**
 * As {@link nextAllowed}, but where a day is left out because of its weekday, the time of day is
 * kept on the new day if it is allowed there.
 *
 * @param keep Milliseconds since local midnight.
 * @param always Whether to keep it on every other day, for whatever reason it is another.
 */
export function nextAllowedKeepingTime(
  zone: string,
  allowed: AllowedTimes,
  from: EpochMs,
  keep: number,
  always: boolean,
): EpochMs {
  const first = nextAllowed(zone, allowed, from);
  const fromDay = dayOf(toLocal(zone, from));
  const day = dayOf(toLocal(zone, first));
  let rolled = always && day > fromDay;
  for (let left = fromDay; left < day && !rolled; left += 1) {
    rolled = allowed.days[weekdayOf(left)] !== true;
  }
  if (!rolled) return first;
  const kept = firstInstantAtOrAfter(zone, day * DAY_MS + keep, first);
  return dayOf(toLocal(zone, kept)) === day && isAllowed(zone, allowed, kept) ? kept : first;
}

/** Stretches joined at most: more than a week of them has no end. */
const JOINED = 20;

/** The first instant after an allowed one that is not allowed; null where there is none. */
export function endOfAllowed(zone: string, allowed: AllowedTimes, from: EpochMs): EpochMs | null {
  let at = from;
  for (let joined = 0; joined < JOINED; joined += 1) {
    const { offset, end } = offsetStretch(zone, at);
    const local = at + offset;
    const time = timeOfDay(local);
    const stretch = allowed.stretches.find((s) => s.start <= time && time < s.end);
    if (!stretch) return at;
    at = Math.min(end, dayOf(local) * DAY_MS + stretch.end - offset);
    if (!isAllowed(zone, allowed, at)) return at;
  }
  return null;
}
