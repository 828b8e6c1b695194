import type { Channel, EpochMs, Id } from '@cadenza/domain';
import type { ImpliedAction, MachineSettings } from '@cadenza/plan';
import type { Spacing } from './limits.ts';

/** A claimed action: a job's data. */
export interface ClaimedAction {
  readonly tenantId: Id;
  readonly actionId: Id;
  readonly dispatch: number;
}

/** A claimed send. */
export interface ClaimedSend extends ClaimedAction {
  /** How often its lane had been woken by then; see `restLanes`. */
  readonly laneWakes: number;
}

/** What the dispatcher needs to plan a send's slot. */
export interface DueSend extends ClaimedAction {
  readonly campaignId: Id;
  readonly planVersionId: Id;
  readonly channel: Channel;
  readonly senderIdentityId: Id;
  readonly messageId: Id;
  /** Empty of a phone number. */
  readonly recipientDomain: string;
  /** Name of the provider's IP pool that the sender's mail leaves through. */
  readonly ipPool: string | null;
  readonly spacing: Spacing | null;
  readonly timezone: string | null;
  readonly action: ImpliedAction;
  readonly runAt: EpochMs;
  readonly notAfter: EpochMs | null;
}

/** All that is needed to render and hand off one message. */
export interface SendContext extends DueSend {
  readonly enrollmentId: Id;
  readonly contactId: Id;
  readonly slotStart: EpochMs | null;
  readonly slotEnd: EpochMs | null;
  readonly toAddress: string;
  readonly contact: {
    readonly firstName: string | null;
    readonly lastName: string | null;
    readonly title: string | null;
    readonly timezone: string | null;
    readonly phone: string | null;
    readonly custom: Readonly<Record<string, unknown>>;
  };
  readonly lead: {
    readonly name: string;
    readonly website: string | null;
    readonly industry: string | null;
    readonly summary: string | null;
    readonly custom: Readonly<Record<string, unknown>>;
  } | null;
  readonly sender: {
    /** Of mail; empty of text messages. */
    readonly email: string;
    /** Of text messages: a number or a name; empty of mail. */
    readonly smsFrom: string;
    readonly name: string;
    readonly replyTo: string | null;
    readonly signature: string | null;
  };
  readonly campaignName: string;
  readonly postalAddress: string | null;
  /** What the message continues; null where it stands alone. */
  readonly thread: Thread | null;
}

/** The messages that one continues, as they were sent. */
export interface Thread {
  /** The subject of the one that it answers. */
  readonly subject: string;
  /** Their Message-IDs, the oldest first; null for one that the provider has not reported yet. */
  readonly messageIds: readonly (string | null)[];
}

/** Why a hand-off may not begin now. `gone`: the job is out of date and changes nothing. */
export type Gate =
  | 'gone'
  | 'paused'
  | 'suppressed'
  | 'invalid_address'
  | 'doubted_address'
  | 'sender_unverified'
  | 'provider'
  | 'slot'
  | 'window';

export interface BeginRequest extends ClaimedAction {
  /** Fences the hand-off: only its holder may release it. */
  readonly token: Id;
  /** Real milliseconds, from the moment before the statement is sent. */
  readonly deadlineMs: number;
  /** The slot in which it may begin, campaign time. */
  readonly slotStart: EpochMs;
  readonly slotEnd: EpochMs;
  readonly toAddress: string;
  readonly subject: string;
  /** It may begin while the provider is being probed. */
  readonly probe: boolean;
  /** Recorded with the input. */
  readonly settings: MachineSettings;
}

export interface BegunHandOff extends ClaimedAction {
  readonly messageId: Id;
  readonly enrollmentId: Id;
  readonly token: Id;
  readonly attempt: number;
  readonly begunAt: EpochMs;
}

export interface DueTimer extends ClaimedAction {
  readonly enrollmentId: Id;
  readonly timer: 'no_open' | 'no_click' | 'no_reply' | 'elapsed';
  readonly nodeId: string;
  readonly visit: number;
  readonly attempt: number;
  readonly key: string;
  readonly dueAt: EpochMs;
}
