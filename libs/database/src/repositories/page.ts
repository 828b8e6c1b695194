import type { Id } from '@cadenza/domain';
import { sql, type Expression, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** A part of a list that is ordered by id, newest first. */
export interface PageRequest {
  /** Items at most. */
  readonly limit: number;
  /** The last item of the page before; null for the first page. */
  readonly after: Id | null;
}

export interface Page<T> {
  /** Where a filter is sought in so many rows at a time: fewer than the limit, or none, before the end. */
  readonly items: readonly T[];
  /** What `after` is on the next page; null on the last one. */
  readonly next: Id | null;
}

/** A page out of rows of which one more than the limit was asked for. */
export function pageOf<T extends { readonly id: Id }>(
  rows: readonly T[],
  { limit }: Pick<PageRequest, 'limit'>,
): Page<T> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/**
 * Rows of a list that one page goes through where no index serves its filter: what is rare among millions
 * is found page by page, and none takes long.
 */
export const SOUGHT_ROWS = 10_000;

/**
 * A page out of rows that were sought among the next so many of a list, and no more.
 *
 * @param found rows of which one more than the limit was asked for.
 * @param sought the rows among which they were sought: a query of so many, newest first.
 */
export async function soughtPage<T extends { readonly id: Id }>(
  trx: Transaction<Schema>,
  found: readonly T[],
  request: Pick<PageRequest, 'limit'>,
  sought: { readonly rows: Expression<unknown>; readonly count: number },
): Promise<Page<T>> {
  const page = pageOf(found, request);
  if (page.next !== null) return page;
  const { rows } = await sql<{ id: Id }>`
    SELECT s.id FROM ${sought.rows} s ORDER BY s.id DESC
    OFFSET ${sought.count - 1} LIMIT 1`.execute(trx);
  return { items: page.items, next: rows[0]?.id ?? null };
}
