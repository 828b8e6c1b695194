import type { Channel, EpochMs, Id, RateScope } from '@cadenza/domain';
import type { RateLimitSetting, SendLimits, Spacing, WarmUpRamp } from '../ports/limits.ts';
import { spacingScopes } from './spacing.ts';
import { WARM_UP_DAY_MS, warmUpAllowance } from './warm-up.ts';

type Scope = RateLimitSetting['scope'];

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** What holds where `send_rate_limits` says nothing. */
export const DEFAULT_RATE_LIMITS: readonly RateLimitSetting[] = [
  platformLimit('email', 'sender', MINUTE, 20),
  platformLimit('email', 'sender', HOUR, 1_000),
  platformLimit('email', 'recipient_domain', HOUR, 200),
  platformLimit('email', 'tenant', HOUR, 5_000),
  platformLimit('email', 'global', HOUR, 20_000),
  platformLimit('sms', 'sender', MINUTE, 10),
  platformLimit('sms', 'sender', HOUR, 500),
  platformLimit('sms', 'tenant', DAY, 5_000),
];

function platformLimit(
  channel: Channel,
  scope: Scope,
  windowSeconds: number,
  maxMessages: number,
): RateLimitSetting {
  return { tenantId: null, channel, scope, reference: null, windowSeconds, maxMessages };
}

/** What of a message limits are counted by. */
export interface LimitedMessage {
  readonly tenantId: Id;
  readonly channel: Channel;
  readonly senderIdentityId: Id;
  /** Decides its distance from the sender's other messages. */
  readonly messageId: Id;
  readonly recipientDomain: string;
  readonly ipPool: string | null;
  readonly spacing: Spacing | null;
}

/** One limit of a message. */
export interface LimitedScope extends RateScope {
  /** Past hand-offs are not counted for it yet, so the limiter may not be asked by it. */
  readonly uncounted?: true;
  /** It is the allowance of a warm-up ramp. */
  readonly warmUp?: true;
}

/** Finds the scopes of many messages under one reading of the settings. */
export type ScopeResolver = (message: LimitedMessage) => LimitedScope[];

/** One thing that a message counts for: who may have set limits for it, most particular first. */
interface Thing {
  readonly key: string;
  readonly channel: Channel;
  readonly scope: Scope;
  readonly settings: readonly (readonly [tenantId: Id | null, reference: string | null])[];
  /** Whose ramp, if there is one for it. */
  readonly ramp: readonly [tenantId: Id | null, reference: string] | null;
}

/**
 * For each thing that a message counts for and each window, the most particular setting holds: the
 * tenant's for this sender or domain, the tenant's for all of them, the platform's likewise, the
 * default. An IP pool belongs to the installation: what a tenant sets for one bounds the tenant's
 * own messages in it, beside what the platform sets for everybody's.
 *
 * Each channel has limits of its own, and no message counts for another channel's.
 */
export function createScopeResolver(settings: SendLimits): ScopeResolver {
  const known = new Map<string, RateLimitSetting>();
  const windows = new Map<string, Set<number>>();
  for (const setting of [...DEFAULT_RATE_LIMITS, ...settings.limits]) {
    known.set(
      settingKey(
        setting.channel,
        setting.tenantId,
        setting.scope,
        setting.reference,
        setting.windowSeconds,
      ),
      setting,
    );
    const scopeKey = `${setting.channel}|${setting.scope}`;
    const ofScope = windows.get(scopeKey) ?? new Set();
    windows.set(scopeKey, ofScope.add(setting.windowSeconds));
  }
  const allowances = allowancesOf(settings.ramps, settings.now);
  // Messages of a sender share all but the recipient's domain.
  const found = new Map<string, readonly LimitedScope[]>();

  function scopesOf(thing: Thing): readonly LimitedScope[] {
    const name = `${thing.channel}|${thing.settings[0]?.[0] ?? ''}|${thing.key}`;
    const scopes = found.get(name) ?? limitsOf(thing);
    found.set(name, scopes);
    return scopes;
  }

  function limitsOf({ key, channel, scope, settings: candidates, ramp }: Thing): LimitedScope[] {
    const scopes: LimitedScope[] = [];
    for (const seconds of windows.get(`${channel}|${scope}`) ?? []) {
      for (const [tenantId, reference] of candidates) {
        const setting = known.get(settingKey(channel, tenantId, scope, reference, seconds));
        if (setting === undefined) continue;
        const { maxMessages: limit, uncounted } = setting;
        scopes.push({ key, limit, windowMs: seconds * 1_000, ...(uncounted && { uncounted }) });
        break;
      }
    }
    const allowance = ramp === null ? undefined : allowances.get(rampKey(ramp[0], scope, ramp[1]));
    if (allowance !== undefined) {
      scopes.push({ key, windowMs: WARM_UP_DAY_MS, ...allowance, warmUp: true });
    }
    return scopes;
  }

  return (message) => [
    ...thingsOf(message).flatMap(scopesOf),
    ...(message.spacing === null
      ? []
      : spacingScopes(message.senderIdentityId, message.spacing, message.messageId)),
  ];
}

