import type { EpochMs } from '@cadenza/domain';
import { offsetStretch } from './zone.ts';

/**
 * A local date and time, as the milliseconds that it would be since 1970 if the zone were UTC.
 */
export type LocalMs = number;

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Local time of an instant. */
export function toLocal(zone: string, instant: EpochMs): LocalMs {
  return instant + offsetStretch(zone, instant).offset;
}

/** Number of the local day, counted from 1970-01-01. */
export function dayOf(local: LocalMs): number {
  return Math.floor(local / DAY_MS);
}

/** Milliseconds since local midnight by the wall clock. */
export function timeOfDay(local: LocalMs): number {
  return local - dayOf(local) * DAY_MS;
}

/** Weekday of a day number: 0 for Monday to 6 for Sunday (1970-01-01 was a Thursday). */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Beyond this Temporal has no calendar, and no zone means anything. */
const LIMIT = 8.6e15;

/**
 * The instant of a local time. Where it happens twice, the first; where it is skipped, the local
 * time moves on by what is skipped (RFC 5545 §3.3.5, and Temporal's `compatible`).
 */
export function toInstant(zone: string, local: LocalMs): EpochMs {
  if (!(Math.abs(local) < LIMIT)) return local;
  // No offset is further from UTC than a day, so the stretches met on the way hold the answer.
  let stretch = offsetStretch(zone, local - DAY_MS);
  for (;;) {
    const instant = local - stretch.offset;
    if (instant < stretch.end) return instant;
    const next = offsetStretch(zone, stretch.end);
    if (local - next.offset < next.start) return instant;
    stretch = next;
  }
}

/**
 * The first instant, from `notBefore` on, at which the wall clock shows a local time or a later
 * one; for a time that is skipped that is the end of the gap.
 */
export function firstInstantAtOrAfter(zone: string, local: LocalMs, notBefore: EpochMs): EpochMs {
  if (!(Math.abs(local) < LIMIT)) return Math.max(local, notBefore);
  let stretch = offsetStretch(zone, Math.max(local - DAY_MS, notBefore));
  for (;;) {
    const instant = Math.max(local - stretch.offset, stretch.start, notBefore);
    if (instant < stretch.end) return instant;
    stretch = offsetStretch(zone, stretch.end);
  }
}
