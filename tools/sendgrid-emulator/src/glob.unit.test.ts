import { expect, test } from 'vitest';
import { globMatcher } from './glob.ts';

test.each([
  ['bounce@*', 'bounce@example.org', true],
  ['bounce@*', 'xbounce@example.org', false],
  ['*+click@*', 'Ada+Click@example.org', true],
  ['*@a.example', 'x@aXexample', false],
  ['a+b@example.org', 'a+b@example.org', true],
  ['a+b@example.org', 'aab@example.org', false],
  ['*', '', true],
])('%s against %s: %s', (pattern, value, expected) => {
  expect(globMatcher(pattern)(value)).toBe(expected);
});
