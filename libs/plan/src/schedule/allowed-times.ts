import { DAY_MS, MINUTE_MS } from '../time/local-time.ts';
import type { PlanQuietHours, PlanWindow } from '../schema/plan-schema.ts';
import { WEEKDAYS } from '../schema/vocabulary.ts';

/** A stretch of wall-clock time: milliseconds since midnight, `end` not included. */
export interface ClockStretch {
  readonly start: number;
  readonly end: number;
}

/** The wall-clock times at which a message may leave. */
export interface AllowedTimes {
  /** Per weekday, Monday first. */
  readonly days: readonly boolean[];
  /** In order, apart from each other; the same on every allowed day. */
  readonly stretches: readonly ClockStretch[];
}

/** Milliseconds since midnight of a time of day such as `07:30` or `24:00`. */
export function parseClockTime(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  return ((hours ?? 0) * 60 + (minutes ?? 0)) * MINUTE_MS;
}

function outsideQuiet(quiet: PlanQuietHours): ClockStretch[] {
  const start = parseClockTime(quiet.start);
  const end = parseClockTime(quiet.end);
  // Quiet hours over midnight leave one stretch in the middle of the day, others two around them.
  if (start > end) return [{ start: end, end: start }];
  if (start === end) return [];
  return [
    { start: 0, end: start },
    { start: end, end: DAY_MS },
  ].filter((stretch) => stretch.start < stretch.end);
}

/**
 * Times inside the window and outside the quiet hours; null where neither restricts anything.
 * `stretches` is empty where the two never meet.
 */
export function allowedTimes(
  window: PlanWindow | undefined,
  quiet: PlanQuietHours | undefined,
): AllowedTimes | null {
  if (!window && !quiet) return null;
  const open = quiet ? outsideQuiet(quiet) : [{ start: 0, end: DAY_MS }];
  if (!window) return { days: WEEKDAYS.map(() => true), stretches: open };
  const from = parseClockTime(window.start);
  const to = parseClockTime(window.end);
  return {
    days: WEEKDAYS.map((day) => window.days.includes(day)),
    stretches: open
      .map(({ start, end }) => ({ start: Math.max(start, from), end: Math.min(end, to) }))
      .filter((stretch) => stretch.start < stretch.end),
  };
}
