import type { Channel, EpochMs, Id, MessageReference, SuppressionReason } from '@cadenza/domain';
import type { EnrollmentState, RecordedInput } from '@cadenza/plan';
import type { Trail } from '../events/machine-clicks.ts';
import type { AddressChecks, AddressClaims } from './addresses.ts';
import type { AudienceClaims, Audiences } from './audiences.ts';
import type { Consents } from './consents.ts';
import type { ErasureClaims, Erasures } from './erasures.ts';
import type { GuardClaims, Guards } from './guards.ts';
import type {
  DeliveryPage,
  DeliveryPosition,
  NewDelivery,
  QuarantinedEvent,
  ReadDelivery,
  StoredDelivery,
} from './deliveries.ts';
import type {
  Absence,
  ActionCancel,
  ActionPlan,
  CampaignRecord,
  EnrolCandidate,
  EnrollmentRecord,
  EnrollmentUpdate,
  InputRef,
  NewEnrollment,
  TransitionRecord,
} from './enrollments.ts';
import type { InboundDelivery, NewInboundDelivery, NewInboundMessage } from './inbound.ts';
import type { LaneRef, PastHandOff, SendLimits, UncountedLimit } from './limits.ts';
import type {
  AcceptedMessage,
  AcceptedPage,
  CompletedHandOff,
  CurrentMessage,
  MessageNews,
  MessageRecord,
  NewMessageEvent,
} from './messages.ts';
import type {
  AddressRef,
  AttemptRef,
  ContactRef,
  DeliveryRef,
  ReachedRef,
  TenantRef,
} from './refs.ts';
import type {
  BeginRequest,
  BegunHandOff,
  ClaimedAction,
  ClaimedSend,
  DueSend,
  DueTimer,
  Gate,
  SendContext,
} from './sends.ts';
import type { CampaignOptOut, ContactOptOut, NewSuppression } from './suppressions.ts';
import type { SmsAnswerClaims, SmsAnswers } from './sms-answers.ts';
import type { Histories } from './verification.ts';
import type { WhyReadings } from './why.ts';
import type { WebhookStore } from './webhooks.ts';

/**
 * The source of truth, as the use cases see it. Every method takes many rows and costs one
 * statement, or a fixed few. Rows are always locked in the order enrollment, message, action.
 */
