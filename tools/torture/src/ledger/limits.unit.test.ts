import { expect, it } from 'vitest';
import { limitsExceeded } from './limits.ts';

const TWO_A_MINUTE = [
  {
    tenantId: 't',
    channel: 'email' as const,
    scope: 'sender' as const,
    reference: null,
    windowSeconds: 60,
    maxMessages: 2,
  },
];

function handOffs(...times: number[]) {
  return times.map((at, index) => ({
    messageId: `m${index}`,
    tenantId: 't',
    senderIdentityId: 's',
    recipientDomain: 'example.org',
    at,
  }));
}

it('a window that holds its limit is full, and not exceeded', () => {
  expect(limitsExceeded(handOffs(0, 1_000, 60_000, 61_000), TWO_A_MINUTE)).toEqual([]);
});

it('a window that lies across minutes is seen, in whatever order hand-offs are told', () => {
  expect(limitsExceeded(handOffs(60_999, 59_000, 1_000), TWO_A_MINUTE)).toEqual([
    { scope: 'sender:s', limit: 2, windowMs: 60_000, at: 60_999, held: 3 },
  ]);
});

it('two hand-offs one window apart are not in one window', () => {
  expect(limitsExceeded(handOffs(0, 0, 60_000), TWO_A_MINUTE)).toEqual([]);
});
