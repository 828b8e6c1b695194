import { expect, test } from 'vitest';
import { matchesProviderMessageId } from './provider-message-id.ts';

test.each([
  ['abc.recvd-1.0', 'abc', true],
  ['a.b.recvd-1.0', 'a.b', true],
  ['a.b.recvd-1.0', 'a', true],
  ['abc', 'abc', true],
  ['abcd.recvd-1.0', 'abc', false],
  ['xabc.recvd-1.0', 'abc', false],
  ['.recvd-1.0', '', false],
])('%s belongs to %s: %s', (eventId, answerId, expected) => {
  expect(matchesProviderMessageId(eventId, answerId)).toBe(expected);
});
