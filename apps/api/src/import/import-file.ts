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
import { reject, tell, type ImportReport, type ReadRows } from './report.ts';
import type { RowConsent, RowProblem } from './row.ts';
import type { NumberedRow } from './rows.ts';

interface Taken {
  readonly row: number;
  readonly contact: ImportedContact;
  readonly consent: RowConsent | null;
}

export interface ImportOptions {
  readonly tenantId: Id;
  readonly tx: <T>(work: (trx: Transaction<Schema>) => Promise<T>) => Promise<T>;
  /** Whether contacts that are there get what they lack. */
  readonly fill: boolean;
  readonly standIn: StandIn;
}

interface Chunk {
  /** By their addresses. */
  readonly rows: Map<string, Taken>;
  readonly read: ReadRows;
}

function newChunk(lastRow: number): Chunk {
  return { rows: new Map(), read: { lastRow, duplicates: 0, rejectedTotal: 0, rejected: [] } };
}

/**
 * Imports rows as they arrive, some at a time, each time in a transaction of its own: a row that
 * is refused costs no other one. While some are written the next ones are read, and no more than
 * these. Importing a file again changes nothing.
 *
 * @param report is filled as rows are written, so that it holds where reading stops half-way.
 * @throws ImportFileError where the file cannot be read on
 */
export async function importFile(
  rows: AsyncIterable<NumberedRow>,
  options: ImportOptions,
  report: ImportReport,
): Promise<void> {
  const seen = new Set<string>();
  let chunk = newChunk(0);
  let count = 0;
  let writing = Promise.resolve();
  let failure: { readonly error: unknown } | null = null;

  async function written(): Promise<void> {
    await writing;
    if (failure !== null) throw failure.error;
  }

  /** Begins to write what was read, as soon as what was read before it is written. */
  async function write(): Promise<void> {
    await written();
    const ready = chunk;
    chunk = newChunk(ready.read.lastRow);
    tell(ready.read, report);
    if (ready.rows.size === 0) return;
    writing = writeChunk(ready.rows, options, report).catch((error: unknown) => {
      failure = { error };
    });
  }

  try {
    for await (const { row, checked } of rows) {
      count += 1;
      if (count > IMPORT_LIMITS.rows) throw tooManyRows(row);
      chunk.read.lastRow = row;
      if (!checked.ok) {
        reject(chunk.read, checked.problem);
        continue;
      }
      const { contact, consent } = checked;
      if (seen.has(contact.email)) {
        chunk.read.duplicates += 1;
        continue;
      }
      seen.add(contact.email);
      chunk.rows.set(contact.email, { row, contact, consent });
      if (chunk.rows.size === IMPORT_LIMITS.chunk) await write();
    }
  } finally {
    // What was read is written where it breaks off as well, so that the report tells of every row.
    await write();
    await written();
  }
}

async function writeChunk(
  rowsOfChunk: ReadonlyMap<string, Taken>,
  { tenantId, tx, fill, standIn }: ImportOptions,
  report: ImportReport,
): Promise<void> {
  const given = [...rowsOfChunk.values()];
  const { erased, taken, result } = await tx(async (trx) => {
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
