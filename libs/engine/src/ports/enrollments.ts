import type { AddressKind, Channel, EpochMs, Id } from '@cadenza/domain';
import type {
  EnrollmentInput,
  EnrollmentState,
  FoldBase,
  ImpliedAction,
  MachineSettings,
  Outcome,
  RecordedInput,
} from '@cadenza/plan';
import type { ContactRef, TenantRef } from './refs.ts';

/** An enrollment as it is read under a lock. */
export interface EnrollmentRecord extends TenantRef {
  readonly campaignId: Id;
  readonly contactId: Id;
  readonly planVersionId: Id;
  /** The campaign's sender, for nodes that name none. */
  readonly senderIdentityId: Id;
  /** For text messages, where the other is one of mail. */
  readonly smsSenderIdentityId: Id | null;
  /** IANA name of the contact's zone, where it is known. */
  readonly timezone: string | null;
  /** Counts recorded inputs; the `seq` of the newest. */
  readonly version: number;
  readonly state: EnrollmentState;
  /**
   * The `seq` of the beginning from which the state is folded; 0 where nothing has begun. Where it is
   * the version, the state is that just after it.
   */
  readonly baseSeq: number;
  /**
   * No input that the state has folded since the base counts after this campaign time. Null: it is
   * not known. It says nothing where nothing was recorded since the base.
   */
  readonly foldedTo: EpochMs | null;
}

/** What a change writes back to an enrollment. */
export interface EnrollmentUpdate extends TenantRef {
  /** The version that was read; nothing is written where it is another now. */
  readonly expectedVersion: number;
  readonly version: number;
  readonly state: EnrollmentState;
  /** Null where it is still the one that was read. */
  readonly base: FoldBase | null;
  /** See `EnrollmentRecord.foldedTo`. */
  readonly foldedTo: EpochMs | null;
}

/** It is folded from the state in which all begin. */
export interface NewEnrollment extends TenantRef {
  readonly campaignId: Id;
  readonly contactId: Id;
  readonly planVersionId: Id;
  readonly timezone: string | null;
  readonly version: number;
  readonly state: EnrollmentState;
  readonly enrolledAt: EpochMs;
}

/** A row of `campaign_transitions`: one recorded input and what it did. */
export interface TransitionRecord {
  readonly tenantId: Id;
  readonly enrollmentId: Id;
  readonly recorded: RecordedInput;
  readonly settings: MachineSettings;
  readonly machineVersion: number;
  readonly outcome: Outcome;
  readonly fromNode: string | null;
  readonly toNode: string | null;
  /** Keys of actions cancelled, added and moved by the batch this input came in. */
  readonly effects: Readonly<Record<string, readonly string[]>>;
}

/** A future step to be written: added, revived where it was cancelled, or moved. */
export interface ActionPlan {
  readonly tenantId: Id;
  readonly enrollmentId: Id;
  readonly campaignId: Id;
  readonly contactId: Id;
  readonly action: ImpliedAction;
  /** Of sends: by what the message reaches the person. */
  readonly channel: Channel;
  /**
   * For sends alone. Where the message continues the thread of an earlier one that was sent, the
   * sender of that one is written instead.
   */
  readonly senderIdentityId: Id | null;
  /** The node whose latest message to this enrollment a send continues. */
  readonly threadWith: string | null;
  readonly runAt: EpochMs;
  readonly notAfter: EpochMs | null;
}

/** A future step that is not implied any more. */
export interface ActionCancel {
  readonly tenantId: Id;
  readonly enrollmentId: Id;
  readonly action: ImpliedAction;
}

/** An automatic answer of somebody who is away. */
export interface Absence extends ContactRef {
  /** Unique for each answer, without personal data: it becomes that of the inputs. */
  readonly inputId: string;
  /** Campaign time at which the answer came. */
  readonly at: EpochMs;
  /** The first day on which they are back, `YYYY-MM-DD`; null where the answer names none. */
  readonly returnDate: string | null;
}

/** Names an input of an enrollment. */
export interface InputRef {
  readonly tenantId: Id;
  readonly enrollmentId: Id;
  /**
   * See `RecordedInput.id`. Unique within the enrollment, and an id that stands already fails the
   * transaction: what can rightly happen again carries what tells the times apart (its job, its
   * token, an id of its own), and what must not is asked for under the enrollment's lock.
   */
  readonly inputId: string;
}

/** An input on its way to an enrollment. */
export interface NewInput extends InputRef {
  readonly input: EnrollmentInput;
}

export interface CampaignRecord extends TenantRef {
  readonly status: string;
  readonly planVersionId: Id;
  readonly senderIdentityId: Id;
  readonly smsSenderIdentityId: Id | null;
}

/** A contact as enrolment sees it. */
export interface EnrolCandidate {
  readonly contactId: Id;
  readonly timezone: string | null;
  readonly address: string | null;
  /** Nothing is known of the person any more. */
  readonly erased: boolean;
  /** Of what kinds the address is that the tenant blocks, or wants to be warned of. */
  readonly blockedFor: readonly AddressKind[];
  readonly warnedFor: readonly AddressKind[];
  /** What is known of the address was found out too long ago, and nobody is to find out again. */
  readonly outOfDate: boolean;
  readonly suppressed: boolean;
  /** Its phone number, where the plan takes one, and whether that may not be written to. */
  readonly phone: string | null;
  readonly phoneSuppressed: boolean;
  /** The contact has left this campaign. */
  readonly optedOut: boolean;
  readonly active: boolean;
  /** Ended enrollments of the contact in the same campaign. */
  readonly formerIds: readonly Id[];
}
