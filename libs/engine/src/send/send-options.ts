import type { Clock, MailProvider, RateLimiter } from '@cadenza/domain';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { RealTime } from '../ports/real-time.ts';
import type { EngineStore } from '../ports/store.ts';
import type { MessageRenderer } from './render-message.ts';

/** What sending takes. */
export interface SendOptions {
  readonly store: EngineStore;
  readonly limiter: RateLimiter;
  readonly provider: MailProvider;
  readonly plans: PlanCache;
  readonly renderer: MessageRenderer;
  readonly clock: Clock;
  readonly time: RealTime;
  readonly graceMs: number;
  /** Real milliseconds from before the begin statement to the last moment of writing. */
  readonly handOffDeadlineMs: number;
  /**
   * Called with each labelled point of the protocol as it is passed; a test ends the process
   * there. Does nothing in production.
   */
  readonly reached?: (point: CrashPoint, messageId: string) => void;
}

/** Points at which a crash leaves a different state behind, in the order they are passed. */
export const CRASH_POINTS = ['before_begin', 'begun', 'answered', 'recorded'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];
