import {
  dayNumber,
  dayOfMonth,
  nextWeekday,
  weekdayOf,
  yearOf,
  type DayNumber,
} from './calendar.ts';
import { ENGLISH_MONTH, MONTH, MONTHS, WEEKDAY, WEEKDAYS, WHOLE_WEEKDAY } from './names.ts';

/** A date in a text. */
export interface DateToken {
  /** Where it begins, a weekday before it included. */
  readonly start: number;
  readonly end: number;
  readonly day: DayNumber;
  /** The last day of what it names: of a week its Sunday. */
  readonly lastDay: DayNumber;
  /** It is the end of a span of which only the first day stood before it: `21.-24.12.`. */
  readonly endsSpan: boolean;
  /** A bare `7.12` may be anything: it counts only behind a word such as `until`. */
  readonly weak: boolean;
}

/** How numbers with slashes are read where the numbers themselves leave it open. */
export type DayOrder = 'day_first' | 'month_first' | 'open';

interface Found {
  readonly start: number;
  readonly end: number;
  readonly weak: boolean;
  readonly endsSpan: boolean;
  /** What it may mean, the likeliest first. */
  readonly days: (today: DayNumber, order: DayOrder, weekday: number | null) => Span[];
}

type Span = readonly [first: DayNumber, last: DayNumber];

const YEAR = '(20\\d\\d)';
const ORDINAL = '(?:st|nd|rd|th|er|o|\\.)?';

const ISO = /(?<![\d-])(20\d\d)-(\d{1,2})-(\d{1,2})(?![\d-])/g;
const DAY_MONTH = new RegExp(
  `(?<![\\d.])(\\d{1,2})${ORDINAL} ?(?:of |de |do |di |d')?(${MONTH})\\b\\.?(?:,? (?:de |del |do )?${YEAR}\\b)?`,
  'g',
);
const MONTH_DAY = new RegExp(
  `\\b(${ENGLISH_MONTH})\\b\\.? (\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])(?:,? ${YEAR}\\b)?`,
  'g',
);
const MONTH_SPAN = new RegExp(
  `\\b(${ENGLISH_MONTH})\\b\\.? \\d{1,2}(?:st|nd|rd|th)? ?(?:-|to|through|until) ?(\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])(?:,? ${YEAR}\\b)?`,
  'g',
);
const DOTS = /(?<![\d.])(\d{1,2})\. ?(\d{1,2})\.(?: ?(20\d\d|\d\d)(?![\d.:]))?/g;
const BARE_DOTS = /(?<![\d.])(\d{1,2})\.(\d{1,2})(?![\d.:]| ?(?:uhr|h\b|am\b|pm\b|%))/g;
const SLASHES = /(?<![\d/])(\d{1,2})\/(\d{1,2})(?:\/(20\d\d|\d\d))?(?![\d/])/g;
const DASHES = /(?<![\d-])(\d{1,2})-(\d{1,2})-(20\d\d)(?![\d-])/g;
const NAMED_DAY = new RegExp(`\\b(${WHOLE_WEEKDAY})\\b(?:-feira)?`, 'g');
/** `the 10th`, `lundi 7`: a day of this month or of one of the next. */
const DAY_ALONE = new RegExp(
  `(?:(?<=\\bthe )(\\d{1,2})(?:st|nd|rd|th)|(?<=\\b(?:${WHOLE_WEEKDAY})(?:-feira)?,? (?:the |den |le |el |il |dia )?)(\\d{1,2})(?:st|nd|rd|th|er|\\.)?)(?![\\d:/a-z]| ?(?:of |de |do |di |d')?(?:${MONTH})\\b| ?(?:uhr|h|am|pm|heures|horas|ore)\\b|\\.\\d)`,
  'g',
);
const TOMORROW =
  /(?<!guten |gute |de la |por la |day after )\b(?:tomorrow|morgen|demain|manana|domani|amanha|(?<!goede)morgen(?!s))\b/g;
const AFTER_TOMORROW =
  /\b(?:day after tomorrow|ubermorgen|uebermorgen|apres-demain|pasado manana|dopodomani|overmorgen|depois de amanha)\b/g;
