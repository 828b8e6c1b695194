import {
  MESSAGE_STATUS_RANK,
  newId,
  type Clock,
  type Id,
  type MessageStatus,
  type ProviderEvent,
  type ProviderEventType,
} from '@cadenza/domain';
import { isUnsubscribeUrl } from '@cadenza/rendering';
import { isToErased, withoutTeller } from '../erasure/late-news.ts';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { QuarantinedEvent } from '../ports/deliveries.ts';
import type { EnrollmentRecord, InputRef, NewInput } from '../ports/enrollments.ts';
import type { MessageNews, MessageRecord, NewMessageEvent } from '../ports/messages.ts';
import type { AddressRef, AttemptRef, ReachedRef, TenantRef } from '../ports/refs.ts';
import type { NewSuppression } from '../ports/suppressions.ts';
import type { SmsAnswerReport } from '../ports/sms-answers.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { optOutsOf } from '../suppress/opt-outs.ts';
import { sentInput } from '../send/sent-input.ts';
import { judgeClicks } from './judge-clicks.ts';
import { reactionOf, statusOf, suppressionOf } from './event-rules.ts';
import { quarantined, type PositionedEvent, type ReferredEvent } from './match-events.ts';
import { NOTHING_BEFORE, readRecordedBefore } from './recorded-before.ts';
import { countSoftBounces, mayReachLimit, softBounceAddresses } from './soft-bounces.ts';

/** An event with the attempt that it speaks of. */
export interface KnownEvent {
  readonly one: ReferredEvent;
  readonly message: MessageRecord;
}

interface RowedEvent extends KnownEvent {
  readonly row: NewMessageEvent;
}

export interface RecordedEvents {
  /** The events recorded now. */
  readonly fresh: readonly { readonly deliveryId: Id; readonly type: ProviderEventType }[];
  /** Events that had been recorded before. */
  readonly duplicates: readonly { readonly deliveryId: Id }[];
  /** Events that name a message which does not exist. */
  readonly unknown: readonly QuarantinedEvent[];
  /** Inputs that enrollments were given. */
  readonly inputs: number;
  /** Keys of events of people who were erased before. */
  readonly erasedKeys: readonly string[];
}

export interface RecordOptions {
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly graceMs: number;
  /**
   * Events may have been recorded before, and parts of that been lost since: what is missing is
   * brought back. By default an event that is there has had its effect.
   */
  readonly again?: boolean;
}

/**
 * Records events of any tenants with all that follows from them, in a fixed number of statements:
 * completed hand-offs, statuses, suppressions, and the folds of their enrollments.
 */
