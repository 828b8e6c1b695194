import type {
  BounceList,
  Clock,
  Id,
  MailProvider,
  RateLimiter,
  SmsProvider,
} from '@cadenza/domain';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { Gate } from '../ports/sends.ts';
import type { RealTime } from '../ports/real-time.ts';
import type { EngineStore } from '../ports/store.ts';
import type { MessageRenderer } from './render-message.ts';

/** What sending takes. */
export interface SendOptions {
  readonly store: EngineStore;
  readonly limiter: RateLimiter;
  readonly provider: MailProvider;
  /** Through which text messages leave. Without one their senders are paused, and say so. */
  readonly sms?: SmsProvider | undefined;
  /** Addresses are taken off it before a message that has bounced is tried again. */
  readonly bounces: BounceList;
  readonly plans: PlanCache;
  readonly renderer: MessageRenderer;
  readonly clock: Clock;
  readonly time: RealTime;
  /** Hand-offs under way at once, from their gates to the provider's answer. */
  readonly concurrency: number;
  readonly graceMs: number;
  /** Real milliseconds from before the begin statement to the last moment of writing. */
  readonly handOffDeadlineMs: number;
  /**
   * Real milliseconds after a deadline at which the fate of an unknown message is looked up first:
   * the provider's total time-out, and the time it takes to show what it has accepted.
   */
  readonly lookUpAfterMs: number;
  /** Real milliseconds for which an outcome is tried to be recorded; 10 minutes by default. */
  readonly recordForMs?: number;
  /**
   * Called for a hand-off whose outcome could not be recorded in that time. It is found again by
   * its deadline.
   */
  readonly onUnrecorded?: (error: unknown, messageId: string) => void;
  /** Called for each message that a gate kept from being handed over now. */
  readonly onGated?: (gate: ClosedGate) => void;
  /** Called when what the provider said, or a gate found, has paused a tenant or a sender. */
  readonly onPaused?: (paused: SenderOrTenantPaused) => void;
  /**
   * Called with each labelled point of the protocol as it is passed; a test ends the process
   * there. Does nothing in production.
   */
  readonly reached?: (point: CrashPoint, messageId: string) => void;
}

/** A tenant, or one of its sender identities, of which nothing more is sent until somebody acts. */
export interface SenderOrTenantPaused {
  readonly tenantId: Id;
  /** Null: the whole tenant. */
  readonly senderIdentityId: Id | null;
  readonly reason: string;
}

/** What can keep a message back: a gate of the hand-off, or its lateness. */
export type ClosedGate = Exclude<Gate, 'gone'> | 'late';

/** Points at which a crash leaves a different state behind, in the order they are passed. */
export const CRASH_POINTS = ['before_begin', 'begun', 'answered', 'recorded'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];
