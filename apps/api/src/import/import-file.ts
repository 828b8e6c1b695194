import {
  erasedAddresses,
  importConsents,
  importContacts,
  type ImportedContact,
  type Schema,
} from '@cadenza/database';
import type { Id, StandIn } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import { ImportFileError } from './errors.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { RowConsent, RowProblem } from './row.ts';
import type { NumberedRow, ReadingNotes } from './rows.ts';

/** What came of a file. Every row is counted once: imported, updated, duplicate or rejected. */
export interface ImportReport {
  imported: number;
  updated: number;
  /** Rows whose address an earlier row has, or that had nothing to add to a contact. */
  duplicates: number;
  /** The last row that was read, as a spreadsheet counts them; 0: none. */
  lastRow: number;
  rejectedTotal: number;
  /** The first of the rejected rows. */
  readonly rejected: RowProblem[];
  /** The first of the columns that are none of ours, with the custom field that each became. */
  readonly customColumns: { readonly column: string; readonly key: string }[];
  /** Rows that were taken without a value of theirs, or a file without rows. */
  readonly warnings: RowProblem[];
}

interface Taken {
  readonly row: number;
  readonly contact: ImportedContact;
  readonly consent: RowConsent | null;
}

export function newReport(): ImportReport {
  return {
    imported: 0,
    updated: 0,
    duplicates: 0,
    lastRow: 0,
    rejectedTotal: 0,
    rejected: [],
    customColumns: [],
    warnings: [],
  };
}

/** Writes what reading tells beside the rows into a report. */
export function notesInto({ customColumns, warnings }: ImportReport): ReadingNotes {
  const seen = new Set<string>();
  return {
    customColumn({ header, customKey }) {
      // Elements of a JSON array can each have keys of their own.
      if (seen.has(header) || seen.size >= IMPORT_LIMITS.columns) return;
      seen.add(header);
      customColumns.push({ column: header, key: customKey });
    },
    noRows(columns) {
      const found = `a header of ${columns} ${columns === 1 ? 'column' : 'columns'} and no rows`;
      const hint = 'curl -d takes the line breaks out: use --data-binary';
      warnings.push({
        row: 1,
        column: '',
        value: '',
        code: 'no_rows',
        message: `${found}: expected a row below it (${hint})`,
      });
    },
  };
}

/**
 * Imports rows as they arrive, some at a time, each time in a transaction of its own: a row that
 * is refused costs no other one. Importing a file again changes nothing.
 *
 * @param report is filled as rows are written, so that it holds where reading stops half-way.
 * @throws ImportFileError where the file cannot be read on
 */
export async function importFile(
  rows: AsyncIterable<NumberedRow>,
  options: {
    readonly tenantId: Id;
    readonly tx: <T>(work: (trx: Transaction<Schema>) => Promise<T>) => Promise<T>;
    /** Whether contacts that are there get what they lack. */
    readonly fill: boolean;
    readonly standIn: StandIn;
  },
  report: ImportReport,
): Promise<void> {
  const seen = new Set<string>();
  let chunk = new Map<string, Taken>();

  async function write(): Promise<void> {
    const rowsOfChunk = chunk;
    chunk = new Map();
    const given = [...rowsOfChunk.values()];
    const { fill, tenantId, standIn } = options;
    const { erased, taken, result } = await options.tx(async (trx) => {
      const reached = given.flatMap(({ contact: { email, phone } }) =>
        phone === null ? [email] : [email, phone],
      );
      const refused = await erasedAddresses(trx, tenantId, reached, standIn);
      const isErased = ({ email, phone }: ImportedContact) =>
        refused.has(email) || (phone !== null && refused.has(phone));
      const kept = given.filter(({ contact }) => !isErased(contact));
      const contacts = kept.map(({ contact }) => contact);
      const imported = await importContacts(trx, tenantId, contacts, { fill, source: 'import' });
      const consents = kept.flatMap(({ contact: { email }, consent }) =>
        consent === null ? [] : [{ email, ...consent }],
      );
      await importConsents(trx, tenantId, consents);
      return {
        erased: given.filter(({ contact }) => isErased(contact)),
        taken: contacts.length,
        result: imported,
      };
    });
    for (const { row, contact } of erased) reject(report, erasedRow(row, contact.email));
    report.imported += result.imported;
    report.updated += result.updated;
    report.duplicates += taken - result.imported - result.updated;
    for (const email of result.phoneTaken) {
      const holder = rowsOfChunk.get(email);
      const phone = holder?.contact.phone;
      if (holder === undefined || phone === null || phone === undefined) continue;
      if (report.warnings.length >= IMPORT_LIMITS.listed) break;
      report.warnings.push({
        row: holder.row,
        column: 'phone',
        value: phone,
        code: 'phone_taken',
        message: `"${phone}" belongs to another contact: expected a number of its own; left out`,
      });
    }
  }

  let count = 0;
  try {
    for await (const { row, checked } of rows) {
      count += 1;
      if (count > IMPORT_LIMITS.rows) throw tooManyRows(row);
      report.lastRow = row;
      if (!checked.ok) {
        reject(report, checked.problem);
        continue;
      }
      const { contact, consent } = checked;
      if (seen.has(contact.email)) {
        report.duplicates += 1;
        continue;
      }
      seen.add(contact.email);
      chunk.set(contact.email, { row, contact, consent });
      if (chunk.size === IMPORT_LIMITS.chunk) await write();
    }
  } finally {
    // What was read is written where it breaks off as well, so that the report tells of every row.
    if (chunk.size > 0) await write();
  }
}

function reject(report: ImportReport, problem: RowProblem): void {
  report.rejectedTotal += 1;
  if (report.rejected.length < IMPORT_LIMITS.listed) report.rejected.push(problem);
}

function erasedRow(row: number, value: string): RowProblem {
  const expected = 'somebody else, or their consent given since then';
  return {
    row,
    column: 'email',
    value,
    code: 'erased',
    message: `"${value}" was erased at the person's own wish: expected ${expected}`,
  };
}

function tooManyRows(row: number): ImportFileError {
  return new ImportFileError(
    {
      path: `row ${row}`,
      code: 'too_many_rows',
      message: `more than ${IMPORT_LIMITS.rows} rows: expected a file of at most that, or parts of it`,
    },
    'too-large',
  );
}
