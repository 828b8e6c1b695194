import type {
  Actor,
  AddressKind,
  EpochMs,
  Id,
  MessageEventType,
  MessageStatus,
  Channel,
  SuppressionKind,
  SuppressionReason,
} from '@cadenza/domain';
import type {
  EnrollmentInput,
  EnrollmentState,
  FoldBase,
  ImpliedAction,
  MachineSettings,
  Outcome,
  RecordedInput,
} from '@cadenza/plan';

/** Names one row of a tenant. */
export interface TenantRef {
  readonly tenantId: Id;
  readonly id: Id;
}

/** Names one attempt at a message. */
export interface AttemptRef extends TenantRef {
  readonly attempt: number;
}

/** Names an e-mail address of a tenant's contacts. */
export interface AddressRef {
  readonly tenantId: Id;
  readonly value: string;
}

/** The same of either channel: an address or a phone number. */
export interface ReachedRef extends AddressRef {
  readonly channel: Channel;
}

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

export interface ContactRef {
  readonly tenantId: Id;
  readonly contactId: Id;
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

/** A message, or an attempt at it, with where it stands. */
export interface MessageRecord extends TenantRef {
  readonly enrollmentId: Id;
  readonly campaignId: Id;
  readonly contactId: Id;
  readonly nodeId: string;
  readonly visit: number;
  readonly attempt: number;
  readonly channel: Channel;
  readonly status: MessageStatus;
  readonly toAddress: string | null;
  readonly begunAt: EpochMs | null;
}

/** Where a walk through messages, in the order in which their hand-offs began, has come to. */
export interface MessagePosition {
  /** With its microseconds, as the database writes it. */
  readonly begunAt: string;
  readonly id: Id;
}

/** Messages of a tenant whose hand-offs began in a range of campaign time. */
export interface AcceptedPage {
  readonly tenantId: Id;
  /** Inclusive. */
  readonly since: EpochMs;
  /** Exclusive. */
  readonly until: EpochMs;
  /** Null where the page begins with the first one. */
  readonly after: MessagePosition | null;
  readonly limit: number;
}

/** A message by its current attempt, which the provider has accepted. */
export interface AcceptedMessage {
  readonly message: MessageRecord;
  readonly position: MessagePosition;
}

/** A message by its current attempt, with what decides about an unknown one. */
export interface CurrentMessage extends MessageRecord {
  /** Its tenant's: who decides what happens to a message of which the provider shows nothing. */
  readonly unknownPolicy: 'hold' | 'resend';
  /** How often its fate has been looked up. */
  readonly lookUps: number;
}

/** An attempt that has gone through the door of completion. */
export interface CompletedHandOff extends MessageRecord {
  /** It had been released, and evidence says that the release was wrong. */
  readonly reinstated: boolean;
}

export interface NewMessageEvent {
  readonly tenantId: Id;
  readonly id: Id;
  readonly messageId: Id;
  readonly enrollmentId: Id;
  /** The message's campaign and node, under which it is counted. */
  readonly campaignId: Id;
  readonly nodeId: string;
  readonly attempt: number;
  readonly type: MessageEventType;
  readonly at: EpochMs;
  readonly actor: Actor;
  readonly dedupeKey: string;
  readonly providerEventId: string | null;
  readonly url: string | null;
  readonly deliveryId: Id | null;
  readonly synthetic: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

/** News of an attempt; it only ever moves the attempt's status forward. */
export interface MessageNews extends AttemptRef {
  readonly status: MessageStatus | null;
  readonly providerMessageId: string | null;
  readonly smtpId: string | null;
  readonly detail: string | null;
}

/** What is not to be written to. */
export interface SuppressionTarget {
  readonly channel: Channel;
  readonly kind: SuppressionKind;
  /** An address or a domain, normalised; of SMS a number. */
  readonly value: string;
}

export interface NewSuppression extends SuppressionTarget {
  readonly tenantId: Id;
  readonly reason: SuppressionReason;
  readonly source: string;
  readonly messageId: Id | null;
  readonly at: EpochMs;
}

/** A person and the campaign that they have left. */
export interface CampaignOptOut {
  readonly tenantId: Id;
  readonly contactId: Id;
  readonly campaignId: Id;
}

/** Why a person gets nothing more: their own words, as the law has them. */
export const OPT_OUT_REASONS = ['unsubscribed', 'spamreport'] as const;
export type OptOutReason = (typeof OPT_OUT_REASONS)[number];

/** A person who has left everything of a tenant by a channel, and an address that they have left as. */
export interface ContactOptOut {
  readonly tenantId: Id;
  /** Null: whoever has the address now. */
  readonly contactId: Id | null;
  readonly channel: SuppressionTarget['channel'];
  /** Null where none is known. */
  readonly value: string | null;
  readonly reason: OptOutReason;
  readonly source: string;
  readonly at: EpochMs;
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
  /** How accounts that are one tenant's alone answer, by tenant; mail goes through them. */
  readonly accounts: Readonly<Partial<Record<Id, AccountState>>>;
  /** Why an operator lets nothing of any tenant leave; null where nobody keeps it back. */
  readonly pausedFor: string | null;
}

/** How an account that is one tenant's alone has answered lately. */
export interface AccountState {
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

/** Whose form raw deliveries have. `sms-dev`: that of the development provider of text messages. */
export const DELIVERY_PROVIDERS = ['sendgrid', 'sms-dev'] as const;
export type DeliveryProvider = (typeof DELIVERY_PROVIDERS)[number];

export interface ReadDelivery extends DeliveryRef {
  readonly provider: DeliveryProvider;
  readonly payload: Buffer;
  readonly status: 'received' | 'processed' | 'quarantined';
}

/** A stored delivery and whose it is: a tenant's own account's, or, with null, the platform's. */
export interface DeliveryRef {
  readonly id: Id;
  readonly tenantId: Id | null;
}

export interface NewDelivery extends DeliveryRef {
  /** `sendgrid` by default. */
  readonly provider?: DeliveryProvider;
  readonly payload: Buffer;
  /** SHA-256 of the payload, by which a delivery of this owner is known. */
  readonly hash: Buffer;
}

export interface StoredDelivery extends DeliveryRef {
  readonly provider: DeliveryProvider;
  readonly payload: Buffer;
  /** How often it has been loaded to be processed, this time included. */
  readonly attempts: number;
}

/**
 * Why an inbound mail is believed to be one that the provider took in: its signature, or the secret
 * in the address that it came to. `open`: neither is set up, so that only what the mail itself
 * carries proves anything. `unverified`: one is set up and does not vouch for it.
 */
export type InboundVerdict = 'signed' | 'token' | 'open' | 'unverified';

/** An inbound mail as it came, whose bytes are in the blob store. */
export interface NewInboundDelivery {
  readonly id: Id;
  /** The tenant whose own address it came to, as the address names it; null: the platform's. */
  readonly addressee: string | null;
  /** With the boundary of the form. */
  readonly contentType: string;
  /** All that came, kept or not. */
  readonly bytes: number;
  /** SHA-256 of all that came, by which a delivery of this owner is known. */
  readonly hash: Buffer;
  readonly blobKey: string;
  readonly verdict: InboundVerdict;
  /** What is wrong with it, for `unverified` alone. */
  readonly verdictReason: string | null;
  /** More came than is kept. */
  readonly truncated: boolean;
}

/** An inbound mail that is to be processed. */
export interface InboundDelivery extends DeliveryRef {
  readonly contentType: string;
  readonly blobKey: string;
  readonly verdict: InboundVerdict;
  readonly truncated: boolean;
  /** All that came, kept or not. */
  readonly bytes: number;
  /** How often it has been loaded to be processed, this time included. */
  readonly attempts: number;
  /** It was processed before, and may be recorded. */
  readonly again: boolean;
  /** Campaign time: the own time of what the mail says. */
  readonly arrivedAt: EpochMs;
}

export const INBOUND_MATCHES = [
  'reply_address',
  'unsubscribe_address',
  'message_id',
  'sender',
] as const;
/** By what the message was found that a mail answers. */
export type InboundMatchedBy = (typeof INBOUND_MATCHES)[number];

export const INBOUND_EFFECTS = [
  'replied',
  'unsubscribed',
  'spamreport',
  'hard_bounce',
  'away',
] as const;
/** What a mail has brought about. */
export type InboundEffect = (typeof INBOUND_EFFECTS)[number];

/** A row of `inbound_messages`: a mail as it was understood. */
export interface NewInboundMessage extends TenantRef {
  readonly deliveryId: Id;
  /** By which the same mail is known when it comes in another delivery. */
  readonly dedupeKey: string;
  readonly messageId: Id | null;
  readonly enrollmentId: Id | null;
  readonly contactId: Id | null;
  readonly verdict: InboundVerdict;
  readonly matchedBy: InboundMatchedBy | null;
  /** Of the match. */
  readonly confidence: number | null;
  readonly kind: string;
  readonly kindConfidence: number;
  readonly signs: readonly string[];
  readonly effect: InboundEffect | null;
  readonly fromAddress: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly messageIdHeader: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly replyText: string | null;
  /** `YYYY-MM-DD`, of a kind `out_of_office` that names one. */
  readonly returnOn: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** What else the kind says: recipients of a bounce, the reason of an automatic reply. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly receivedAt: EpochMs;
  readonly attachments: readonly NewInboundAttachment[];
}

export interface NewInboundAttachment {
  readonly id: Id;
  readonly filename: string | null;
  readonly contentType: string;
  readonly bytes: number;
  readonly blobKey: string;
}

/** Where a walk through stored deliveries has come to. */
export interface DeliveryPosition extends DeliveryRef {
  /** With its microseconds, as the database writes it. */
  readonly receivedAt: string;
}

/** Stored deliveries, in the order in which they were received. */
export interface DeliveryPage {
  /** Real time, inclusive; null: from the first one on. */
  readonly from: EpochMs | null;
  /** Real time, exclusive; null: to the last one. */
  readonly to: EpochMs | null;
  /** Only those that are quarantined, or have events that are. */
  readonly quarantined: boolean;
  readonly after: DeliveryPosition | null;
  readonly limit: number;
}

/** An element of a delivery that could not be used, kept apart with its reason. */
export interface QuarantinedEvent {
  readonly deliveryId: Id;
  readonly position: number;
  readonly reason: string;
  readonly raw: unknown;
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
