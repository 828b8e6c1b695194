import type { Id, RateScope } from '@cadenza/domain';
import type { RateLimitSetting } from '../ports/records.ts';

type Scope = RateLimitSetting['scope'];

const MINUTE = 60;
const HOUR = 3_600;

/** What holds where `send_rate_limits` says nothing. */
export const DEFAULT_RATE_LIMITS: readonly RateLimitSetting[] = [
  platformLimit('sender', MINUTE, 20),
  platformLimit('sender', HOUR, 1_000),
  platformLimit('recipient_domain', HOUR, 200),
  platformLimit('tenant', HOUR, 5_000),
  platformLimit('global', HOUR, 20_000),
];

function platformLimit(scope: Scope, windowSeconds: number, maxMessages: number): RateLimitSetting {
  return { tenantId: null, scope, reference: null, windowSeconds, maxMessages };
}

/** What of a message limits are counted by. */
export interface LimitedMessage {
  readonly tenantId: Id;
  readonly senderIdentityId: Id;
  readonly recipientDomain: string;
}

/** Finds the scopes of many messages under one reading of the settings. */
export type ScopeResolver = (message: LimitedMessage) => RateScope[];

/**
 * For each kind of scope and each window, the most particular setting holds: the tenant's for
 * this sender or domain, the tenant's for all of them, the platform's likewise, the default.
 */
export function createScopeResolver(settings: readonly RateLimitSetting[]): ScopeResolver {
  const known = new Map<string, number>();
  const windows = new Map<Scope, Set<number>>();
  for (const setting of [...DEFAULT_RATE_LIMITS, ...settings]) {
    known.set(
      settingKey(setting.tenantId, setting.scope, setting.reference, setting.windowSeconds),
      setting.maxMessages,
    );
    const ofScope = windows.get(setting.scope) ?? new Set();
    windows.set(setting.scope, ofScope.add(setting.windowSeconds));
  }

  return (message) => {
    const things: readonly (readonly [Scope, string, string | null])[] = [
      ['sender', `sender:${message.senderIdentityId}`, message.senderIdentityId],
      [
        'recipient_domain',
        `domain:${message.tenantId}:${message.recipientDomain}`,
        message.recipientDomain,
      ],
      ['tenant', `tenant:${message.tenantId}`, null],
      ['global', 'global', null],
    ];
    return things.flatMap(([scope, key, reference]) =>
      [...(windows.get(scope) ?? [])].flatMap((seconds) => {
        const limit =
          known.get(settingKey(message.tenantId, scope, reference, seconds)) ??
          known.get(settingKey(message.tenantId, scope, null, seconds)) ??
          known.get(settingKey(null, scope, reference, seconds)) ??
          known.get(settingKey(null, scope, null, seconds));
        return limit === undefined ? [] : [{ key, limit, windowMs: seconds * 1_000 }];
      }),
    );
  };
}

function settingKey(tenantId: Id | null, scope: Scope, reference: string | null, seconds: number) {
  return `${tenantId ?? ''}|${scope}|${reference ?? ''}|${seconds}`;
}

/** Longest window any message is limited by, in campaign milliseconds. */
export function longestWindowMs(settings: readonly RateLimitSetting[]): number {
  return Math.max(
    ...[...DEFAULT_RATE_LIMITS, ...settings].map(({ windowSeconds }) => windowSeconds * 1_000),
  );
}
