import { ImportFileError } from '../import/errors.ts';

/** The columns of a list of suppressions; of these, only the value must be there. */
export const SUPPRESSION_COLUMNS = [
  'value',
  'reason',
  'source',
  'channel',
  'first_seen_at',
] as const;
export type SuppressionColumn = (typeof SUPPRESSION_COLUMNS)[number];

/** Headers by their letters alone, lower case: those of other systems' lists too. */
const ALIASES: Readonly<Record<string, SuppressionColumn>> = {
  value: 'value',
  email: 'value',
  emailaddress: 'value',
  address: 'value',
  domain: 'value',
  reason: 'reason',
  source: 'source',
  channel: 'channel',
  firstseenat: 'first_seen_at',
  createdat: 'first_seen_at',
};

export interface Header {
  readonly column: SuppressionColumn;
  /** As it stands in the file. */
  readonly name: string;
}

/**
 * Reads the header row.
 *
 * @throws ImportFileError where a column is none of ours, twice there, or the value is missing: what
 *   a column says that nobody reads would be lost.
 */
export function headersOf(cells: readonly string[]): readonly Header[] {
  const headers = cells.map((cell): Header => {
    const name = cell.trim();
    const letters = name.toLowerCase().replace(/[^a-z]/g, '');
    const column = Object.hasOwn(ALIASES, letters) ? ALIASES[letters] : undefined;
    if (column === undefined) {
      throw headerError(
        'unknown_column',
        `"${name}": expected one of ${SUPPRESSION_COLUMNS.join(', ')}`,
      );
    }
    return { column, name };
  });
  const columns = headers.map(({ column }) => column);
  const twice = columns.find((column, n) => columns.indexOf(column) !== n);
  if (twice !== undefined) {
    throw headerError('duplicate_column', `two columns mean ${twice}: expected one of them`);
  }
  if (!columns.includes('value')) {
    throw headerError('missing_column', 'expected a column "value" in the first row');
  }
  return headers;
}

function headerError(code: string, message: string): ImportFileError {
  return new ImportFileError({ path: 'row 1', code, message });
}