export async function recordEvents(
  tx: EngineTransaction,
  referred: readonly ReferredEvent[],
  options: RecordOptions,
): Promise<RecordedEvents> {
  const attempts = new Map(
    (await tx.findAttempts(referred.map(attemptRef))).map((message) => [keyOf(message), message]),
  );
  const known: KnownEvent[] = [];
  const nameless: ReferredEvent[] = [];
  for (const one of referred) {
    const message = attempts.get(keyOf(attemptRef(one)));
    if (message !== undefined) known.push({ one: tellable(one, message), message });
    else nameless.push(one);
  }
  const answers =
    nameless.length === 0 ? null : await tx.reportSmsAnswers(nameless.map(answerReport));
  const unknown = nameless
    .filter(({ reference }) => answers?.has(reference.messageId) !== true)
    .map((one) => quarantined(one, 'names a message that does not exist'));
  const bounced = await tx.lockSoftBounces(softBounceAddresses(known));
  const own = theirOwn(known);
  const ofAddresses = [
    ...(await tx.activeEnrollmentsOf(addressesAtStake(known, bounced))),
    ...(await enrollmentsOfLeaving(tx, known)),
  ];
  const locked = await tx.lockEnrollments([
    ...known
      .filter((event) => !isAccepted(event) || reactionOf(event.one.event) !== null)
      .map(({ message }) => ({ tenantId: message.tenantId, id: message.enrollmentId })),
    ...ofAddresses,
  ]);

  const judged = await judgeClicks(tx, known);
  const rows = judged.map((event) => ({ ...event, row: eventRow(event) }));
  const inserted = await tx.insertEvents(rows.map(({ row }) => row));
  const isFresh = ({ row }: RowedEvent) => inserted.has(row.id);
  const fresh = rows.filter(isFresh);
  // Of an event without what told of the person it is not known any more what followed from it.
  const told =
    options.again === true
      ? rows.filter((event) => isFresh(event) || !isToErased(event.message))
      : fresh;
  const through = await tx.completeHandOffs(
    // The provider's id of an event only starts with that of its message, and both may hold dots.
    told
      .filter((event) => !isAccepted(event))
      .map(({ one }) => ({ ...attemptRef(one), token: null, providerMessageId: null })),
  );
  const before =
    options.again === true
      ? await readRecordedBefore(tx, [
          ...through.map(sentInput),
          ...told.map(inputRef),
          ...deliveriesOf(referred).flatMap((deliveryId) =>
            [...ofAddresses, ...own].map((one) => suppressedRef(one, deliveryId)),
          ),
        ])
      : NOTHING_BEFORE;
  const isNew = (event: RowedEvent) => !before.has(inputRef(event), event.message);
  await tx.applyNews(
    told
      .filter((event) => inserted.has(event.row.id) || isBehind(event))
      .map((event) => newsOf(event, isNew(event))),
  );
  const counted = countSoftBounces(fresh.filter(isNew), bounced);
  await tx.setSoftBounces(counted.counts);
  const added = [
    ...fresh.flatMap(({ one, message }) =>
      suppressionFor(one.event, message).map((added) => ({ ...added, deliveryId: one.deliveryId })),
    ),
    ...counted.suppressions,
  ];
  await tx.upsertSuppressions(added, 'provider_event');
  await tx.addContactOptOuts(
    fresh.flatMap(({ one, message }) =>
      optOutsOf(suppressionFor(one.event, message), message.contactId),
    ),
  );
  await tx.liftKeywordStops(fresh.flatMap(comingBack));
  const now = options.clock.now();
  const applied = await applyInputs(
    tx,
    before.missing([
      ...through.map(sentInput),
      ...told.filter(isNew).flatMap(reaction),
      ...suppressed(added, [...stillActive(ofAddresses, locked), ...own], now),
    ]),
    { plans: options.plans, now, graceMs: options.graceMs, locked },
  );
  await tx.settleBounces(unsettled(told));
  return {
    fresh: fresh.map(({ one }) => ({ deliveryId: one.deliveryId, type: one.event.type })),
    duplicates: rows.filter(({ row }) => !inserted.has(row.id)).map(({ one }) => one),
    inputs: applied.length,
    erasedKeys: known
      .filter(({ message }) => isToErased(message))
      .map(({ one }) => one.event.dedupeKey),
    unknown,
  };
}

const ANSWER_STATUS: Readonly<Partial<Record<ProviderEventType, 'delivered' | 'failed'>>> = {
  delivered: 'delivered',
  bounced: 'failed',
};

/** What names no message may be a report of an answer to a word. */
function answerReport({ event, reference }: ReferredEvent): SmsAnswerReport {
  const { tenantId, messageId: id } = reference;
  return { tenantId, id, status: ANSWER_STATUS[event.type] ?? null, detail: event.reason };
}

function tellable(one: ReferredEvent, message: MessageRecord): ReferredEvent {
  return isToErased(message) ? { ...one, event: withoutTeller(one.event) } : one;
}

function newsOf({ one, message }: KnownEvent, isNew: boolean): MessageNews {
  return {
    tenantId: message.tenantId,
    id: message.id,
    attempt: message.attempt,
    status: statusOf(one.event),
    providerMessageId: null,
    smtpId: one.event.smtpId,
    // What was said once has been followed by other words.
    detail: isNew ? one.event.reason : null,
  };
}