function thingsOf(message: LimitedMessage): Thing[] {
  const { tenantId, channel, senderIdentityId, recipientDomain, ipPool } = message;
  const particular = (key: string, scope: Scope, reference: string | null): Thing => ({
    key,
    channel,
    scope,
    settings: [
      [tenantId, reference],
      [tenantId, null],
      [null, reference],
      [null, null],
    ],
    ramp: scope === 'sender' ? [tenantId, senderIdentityId] : null,
  });
  const poolOf = (owner: Id | null, key: string, pool: string): Thing => ({
    key,
    channel,
    scope: 'ip_pool',
    settings: [
      [owner, pool],
      [owner, null],
    ],
    ramp: [owner, pool],
  });
  const sender = particular(`sender:${senderIdentityId}`, 'sender', senderIdentityId);
  if (channel === 'sms') {
    return [
      sender,
      particular(`tenant:sms:${tenantId}`, 'tenant', null),
      particular('global:sms', 'global', null),
    ];
  }
  return [
    sender,
    particular(`domain:${tenantId}:${recipientDomain}`, 'recipient_domain', recipientDomain),
    particular(`tenant:${tenantId}`, 'tenant', null),
    ...(ipPool === null
      ? []
      : [
          poolOf(tenantId, `ip_pool:${tenantId}:${ipPool}`, ipPool),
          poolOf(null, `ip_pool:${ipPool}`, ipPool),
        ]),
    particular('global', 'global', null),
  ];
}

function allowancesOf(
  ramps: readonly WarmUpRamp[],
  now: EpochMs,
): Map<string, Pick<LimitedScope, 'limit' | 'uncounted'>> {
  return new Map(
    ramps.flatMap((ramp) => {
      const allowance = warmUpAllowance(ramp, now);
      if (allowance === null) return [];
      const { tenantId, scope, reference, uncounted } = ramp;
      const limited = { limit: allowance, ...(uncounted && { uncounted }) };
      return [[rampKey(tenantId, scope, reference), limited] as const];
    }),
  );
}

function settingKey(
  channel: Channel,
  tenantId: Id | null,
  scope: Scope,
  reference: string | null,
  seconds: number,
): string {
  return `${channel}|${tenantId ?? ''}|${scope}|${reference ?? ''}|${seconds}`;
}

function rampKey(tenantId: Id | null, scope: Scope, reference: string): string {
  return `${tenantId ?? ''}|${scope}|${reference}`;
}

/**
 * Longest window that any mail is limited by, or any text message by a limit of the platform's, in
 * campaign milliseconds. The store reads further back for tenants who send text messages.
 */
export function longestWindowMs({ limits, ramps }: SendLimits): number {
  return Math.max(
    ...[...DEFAULT_RATE_LIMITS.filter(({ channel }) => channel === 'email'), ...limits].map(
      ({ windowSeconds }) => windowSeconds * 1_000,
    ),
    ...ramps.map(() => WARM_UP_DAY_MS),
  );
}
