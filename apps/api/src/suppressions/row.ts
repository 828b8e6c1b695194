import {
  isEmailAddress,
  isEmailDomain,
  normalizeEmail,
  normalizePhone,
  RESERVED_SUPPRESSION_SOURCES,
  CHANNELS,
  SUPPRESSION_REASONS,
  type EpochMs,
} from '@cadenza/domain';
import type { SuppressionEntry, SuppressionTarget } from '@cadenza/engine';
import { isCleanLine, lengthOf } from '../http/fields.ts';
import { Refusal } from '../import/row.ts';
import { withFormulas } from '../http/formulas.ts';
import type { Header, SuppressionColumn } from './columns.ts';

/** Characters of a source, as everywhere. */
const SOURCE_LENGTH = 200;
/** A date, or a moment; without an offset it is UTC's. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * One row of a file as a suppression.
 *
 * @throws Refusal with the first thing that is wrong.
 */
export function suppressionOf(
  row: number,
  headers: readonly Header[],
  cells: readonly string[],
  { source, now }: { readonly source: string; readonly now: EpochMs },
): SuppressionEntry {
  const extra = cells.findIndex((cell, n) => n >= headers.length && cell.trim() !== '');
  if (extra >= 0) {
    throw new Refusal(
      row,
      `column ${extra + 1}`,
      cells[extra],
      'too_many_columns',
      `${headers.length} columns, as in the header (a value with a delimiter needs quotes)`,
    );
  }
  function take<T>(
    column: SuppressionColumn,
    otherwise: T,
    read: (text: string) => T | null,
    [code, expected]: readonly [code: string, expected: string],
  ): T {
    const at = headers.findIndex((header) => header.column === column);
    const text = withFormulas((cells[at] ?? '').trim());
    if (text === '' && column !== 'value') return otherwise;
    const value = read(text);
    if (value === null) throw new Refusal(row, headers[at]?.name ?? column, text, code, expected);
    return value;
  }
  const channel = take('channel', 'email' as const, oneOf(CHANNELS), [
    'unknown_channel',
    CHANNELS.join(' or '),
  ]);
  const target = take<SuppressionTarget | null>(
    'value',
    null,
    channel === 'sms' ? phoneOf : mailOf,
    channel === 'sms'
      ? ['invalid_phone', 'a phone number of 5 to 15 digits such as +49 30 1234567']
      : ['invalid_address', 'an address such as jo@example.com, or a domain'],
  );
  if (target === null) throw new Error('a value that is neither read nor refused');
  return {
    ...target,
    reason: take('reason', 'manual' as const, oneOf(SUPPRESSION_REASONS), [
      'unknown_reason',
      `one of ${SUPPRESSION_REASONS.join(', ')}`,
    ]),
    source: take('source', source, sourceOf, [
      'invalid_source',
      `one line of at most ${SOURCE_LENGTH} characters`,
    ]),
    at: take('first_seen_at', null, (text) => momentOf(text, now), [
      'invalid_instant',
      'a moment that has been, such as 2027-01-31T08:00:00Z',
    ]),
  };
}

function oneOf<T extends string>(known: readonly T[]): (text: string) => T | null {
  return (text) => known.find((one) => one === text.toLowerCase()) ?? null;
}

function mailOf(text: string): SuppressionTarget | null {
  const value = normalizeEmail(text);
  if (isEmailAddress(value)) return { channel: 'email', kind: 'address', value };
  if (isEmailDomain(value)) return { channel: 'email', kind: 'domain', value };
  return null;
}

function phoneOf(text: string): SuppressionTarget | null {
  const value = normalizePhone(text);
  return value === null ? null : { channel: 'sms', kind: 'address', value };
}

function sourceOf(text: string): string | null {
  if (lengthOf(text) > SOURCE_LENGTH || !isCleanLine(text)) return null;
  // A list that was exported tells who had spoken then; now it is the list that says so.
  return RESERVED_SUPPRESSION_SOURCES.includes(text) ? `import:${text}` : text;
}

function momentOf(text: string, now: EpochMs): EpochMs | null {
  const [, day, time = '00:00', offset = 'Z'] = MOMENT.exec(text) ?? [];
  if (day === undefined) return null;
  const at = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(at) || at > now ? null : at;
}
