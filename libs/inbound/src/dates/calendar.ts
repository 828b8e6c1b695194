import type { EpochMs } from '@cadenza/domain';

/** Days since 1970-01-01. */
export type DayNumber = number;

const DAY_MS = 86_400_000;

/** The day of a date; null for one that the calendar does not have. */
export function dayNumber(year: number, month: number, day: number): DayNumber | null {
  const at = new Date(Date.UTC(year, month - 1, day));
  const exists = at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return exists ? at.getTime() / DAY_MS : null;
}

/** `YYYY-MM-DD`. */
export function isoDate(day: DayNumber): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

export function yearOf(day: DayNumber): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}

export function dayOfMonth(day: DayNumber): number {
  return new Date(day * DAY_MS).getUTCDate();
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(day: DayNumber): number {
  // 1970-01-01 was a Thursday.
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The next such weekday after a day. */
export function nextWeekday(after: DayNumber, weekday: number): DayNumber {
  return after + ((weekday - weekdayOf(after) + 6) % 7) + 1;
}

/** The day that it is at a time in a time zone; in UTC where the zone is not known. */
export function localDay(at: EpochMs, timezone: string): DayNumber {
  const parts = dateParts(at, timezone) ?? dateParts(at, 'UTC') ?? [];
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return dayNumber(part('year'), part('month'), part('day')) ?? Math.floor(at / DAY_MS);
}

function dateParts(at: EpochMs, timezone: string): Intl.DateTimeFormatPart[] | null {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
    return format.formatToParts(at);
  } catch {
    return null;
  }
}
