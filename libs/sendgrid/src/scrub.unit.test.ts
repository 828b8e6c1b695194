import { expect, test } from 'vitest';
import { scrubReason } from './scrub.ts';

test.each([
  ['mail to <ann.lee@example.com> refused', 'mail to <[address]> refused'],
  ['"jörg@bücher.example": unknown', '"[address]": unknown'],
  ['GET /bounces/ann%40example.com failed', 'GET [address] failed'],
  ['ann@example.com,bob@example.com', '[address],[address]'],
  ['one\r\ntwo\u0000three', 'one two three'],
  ['connect ECONNREFUSED 127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
])('%j becomes %j', (text, expected) => {
  expect(scrubReason(text)).toBe(expected);
});

test('replaces the personal values it is given, but not short ones', () => {
  expect(scrubReason('Dear Ann Lee, no', ['Ann Lee', 'no'])).toBe('Dear [redacted], no');
});

test('caps the length at 500', () => {
  expect(scrubReason('x'.repeat(5000))).toHaveLength(500);
});
