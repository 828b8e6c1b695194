import { describe, expect, it } from 'vitest';
import type { RateLimitSetting } from '../ports/records.ts';
import { createScopeResolver, longestWindowMs } from './scopes.ts';

const message = { tenantId: 't1', senderIdentityId: 's1', recipientDomain: 'example.com' };

function setting(
  scope: RateLimitSetting['scope'],
  maxMessages: number,
  over: Partial<RateLimitSetting> = {},
): RateLimitSetting {
  return { tenantId: null, scope, reference: null, windowSeconds: 3_600, maxMessages, ...over };
}

/** The limit that holds for the message in the scope's hour. */
function limitOf(key: string, settings: readonly RateLimitSetting[]) {
  const scopes = createScopeResolver(settings)(message);
  return scopes.find((scope) => scope.key === key && scope.windowMs === 3_600_000)?.limit;
}

describe('the scopes of a message', () => {
  it('have the documented limits by default, the narrowest scope first', () => {
    expect(createScopeResolver([])(message)).toEqual([
      { key: 'sender:s1', limit: 20, windowMs: 60_000 },
      { key: 'sender:s1', limit: 1_000, windowMs: 3_600_000 },
      { key: 'domain:t1:example.com', limit: 200, windowMs: 3_600_000 },
      { key: 'tenant:t1', limit: 5_000, windowMs: 3_600_000 },
      { key: 'global', limit: 20_000, windowMs: 3_600_000 },
    ]);
  });

  it('have the most particular limit that is set, whatever the order', () => {
    const byPrecedence = [
      setting('sender', 1, { tenantId: 't1', reference: 's1' }),
      setting('sender', 2, { tenantId: 't1' }),
      setting('sender', 3, { reference: 's1' }),
      setting('sender', 4),
    ];
    for (let from = 0; from < byPrecedence.length; from += 1) {
      const rest = byPrecedence.slice(from);
      expect(limitOf('sender:s1', rest)).toBe(from + 1);
      expect(limitOf('sender:s1', rest.toReversed())).toBe(from + 1);
    }
  });

  it('are not limited by what is set for another tenant, sender or domain', () => {
    const others = [
      setting('sender', 1, { tenantId: 't2' }),
      setting('sender', 2, { tenantId: 't1', reference: 's2' }),
      setting('recipient_domain', 3, { tenantId: 't1', reference: 'example.org' }),
      setting('tenant', 4, { tenantId: 't2' }),
    ];
    expect(createScopeResolver(others)(message)).toEqual(createScopeResolver([])(message));
  });

  it('gain a window where one is set, and are stopped by a limit of 0', () => {
    const scopes = createScopeResolver([
      setting('global', 0),
      setting('tenant', 300, { windowSeconds: 86_400 }),
    ])(message);
    expect(scopes).toContainEqual({ key: 'global', limit: 0, windowMs: 3_600_000 });
    expect(scopes).toContainEqual({ key: 'tenant:t1', limit: 300, windowMs: 86_400_000 });
    expect(scopes).toHaveLength(6);
  });
});

it('the longest window is that of the defaults, or one that is set', () => {
  expect(longestWindowMs([])).toBe(3_600_000);
  expect(longestWindowMs([setting('sender', 1, { windowSeconds: 86_400 })])).toBe(86_400_000);
});
