import { showValue } from '@cadenza/domain';
import { columnOf, columnsOf, type Column } from './columns.ts';
import { readCsv } from './csv.ts';
import { readJsonArray } from './json-array.ts';
import { checkRow, type Cell, type CheckedRow } from './row.ts';

export interface NumberedRow {
  readonly row: number;
  readonly checked: CheckedRow;
}

/** The rows of a CSV file, checked one by one; the header is row 1, as spreadsheets count. */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<NumberedRow> {
  let columns: readonly Column[] | null = null;
  for await (const { row, cells } of readCsv(text)) {
    if (columns === null) columns = columnsOf(cells);
    else yield { row, checked: checkCells(row, columns, cells) };
  }
  if (columns === null) columnsOf([]);
}

function checkCells(row: number, columns: readonly Column[], cells: readonly string[]): CheckedRow {
  const extra = cells.findIndex((cell, n) => n >= columns.length && cell.trim() !== '');
  if (extra >= 0) {
    const value = showValue(cells[extra]).replace(/^"|"$/g, '');
    return refused(row, `column ${extra + 1}`, value, 'too_many_columns', {
      found: `"${value}" in column ${extra + 1}`,
      expected: `${columns.length} columns, as in the header (a value with a delimiter needs quotes)`,
    });
  }
  return checkRow(
    row,
    columns
      .map((column, n): Cell => ({ column, value: cells[n] }))
      .filter(({ column }) => column.header !== ''),
  );
}

/** The rows of a JSON array, checked one by one; its first element is row 1. */
export async function* jsonRows(text: AsyncIterable<string>): AsyncGenerator<NumberedRow> {
  for await (const { row, value } of readJsonArray(text)) {
    yield { row, checked: checkElement(row, value) };
  }
}

function checkElement(row: number, element: unknown): CheckedRow {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    const value = showValue(element);
    return refused(row, '', value, 'invalid_type', { found: value, expected: 'an object' });
  }
  const cells = Object.entries(element).flatMap(([key, value], index): Cell[] =>
    key === 'custom' && isObject(value)
      ? Object.entries(value).map(([name, entry]) => ({
          column: { ...columnOf(name, index), field: null, header: `custom.${name}` },
          value: entry,
        }))
      : [{ column: columnOf(key, index), value }],
  );
  return checkRow(row, cells);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(
  row: number,
  column: string,
  value: string,
  code: string,
  { found, expected }: { readonly found: string; readonly expected: string },
): CheckedRow {
  return {
    ok: false,
    problem: { row, column, value, code, message: `${found}: expected ${expected}` },
  };
}
