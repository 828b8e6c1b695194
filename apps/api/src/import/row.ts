import type { ImportedContact } from '@cadenza/database';
import {
  isEmailAddress,
  normalizeEmail,
  normalizePhone,
  PHONE_NUMBER_EXPECTED,
  showValue,
} from '@cadenza/domain';
import { isTimeZone } from '@cadenza/plan';
import { isCleanLine, lengthOf, LENGTHS } from '../http/fields.ts';
import { storableProblem } from '../http/storable.ts';
import type { Column, Field } from './columns.ts';

/** Why a row was left out, or what was left out of it. */
export interface RowProblem {
  readonly row: number;
  /** The column's name in the file. */
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly message: string;
}

export interface Cell {
  readonly column: Column;
  readonly value: unknown;
}

export type CheckedRow =
  | {
      readonly ok: true;
      readonly contact: ImportedContact;
      /** Where and when the person has consented to mail; null: the row says nothing of it. */
      readonly consent: RowConsent | null;
    }
  | { readonly ok: false; readonly problem: RowProblem };

const MAX_LENGTH: Readonly<Record<Field, number>> = {
  email: 320,
  firstName: LENGTHS.name,
  lastName: LENGTHS.name,
  company: LENGTHS.leadName,
  title: LENGTHS.name,
  timezone: 64,
  phone: 40,
  website: LENGTHS.website,
  industry: LENGTHS.name,
  consentSource: LENGTHS.name,
  consentAt: 40,
};

export interface RowConsent {
  readonly source: string;
  readonly givenAt: Date;
}

/** A day, or an instant with its offset. */
const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A row that is left out, with the first thing that is wrong with it. */
export class Refusal extends Error {
  readonly problem: RowProblem;

  constructor(row: number, column: string, value: unknown, code: string, expected: string) {
    const shown = showValue(value);
    super(`${shown}: expected ${expected}`);
    const plain = typeof value === 'string' ? shown.replace(/^"|"$/g, '') : shown;
    this.problem = { row, column, value: plain, code, message: this.message };
  }
}

/** Checks one row. The first thing that is wrong with it is what is told. */
export function checkRow(row: number, cells: readonly Cell[]): CheckedRow {
  try {
    return { ok: true, ...contactOf(row, cells) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem };
    throw error;
  }
}

function contactOf(
  row: number,
  cells: readonly Cell[],
): { contact: ImportedContact; consent: RowConsent | null } {
  const values = new Map<Field, { readonly text: string; readonly column: string }>();
  const custom = new Map<string, unknown>();
  function keep(key: string, kept: unknown, column: string): void {
    if (custom.has(key)) {
      throw new Refusal(row, column, kept, 'duplicate_column', `one value for custom.${key}`);
    }
    custom.set(key, kept);
  }
  for (const { column, value } of cells) {
    const { header, field, customKey } = column;
    if (field === null) {
      const kept = customValue(row, header, value);
      if (kept !== null) keep(customKey, kept, header);
      continue;
    }
    const text = fieldText(row, header, field, value);
    if (text === null) continue;
    if (values.has(field)) {
      throw new Refusal(row, header, value, 'duplicate_column', `one value for ${field}`);
    }
    values.set(field, { text, column: header });
  }

  function checked(
    field: Field,
    rule: (text: string) => string | null,
    code: string,
    expected: string,
  ) {
    const found = values.get(field);
    if (found === undefined) return null;
    const result = rule(found.text);
    if (result === null) throw new Refusal(row, found.column, found.text, code, expected);
    return result;
  }
  const plain = (field: Field) => values.get(field)?.text ?? null;

  const email = checked(
    'email',
    (text) => (isEmailAddress(normalizeEmail(text)) ? normalizeEmail(text) : null),
    'invalid_address',
    'an e-mail address such as jo@example.com',
  );
  if (email === null) {
    throw new Refusal(row, emailColumn(cells), '', 'missing_address', 'an e-mail address');
  }
  const timezone = checked(
    'timezone',
    (text) => (isTimeZone(text) ? text : null),
    'unknown_timezone',
    'an IANA time zone such as Europe/Berlin',
  );
  const phone = checked('phone', normalizePhone, 'invalid_phone', PHONE_NUMBER_EXPECTED);
  const company = plain('company');
  // What belongs to a lead is kept with the contact where no lead is named.
  if (company === null) {
    for (const field of ['website', 'industry'] as const) {
      const found = values.get(field);
      if (found !== undefined) keep(field, found.text, found.column);
    }
  }
  const consentAt = checked(
    'consentAt',
    (text) => (INSTANT.test(text) && !Number.isNaN(Date.parse(text)) ? text : null),
    'invalid_instant',
    'a date or an instant such as 2027-01-31 or 2027-01-31T08:00:00Z',
  );
  const source = plain('consentSource');
  if ((consentAt === null) !== (source === null)) {
    const missing = source === null ? 'consentSource' : 'consentAt';
    throw new Refusal(row, missing, '', 'incomplete_consent', 'both consentSource and consentAt');
  }
  return {
    contact: {
      email,
      firstName: plain('firstName'),
      lastName: plain('lastName'),
      title: plain('title'),
      timezone,
      phone,
      company,
      website: company === null ? null : plain('website'),
      industry: company === null ? null : plain('industry'),
      custom: checkedCustom(row, custom),
    },
    consent:
      consentAt === null || source === null ? null : { source, givenAt: new Date(consentAt) },
  };
}

function emailColumn(cells: readonly Cell[]): string {
  return cells.find(({ column }) => column.field === 'email')?.column.header ?? 'email';
}

/** The text of a field, trimmed; null where there is none. */
function fieldText(row: number, column: string, field: Field, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') {
    throw new Refusal(row, column, value, 'invalid_type', 'a text');
  }
  // Spreadsheets break lines within cells; a name or a title has one.
  const text = value.trim().replace(/[\r\n\t]+ */g, ' ');
  if (text === '') return null;
  if (lengthOf(text) > MAX_LENGTH[field]) {
    throw new Refusal(row, column, text, 'too_long', `at most ${MAX_LENGTH[field]} characters`);
  }
  if (!isCleanLine(text)) {
    throw new Refusal(
      row,
      column,
      text,
      'invalid_characters',
      'one line without control characters',
    );
  }
  return text;
}

function customValue(row: number, column: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const kept = typeof value === 'string' ? value.trim() : value;
  if (kept === '') return null;
  if (typeof kept === 'string' && lengthOf(kept) > LENGTHS.customText) {
    throw new Refusal(row, column, kept, 'too_long', `at most ${LENGTHS.customText} characters`);
  }
  const problem = storableProblem(kept);
  if (problem !== null) {
    const code = typeof kept === 'string' ? 'invalid_characters' : 'invalid_value';
    throw new Refusal(row, column, kept, code, problem);
  }
  return kept;
}

function checkedCustom(
  row: number,
  entries: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  const custom: Record<string, unknown> = Object.fromEntries(entries);
  if (JSON.stringify(custom).length > LENGTHS.custom) {
    throw new Refusal(
      row,
      'custom',
      `${entries.size} columns`,
      'too_long',
      `at most ${LENGTHS.custom} characters of values of your own`,
    );
  }
  return custom;
}
