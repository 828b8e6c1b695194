import type { Problem } from '@cadenza/domain';
import { showPath } from './paths.ts';

/** Lists and objects inside one another. Plans have the most, with seven. */
export const MAX_LEVELS = 20;

interface Place {
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
}

/**
 * What forbids a JSON value to be looked at any further, whatever it stands for: so many levels
 * that functions which call themselves would meet the end of the stack, or a key that JavaScript
 * takes for an object's ancestor. Null where there is nothing of it.
 */
export function shapeProblem(value: unknown): Problem | null {
  // With a stack of our own, which holds no more than a level's entries for each level.
  const open: Place[] = [{ value, path: [] }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (typeof place.value !== 'object' || place.value === null) continue;
    if (place.path.length >= MAX_LEVELS) {
      return {
        path: showPath(place.path),
        code: 'too_deep',
        message: `expected at most ${MAX_LEVELS} levels of nesting`,
      };
    }
    const isList = Array.isArray(place.value);
    for (const [key, entry] of Object.entries(place.value)) {
      const path = [...place.path, isList ? Number(key) : key];
      if (!isList && isForbidden(key, entry)) {
        return {
          path: showPath(path),
          code: 'forbidden_key',
          message: `"${key}": expected a key of another name`,
        };
      }
      if (typeof entry === 'object' && entry !== null) open.push({ value: entry, path });
    }
  }
  return null;
}

/** `__proto__`, and `constructor` with a `prototype`, by which code can be made to change others. */
function isForbidden(key: string, entry: unknown): boolean {
  if (key === '__proto__') return true;
  return (
    key === 'constructor' &&
    typeof entry === 'object' &&
    entry !== null &&
    Object.hasOwn(entry, 'prototype')
  );
}
