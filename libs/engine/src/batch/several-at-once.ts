/**
 * Works items, so many at a time, each begun in its turn. After a failure none is begun any more.
 *
 * @param items asked for one by one, as their turns come; where that fails, it is a failure like others.
 * @returns the results in the order of the items.
 * @throws the first failure, when all that had begun have ended.
 */
export async function severalAtOnce<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const waiting =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let begun = 0;
  const lane = async () => {
    while (failures.length === 0) {
      try {
        const next = await waiting.next();
        if (next.done === true || failures.length > 0) return;
        const nth = begun;
        begun += 1;
        results[nth] = await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
