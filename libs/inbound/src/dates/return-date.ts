import type { EpochMs } from '@cadenza/domain';
import { fold } from '../text/fold.ts';
import { isoDate, localDay, type DayNumber } from './calendar.ts';
import {
  AND,
  AWAY,
  BETWEEN,
  FROM,
  INCLUDED_AFTER,
  ON,
  RETURN,
  RETURN_AFTER,
  SPAN,
  UNTIL,
  UNTIL_INCLUDED,
} from './cues.ts';
import { dateTokens, type DateToken, type DayOrder } from './date-tokens.ts';
import { languageOf } from './language.ts';

export interface ReturnDateContext {
  /** Years and weekdays are read as seen from here. */
  readonly now: EpochMs;
  /** IANA time zone of whoever is away. */
  readonly timezone?: string;
  /** Minutes east of Greenwich at which the mail was written; null where it is not known. */
  readonly offset?: number | null;
}

/** Longer notes are read as far as this. */
const MAX_LENGTH = 8_000;
/** A later return is a slip of the pen, or none. */
const MAX_AHEAD_DAYS = 730;
/** What a date is about stands in its own clause. */
const CLAUSE = 90;

/**
 * The day on which somebody who is away is back, by what their note says, or null.
 *
 * What names the return comes first (`back on`, `ab … wieder`). The day after the last day away comes
 * next: `until … inclusive`, `through`, both ends of a span. A mere `until` is taken by its word: the
 * day that it names. A day that has passed says nothing.
 */
export function findReturnDate(note: string, context: ReturnDateContext): string | null {
  const text = fold(note.slice(0, MAX_LENGTH)).replaceAll(/\s+/g, ' ');
  const today = localDay(context.now, context.timezone ?? 'UTC');
  const tokens = dateTokens(text, today, dayOrder(text, context));
  const readings = tokens
    .map((token, index) => read(text, token, tokens[index - 1] ?? null, tokens[index + 1] ?? null))
    .filter((reading) => reading !== null)
    .filter(({ day }) => day >= today && day <= today + MAX_AHEAD_DAYS);
  const best = readings.reduce<Reading | null>(
    (found, reading) => (found === null || reading.rank < found.rank ? reading : found),
    null,
  );
  return best === null ? null : isoDate(best.day);
}

interface Reading {
  readonly day: DayNumber;
  /** The lower, the plainer. */
  readonly rank: number;
}

/** `Not in on Wednesdays and Fridays`: days of every week, from which nobody comes back. */
function areListed(text: string, first: DateToken | null, second: DateToken | null): boolean {
  if (first === null || second === null || second.day === first.day + 1) return false;
  return (
    AND.test(text.slice(first.end, second.start)) &&
    !/\d/.test(text.slice(first.start, second.end)) &&
    !BETWEEN.test(text.slice(0, first.start))
  );
}

function read(
  text: string,
  token: DateToken,
  previous: DateToken | null,
  next: DateToken | null,
): Reading | null {
  const from = Math.max(previous?.end ?? 0, token.start - CLAUSE);
  const before = lastClause(text.slice(from, token.start));
  const after = firstClause(text.slice(token.end, token.end + CLAUSE));
  const between = previous === null ? null : text.slice(previous.end, token.start);
  const isListed = areListed(text, previous, token) || areListed(text, token, next);
  const returns = [...before.matchAll(RETURN)].length > 0;

  if (UNTIL_INCLUDED.test(before)) return { day: token.lastDay + 1, rank: 1 };
  const until = UNTIL.test(before);
  if (until && INCLUDED_AFTER.test(after)) return { day: token.lastDay + 1, rank: 1 };
  const spans = token.endsSpan || (between !== null && SPAN.test(between) && !isListed);
  if (spans && !returns) return { day: token.lastDay + 1, rank: 2 };
  if (until) return { day: token.day, rank: 3 };
  if (isListed && !returns) return null;
  if (token.weak && !FROM.test(before) && !ON.test(before)) return null;
  if (returns || RETURN_AFTER.test(after)) return { day: token.day, rank: 0 };
  if (FROM.test(before)) return null;
  const isAway = AWAY.test(before) || AWAY.test(after);
  return isAway && !token.weak ? { day: token.lastDay + 1, rank: 4 } : null;
}

/** What stands behind the last end of a sentence; a dot after a number ends none. */
function lastClause(text: string): string {
  const ends = [...text.matchAll(/(?<!\d)(?<!\b(?:inkl|incl|einschl|ca|bzw|z|b|st))[.!?;] /g)];
  const end = ends.at(-1);
  return end === undefined ? text : text.slice(end.index + 2);
}

function firstClause(text: string): string {
  const end = /(?<!\b(?:inkl|incl))[.!?;](?: |$)/.exec(text);
  return end === null ? text : text.slice(0, end.index);
}

/** Americans put the month first, and everybody else that writes in one of the seven languages does not. */
function dayOrder(text: string, { timezone, offset }: ReturnDateContext): DayOrder {
  if (languageOf(text) !== 'en') return 'day_first';
  if (/\b(?:1[3-9]|2\d|3[01])\/(?:0?[1-9]|1[0-2])(?!\d)/.test(text)) return 'day_first';
  if (/(?<![\d/])(?:0?[1-9]|1[0-2])\/(?:1[3-9]|2\d|3[01])(?!\d)/.test(text)) return 'month_first';
  if (/\b(?:e[sd]t|c[sd]t|m[sd]t|p[sd]t|eastern|pacific|central time)\b/.test(text)) {
    return 'month_first';
  }
  const isAmerican = (offset !== undefined && offset !== null && offset <= -240) || false;
  if (isAmerican || (timezone?.startsWith('America/') ?? false)) return 'month_first';
  if (timezone !== undefined && /^(?:Europe|Australia|Africa|Asia)\//.test(timezone)) {
    return 'day_first';
  }
  return offset !== undefined && offset !== null && offset > 0 ? 'day_first' : 'open';
}
