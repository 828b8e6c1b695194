import type {
  AddressKind,
  CampaignStatus,
  Channel,
  EpochMs,
  Id,
  MessageStatus,
  SuppressionKind,
} from '@cadenza/domain';
import type { EnrollmentState } from '@cadenza/plan';
import type { Spacing } from './limits.ts';
import type { TenantRef } from './refs.ts';

/** All that lies between an enrollment and its next message, read at one moment. */
export interface WhyFacts {
  /** When it was read, campaign time; so are all times here. */
  readonly now: EpochMs;
  readonly state: EnrollmentState;
  /** Of the next message, as far as one is planned; else the one that was asked for. */
  readonly channel: Channel;
  readonly planVersionId: Id;
  readonly timezone: string | null;
  readonly campaign: { readonly status: CampaignStatus; readonly pauseReason: string | null };
  readonly tenant: {
    readonly paused: boolean;
    readonly pauseReason: string | null;
    readonly postalAddress: string | null;
    readonly unknownPolicy: 'hold' | 'resend';
  };
  /** The identity that the next message leaves as, else the campaign's of the channel. */
  readonly sender: {
    readonly id: Id;
    /** Its address; of text messages the number or name that they come from. */
    readonly from: string;
    readonly verification: 'pending' | 'verified' | 'unverified';
    readonly paused: boolean;
    readonly pauseReason: string | null;
    readonly ipPool: string | null;
    readonly spacing: Spacing | null;
  };
  /** The contact's of the channel; null where there is none. */
  readonly address: string | null;
  /** Why the tenant writes to no address of this kind. */
  readonly blockedFor: readonly AddressKind[];
  readonly suppressions: readonly SuppressionFact[];
  /** Until when nothing is sent to it, for its domain was not found once; null where it is not in doubt. */
  readonly doubtedUntil: EpochMs | null;
  /** When the contact left the campaign. */
  readonly leftAt: EpochMs | null;
  /** When the contact left everything that the tenant sends by the channel. */
  readonly leftAllAt: EpochMs | null;
  /** The send that is planned or in the queue. */
  readonly send: SendFact | null;
  /** When the first of the timers that are planned fires. */
  readonly timerAt: EpochMs | null;
  /** The message of the next send, else the one handed off last. */
  readonly message: MessageFact | null;
}

export interface SuppressionFact {
  /** For all tenants. */
  readonly everywhere: boolean;
  readonly kind: SuppressionKind;
  readonly reason: string;
}

export interface SendFact {
  readonly actionId: Id;
  readonly messageId: Id;
  readonly dispatched: boolean;
  /** When it may run; later than windows ask for where a limit or a failure has moved it. */
  readonly runAt: EpochMs;
  /** A limit of the recipient's domain, or one at the end of its window, has moved it. */
  readonly deferred: boolean;
  readonly slotStart: EpochMs | null;
  readonly slotEnd: EpochMs | null;
  /** Where it is dispatched: when it is taken back if no worker has begun it. */
  readonly leaseUntil: EpochMs | null;
  /** The dispatcher leaves the lane alone until then; null where it does not. */
  readonly laneRestsUntil: EpochMs | null;
  /** Sends of the lane that are due and come before it: at most as many as were counted. */
  readonly ahead: number;
}

export interface MessageFact {
  readonly id: Id;
  readonly channel: Channel;
  readonly status: MessageStatus;
  readonly attempt: number;
  /** The provider's last words, or the recipient's server's. */
  readonly detail: string | null;
  /** Of one that is being handed off: when nobody writes it any more. */
  readonly deadlineAt: EpochMs | null;
  /** Of one whose fate is not known: when it is looked up next, and whether it was, in vain. */
  readonly lookUpAt: EpochMs | null;
  readonly lookedUpInVain: boolean;
  /** How often this attempt was taken back, certainly not handed over, and why the last time. */
  readonly releases: number;
  /** The detail of the attempt before, where there is one. */
  readonly formerDetail: string | null;
}

export interface WhyReadings {
  /**
   * Null where the tenant has no such enrollment. Writes nothing, and waits for no lock.
   *
   * @param channel whose sender and address are read where no message is planned.
   */
  whyFacts(ref: TenantRef, channel: Channel): Promise<WhyFacts | null>;
}
