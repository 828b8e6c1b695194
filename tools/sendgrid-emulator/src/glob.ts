/**
 * A pattern in which `*` stands for any run of characters, matched against whole addresses without
 * regard to case: `bounce@*`, `*+click@example.com`.
 */
export function globMatcher(pattern: string): (value: string) => boolean {
  const source = pattern
    .toLowerCase()
    .split('*')
    .map((piece) => piece.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 's');
  return (value) => expression.test(value.toLowerCase());
}