/** Whether an attempt's status is lower than an event makes it that was recorded before. */
function isBehind({ one, message }: KnownEvent): boolean {
  const status = statusOf(one.event);
  // Between a soft bounce and signs of arrival time decides, not rank.
  const settled = status === 'retrying' && message.status === 'delivered';
  return (
    status !== null && !settled && MESSAGE_STATUS_RANK[status] > MESSAGE_STATUS_RANK[message.status]
  );
}

function keyOf({ tenantId, id, attempt }: AttemptRef): string {
  return `${tenantId} ${id} ${attempt}`;
}

function attemptRef({ reference }: ReferredEvent): AttemptRef {
  const { tenantId, messageId, attempt } = reference;
  return { tenantId, id: messageId, attempt };
}

/**
 * Whether the attempt was known to be accepted before: nothing takes that back, so that its event
 * proves nothing, and its enrollment need not be held for it.
 */
function isAccepted({ message }: KnownEvent): boolean {
  return ACCEPTED.has(message.status);
}

const ACCEPTED: ReadonlySet<MessageStatus> = new Set([
  'sent',
  'deferred',
  'delivered',
  'retrying',
  'bounced',
  'blocked',
  'dropped',
]);

/** Addresses that these events may suppress. */
function addressesAtStake(
  known: readonly KnownEvent[],
  bounced: readonly (AddressRef & { readonly count: number })[],
): ReachedRef[] {
  return [
    ...known.flatMap(({ one, message }) => suppressionFor(one.event, message)),
    ...mayReachLimit(known, bounced).map((address) => ({ ...address, channel: 'email' as const })),
  ];
}

/** Attempts whose status more than one event decides: those that have bounced, or do now. */
function unsettled(fresh: readonly KnownEvent[]): AttemptRef[] {
  const refs = fresh
    .filter(
      ({ one, message }) =>
        one.event.type === 'bounced' ||
        message.status === 'bounced' ||
        message.status === 'retrying',
    )
    .map(({ one }) => attemptRef(one));
  return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
}

function eventRow({ one, message }: KnownEvent): NewMessageEvent {
  const { event, reference, deliveryId } = one;
  return {
    tenantId: message.tenantId,
    id: newId(),
    messageId: message.id,
    enrollmentId: message.enrollmentId,
    campaignId: message.campaignId,
    nodeId: message.nodeId,
    attempt: reference.attempt,
    type: event.type,
    at: event.at,
    actor: event.actor,
    dedupeKey: event.dedupeKey,
    providerEventId: event.providerEventId,
    url: event.url,
    deliveryId,
    synthetic: false,
    data: withoutNulls({
      machineSign: event.machineSign,
      rawType: event.rawType,
      reason: event.reason,
      statusCode: event.statusCode,
      bounceKind: event.bounceKind,
      bounceClassification: event.bounceClassification,
      ...(event.lookedUpAt === undefined ? {} : { lookedUpAt: event.lookedUpAt }),
    }),
  };
}

/** Most events have one or two of these: the names of the others would be longer than the event. */
function withoutNulls(data: NewMessageEvent['data']): NewMessageEvent['data'] {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}

function inputRef({ message, row }: RowedEvent): InputRef {
  const { tenantId, enrollmentId } = message;
  return { tenantId, enrollmentId, inputId: row.dedupeKey };
}

function reaction(event: RowedEvent): NewInput[] {
  const { one, message } = event;
  const type = reactionOf(one.event);
  if (type === null || isLeaving(one.event, message)) return [];
  return [
    {
      ...inputRef(event),
      input: {
        kind: 'event',
        type,
        nodeId: message.nodeId,
        visit: message.visit,
        attempt: one.reference.attempt,
        at: one.event.at,
        actor: one.event.actor,
        ...(type === 'bounced' ? { bounce: one.event.bounceKind ?? 'soft' } : {}),
      },
    },
  ];
}