export interface EngineTransaction
  extends Histories, AddressChecks, Guards, Erasures, Consents, Audiences, SmsAnswers, WhyReadings {
  // Enrollments and their inputs
  lockEnrollments(refs: readonly TenantRef[]): Promise<EnrollmentRecord[]>;
  /** Inputs after each enrollment's base, or all that are kept where `whole`. By enrollment id. */
  recordedInputs(
    enrollments: readonly EnrollmentRecord[],
    whole: boolean,
  ): Promise<Map<Id, RecordedInput[]>>;
  /** The states from which those of enrollments are folded. By enrollment id. */
  baseStatesOf(refs: readonly TenantRef[]): Promise<Map<Id, EnrollmentState>>;
  insertEnrollments(rows: readonly NewEnrollment[]): Promise<Set<Id>>;
  /**
   * Saves enrollments, and records the inputs that moved them.
   *
   * @throws Error where a version has moved, which a lock makes impossible.
   */
  saveEnrollments(
    rows: readonly EnrollmentUpdate[],
    transitions: readonly TransitionRecord[],
  ): Promise<void>;
  insertTransitions(rows: readonly TransitionRecord[]): Promise<void>;
  /** Cancels live actions with their queued messages, then writes those added and moved. */
  changeActions(change: {
    readonly cancel: readonly ActionCancel[];
    readonly put: readonly ActionPlan[];
  }): Promise<void>;
  /** Writes the first actions of enrollments that the transaction has inserted: they have none yet. */
  beginActions(actions: readonly ActionPlan[]): Promise<void>;

  // Campaigns and enrolment
  findCampaign(ref: TenantRef): Promise<CampaignRecord | null>;
  /** The same, to enrol people in it until the transaction ends: whoever finishes it waits for that. */
  findCampaignToFill(ref: TenantRef): Promise<CampaignRecord | null>;
  /** With the addresses and numbers that the channels take. */
  enrolCandidates(
    tenantId: Id,
    campaignId: Id,
    contactIds: readonly Id[],
    channels: readonly Channel[],
  ): Promise<EnrolCandidate[]>;
  /** Lets the addresses of these contacts be checked anew where what is known of them is old. */
  recheckExpiredAddresses(tenantId: Id, contactIds: readonly Id[]): Promise<void>;
  findPlans(refs: readonly TenantRef[]): Promise<Map<Id, unknown>>;

  // Dispatch
  /** In the order given. */
  dueSends(claimed: readonly ClaimedAction[]): Promise<DueSend[]>;
  assignSlots(
    slots: readonly (ClaimedAction & {
      readonly start: EpochMs;
      readonly end: EpochMs;
      readonly leaseMs: number;
    })[],
  ): Promise<void>;
  /** Makes dispatched actions pending again, under their own dispatch number alone. */
  planAgain(
    actions: readonly (ClaimedAction & {
      readonly runAt: EpochMs | null;
      readonly notAfter: EpochMs | null;
    })[],
  ): Promise<void>;
  /**
   * Leaves lanes alone until a time (not at all, where it is null), for some minutes at most, and asks
   * them for little more than they were granted when they are visited again. A lane
   * that has been woken since its wakes were counted was refused under limits that hold no more: it
   * is left as it is, and is not among those answered with.
   */
  restLanes<L extends LaneRef>(
    lanes: readonly (L & {
      readonly wakes: number;
      readonly nextAt: EpochMs | null;
      readonly granted: number;
    })[],
  ): Promise<L[]>;
  /**
   * Moves pending sends, last dispatched under these numbers, because of a limit. A change of the
   * limits of their lane moves them back.
   */
  deferSends(
    sends: readonly (ClaimedAction & {
      readonly runAt: EpochMs;
      readonly notAfter: EpochMs | null;
    })[],
  ): Promise<void>;
  rateLimits(): Promise<SendLimits>;

  // The hand-off
  sendContexts(claimed: readonly ClaimedAction[]): Promise<SendContext[]>;
  /** Of these, those under whose dispatch number nothing has begun nor can: their slots are free. */
  withoutHandOff(claimed: readonly ClaimedAction[]): Promise<ClaimedAction[]>;
  /** One statement: every gate, the version, the message and its action. See docs/send-protocol.md. */
  beginHandOffs(requests: readonly BeginRequest[]): Promise<BegunHandOff[]>;
  /** Why each of these could not begin, for what to do about it. */
  closedGates(requests: readonly BeginRequest[]): Promise<Map<Id, Gate>>;
  /**
   * The door, for each attempt: `dispatching | unknown` to `sent`, and back from a release that
   * evidence proves wrong. Answers with those that went through now.
   */
  completeHandOffs(
    rows: readonly (AttemptRef & {
      /** Null where an event is the evidence. */
      readonly token: Id | null;
      readonly providerMessageId: string | null;
    })[],
  ): Promise<CompletedHandOff[]>;
  /**
   * `dispatching | unknown` to `canceled`, by the token's holder; a fold revives what is implied.
   * Answers with how often the attempt has been released, this time included.
   */
  withdrawHandOffs(
    rows: readonly (TenantRef & { readonly token: Id })[],
  ): Promise<(MessageRecord & { readonly releases: number })[]>;
  failHandOffs(
    rows: readonly (TenantRef & { readonly token: Id | null; readonly detail: string })[],
  ): Promise<MessageRecord[]>;
  /**
   * `dispatching` to `unknown`, by the token's holder, or where the deadline has passed.
   *
   * @param lookUpAfterMs real milliseconds after the deadline at which its fate is looked up first.
   */
  markUnknown(
    rows: readonly (TenantRef & { readonly token: Id | null; readonly detail: string })[],
    lookUpAfterMs: number,
  ): Promise<MessageRecord[]>;
  /** Ends queued messages that will never be sent (a failed rendering), with their actions. */
  failQueued(rows: readonly (TenantRef & { readonly detail: string })[]): Promise<MessageRecord[]>;
  currentMessages(refs: readonly TenantRef[]): Promise<CurrentMessage[]>;
  /**
   * Keeps that unknown attempts were looked up without a trace of them, and when to ask again
   * (real milliseconds from now). Answers with the ids of those that are unknown still, by the
   * hand-off that was asked for: one that was released meanwhile may have begun again.
   */
  noteLookUps(
    rows: readonly (AttemptRef & {
      readonly begunAt: EpochMs | null;
      readonly absent: boolean;
      readonly pauseMs: number;
    })[],
  ): Promise<Id[]>;
  /** Messages that are `sent` or `deferred`, in the order in which their hand-offs began. */
  acceptedMessages(page: AcceptedPage): Promise<AcceptedMessage[]>;
  /** Messages whose next attempt is canceled are again what their last one has made them. */
  restoreAttempts(refs: readonly TenantRef[]): Promise<void>;

  // Events and time-outs
  /** Attempts that exist, each with the address that it went to. */
  findAttempts(refs: readonly AttemptRef[]): Promise<MessageRecord[]>;
  /** What is recorded of the arrival of these attempts, and of clicks on them. */
  trailsOf(refs: readonly AttemptRef[]): Promise<(AttemptRef & Trail)[]>;
  findMessagesOfVisits(
    visits: readonly {
      readonly tenantId: Id;
      readonly enrollmentId: Id;
      readonly nodeId: string;
      readonly visit: number;
    }[],
  ): Promise<MessageRecord[]>;
  /** Counts those that are new in the roll-ups, and answers with their ids. */
  insertEvents(rows: readonly NewMessageEvent[]): Promise<Set<Id>>;
  applyNews(rows: readonly MessageNews[]): Promise<void>;
  /** Brings the status of attempts that have bounced, and not hard, to what all events say. */
  settleBounces(refs: readonly AttemptRef[]): Promise<void>;
  /** How often in a row these addresses have bounced softly; those that have, or do now. */
  lockSoftBounces(
    addresses: readonly (AddressRef & { readonly bounced: boolean })[],
  ): Promise<(AddressRef & { readonly count: number })[]>;
  setSoftBounces(counts: readonly (AddressRef & { readonly count: number })[]): Promise<void>;
  dueTimers(claimed: readonly ClaimedAction[]): Promise<DueTimer[]>;
  /** Closes actions under their own dispatch number; answers with those that were live. */
  completeActions(claimed: readonly ClaimedAction[]): Promise<Set<Id>>;
  /** Marks deliveries as processed, for good. */
  finishDeliveries(ids: readonly Id[]): Promise<void>;
  /** Those of these inputs that are recorded. */
  recordedInputIds(refs: readonly InputRef[]): Promise<InputRef[]>;
  /** Takes elements out of quarantine whose event could be used after all. */
  releaseQuarantined(deliveryId: Id, positions: readonly number[]): Promise<void>;
  quarantineEvents(rows: readonly QuarantinedEvent[]): Promise<void>;

  // Retention
  /**
   * From now on this tenant's events older than it keeps are not recorded.
   *
   * @returns the time before which they are to be deleted; null where there is nothing to do.
   */
  eventsToDelete(tenantId: Id): Promise<EpochMs | null>;
  /** Deletes events older than `eventsToDelete` said; answers with how many. */
  deleteEvents(request: {
    readonly tenantId: Id;
    readonly before: EpochMs;
    readonly limit: number;
  }): Promise<number>;
  eventsDeleted(tenantId: Id, until: EpochMs): Promise<void>;
  /** The time before which inputs are to be detached; null where there is nothing to do. */
  inputsToDetach(tenantId: Id): Promise<EpochMs | null>;
  inputsDetached(tenantId: Id, until: EpochMs): Promise<void>;

  // Absences
  /**
   * Holds people until the transaction ends: who enrols, erases or unsubscribes one of them meanwhile
   * waits. As these do, it comes before their enrollments are locked.
   */
  holdPeople(contacts: readonly ContactRef[]): Promise<void>;
  /**
   * Keeps what people said last of when they are back, but of those who were erased, and holds them.
   * An answer that names no day takes back none that is ahead.
   */
  keepAbsences(absences: readonly Absence[]): Promise<void>;
  /** What is kept of these people, over or not; at most 366 days old, campaign time. */
  absencesOf(contacts: readonly ContactRef[]): Promise<Absence[]>;

  /** The time before which inbound mail is to be deleted; null where there is nothing to do. */
  inboundToDelete(tenantId: Id): Promise<EpochMs | null>;
  /**
   * Deletes mails that came before a time, and such that were put aside; their files are noted, to be
   * deleted with those of erased people.
   *
   * @returns how many mails.
   */
  deleteInbound(request: {
    readonly tenantId: Id;
    readonly before: EpochMs;
    readonly limit: number;
  }): Promise<number>;
  inboundDeleted(tenantId: Id, until: EpochMs): Promise<void>;

  // Inbound mail
  /** The mail that is recorded under this key; null where none is. */
  findInbound(tenantId: Id, dedupeKey: string): Promise<Id | null>;
  /** Records a mail with its attachments; false where one is recorded under its key. */
  insertInbound(message: NewInboundMessage): Promise<boolean>;
  /** Marks an inbound mail as processed, for good. */
  finishInbound(id: Id): Promise<void>;
  /** The latest message to a contact that had been handed off by then, by its latest such attempt. */
  latestMessageTo(contact: TenantRef, at: EpochMs): Promise<AttemptRef | null>;
  /** The e-mail address of a contact. */
  addressOf(contact: TenantRef): Promise<string | null>;

  // Suppression
  /**
   * Writes those that are new into the audit log as well, under the name of an actor, and answers
   * with how many they are. Two transactions that write the same ones take turns.
   */
  upsertSuppressions(rows: readonly NewSuppression[], actor: string): Promise<number>;
  /** Without those that were taken off the list later than they are said to be from. */
  withoutLifted(rows: readonly NewSuppression[]): Promise<NewSuppression[]>;
  /** Those whose plans send by the channel: what forbids mail ends no plan of text messages alone. */
  activeEnrollmentsOf(
    addresses: readonly ReachedRef[],
  ): Promise<(TenantRef & { readonly value: string })[]>;
  /** The same of all addresses of domains, at most so many. */
  activeEnrollmentsOfDomains(domains: readonly AddressRef[], limit: number): Promise<TenantRef[]>;
  activeEnrollmentsOfContacts(contacts: readonly ContactRef[]): Promise<(TenantRef & ContactRef)[]>;
  /** Of other contacts of the same lead, each with one whose colleague it is. */
  activeEnrollmentsOfColleagues(
    contacts: readonly ContactRef[],
  ): Promise<(TenantRef & { readonly colleagueId: Id })[]>;

  /** Deletes suppressions of numbers that their owners have made by a keyword before, and no others. */
  liftKeywordStops(rows: readonly (AddressRef & { readonly at: EpochMs })[]): Promise<void>;

  // Leaving by a link
  /** Holds a contact, so that others who ask for it wait; answers whether there is one. */
  lockContact(ref: TenantRef): Promise<boolean>;
  /** The contact's address, then those that mails to it went to, the latest first. */
  addressesOfContact(ref: TenantRef): Promise<string[]>;
  /** Those of these addresses that the tenant keeps as unsubscribed. */
  unsubscribedAddresses(tenantId: Id, addresses: readonly string[]): Promise<string[]>;
  /** In each campaign the active enrollment, else the latest. */
  enrollmentsOfContact(
    ref: TenantRef,
  ): Promise<(TenantRef & { readonly campaignId: Id; readonly active: boolean })[]>;
  /** Answers whether the contact had not left the campaign before. */
  addCampaignOptOut(
    row: CampaignOptOut & { readonly source: 'link' | 'one_click'; readonly at: EpochMs },
  ): Promise<boolean>;
  /** Answers whether the contact had left the campaign; so does `dropUnsubscribes`. */
  dropCampaignOptOut(row: CampaignOptOut): Promise<boolean>;
  /**
   * Deletes a person's word by a link that they have left everything, and the suppressions that it
   * alone has made.
   */
  dropUnsubscribes(
    of: Omit<CampaignOptOut, 'campaignId'> & { readonly campaignId: Id | null },
  ): Promise<boolean>;
  /**
   * Records that people have left everything, and the suppressions of their addresses as theirs, which
   * are to be written before. What a person has said otherwise than by a link outweighs the link, and a
   * complaint all else. Answers with how many had not left before.
   */
  addContactOptOuts(list: readonly ContactOptOut[]): Promise<number>;

  // Control
  setCampaignStatus(
    ref: TenantRef,
    status: 'running' | 'paused',
    reason: string | null,
  ): Promise<boolean>;
  /**
   * Waits for those who enrol people in a campaign, ends it, and cancels its audiences. Answers whether it
   * was not over before.
   */
  finishCampaign(ref: TenantRef): Promise<boolean>;
  /** Enrollments of a campaign that have not ended, at most so many. */
  activeEnrollmentsIn(campaign: TenantRef, limit: number): Promise<Id[]>;
  /** Leaves a finished campaign alone for so many real milliseconds, or for good once it has been over for long. */
  restEnding(
    campaign: TenantRef,
    again: { readonly everyMs: number; readonly forMs: number },
  ): Promise<void>;
  /** Answers whether it was not paused before; so does `pauseTenant`. */
  pauseSender(ref: TenantRef, reason: string): Promise<boolean>;
  /** Answers whether it was neither verified nor paused, and is paused now. */
  pauseUnverifiedSender(ref: TenantRef, reason: string): Promise<boolean>;
  /**
   * @param own who of the tenant has asked for it; null where it is not the tenant's own pause, which
   *   takes the place of one that is.
   */
  pauseTenant(tenantId: Id, reason: string, own: string | null): Promise<boolean>;
  /** Answers with what it was paused for, and since when; null where it was not, or is no such. */
  resumeSender(
    ref: TenantRef,
  ): Promise<{ readonly pausedAt: EpochMs; readonly pauseReason: string | null } | null>;
  /** @param own ends no pause but the tenant's own. */
  resumeTenant(
    tenantId: Id,
    own: boolean,
  ): Promise<
    | { readonly result: 'resumed'; readonly pauseReason: string | null }
    | { readonly result: 'was_active' | 'not_own' }
  >;
  /** Makes the dispatched sends of what was paused pending; answers with their ids. */
  recallDispatched(filter: {
    readonly tenantId: Id;
    readonly campaignId?: Id;
    readonly senderIdentityId?: Id;
  }): Promise<Id[]>;
}

