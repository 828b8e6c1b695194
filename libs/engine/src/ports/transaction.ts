import type { Trail } from '../events/machine-clicks.ts';
import type { Channel, EpochMs, Id } from '@cadenza/domain';
import type { EnrollmentState, RecordedInput } from '@cadenza/plan';
import type { AddressChecks } from './addresses.ts';
import type { Audiences } from './audiences.ts';
import type { Consents } from './consents.ts';
import type { QuarantinedEvent } from './deliveries.ts';
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
import type { Erasures } from './erasures.ts';
import type { Guards } from './guards.ts';
import type { NewInboundMessage } from './inbound.ts';
import type { LaneRef, SendLimits } from './limits.ts';
import type {
  AcceptedMessage,
  AcceptedPage,
  CompletedHandOff,
  CurrentMessage,
  MessageNews,
  MessageRecord,
  NewMessageEvent,
} from './messages.ts';
import type { AddressRef, AttemptRef, ContactRef, ReachedRef, TenantRef } from './refs.ts';
import type {
  BeginRequest,
  BegunHandOff,
  ClaimedAction,
  DueSend,
  DueTimer,
  Gate,
  SendContext,
} from './sends.ts';
import type { SmsAnswers } from './sms-answers.ts';
import type { CampaignOptOut, ContactOptOut, NewSuppression } from './suppressions.ts';
import type { Histories } from './verification.ts';
import type { WhyReadings } from './why.ts';

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
