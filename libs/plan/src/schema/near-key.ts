/** Letters that may be wrong in a key for it to be taken for another one. */
const SLIPS = 2;

/** The key that was probably meant by one that does not exist, or null. */
export function nearKey(key: string, known: readonly string[]): string | null {
  // A word as short as the slips would be like any other.
  const allowed = Math.min(SLIPS, Math.floor(key.length / 3));
  const near = known
    .map((candidate) => ({ candidate, slips: slipsBetween(key.toLowerCase(), candidate) }))
    .filter(({ slips }) => slips <= allowed)
    .sort((x, y) => x.slips - y.slips);
  return near[0]?.candidate ?? null;
}

/** Letters to add, to leave out or to change (Levenshtein); more than `SLIPS` where it cannot matter. */
function slipsBetween(from: string, candidate: string): number {
  const to = candidate.toLowerCase();
  if (Math.abs(from.length - to.length) > SLIPS) return SLIPS + 1;
  let row = Array.from({ length: to.length + 1 }, (_, n) => n);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? SLIPS + 1;
}