/** The store itself: transactions bound to tenants, and what looks across tenants. */
export interface EngineStore
  extends AddressClaims, GuardClaims, ErasureClaims, AudienceClaims, SmsAnswerClaims, WebhookStore {
  /**
   * Runs work in one transaction bound to these tenants by row-level security, again from its
   * start where the database asks for it (deadlock, serialisation).
   */
  transaction<T>(tenantIds: readonly Id[], work: (tx: EngineTransaction) => Promise<T>): Promise<T>;
  /** In turns of tenants, then lanes: the first one is to have the first slot. */
  claimDueSends(options: {
    readonly limit: number;
    readonly perLane: number;
    /** Sends of all tenants that may be dispatched and not begun at any time. */
    readonly maxOutstanding: number;
    /** How long before its time a send may be claimed, campaign milliseconds. */
    readonly leadMs: number;
    readonly leaseMs: number;
  }): Promise<ClaimedSend[]>;
  claimDueTimeouts(options: {
    readonly limit: number;
    /** Timers of all tenants that may be dispatched and not fired; about, with several claimants. */
    readonly maxOutstanding: number;
    readonly leaseMs: number;
  }): Promise<ClaimedAction[]>;
  /** Finished campaigns of any tenants in which people who take part are to be looked for now. */
  endingCampaigns(limit: number): Promise<TenantRef[]>;
  releaseExpiredLeases(limit: number): Promise<number>;
  findStaleHandOffs(graceMs: number, limit: number): Promise<TenantRef[]>;
  /** Unknown messages that are due to be looked up, for `leaseMs` real milliseconds the caller's. */
  claimUnknownMessages(limit: number, leaseMs: number): Promise<TenantRef[]>;
  /**
   * For each text message that came in, the tenants that send from what it was written to, each with
   * its latest message to that person, or null where there is none: whoever has written to them last
   * comes first, and who has not written to them comes after, in the order in which they were verified.
   */
  findSmsParties(
    messages: readonly { readonly sender: string; readonly number: string }[],
  ): Promise<
    {
      /** Of the message in the list. */
      readonly place: number;
      readonly tenantId: Id;
      readonly senderIdentityId: Id;
      readonly latest: MessageReference | null;
      /** It is active, its sender verified, and neither is paused. */
      readonly canAnswer: boolean;
    }[]
  >;
  findMessagesByProviderId(ids: readonly string[]): Promise<
    {
      readonly tenantId: Id;
      readonly messageId: Id;
      readonly providerMessageId: string;
      readonly attempt: number;
    }[]
  >;
  /**
   * What limits count: hand-offs of these tenants, or of all where it is null, and slots that were
   * given before. With `ownWindows` a tenant's are read from before `since`, too, where a limit, a
   * ramp or a spacing of its own reaches further back.
   */
  handOffsSince(
    since: EpochMs,
    tenantIds: readonly Id[] | null,
    options?: { readonly ownWindows: boolean },
  ): Promise<PastHandOff[]>;
  /** The tenants that have these addresses or numbers as contacts' own; across tenants, as the next one. */
  tenantsOfAddresses(addresses: readonly string[]): Promise<AddressRef[]>;
  /** The tenants that have contacts with addresses of these domains. */
  tenantsOfDomains(domains: readonly string[]): Promise<AddressRef[]>;
  /** How far each of the provider's lists was read, campaign time. */
  suppressionSyncs(): Promise<ReadonlyMap<string, EpochMs>>;
  noteSuppressionSync(list: string, readUntil: EpochMs): Promise<void>;
  /** Of these, the addresses that we have put on the provider's list, or were about to. */
  pushedAddresses(addresses: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Addresses that none of the tenants who know them may write to, and that are not on the provider's
   * list by us: those of so many suppressions after an id.
   *
   * @returns `last`, the id to go on after, where there may be more.
   */
  suppressionsToPush(
    after: Id,
    limit: number,
  ): Promise<{ readonly values: readonly string[]; readonly last: Id; readonly full: boolean }>;
  /** Those of these addresses of which no push was begun. */
  newPushes(addresses: readonly string[]): Promise<string[]>;
  /** @param pushes `theirs`: the provider had the address on its list before. */
  beginPushes(
    pushes: readonly { readonly value: string; readonly theirs: boolean }[],
  ): Promise<void>;
  finishPushes(addresses: readonly string[]): Promise<void>;
  /** What we have put on the provider's list and a tenant who knows it may write to again. */
  pushesToTakeBack(
    after: Id,
    limit: number,
  ): Promise<readonly { readonly id: Id; readonly value: string }[]>;
  forgetPush(id: Id): Promise<void>;
  /** What was taken off our list, with its reason, and a tenant who knows it may write to. */
  removalsToPush(
    after: Id,
    limit: number,
  ): Promise<
    readonly { readonly id: Id; readonly value: string; readonly reason: SuppressionReason }[]
  >;
  forgetRemoval(id: Id): Promise<void>;
  /**
   * Runs work unless somebody is at it already, in whatever process; null where somebody is. Others
   * are held off by a transaction in which the work has no part: what it commits stays, whether or
   * not it ends, and it needs a second connection.
   */
  alone<T extends object>(name: string, work: () => Promise<T>): Promise<T | null>;
  uncountedLimits(): Promise<UncountedLimit[]>;
  /** Lets messages be granted slots under these limits, and wakes the lanes concerned. */
  markLimitsCounted(ids: readonly Id[]): Promise<void>;
  /**
   * Hands nothing to a channel's provider, for whatever tenant, for so many real milliseconds; longer where
   * it is held time and again.
   */
  holdProvider(channel: Channel, ms: number): Promise<void>;
  /**
   * As `holdProvider` of the account at the provider of mail that is this tenant's alone, if it is still
   * the one whose key has this fingerprint.
   */
  holdAccount(tenantId: Id, keyFingerprint: string, ms: number): Promise<void>;
  /** Accounts of these tenants alone take messages again: their next hold is short. */
  trustAccounts(tenantIds: readonly Id[]): Promise<void>;
  /**
   * Counts hand-offs without a clear answer; from `probeAfter` of them in a row on one is tried at a
   * time.
   *
   * @returns how many there were in a row.
   */
  doubtProvider(channel: Channel, unknowns: number, probeAfter: number): Promise<number>;
  /** The provider takes messages again: ends what `doubtProvider` began, and the next hold is short. */
  trustProvider(channel: Channel): Promise<void>;
  /**
   * Stores raw deliveries, in one statement.
   *
   * @returns the ids of those that are new: the same bytes of the same owner are no new delivery.
   */
  storeDeliveries(deliveries: readonly NewDelivery[]): Promise<ReadonlySet<Id>>;
  /** Takes those of these deliveries that wait, and counts the attempt. */
  loadDeliveries(deliveries: readonly DeliveryRef[]): Promise<StoredDelivery[]>;
  /**
   * Deliveries that nobody has processed, received at least so long ago (real milliseconds), twice
   * as long for each attempt that was made, up to 32 times as long: one that fails is tried less
   * often, and one that was cut off again and again is not forgotten.
   */
  waitingDeliveries(olderThanMs: number, limit: number): Promise<DeliveryRef[]>;
  quarantineDelivery(delivery: DeliveryRef, reason: string): Promise<void>;
  /** @throws where the store cannot be reached. */
  ping(): Promise<void>;
  /**
   * Stores what is known of an inbound mail whose bytes are kept. One whose address names no tenant
   * is kept as nobody's, unverified.
   *
   * @returns whose it is; null where the same bytes had come to this owner before.
   */
  storeInbound(delivery: NewInboundDelivery): Promise<DeliveryRef | null>;
  /**
   * An inbound mail that waits, with the attempt counted; null where it does not wait, or its time
   * has not come. It is not loaded again before a wait is over, which grows from 10 real seconds after
   * the first attempt to 12 hours.
   */
  loadInbound(delivery: DeliveryRef): Promise<InboundDelivery | null>;
  /** Takes back that an attempt was counted: nothing was tried. The wait is 10 minutes at most. */
  postponeInbound(delivery: DeliveryRef): Promise<void>;
  quarantineInbound(delivery: DeliveryRef, reason: string): Promise<void>;
  /**
   * Has stored inbound mail processed again, as if it had just come, but for its time.
   *
   * @returns how many mails. With `dryRun` nothing is done.
   */
  replayInbound(request: {
    /** Real time of receipt, inclusive; null: from the first one on. */
    readonly from: EpochMs | null;
    /** Real time of receipt, exclusive; null: to the last one. */
    readonly to: EpochMs | null;
    /** Mail of this tenant alone; null: all. */
    readonly tenantId: Id | null;
    /** Only what was put aside. */
    readonly quarantined: boolean;
    readonly dryRun: boolean;
  }): Promise<number>;
  /** Messages of any tenants that have been handed off, with their latest such attempt. */
  findSentMessages(ids: readonly Id[]): Promise<AttemptRef[]>;
  findContacts(ids: readonly Id[]): Promise<TenantRef[]>;
  /** Attempts whose Message-ID is one of these, each with the part of it before the `@`. */
  findMessagesBySmtpId(
    smtpIds: readonly string[],
  ): Promise<(AttemptRef & { readonly localPart: string })[]>;
  /**
   * For each tenant that has written to one of these addresses within so many campaign days before a
   * time, or for the owner alone where it is not null, the latest message to it until then. Where some of several tenants
   * have a sender of one of the domains, the others are left out.
   */
  findRecentRecipients(request: {
    readonly addresses: readonly string[];
    readonly domains: readonly string[];
    readonly at: EpochMs;
    readonly ownerId: Id | null;
    readonly days: number;
  }): Promise<AttemptRef[]>;
  /** Inbound mail that nobody has processed since its time came, so long ago (real milliseconds). */
  waitingInbound(olderThanMs: number, limit: number): Promise<DeliveryRef[]>;
  storedDeliveries(page: DeliveryPage): Promise<DeliveryPosition[]>;
  /** A delivery in whatever state, which stays as it is; null where there is none. */
  readDelivery(delivery: DeliveryRef): Promise<ReadDelivery | null>;
  /**
   * Since when all events of tenants are kept: the beginning of the oldest partition, since older
   * ones may have been in one that was detached, or what the tenant keeps, where that is less. A
   * tenant of which neither is known is not in it.
   */
  eventsKeptSince(tenantIds: readonly Id[]): Promise<ReadonlyMap<Id, EpochMs>>;
  /** Tenants after one, by id, some of whose data is older than they keep. */
  tenantsToRetain(after: Id | null, limit: number): Promise<Id[]>;
  /**
   * Deletes answers to words by text message that are older than 30 days, whosever they are.
   *
   * @returns how many.
   */
  deleteOldSmsAnswers(limit: number): Promise<number>;
  /**
   * Deletes processed and quarantined deliveries that are older than their tenant keeps, or, those
   * of none, than so many whole months (null: none of these), with what is quarantined of them.
   *
   * @returns how many.
   */
  deleteOldDeliveries(sharedMonths: number | null, limit: number): Promise<number>;
  /** Makes partitions for the last month, this one and the two after it. */
  ensureEventPartitions(now: EpochMs): Promise<number>;
  /**
   * Detaches the oldest partition of events, where it is of a month before the last `monthsOnline`
   * whole ones. It stays as a table of its own.
   *
   * @param monthsOnline at least 1.
   * @returns its name, or null where there is none to detach.
   * @throws where somebody holds the table for half a second: to be tried again later.
   */
  detachEventPartition(monthsOnline: number): Promise<string | null>;
  /** Drops the oldest detached partition, by the same rules. */
  dropEventPartition(monthsKept: number): Promise<string | null>;
  /**
   * Folds what was counted since into the hourly roll-ups, so many rows of it at most.
   *
   * @returns how many there were.
   */
  foldEventRollUps(limit: number): Promise<number>;
  /**
   * Likewise of how many enrollments of each campaign stand where, and has those told of it who want to
   * be. Campaigns that were folded less than `restMs` real milliseconds ago, 0 by default, are left for
   * later.
   *
   * @returns how many rows there were.
   */
  foldEnrollmentCounts(limit: number, restMs?: number): Promise<number>;
  /**
   * Gives the planner statistics of tables of a thousand rows and more that have grown threefold since it
   * had some.
   *
   * @returns how many tables.
   */
  analyzeGrownTables(): Promise<number>;
  /** Forgets answers that are not given again any more, so many at most. @returns how many. */
  deleteExpiredAnswers(limit: number): Promise<number>;
  /** Forgets sessions of people that nobody has used for long, so many at most. @returns how many. */
  deleteEndedSessions(limit: number): Promise<number>;
  /**
   * Since when the oldest due action could have been dispatched and was not; null where none waits.
   * What a pause, a limit or the provider holds back does not wait.
   */
  oldestDueAction(): Promise<EpochMs | null>;
  /** Messages of all tenants whose fate is not known. */
  countUnknownMessages(): Promise<number>;
  /** Messages of all tenants with an attempt that was taken for lost, and accepted after all. */
  countDoubledHandOffs(): Promise<number>;
}
