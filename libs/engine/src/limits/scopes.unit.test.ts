import { describe, expect, it } from 'vitest';
import type { RateLimitSetting, SendLimits, WarmUpRamp } from '../ports/limits.ts';
import { createScopeResolver, longestWindowMs, type LimitedMessage } from './scopes.ts';

const message: LimitedMessage = {
  tenantId: 't1',
  channel: 'email',
  senderIdentityId: 's1',
  messageId: 'm1',
  recipientDomain: 'example.com',
  ipPool: null,
  spacing: null,
};
const now = Date.UTC(2026, 2, 3, 12);

function given(limits: readonly RateLimitSetting[], ramps: readonly WarmUpRamp[] = []): SendLimits {
  return { limits, ramps, now, providers: {}, accounts: {}, pausedFor: null };
}

function setting(
  scope: RateLimitSetting['scope'],
  maxMessages: number,
  over: Partial<RateLimitSetting> = {},
): RateLimitSetting {
  return {
    tenantId: null,
    channel: 'email',
    scope,
    reference: null,
    windowSeconds: 3_600,
    maxMessages,
    ...over,
  };
}

/** The limit that holds for the message in the scope's hour. */
function limitOf(key: string, settings: readonly RateLimitSetting[]) {
  const scopes = createScopeResolver(given(settings))(message);
  return scopes.find((scope) => scope.key === key && scope.windowMs === 3_600_000)?.limit;
}

describe('the scopes of a message', () => {
  it('have the documented limits by default, the narrowest scope first', () => {
    expect(createScopeResolver(given([]))(message)).toEqual([
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
    expect(createScopeResolver(given(others))(message)).toEqual(
      createScopeResolver(given([]))(message),
    );
  });

  it('gain a window where one is set, and are stopped by a limit of 0', () => {
    const scopes = createScopeResolver(
      given([setting('global', 0), setting('tenant', 300, { windowSeconds: 86_400 })]),
    )(message);
    expect(scopes).toContainEqual({ key: 'global', limit: 0, windowMs: 3_600_000 });
    expect(scopes).toContainEqual({ key: 'tenant:t1', limit: 300, windowMs: 86_400_000 });
    expect(scopes).toHaveLength(6);
  });

  it('bound an IP pool by what the platform sets for all, and by what the tenant sets for itself', () => {
    const pooled = { ...message, ipPool: 'cold' };
    const scopes = createScopeResolver(
      given([
        setting('ip_pool', 1_000, { reference: 'cold' }),
        setting('ip_pool', 50, { tenantId: 't1', reference: 'cold' }),
        setting('ip_pool', 7, { tenantId: 't1', reference: 'warm' }),
        setting('ip_pool', 8, { tenantId: 't2', reference: 'cold' }),
      ]),
    );
    const hour = { windowMs: 3_600_000 };
    expect(scopes(pooled).filter(({ key }) => key.startsWith('ip_pool'))).toEqual([
      { key: 'ip_pool:t1:cold', limit: 50, ...hour },
      { key: 'ip_pool:cold', limit: 1_000, ...hour },
    ]);
    expect(scopes(message).filter(({ key }) => key.startsWith('ip_pool'))).toEqual([]);
  });

  it('have the day’s allowance of each warm-up ramp, in any 24 hours', () => {
    const started = Date.UTC(2026, 2, 1, 12);
    const ramp = { tenantId: 't1', startsAt: started, allowances: [50, 100, 200] } as const;
    const scopes = createScopeResolver(
      given(
        [],
        [
          { ...ramp, scope: 'sender', reference: 's1' },
          { ...ramp, scope: 'sender', reference: 's2', allowances: [1] },
          { ...ramp, scope: 'ip_pool', reference: 'cold', allowances: [5, 6, 7] },
          { ...ramp, scope: 'ip_pool', reference: 'cold', tenantId: null, allowances: [9, 9] },
        ],
      ),
    )({ ...message, ipPool: 'cold' });
    const day = { windowMs: 86_400_000, warmUp: true };
    // The platform's ramp of the pool has ended.
    expect(scopes.filter(({ windowMs }) => windowMs === 86_400_000)).toEqual([
      { key: 'sender:s1', limit: 200, ...day },
      { key: 'ip_pool:t1:cold', limit: 7, ...day },
    ]);
  });

  it('tell which of them past hand-offs are not counted for, of those that hold', () => {
    const day = { windowSeconds: 86_400 };
    const ramp = { tenantId: 't1', scope: 'sender', startsAt: now, allowances: [5] } as const;
    const scopes = createScopeResolver(
      given(
        [
          setting('tenant', 300, { ...day, tenantId: 't1', uncounted: true }),
          setting('recipient_domain', 9, { ...day, tenantId: 't1' }),
          setting('recipient_domain', 8, { ...day, uncounted: true }),
          setting('global', 7, { ...day, uncounted: false }),
        ],
        [
          { ...ramp, reference: 's1', uncounted: true },
          { ...ramp, reference: 's2', uncounted: true },
        ],
      ),
    )(message);
    expect(scopes.filter(({ uncounted }) => uncounted)).toEqual([
      { key: 'sender:s1', limit: 5, windowMs: 86_400_000, uncounted: true, warmUp: true },
      { key: 'tenant:t1', limit: 300, windowMs: 86_400_000, uncounted: true },
    ]);
  });

  it('keep a sender’s messages apart where it has a spacing', () => {
    const spaced = { ...message, spacing: { minMs: 10_000, maxMs: 10_000 } };
    expect(createScopeResolver(given([]))(spaced)).toContainEqual({
      key: 'spacing:s1',
      limit: 1,
      windowMs: 10_000,
    });
  });
});

it('the longest window is that of the defaults, of a ramp, or one that is set', () => {
  expect(longestWindowMs(given([]))).toBe(3_600_000);
  const ramp = { tenantId: 't1', scope: 'sender', reference: 's1', startsAt: 0 } as const;
  expect(longestWindowMs(given([], [{ ...ramp, allowances: [1] }]))).toBe(86_400_000);
  expect(longestWindowMs(given([setting('sender', 1, { windowSeconds: 172_800 })]))).toBe(
    172_800_000,
  );
});

describe('the scopes of a text message', () => {
  const sms: LimitedMessage = { ...message, channel: 'sms', recipientDomain: '' };

  it('have the documented limits by default, and none of mail', () => {
    const scopes = createScopeResolver(given([setting('global', 1), setting('tenant', 2)]))(sms);
    expect(scopes).toEqual([
      { key: 'sender:s1', limit: 10, windowMs: 60_000 },
      { key: 'sender:s1', limit: 500, windowMs: 3_600_000 },
      { key: 'tenant:sms:t1', limit: 5_000, windowMs: 86_400_000 },
    ]);
  });

  it('count for no limit of mail, and mail for none of theirs', () => {
    const limits = [setting('tenant', 3, { channel: 'sms' }), setting('sender', 4)];
    const scopesOf = createScopeResolver(given(limits));
    expect(scopesOf(sms)).toContainEqual({ key: 'tenant:sms:t1', limit: 3, windowMs: 3_600_000 });
    expect(scopesOf(message)).toContainEqual({
      key: 'tenant:t1',
      limit: 5_000,
      windowMs: 3_600_000,
    });
    expect(scopesOf(message)).toContainEqual({ key: 'sender:s1', limit: 4, windowMs: 3_600_000 });
  });

  it('make nobody look back a day who sends none', () => {
    expect(longestWindowMs(given([]))).toBe(3_600_000);
  });
});
