import type { Id } from '@cadenza/domain';
import { sql, type Expression, type RawBuilder, type Transaction } from 'kysely';
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

/** More than a page holds, but for those of exports. */
const PAGE_ROWS = 201;

/**
 * How many rows a page goes through: its own, or those among which its filter seeks. One of two figures,
 * which stand in the statement: the planner has to know.
 *
 * @param sifted whether there is a filter that no index serves.
 */
export function rowsToSeek({ limit }: Pick<PageRequest, 'limit'>, sifted: boolean): number {
  return sifted || limit >= PAGE_ROWS ? SOUGHT_ROWS : PAGE_ROWS;
}

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

/**
 * Has stretches read in their own order, until the transaction ends. Where a stretch is thought to be shorter
 * than what is sought, the planner would else read all of it, by another index too, and put that into order,
 * for its first rows.
 */
export async function readInOrder(trx: Transaction<Schema>): Promise<void> {
  await sql`
    SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true),
      set_config('enable_incremental_sort', 'off', true)`.execute(trx);
}

/** Rows that are a stretch of an index, newest first. */
export interface Stretch {
  readonly where: RawBuilder<boolean>;
  /** @param alias of the table, or of a query of its rows. */
  order(alias: string): RawBuilder<unknown>;
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Rows in which columns have these values, in the order of their ids, as a stretch of the index that has
 * these columns between the tenant and the id. Said as a stretch, and ordered by all its columns, since the
 * planner takes what is equal for common, and then goes through all that a tenant has for what is rare.
 *
 * @param values of one column, by its name; none for all of a tenant. What comes before it in the index is
 *   said besides, as equal: as part of the stretch, an index without the column would serve for half.
 */
export function stretchOf(values: Readonly<Record<string, string>>, after: Id | null): Stretch {
  const names = Object.keys(values);
  const columns = (alias: string | null) =>
    [...names, 'id'].map((name) => sql.ref(alias === null ? name : `${alias}.${name}`));
  const row = (id: Id) => sql.join([...Object.values(values), id]);
  const own = sql.join(columns(null));
  const until =
    after === null ? sql`(${own}) <= (${row(LAST_ID)})` : sql`(${own}) < (${row(after)})`;
  const from = sql`(${own}) >= (${row(FIRST_ID)})`;
  // Indexes of what few rows have are of those alone.
  const there = names.map((name) => sql`${sql.ref(name)} IS NOT NULL`);
  return {
    where: sql<boolean>`(${sql.join([...there, until, from], sql` AND `)})`,
    order: (alias) => sql.join(columns(alias).map((column) => sql`${column} DESC`)),
  };
}
