import { CsvError, parse } from 'csv-parse';
import { ImportFileError } from './errors.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** A row of a file: its number as a spreadsheet shows it, and its cells. */
export interface CsvRow {
  readonly row: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [',', ';', '\t'] as const;

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly records: number; readonly empty_lines: number };
}

/**
 * Reads a CSV file of either usual delimiter as it arrives, header row included. Quotes, line
 * breaks in quotes and a byte order mark are as RFC 4180 and spreadsheets have them.
 *
 * @throws ImportFileError where it cannot be read on
 */
export async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  const { head, rest } = await readFirstLine(text);
  const parsed: ParsedRecord[] = [];
  const parser = parse({
    delimiter: delimiterOf(head),
    record_delimiter: ['\r\n', '\n', '\r'],
    // A byte order mark goes in decoding. A quote within a cell without quotes is a quote.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: IMPORT_LIMITS.rowChars,
    info: true,
    // Taken from here and not from the stream, which loses what it has not given yet at an error.
    on_record: (record: unknown) => {
      parsed.push(record as ParsedRecord);
      return null;
    },
  });
  // Whoever writes is told of it.
  parser.on('error', () => undefined).resume();
  try {
    for await (const piece of concat(head, rest)) {
      const error = await told((done) => parser.write(piece, done));
      yield* rowsOf(parsed.splice(0));
      if (error !== null) throw error;
    }
    const error = await told((done) => parser.end(done));
    yield* rowsOf(parsed);
    if (error !== null) throw error;
  } catch (error) {
    throw error instanceof CsvError ? csvProblem(error) : error;
  } finally {
    parser.destroy();
  }
}

/** What was told at the end of it, null where it went well. */
function told(work: (done: (error?: Error | null) => void) => void): Promise<Error | null> {
  return new Promise((resolve) => {
    work((error) => resolve(error ?? null));
  });
}

function* rowsOf(parsed: readonly ParsedRecord[]): Generator<CsvRow> {
  for (const { record, info } of parsed) {
    if (record.every((cell) => cell.trim() === '')) continue;
    yield { row: info.records + info.empty_lines, cells: record };
  }
}

function csvProblem(error: CsvError): ImportFileError {
  const { records, empty_lines: empty } = error as Partial<ParsedRecord['info']>;
  const path = `row ${(records ?? 0) + (empty ?? 0) + 1}`;
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new ImportFileError({
      path,
      code: 'row_too_long',
      message: `more than ${IMPORT_LIMITS.rowChars} characters: expected a shorter row (a quote that is not closed makes one row of many)`,
    });
  }
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new ImportFileError({
      path,
      code: 'quote_not_closed',
      message: 'a quote that opens and does not close: expected " at the end of the cell',
    });
  }
  return new ImportFileError({ path, code: 'invalid_csv', message: error.message });
}

async function readFirstLine(
  text: AsyncIterable<string>,
): Promise<{ head: string; rest: AsyncIterator<string> }> {
  const rest = text[Symbol.asyncIterator]();
  let head = '';
  while (!firstLine(head).complete && head.length < IMPORT_LIMITS.rowChars) {
    const next = await rest.next();
    if (next.done === true) break;
    head += next.value;
  }
  return { head, rest };
}

/** The first line that is not empty, without what stands in quotes, and whether its end is there. */
function firstLine(head: string): { readonly line: string; readonly complete: boolean } {
  const unquoted = head.replace(/^[\r\n]+/, '').replace(/"(?:[^"]|"")*"/g, '');
  const [line = ''] = unquoted.split(/[\r\n]/, 1);
  return { line, complete: line.length < unquoted.length && !line.includes('"') };
}

async function* concat(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  if (head !== '') yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    if (next.value !== '') yield next.value;
  }
}

/** The delimiter that stands most often in the header, outside quotes. */
function delimiterOf(head: string): string {
  const { line } = firstLine(head);
  const count = (delimiter: string) => line.split(delimiter).length;
  return [...DELIMITERS].sort((a, b) => count(b) - count(a))[0] ?? ',';
}
