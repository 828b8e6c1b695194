import type { Channel, EpochMs, Id } from '@cadenza/domain';

/** Time between two messages of one sender, drawn for each of them, in campaign milliseconds. */
export interface Spacing {
  readonly minMs: number;
  readonly maxMs: number;
}

/** A row of `send_rate_limits`. */
export interface RateLimitSetting {
  readonly tenantId: Id | null;
  readonly channel: Channel;
  readonly scope: 'sender' | 'tenant' | 'recipient_domain' | 'ip_pool' | 'global';
  readonly reference: string | null;
  readonly windowSeconds: number;
  readonly maxMessages: number;
  /** Past hand-offs are not counted for it yet: nothing is granted under it. */
  readonly uncounted?: boolean;
}

/** A row of `warmup_ramps`: an allowance for any 24 hours that grows from day to day. */
export interface WarmUpRamp {
  /** Null: the installation's, for an IP pool that tenants share. */
  readonly tenantId: Id | null;
  readonly scope: 'sender' | 'ip_pool';
  /** A sender identity's id, or the name of a pool. */
  readonly reference: string;
  readonly startsAt: EpochMs;
  /** Messages on each day; after the last one the ramp limits nothing any more. */
  readonly allowances: readonly number[];
  /** As of `RateLimitSetting`. */
  readonly uncounted?: boolean;
}

/** A row of `send_rate_limits` or `warmup_ramps` that past hand-offs are not counted for yet. */
export interface UncountedLimit {
  readonly id: Id;
  /** Null: the platform's. */
  readonly tenantId: Id | null;
  readonly windowSeconds: number;
}

/** All that bounds how fast messages leave, as it is at one moment. */
export interface SendLimits {
  readonly limits: readonly RateLimitSetting[];
  readonly ramps: readonly WarmUpRamp[];
  /** When this was read, campaign time. */
  readonly now: EpochMs;
  /** How each channel's provider answers; nothing stands in the way of one that is not in it. */
  readonly providers: Readonly<Partial<Record<Channel, ProviderState>>>;
  /** How the account that a tenant's mail goes through answers; nothing stands in the way of one that is not in it. */
  readonly accounts: Readonly<Partial<Record<Id, AccountState>>>;
  /** Why an operator lets nothing of any tenant leave; null where nobody keeps it back. */
  readonly pausedFor: string | null;
}

/** How the account that a tenant's mail goes through has answered lately. */
export interface AccountState {
  /** Whether it is the one of all tenants that have none of their own. */
  readonly shared: boolean;
  /** Nothing is handed to it before; null where nothing holds it. */
  readonly heldUntil: EpochMs | null;
  /** It has been held time and again, without taking a message in between. */
  readonly doubted: boolean;
}

/** How a provider has answered lately. */
export interface ProviderState {
  /** Nothing is handed to it before; null where nothing holds it. */
  readonly heldUntil: EpochMs | null;
  /** The last hand-offs had no clear answer, or led to a hold that has ended since. */
  readonly doubted: boolean;
  /** Several of them in a row: one is tried at a time, until one has an answer. */
  readonly probing: boolean;
}

/** A lane of the dispatcher: what one campaign sends as one sender identity. */
export interface LaneRef {
  readonly tenantId: Id;
  readonly campaignId: Id;
  readonly senderIdentityId: Id;
}

/** A hand-off that has begun, or a slot in which one can still begin. */
export interface PastHandOff {
  readonly tenantId: Id;
  /** The reservation that the limiter knew it by. */
  readonly reservationId: string;
  readonly messageId: Id;
  readonly attempt: number;
  readonly channel: Channel;
  readonly senderIdentityId: Id;
  readonly recipientDomain: string;
  readonly ipPool: string | null;
  readonly spacing: Spacing | null;
  /** When it began, or the slot's start. */
  readonly begunAt: EpochMs;
  /** The latest moment at which it can have begun: `begunAt`, or the slot's end. */
  readonly until: EpochMs;
}
