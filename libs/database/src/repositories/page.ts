import type { Id } from '@cadenza/domain';

/** A part of a list that is ordered by id, newest first. */
export interface PageRequest {
  /** Items at most. */
  readonly limit: number;
  /** The last item of the page before; null for the first page. */
  readonly after: Id | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** What `after` is on the next page; null on the last one. */
  readonly next: Id | null;
}

/** A page out of rows of which one more than the limit was asked for. */
export function pageOf<T extends { readonly id: Id }>(
  rows: readonly T[],
  { limit }: PageRequest,
): Page<T> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
