import type { Page, PageRequest, SuppressionRecord } from '@cadenza/database';
import { csvLine } from '../http/csv.ts';
import { SUPPRESSION_COLUMNS } from './columns.ts';

/** Suppressions read at once. */
const PAGE = 5_000;

/** All suppressions as a CSV file, a page of the list at a time. */
export async function* csvOfSuppressions(
  read: (page: PageRequest) => Promise<Page<SuppressionRecord>>,
): AsyncGenerator<string> {
  yield csvLine(SUPPRESSION_COLUMNS);
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
  return csvLine(cells);
}
