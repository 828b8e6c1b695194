import { expect, it } from 'vitest';
import { scopesFor } from './limits.ts';

const message = { tenantId: 't1', senderId: 's1', recipientDomain: 'Example.COM' };

it('has the documented limits by default, the narrowest scope first', () => {
  expect(scopesFor(message)).toEqual([
    { key: 'sender:s1', limit: 20, windowMs: 60_000 },
    { key: 'sender:s1', limit: 1_000, windowMs: 3_600_000 },
    { key: 'domain:t1:example.com', limit: 200, windowMs: 3_600_000 },
    { key: 'tenant:t1', limit: 5_000, windowMs: 3_600_000 },
    { key: 'global', limit: 20_000, windowMs: 3_600_000 },
  ]);
});

it('changes, adds and removes single limits', () => {
  const limits = {
    sender: { perMinute: 5, perDay: 300 },
    recipientDomain: { perHour: null },
    tenant: { perHour: 0, perDay: undefined },
  };
  expect(scopesFor({ ...message, limits })).toEqual([
    { key: 'sender:s1', limit: 5, windowMs: 60_000 },
    { key: 'sender:s1', limit: 1_000, windowMs: 3_600_000 },
    { key: 'sender:s1', limit: 300, windowMs: 86_400_000 },
    { key: 'tenant:t1', limit: 0, windowMs: 3_600_000 },
    { key: 'global', limit: 20_000, windowMs: 3_600_000 },
  ]);
});