const TODAY = /\b(?:today|heute|aujourd'hui|hoy|oggi|hoje|vandaag)\b/g;
const NEXT_WEEK =
  /\b(?:next week|(?:nachste|kommende|naechste)[nr]? woche|la semaine prochaine|(?:la )?(?:proxima semana|semana que viene)|(?:la )?(?:settimana prossima|prossima settimana)|semana que vem|volgende week)\b/g;
const THIS_WEEK =
  /\b(?:this week|diese[rn]? woche|cette semaine|esta semana|questa settimana|deze week|nesta semana)\b/g;

const BEFORE_WEEKDAY = new RegExp(
  `\\b(${WEEKDAY})\\b(?:-feira)?\\.?,? ?(?:the |den |dem |le |el |il |dia )?$`,
);
const BEFORE_SPAN = new RegExp(
  `(?<![\\d.:/])\\d{1,2}${ORDINAL} ?(?:-|/|to|bis|bis zum|au|al|a|ate|e|y|et|und|and) ?(?:the |den |dem |le |el |il )?(?:(?:${WEEKDAY})\\b,? )?(?:the |den |dem |le |el |il )?$`,
);

/** A date without a year lies no further back than this, and not much further ahead than a year. */
const BACK_DAYS = 90;
const AHEAD_DAYS = 290;

/** The dates in a folded text without line ends, as seen from `today`, in their order. */
export function dateTokens(text: string, today: DayNumber, order: DayOrder): DateToken[] {
  const tokens: DateToken[] = [];
  let taken = 0;
  for (const found of findAll(text)) {
    if (found.start < taken) continue;
    const before = text.slice(Math.max(0, found.start - 40), found.start);
    const weekdayMatch = BEFORE_WEEKDAY.exec(before);
    const weekday = WEEKDAYS.get(weekdayMatch?.[1] ?? '') ?? null;
    const spans = found.days(today, order, weekday);
    const span = spans.find(([day]) => weekday !== null && weekdayOf(day) === weekday) ?? spans[0];
    if (span === undefined) continue;
    const last = tokens.at(-1);
    const start = weekdayMatch === null ? found.start : found.start - weekdayMatch[0].length;
    // The weekday before a date is no date of its own.
    if (last !== undefined && last.start >= start) tokens.pop();
    tokens.push({
      start,
      end: found.end,
      day: span[0],
      lastDay: span[1],
      endsSpan: found.endsSpan || BEFORE_SPAN.test(before),
      weak: found.weak,
    });
    taken = found.end;
  }
  return tokens;
}

function findAll(text: string): Found[] {
  const found: Found[] = [];
  const add = (
    pattern: RegExp,
    days: (groups: readonly string[]) => Found['days'],
    { weak = false, endsSpan = false } = {},
  ) => {
    for (const match of text.matchAll(pattern)) {
      const groups = match.slice(1).map((group: string | undefined) => group ?? '');
      found.push({
        start: match.index,
        end: match.index + match[0].length,
        days: days(groups),
        weak,
        endsSpan,
      });
    }
  };
  add(ISO, ([year, month, day]) => dated(Number(day), Number(month), Number(year)));
  add(
    MONTH_SPAN,
    ([month = '', day, year]) => dated(Number(day), MONTHS.get(month) ?? 0, yearIn(year)),
    { endsSpan: true },
  );
  add(DAY_MONTH, ([day, month = '', year]) =>
    dated(Number(day), MONTHS.get(month) ?? 0, yearIn(year)),
  );
  add(MONTH_DAY, ([month = '', day, year]) =>
    dated(Number(day), MONTHS.get(month) ?? 0, yearIn(year)),
  );
  add(DOTS, ([day, month, year]) => dated(Number(day), Number(month), yearIn(year)));
  add(SLASHES, ([first, second, year]) => slashed(Number(first), Number(second), yearIn(year)));
  add(DASHES, ([first, second, year]) => slashed(Number(first), Number(second), yearIn(year)));
  add(BARE_DOTS, ([day, month]) => dated(Number(day), Number(month), null), {
    weak: true,
  });
  add(NAMED_DAY, ([name = '']) => {
    const weekday = WEEKDAYS.get(name) ?? 1;
    return (today) => single(nextWeekday(today, weekday));
  });
  add(DAY_ALONE, ([first = '', second = '']) => nextOf(Number(first || second)), { weak: true });
  add(AFTER_TOMORROW, () => (today) => single(today + 2));
  add(TOMORROW, () => (today) => single(today + 1));
  add(TODAY, () => (today) => single(today));
  add(NEXT_WEEK, () => (today) => [week(nextWeekday(today, 1))]);
  add(THIS_WEEK, () => (today) => [[today, nextWeekday(today - 1, 7)]]);
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

const single = (day: DayNumber): Span[] => [[day, day]];
const week = (monday: DayNumber): Span => [monday, monday + 6];

function yearIn(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  return Number(text) + (text.length === 2 ? 2000 : 0);
}

function dated(day: number, month: number, year: number | null): Found['days'] {
  return (today) => {
    const found = dayIn(day, month, year, today);
    return found === null ? [] : single(found);
  };
}

/** The next days with such a number, the nearest first. */
function nextOf(day: number): Found['days'] {
  return (today) => {
    const days = Array.from({ length: 62 }, (_, ahead) => today + ahead);
    return days.filter((one) => dayOfMonth(one) === day).flatMap(single);
  };
}

/** Two numbers of which either may be the month. */
function slashed(first: number, second: number, year: number | null): Found['days'] {
  return (today, order) => {
    const dayFirst = dayIn(first, second, year, today);
    const monthFirst = dayIn(second, first, year, today);
    const both = order === 'month_first' ? [monthFirst, dayFirst] : [dayFirst, monthFirst];
    const days = both.filter((day) => day !== null);
    // Where nothing tells, what is near is likelier to be meant than what is months away.
    if (order === 'open') {
      days.sort((a, b) => Number(isFar(a, today)) - Number(isFar(b, today)));
    }
    return days.flatMap(single);
  };
}

const NEAR_DAYS = 60;
const isFar = (day: DayNumber, today: DayNumber) => day < today || day > today + NEAR_DAYS;

function dayIn(
  day: number,
  month: number,
  year: number | null,
  today: DayNumber,
): DayNumber | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  if (year !== null) return dayNumber(year, month, day);
  const thisYear = yearOf(today);
  for (const candidate of [thisYear - 1, thisYear, thisYear + 1]) {
    const found = dayNumber(candidate, month, day);
    if (found !== null && found >= today - BACK_DAYS && found <= today + AHEAD_DAYS) return found;
  }
  return null;
}
