import type { EpochMs } from '@cadenza/domain';
import { add, zoneOf } from '../machine/state.ts';
import type { MachineSettings } from '../machine/types.ts';
import { DAY_MS, firstInstantAtOrAfter, weekdayOf } from '../time/local-time.ts';
import type { CompiledPlan } from '../validate/compiled-plan.ts';

/** Nobody is held for longer, whatever date a mail names. */
export const LONGEST_HOLD_MS = 366 * DAY_MS;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Until when a plan leaves somebody alone who has answered that they are away: the beginning, in
 * their zone, of the plan's number of business days (Monday to Friday) after the day of their
 * return; `withoutDate` from now where they name none, or one that is past.
 *
 * @param absence.at when the answer came.
 * @param absence.returnDate the first day on which they are back, `YYYY-MM-DD`; null: not known.
 * @returns at most {@link LONGEST_HOLD_MS} after `at`, and whether that is only the plan's estimate;
 *   null where the plan goes on regardless.
 */
export function awayUntil(
  plan: CompiledPlan,
  { at, returnDate }: { readonly at: EpochMs; readonly returnDate: string | null },
  settings: MachineSettings,
): { readonly until: EpochMs; readonly estimated: boolean } | null {
  const policy = plan.outOfOffice;
  if (policy === null) return null;
  const zone = zoneOf({ plan, settings });
  const back = returnDate === null ? null : dayNumber(returnDate);
  const dated =
    back === null
      ? null
      : firstInstantAtOrAfter(
          zone,
          afterBusinessDays(back, policy.businessDays) * DAY_MS,
          -Infinity,
        );
  const estimated = dated === null || dated <= at;
  const until = estimated ? add({ plan, settings }, at, policy.withoutDate) : dated;
  return { until: Math.min(until, at + LONGEST_HOLD_MS), estimated };
}

/** Days since 1970-01-01; null for what is no date. */
function dayNumber(date: string): number | null {
  const ms = DATE.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? null : ms / DAY_MS;
}

function afterBusinessDays(day: number, count: number): number {
  let at = day;
  for (let left = count; left > 0;) {
    at += 1;
    if (weekdayOf(at) < 5) left -= 1;
  }
  return at;
}
