import type { Page, PageRequest, SuppressionRecord } from '@cadenza/database';
import { withoutFormulas } from './formulas.ts';
import { SUPPRESSION_COLUMNS } from './columns.ts';

/** Suppressions read at once. */
const PAGE = 5_000;

/** All suppressions as a CSV file, a page of the list at a time. */
export async function* csvOfSuppressions(
  read: (page: PageRequest) => Promise<Page<SuppressionRecord>>,
): AsyncGenerator<string> {
  yield `${SUPPRESSION_COLUMNS.join(',')}\r\n`;
  for (let after: PageRequest['after'] = null; ;) {
    const { items, next } = await read({ limit: PAGE, after });
    if (items.length > 0) yield items.map(lineOf).join('');
    if (next === null) return;
    after = next;
  }
}

function lineOf(row: SuppressionRecord): string {
  const cells = [
    row.value,
    row.legalReason ?? row.reason,
    row.source,
    row.channel,
    row.firstSeenAt.toISOString(),
  ];
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
