import {
  newId,
  type Clock,
  type Id,
  type MessageStatus,
  type ProviderEvent,
  type ProviderEventType,
} from '@cadenza/domain';
import { isUnsubscribeUrl } from '@cadenza/rendering';
import { applyInputs } from '../inputs/apply-inputs.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type {
  AddressRef,
  AttemptRef,
  EnrollmentRecord,
  MessageRecord,
  NewInput,
  NewMessageEvent,
  NewSuppression,
  QuarantinedEvent,
  TenantRef,
} from '../ports/records.ts';
import type { EngineTransaction } from '../ports/store.ts';
import { sentInput } from '../send/sent-input.ts';
import { judgeClicks } from './judge-clicks.ts';
import { reactionOf, statusOf, suppressionOf } from './event-rules.ts';
import type { PositionedEvent, ReferredEvent } from './match-events.ts';
import { countSoftBounces, mayReachLimit, softBounceAddresses } from './soft-bounces.ts';

/** An event with the attempt that it speaks of. */
export interface KnownEvent {
  readonly one: ReferredEvent;
  readonly message: MessageRecord;
}

export interface RecordedEvents {
  /** The events recorded now. */
  readonly fresh: readonly { readonly deliveryId: Id; readonly type: ProviderEventType }[];
  /** Events that had been recorded before. */
  readonly duplicates: readonly { readonly deliveryId: Id }[];
  /** Events that name a message which does not exist. */
  readonly unknown: readonly QuarantinedEvent[];
}

/**
 * Records events of any tenants with all that follows from them, in a fixed number of statements:
 * completed hand-offs, statuses, suppressions, and the folds of their enrollments.
 */
export async function recordEvents(
  tx: EngineTransaction,
  referred: readonly ReferredEvent[],
  options: { readonly plans: PlanCache; readonly clock: Clock; readonly graceMs: number },
): Promise<RecordedEvents> {
  const attempts = new Map(
    (await tx.findAttempts(referred.map(attemptRef))).map((message) => [keyOf(message), message]),
  );
  const known: KnownEvent[] = [];
  const unknown: QuarantinedEvent[] = [];
  for (const one of referred) {
    const message = attempts.get(keyOf(attemptRef(one)));
    if (message !== undefined) known.push({ one, message });
    else unknown.push(quarantined(one, 'names a message that does not exist'));
  }
  const bounced = await tx.lockSoftBounces(softBounceAddresses(known));
  const ofAddresses = await tx.activeEnrollmentsOf(addressesAtStake(known, bounced));
  const locked = await tx.lockEnrollments([
    ...known
      .filter((event) => !isAccepted(event) || reactionOf(event.one.event) !== null)
      .map(({ message }) => ({ tenantId: message.tenantId, id: message.enrollmentId })),
    ...ofAddresses,
  ]);

  const judged = await judgeClicks(tx, known);
  const rows = judged.map((event) => ({ ...event, row: eventRow(event) }));
  const inserted = await tx.insertEvents(rows.map(({ row }) => row));
  const fresh = rows.filter(({ row }) => inserted.has(row.id));
  const through = await tx.completeHandOffs(
    // The provider's id of an event only starts with that of its message, and both may hold dots.
    fresh
      .filter((event) => !isAccepted(event))
      .map(({ one }) => ({ ...attemptRef(one), token: null, providerMessageId: null })),
  );
  await tx.applyNews(
    fresh.map(({ one }) => ({
      ...attemptRef(one),
      status: statusOf(one.event),
      providerMessageId: null,
      smtpId: one.event.smtpId,
      detail: one.event.reason,
    })),
  );
  const counted = countSoftBounces(fresh, bounced);
  await tx.setSoftBounces(counted.counts);
  const added = [
    ...fresh.flatMap(({ one, message }) => suppressionFor(one.event, message)),
    ...counted.suppressions,
  ];
  await tx.upsertSuppressions(added);
  const now = options.clock.now();
  await applyInputs(
    tx,
    [
      ...through.map(sentInput),
      ...fresh.flatMap(({ one, message, row }) => reaction(one, message, row)),
      ...suppressed(added, ofAddresses, locked, now),
    ],
    { plans: options.plans, now, graceMs: options.graceMs, locked },
  );
  await tx.settleBounces(unsettled(fresh));
  return {
    fresh: fresh.map(({ one }) => ({ deliveryId: one.deliveryId, type: one.event.type })),
    duplicates: rows.filter(({ row }) => !inserted.has(row.id)).map(({ one }) => one),
    unknown,
  };
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
): AddressRef[] {
  return [
    ...known.flatMap(({ one, message }) => suppressionFor(one.event, message)),
    ...mayReachLimit(known, bounced),
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
    attempt: reference.attempt,
    type: event.type,
    at: event.at,
    actor: event.actor,
    dedupeKey: event.dedupeKey,
    providerEventId: event.providerEventId,
    url: event.url,
    deliveryId,
    synthetic: false,
    data: {
      machineSign: event.machineSign,
      rawType: event.rawType,
      reason: event.reason,
      statusCode: event.statusCode,
      bounceKind: event.bounceKind,
      bounceClassification: event.bounceClassification,
    },
  };
}

function reaction(one: ReferredEvent, message: MessageRecord, row: NewMessageEvent): NewInput[] {
  const type = reactionOf(one.event);
  if (type === null || isLeaving(one.event, message)) return [];
  return [
    {
      tenantId: message.tenantId,
      enrollmentId: message.enrollmentId,
      inputId: row.dedupeKey,
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
      channel: 'email',
      value: message.toAddress,
      reason,
      source: 'provider_event',
      messageId: message.id,
      at: event.at,
    },
  ];
}

/** A suppression ends every active enrollment of its address, in its own transaction. */
function suppressed(
  added: readonly NewSuppression[],
  enrollments: readonly (TenantRef & { readonly value: string })[],
  locked: readonly EnrollmentRecord[],
  now: number,
): NewInput[] {
  const active = new Set(locked.filter(({ state }) => state.phase !== 'ended').map(({ id }) => id));
  const causes = new Map(added.map((one) => [`${one.tenantId} ${one.value}`, one]));
  return enrollments.flatMap(({ tenantId, id, value }): NewInput[] => {
    const cause = causes.get(`${tenantId} ${value}`);
    if (cause === undefined || !active.has(id)) return [];
    return [
      {
        tenantId,
        enrollmentId: id,
        inputId: `suppressed:${cause.messageId}@${cause.at}`,
        input: { kind: 'suppressed', at: now, reason: 'address_suppressed' },
      },
    ];
  });
}

/** An event put aside, with what is wrong with it. */
export function quarantined(
  { deliveryId, position, event }: PositionedEvent,
  reason: string,
): QuarantinedEvent {
  return { deliveryId, position, reason: `event ${reason}`, raw: event.raw };
}
