import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2027-01-31T08:00:00Z');

test.each([
  ['120', 120_000],
  ['0', 0],
  ['999999999', 3_600_000],
  ['Sun, 31 Jan 2027 08:01:00 GMT', 60_000],
  ['Sun, 31 Jan 2027 07:00:00 GMT', 0],
  ['soon', null],
  [undefined, null],
])('%s is %s ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
