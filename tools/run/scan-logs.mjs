import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { LOGS } from './paths.mjs';

/**
 * Words that bodies of fixtures hold, and nothing else does: mails that are sent, text messages and
 * answers. `@cadenza/testing` has the same as `BODY_CANARY`.
 */
export const BODY_CANARY = 'canary-of-bodies-41f7';

/** What no line of a log may hold. Hashes in the place of addresses, `[email:…]`, hold no at-sign. */
const FORBIDDEN = [
  {
    kind: 'address',
    // Names of packages and their versions, as in `vitest@5.1.1`, have no top-level domain.
    pattern:
      /[\p{L}\p{N}.!#$%&'*+=?^_`{|}~-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/u,
  },
  { kind: 'key', pattern: /\b(?:cdz_[\w-]{20,}|SG\.[\w-]{3,}|whsec_[\w+/=-]{8,})/ },
  { kind: 'password', pattern: /:\/\/[^\s/@[\]]*:[^\s/@[\]]+@/ },
  { kind: 'body', pattern: new RegExp(BODY_CANARY) },
];

/** The kind of what a line holds and must not; null: it may stand in a log. */
export function leakIn(line) {
  return FORBIDDEN.find(({ pattern }) => pattern.test(line))?.kind ?? null;
}

/**
 * Reads what all tests have logged.
 *
 * @returns how many lines there are in how many files, and each that says too much, with its place.
 */
export function scanLogs(results) {
  const scan = { lines: 0, files: 0, leaks: [] };
  if (!existsSync(results)) return scan;
  const files = readdirSync(results, { recursive: true })
    .filter((path) => path.split(sep).at(-2) === LOGS && path.endsWith('.log'))
    .sort();
  for (const path of files) {
    scan.files += 1;
    readFileSync(join(results, path), 'utf8')
      .split('\n')
      .forEach((line, index) => {
        if (line === '') return;
        scan.lines += 1;
        const kind = leakIn(line);
        if (kind !== null) {
          scan.leaks.push({ kind, at: `${path}:${index + 1}`, line });
        }
      });
  }
  return scan;
}
