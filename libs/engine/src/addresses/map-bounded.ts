/**
 * Maps a list with at most so many calls under way at any time; results in the order of the list.
 *
 * @throws what a call throws first.
 */
export async function mapBounded<T, U>(
  list: readonly T[],
  concurrency: number,
  map: (item: T) => Promise<U>,
): Promise<U[]> {
  const results: U[] = new Array<U>(list.length);
  const left = list.entries();
  const work = async () => {
    for (const [index, item] of left) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, list.length) }, work));
  return results;
}
