import { IMPORT_LIMITS } from './limits.ts';
import type { RowProblem } from './row.ts';
import type { ReadingNotes } from './rows.ts';

/** What reading tells of rows. */
export interface ReadRows {
  /** Rows whose address an earlier row has, or that had nothing to add to a contact. */
  duplicates: number;
  /** The last row that was read, as a spreadsheet counts them; 0: none. */
  lastRow: number;
  rejectedTotal: number;
  /** The first of the rejected rows. */
  readonly rejected: RowProblem[];
}

/** What came of a file. Every row is counted once: imported, updated, duplicate or rejected. */
export interface ImportReport extends ReadRows {
  imported: number;
  updated: number;
  /** The first of the columns that are none of ours, with the custom field that each became. */
  readonly customColumns: { readonly column: string; readonly key: string }[];
  /** Rows that were taken without a value of theirs, or a file without rows. */
  readonly warnings: RowProblem[];
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

/** Adds to a report what reading has told of the next rows. */
export function tell(
  { lastRow, duplicates, rejectedTotal, rejected }: ReadRows,
  report: ImportReport,
): void {
  report.lastRow = lastRow;
  report.duplicates += duplicates;
  report.rejectedTotal += rejectedTotal;
  report.rejected.push(...rejected.slice(0, IMPORT_LIMITS.listed - report.rejected.length));
}

/** Counts a rejected row, and keeps it where there are not too many. */
export function reject(
  of: Pick<ReadRows, 'rejectedTotal' | 'rejected'>,
  problem: RowProblem,
): void {
  of.rejectedTotal += 1;
  if (of.rejected.length < IMPORT_LIMITS.listed) of.rejected.push(problem);
}
