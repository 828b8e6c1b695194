/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next part begins; null on the last one. */
  readonly nextCursor: string | null;
}

/**
 * Every item of a list, read page by page as they are asked for.
 *
 * @param page reads the part at a cursor; the first one where there is none.
 */
export async function* everyItem<T>(
  page: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
