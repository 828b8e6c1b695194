import type { EpochMs } from '@cadenza/domain';
import type { Suppressed, SuppressionEntry } from '@cadenza/engine';
import { readCsv } from '../import/csv.ts';
import { IMPORT_LIMITS, SUPPRESSION_LIMITS } from '../import/limits.ts';
import { Refusal, type RowProblem } from '../import/row.ts';
import { headersOf, type Header } from './columns.ts';
import { suppressionOf } from './row.ts';

/** What came of a file. Every row is counted once: added, known or rejected. */
export interface SuppressionReport {
  added: number;
  /** Rows whose value was on the list before, or is that of an earlier row. */
  known: number;
  endedEnrollments: number;
  /** The last row that was read, as a spreadsheet counts them; 0: none. */
  lastRow: number;
  rejectedTotal: number;
  /** The first of the rejected rows. */
  readonly rejected: RowProblem[];
}

export function newReport(): SuppressionReport {
  return { added: 0, known: 0, endedEnrollments: 0, lastRow: 0, rejectedTotal: 0, rejected: [] };
}

/**
 * Suppresses the rows of a CSV file as they arrive, some at a time: while two lots are written, the
 * next one is read, and no more of the file is held. A row that is refused costs no other one, and
 * importing a file again changes nothing.
 *
 * @param report is filled as rows are written, so that it holds where reading stops half-way.
 * @throws ImportFileError where the file cannot be read on
 */
export async function importSuppressions(
  text: AsyncIterable<string>,
  report: SuppressionReport,
  options: {
    /** Of rows that name none. */
    readonly source: string;
    readonly now: () => EpochMs;
    readonly write: (entries: readonly SuppressionEntry[]) => Promise<Suppressed>;
  },
): Promise<void> {
  let headers: readonly Header[] | null = null;
  let chunk: SuppressionEntry[] = [];
  let [writing, waiting] = [Promise.resolve(), Promise.resolve()];

  async function write(entries: readonly SuppressionEntry[]): Promise<void> {
    const { added, endedEnrollmentIds } = await options.write(entries);
    report.added += added;
    report.known += entries.length - added;
    report.endedEnrollments += endedEnrollmentIds.length;
  }
  async function flush(): Promise<void> {
    await writing;
    writing = waiting;
    waiting = write(chunk);
    // What it throws is met by who waits for it.
    waiting.catch(() => undefined);
    chunk = [];
  }

  try {
    for await (const { row, cells } of readCsv(text)) {
      report.lastRow = row;
      if (headers === null) {
        headers = headersOf(cells);
        continue;
      }
      try {
        const given = { source: options.source, now: options.now() };
        chunk.push(suppressionOf(row, headers, cells, given));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        report.rejectedTotal += 1;
        if (report.rejected.length < IMPORT_LIMITS.listed) report.rejected.push(error.problem);
      }
      if (chunk.length === SUPPRESSION_LIMITS.chunk) await flush();
    }
    if (headers === null) headersOf([]);
  } catch (error) {
    // What was read is written, so that the report says what is on the list.
    if (chunk.length > 0) await flush();
    await Promise.all([writing, waiting]);
    throw error;
  }
  if (chunk.length > 0) await flush();
  await Promise.all([writing, waiting]);
}
