import type { Channel, EpochMs, Id, MessageReference, SuppressionReason } from '@cadenza/domain';
import type { AddressClaims } from './addresses.ts';
import type { AudienceClaims } from './audiences.ts';
import type {
  DeliveryPage,
  DeliveryPosition,
  NewDelivery,
  ReadDelivery,
  StoredDelivery,
} from './deliveries.ts';
import type { ErasureClaims } from './erasures.ts';
import type { GuardClaims } from './guards.ts';
import type { InboundDelivery, NewInboundDelivery } from './inbound.ts';
import type { PastHandOff, UncountedLimit } from './limits.ts';
import type { AddressRef, AttemptRef, DeliveryRef, TenantRef } from './refs.ts';
import type { ClaimedAction, ClaimedSend } from './sends.ts';
import type { SmsAnswerClaims } from './sms-answers.ts';
import type { EngineTransaction } from './transaction.ts';
import type { WebhookStore } from './webhooks.ts';

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
  /** As `holdProvider` of the account for mail that tenants without one of their own share. */
  holdSharedAccount(ms: number): Promise<void>;
  /**
   * As `holdProvider` of the account for mail that is this tenant's alone, if it is still the one whose key
   * has this fingerprint.
   */
  holdAccount(tenantId: Id, keyFingerprint: string, ms: number): Promise<void>;
  /** The accounts that these tenants' mail goes through take it again: their next hold is short. */
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
