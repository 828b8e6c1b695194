/** How many items there are of each kind; a kind without items is absent. */
export function countBy<T, K extends string>(
  items: readonly T[],
  kindOf: (item: T) => K,
): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const item of items) {
    const kind = kindOf(item);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
