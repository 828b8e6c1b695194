const MAX_DEPTH = 6;

/**
 * Why a JSON value cannot be kept, as what completes "expected …"; null where it can. PostgreSQL's
 * jsonb holds neither NUL nor halves of surrogate pairs, and nothing has a use for deep nesting.
 */
export function storableProblem(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') {
    return value.isWellFormed() && !value.includes('\u0000')
      ? null
      : 'well-formed text without NUL characters';
  }
  // JSON can write numbers that JavaScript reads as infinite, and writes again as null.
  if (typeof value === 'number' && !Number.isFinite(value)) return 'numbers up to 1.7e308';
  if (typeof value !== 'object' || value === null) return null;
  if (depth === MAX_DEPTH) return `at most ${MAX_DEPTH} levels of nesting`;
  for (const [key, entry] of Object.entries(value)) {
    const problem = storableProblem(key) ?? storableProblem(entry, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}
