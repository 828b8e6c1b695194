import { showValue } from '@cadenza/domain';
import { shapeProblem } from '../http/json-shape.ts';
import { columnOf, columnsOf, type Column } from './columns.ts';
import { readCsv } from './csv.ts';
import { readJsonArray } from './json-array.ts';
import { checkRow, type Cell, type CheckedRow } from './row.ts';

export interface NumberedRow {
  readonly row: number;
  readonly checked: CheckedRow;
}

/** What reading tells beside the rows. */
export interface ReadingNotes {
  /** A column, or a key, that is none of ours: its values become custom fields. */
  readonly customColumn: (column: Column) => void;
  /** A header without a row below it. */
  readonly noRows: (columns: number) => void;
}

/** The rows of a CSV file, checked one by one; the header is row 1, as spreadsheets count. */
export async function* csvRows(
  text: AsyncIterable<string>,
  notes: ReadingNotes,
): AsyncGenerator<NumberedRow> {
  let columns: readonly Column[] | null = null;
  let isEmpty = true;
  for await (const { row, cells } of readCsv(text)) {
    if (columns === null) {
      columns = columnsOf(cells);
      columns.filter(isCustom).forEach(notes.customColumn);
    } else {
      isEmpty = false;
      yield { row, checked: checkCells(row, columns, cells) };
    }
  }
  if (columns === null) columnsOf([]);
  else if (isEmpty) notes.noRows(columns.length);
}

function isCustom({ field, header }: Column): boolean {
  return field === null && header !== '';
}

function checkCells(row: number, columns: readonly Column[], cells: readonly string[]): CheckedRow {
  const extra = cells.findIndex((cell, n) => n >= columns.length && cell.trim() !== '');
  if (extra >= 0) {
    return refusedCell(row, extra, cells[extra], {
      code: 'too_many_columns',
      expected: `${columns.length} columns, as in the header (a value with a delimiter needs quotes)`,
    });
  }
  const nameless = cells.findIndex((cell, n) => columns[n]?.header === '' && cell.trim() !== '');
  if (nameless >= 0) {
    return refusedCell(row, nameless, cells[nameless], {
      code: 'missing_header',
      expected: 'a header in the first row for it',
    });
  }
  return checkRow(
    row,
    columns
      .map((column, n): Cell => ({ column, value: cells[n] }))
      .filter(({ column }) => column.header !== ''),
  );
}

/** A value that stands where no column is. @param at from 0. */
function refusedCell(
  row: number,
  at: number,
  cell: unknown,
  { code, expected }: { readonly code: string; readonly expected: string },
): CheckedRow {
  const value = showValue(cell).replace(/^"|"$/g, '');
  const column = `column ${at + 1}`;
  return refused(row, column, value, code, { found: `"${value}" in ${column}`, expected });
}

/** The rows of a JSON array, checked one by one; its first element is row 1. */
export async function* jsonRows(
  text: AsyncIterable<string>,
  notes: ReadingNotes,
): AsyncGenerator<NumberedRow> {
  for await (const { row, value } of readJsonArray(text)) {
    yield { row, checked: checkElement(row, value, notes) };
  }
}

function checkElement(row: number, element: unknown, notes: ReadingNotes): CheckedRow {
  const shape = shapeProblem(element);
  if (shape !== null) {
    const { path, code, message } = shape;
    return { ok: false, problem: { row, column: path, value: showValue(element), code, message } };
  }
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    const value = showValue(element);
    return refused(row, '', value, 'invalid_type', { found: value, expected: 'an object' });
  }
  const cells: Cell[] = [];
  for (const [key, value] of Object.entries(element)) {
    if (key !== 'custom' || !isObject(value)) {
      const column = columnOf(key, cells.length);
      if (isCustom(column)) notes.customColumn(column);
      cells.push({ column, value });
      continue;
    }
    for (const [name, entry] of Object.entries(value)) {
      // Names without a letter that keys can have are told apart by their place.
      const column = { ...columnOf(name, cells.length), field: null, header: `custom.${name}` };
      cells.push({ column, value: entry });
    }
  }
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
