import type { Id, RateScope } from '@cadenza/domain';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Messages per sliding window; `null` is no limit, 0 stops everything. */
export interface WindowLimits {
  readonly perMinute: number | null;
  readonly perHour: number | null;
  readonly perDay: number | null;
}

/** The limits of each thing that can be limited. */
export interface RateLimits {
  /** Each sender identity. */
  readonly sender: WindowLimits;
  /** Each recipient domain, counted per tenant: tenants do not see each other's traffic. */
  readonly recipientDomain: WindowLimits;
  readonly tenant: WindowLimits;
  /** The whole installation. */
  readonly global: WindowLimits;
}

/** Changes to some of the limits; what is left out keeps its default. */
export type RateLimitOverrides = {
  readonly [Level in keyof RateLimits]?: {
    readonly [Window in keyof WindowLimits]?: number | null | undefined;
  };
};

/** What holds where nothing else is set; daily caps exist only where they are set. */
export const DEFAULT_RATE_LIMITS: RateLimits = {
  sender: { perMinute: 20, perHour: 1_000, perDay: null },
  recipientDomain: { perMinute: null, perHour: 200, perDay: null },
  tenant: { perMinute: null, perHour: 5_000, perDay: null },
  global: { perMinute: null, perHour: 20_000, perDay: null },
};

const WINDOWS: readonly (readonly [keyof WindowLimits, number])[] = [
  ['perMinute', MINUTE_MS],
  ['perHour', HOUR_MS],
  ['perDay', DAY_MS],
];

/** The message whose limits are wanted. */
export interface ScopesInput {
  readonly tenantId: Id;
  readonly senderId: Id;
  /** The part of the address after the `@`; compared in lower case. */
  readonly recipientDomain: string;
  readonly limits?: RateLimitOverrides;
}

/** The scopes of one message, the narrowest first: sender, recipient domain, tenant, global. */
export function scopesFor(input: ScopesInput): RateScope[] {
  const { tenantId, senderId, limits = {} } = input;
  const keys: readonly (readonly [keyof RateLimits, string])[] = [
    ['sender', `sender:${senderId}`],
    ['recipientDomain', `domain:${tenantId}:${input.recipientDomain.toLowerCase()}`],
    ['tenant', `tenant:${tenantId}`],
    ['global', 'global'],
  ];
  return keys.flatMap(([level, key]) =>
    WINDOWS.flatMap(([window, windowMs]) => {
      const override = limits[level]?.[window];
      const limit = override === undefined ? DEFAULT_RATE_LIMITS[level][window] : override;
      return limit === null ? [] : [{ key, limit, windowMs }];
    }),
  );
}
