import type { EpochMs, Id } from '@cadenza/domain';

/**
 * What can stand between an enrollment and its next message, in the order in which one that only
 * somebody's decision opens is named before others.
 */
export const WHY_GATES = [
  /** The enrollment has ended: there is no next message. */
  'ended',
  /** Nobody knows whether the last message went out. */
  'outcome_unknown',
  /** The message is with the provider right now. */
  'handing_off',
  'suppressed',
  /** The contact has left the campaign, or all that the tenant sends by the channel. */
  'opted_out',
  /** None, or one of a kind that the tenant writes to nobody of. */
  'address',
  /** An operator lets nothing of any tenant leave. */
  'everything',
  'tenant',
  'campaign',
  'sender',
  'sender_verification',
  'postal_address',
  /** The step is later than its `maxLateness`, or will be: it is skipped. */
  'lateness',
  /** The limiter is closed, cannot be reached, or has not counted for a new limit yet. */
  'limiter',
  /** The plan waits for an event of the message before. */
  'event',
  /** The provider takes nothing: it said 429, or has not answered. */
  'provider',
  /** The domain of the address was not found, and is looked for a second time. */
  'doubted_address',
  /** The person is out of office. */
  'away',
  'delay',
  /** The message has bounced softly, or was lost: the next attempt waits. */
  'retry',
  /** Send window, quiet hours or the time of day that the plan wants. */
  'window',
  /** The provider could not be reached, or refused for a reason that passes. */
  'back_off',
  'limit',
  /** A limit has refused it, and it is not asked about again before. */
  'rest',
  /** Others of its lane come first. */
  'turn',
  /** It is in the queue, with its slot. */
  'queue',
] as const;
export type WhyGateName = (typeof WHY_GATES)[number];

export interface WhyGate {
  readonly gate: WhyGateName;
  readonly state: 'open' | 'closed';
  readonly reason: string;
  /**
   * Of a closed gate: when it opens by itself, campaign time, as far as is known now; null where
   * only an event or somebody's decision opens it.
   */
  readonly opensAt: EpochMs | null;
  /** Of `limit`: which. */
  readonly limit?: WhyLimit;
}

export const WHY_LIMIT_SCOPES = [
  'sender',
  'spacing',
  'recipient_domain',
  'tenant',
  'ip_pool',
  'global',
] as const;

export interface WhyLimit {
  readonly scope: (typeof WHY_LIMIT_SCOPES)[number];
  readonly windowSeconds: number;
  readonly maxMessages: number;
  /** It is the allowance of a warm-up ramp. */
  readonly warmUp: boolean;
}

/** The step that the next message is. */
export interface NextSend {
  readonly nodeId: string;
  readonly visit: number;
  readonly attempt: number;
  /** Null where an event has to come, or a silence to pass, before it is planned. */
  readonly messageId: Id | null;
  /** When the plan wants it. */
  readonly dueAt: EpochMs;
}

/** Why an enrollment's next message has not been sent. All times are campaign time. */
export interface Explanation {
  readonly at: EpochMs;
  /** The gate that opens last, as far as is known; where all are open, whose turn it is. */
  readonly answer: WhyGate;
  /** When the message is expected to begin; null where that is not known. */
  readonly expectedAt: EpochMs | null;
  readonly next: NextSend | null;
  readonly gates: readonly WhyGate[];
}

export function openGate(gate: WhyGateName, reason: string): WhyGate {
  return { gate, state: 'open', reason, opensAt: null };
}

export function closedGate(
  gate: WhyGateName,
  reason: string,
  opensAt: EpochMs | null = null,
): WhyGate {
  return { gate, state: 'closed', reason, opensAt };
}
