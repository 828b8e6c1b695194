import { withoutFormulas } from './formulas.ts';

/** A line of a CSV file, none of whose cells a spreadsheet takes for a formula. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/**
 * A cell of which no spreadsheet takes any part for a formula. One that reads the file by another
 * delimiter splits cells at it, whatever quotes say.
 */
function cellOf(text: string): string {
  const plain = withoutFormulas(text);
  return /[",;\t\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