/** Whoever follows the unsubscribe link shows no interest, and that page says what they do there. */
function isLeaving({ type, url }: ProviderEvent, message: MessageRecord): boolean {
  return type === 'clicked' && url !== null && isUnsubscribeUrl(url, message);
}

function suppressionFor(event: ProviderEvent, message: MessageRecord): NewSuppression[] {
  const reason = suppressionOf(event);
  // The address is that which the message went to; the event's own could be an alias of it.
  if (reason === null || message.toAddress === null) return [];
  return [
    {
      tenantId: message.tenantId,
      channel: message.channel,
      kind: 'address',
      value: message.toAddress,
      reason,
      source: event.source ?? 'provider_event',
      messageId: message.id,
      at: event.at,
    },
  ];
}

/** Whoever has said stop by a text message may say start. */
function comingBack({
  one,
  message,
}: KnownEvent): (AddressRef & { readonly at: ProviderEvent['at'] })[] {
  const { type, source, at } = one.event;
  if (type !== 'resubscribed' || source !== 'sms_keyword' || message.toAddress === null) return [];
  return [{ tenantId: message.tenantId, value: message.toAddress, at }];
}

type EnrollmentOfAddress = TenantRef & { readonly value: string };

/** What is active of people who say that they want nothing more, at whatever address it is to go to. */
async function enrollmentsOfLeaving(
  tx: EngineTransaction,
  known: readonly KnownEvent[],
): Promise<EnrollmentOfAddress[]> {
  const said = known.flatMap(({ one, message }) =>
    optOutsOf(suppressionFor(one.event, message), message.contactId).map(({ tenantId, value }) => ({
      tenantId,
      contactId: message.contactId,
      value: value ?? '',
    })),
  );
  const found = await tx.activeEnrollmentsOfContacts(said);
  return found.flatMap(({ tenantId, id, contactId }) =>
    said
      .filter((one) => one.tenantId === tenantId && one.contactId === contactId)
      .map(({ value }) => ({ tenantId, id, value })),
  );
}

/**
 * Enrollments whose own events suppress, ended ones as well: an event that comes late may show that
 * they had not ended, and must find them suppressed then, as it would have had it come in time.
 */
function theirOwn(known: readonly KnownEvent[]): EnrollmentOfAddress[] {
  return known.flatMap(({ one, message }) =>
    suppressionFor(one.event, message).map(({ tenantId, value }) => ({
      tenantId,
      id: message.enrollmentId,
      value,
    })),
  );
}

function stillActive(
  enrollments: readonly EnrollmentOfAddress[],
  locked: readonly EnrollmentRecord[],
): EnrollmentOfAddress[] {
  const active = new Set(locked.filter(({ state }) => state.phase !== 'ended').map(({ id }) => id));
  return enrollments.filter(({ id }) => active.has(id));
}

/** A suppression ends enrollments of its address in its own transaction, each by one input. */
function suppressed(
  added: readonly (NewSuppression & { readonly deliveryId: Id })[],
  enrollments: readonly EnrollmentOfAddress[],
  now: number,
): NewInput[] {
  const causes = new Map(added.map((one) => [`${one.tenantId} ${one.value}`, one.deliveryId]));
  const inputs = enrollments.flatMap((one): [Id, NewInput][] => {
    const cause = causes.get(`${one.tenantId} ${one.value}`);
    if (cause === undefined) return [];
    const input = { kind: 'suppressed', at: now, reason: 'address_suppressed' } as const;
    return [[one.id, { ...suppressedRef(one, cause), input }]];
  });
  return [...new Map(inputs).values()];
}

function deliveriesOf(events: readonly PositionedEvent[]): Id[] {
  return [...new Set(events.map(({ deliveryId }) => deliveryId))];
}

function suppressedRef({ tenantId, id }: TenantRef, deliveryId: Id): InputRef {
  return { tenantId, enrollmentId: id, inputId: `suppressed:${deliveryId}` };
}
