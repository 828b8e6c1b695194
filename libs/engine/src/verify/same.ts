/** JSON with its keys in order, so that equal values have equal texts: `jsonb` keeps no order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}

/** The fields in which two objects differ, as each has them; null where they are the same. */
export function differingParts(
  expected: object,
  found: object,
): { readonly expected: object; readonly found: object } | null {
  const [a, b] = [new Map(Object.entries(expected)), new Map(Object.entries(found))];
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter(
    (key) => canonical(a.get(key) ?? null) !== canonical(b.get(key) ?? null),
  );
  if (keys.length === 0) return null;
  const part = (of: ReadonlyMap<string, unknown>) =>
    Object.fromEntries(keys.map((key) => [key, of.get(key) ?? null]));
  return { expected: part(a), found: part(b) };
}
