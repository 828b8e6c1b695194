import { problemOf } from '../http/errors.ts';
import { HttpProblem } from '../http/problem.ts';
import { ImportFileError } from './errors.ts';

/** What came of a file so far. */
interface Progress {
  /** The last row that was read, as a spreadsheet counts them; 0: none. */
  readonly lastRow: number;
}

/**
 * The answer where a file was not read to its end, whoever's fault it is: what came of it until then,
 * rejected rows too, and where it broke off.
 *
 * @param written what stays of it, in words; null where nothing was written.
 */
export function brokenOff(error: unknown, report: Progress, written: string | null): unknown {
  const isOfFile = error instanceof ImportFileError;
  if (!isOfFile && report.lastRow === 0) return error;
  const { kind, problems, message } = isOfFile
    ? { kind: error.kind, problems: [error.problem], message: 'The file cannot be read.' }
    : problemOf(error);
  const stays =
    written === null
      ? 'Nothing of it was imported.'
      : `Rows before it were imported (${written}): importing it again repeats nothing.`;
  const where = report.lastRow === 0 ? '' : ` It broke off after row ${report.lastRow}.`;
  const problem = new HttpProblem(kind, `${message}${where} ${stays}`, problems, { report });
  // For the log.
  problem.cause = error;
  return problem;
}
