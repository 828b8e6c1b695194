import {
  newId,
  type Clock,
  type Id,
  type ProviderEvent,
  type ProviderEventType,
} from '@cadenza/domain';
import { applyInputs } from '../inputs/apply-inputs.ts';
import { countBy } from '../count-by.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type {
  EnrollmentRecord,
  MessageRecord,
  NewInput,
  NewMessageEvent,
  NewSuppression,
  QuarantinedEvent,
  StoredDelivery,
  TenantRef,
} from '../ports/records.ts';
import type { EngineStore, EngineTransaction } from '../ports/store.ts';
import { sentInput } from '../send/sent-input.ts';
import { reactionOf, statusOf, suppressionOf } from './event-rules.ts';
import { referEvents, type PositionedEvent, type ReferredEvent } from './match-events.ts';

/** A parsed delivery: events in their places, and elements that are none. */
export type ParsedDelivery =
  | {
      readonly ok: true;
      readonly events: readonly PositionedEvent[];
      readonly rejected: readonly {
        readonly position: number;
        readonly reason: string;
        readonly raw: unknown;
      }[];
    }
  | { readonly ok: false; readonly reason: string };

export interface EventOptions {
  readonly store: EngineStore;
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly graceMs: number;
  /** The provider's format. */
  readonly parse: (payload: Buffer) => ParsedDelivery;
}

/** What came of a delivery, for metrics. */
export interface DeliveryResult {
  /** Events recorded now. */
  readonly recorded: number;
  /** Those, by their type. */
  readonly byType: Readonly<Partial<Record<ProviderEventType, number>>>;
  /** Events that had been recorded before. */
  readonly duplicates: number;
  readonly quarantined: number;
}

const NOTHING: DeliveryResult = { recorded: 0, byType: {}, duplicates: 0, quarantined: 0 };

/** How often a delivery is processed in vain before it is put aside. */
const MAX_ATTEMPTS = 10;

/**
 * Processes one stored raw delivery, however many events and tenants it mixes, with a fixed
 * number of statements. Doing it again changes nothing. A delivery that cannot be read at all is
 * quarantined, and so is each event that names no message of ours, with its reason.
 *
 * A delivery that fails every time is quarantined with its last error at the tenth attempt.
 *
 * @throws whatever kept an earlier attempt from its end; the delivery waits to be tried again.
 */
export async function processDelivery(
  deliveryId: Id,
  options: EventOptions,
): Promise<DeliveryResult> {
  const { store } = options;
  const delivery = await store.loadDelivery(deliveryId);
  if (delivery === null) return NOTHING;
  // An attempt that took its process with it has counted itself, and left no error behind.
  if (delivery.attempts > MAX_ATTEMPTS) {
    return quarantineWhole(delivery, `not processed in ${MAX_ATTEMPTS} attempts`, store);
  }
  try {
    return await processPayload(delivery, options);
  } catch (error) {
    if (delivery.attempts < MAX_ATTEMPTS) throw error;
    const words = error instanceof Error ? error.message : String(error);
    return quarantineWhole(delivery, `attempt ${delivery.attempts} failed: ${words}`, store);
  }
}

async function quarantineWhole(
  delivery: StoredDelivery,
  reason: string,
  store: EngineStore,
): Promise<DeliveryResult> {
  await store.quarantineDelivery(delivery.id, reason);
  return { ...NOTHING, quarantined: 1 };
}

async function processPayload(
  delivery: StoredDelivery,
  options: EventOptions,
): Promise<DeliveryResult> {
  const { store } = options;
  const deliveryId = delivery.id;
  const parsed = options.parse(delivery.payload);
  if (!parsed.ok) return quarantineWhole(delivery, parsed.reason, store);
  const { referred, unmatched } = await referEvents(store, parsed.events);
  const quarantine: QuarantinedEvent[] = [
    ...parsed.rejected.map((rejected) => ({ deliveryId, ...rejected })),
    ...unmatched.map((one) => quarantined(deliveryId, one, 'names no message of ours')),
  ];
  const tenantIds = [...new Set(referred.map(({ reference }) => reference.tenantId))];
  return store.transaction(tenantIds, (tx) =>
    recordEvents(tx, deliveryId, referred, quarantine, options),
  );
}

async function recordEvents(
  tx: EngineTransaction,
  deliveryId: Id,
  referred: readonly ReferredEvent[],
  quarantine: QuarantinedEvent[],
  options: EventOptions,
): Promise<DeliveryResult> {
  const messages = new Map(
    (await tx.findMessages(referred.map(({ reference }) => messageRef(reference)))).map(
      (message) => [message.id, message],
    ),
  );
  const known: { one: ReferredEvent; message: MessageRecord }[] = [];
  for (const one of referred) {
    const message = messages.get(one.reference.messageId);
    const belongs = message?.tenantId === one.reference.tenantId;
    if (message !== undefined && belongs) known.push({ one, message });
    else quarantine.push(quarantined(deliveryId, one, 'names a message that does not exist'));
  }
  const suppressions = known.flatMap(({ one, message }) => suppressionFor(one.event, message));
  const ofAddresses = await tx.activeEnrollmentsOf(suppressions);
  const locked = await tx.lockEnrollments([
    ...known.map(({ message }) => ({ tenantId: message.tenantId, id: message.enrollmentId })),
    ...ofAddresses,
  ]);

  const rows = known.map(({ one, message }) => ({
    one,
    message,
    row: eventRow(one, message, deliveryId),
  }));
  const inserted = await tx.insertEvents(rows.map(({ row }) => row));
  const fresh = rows.filter(({ row }) => inserted.has(row.id));
  const through = await tx.completeHandOffs(fresh.map(({ one }) => evidence(one)));
  await tx.applyNews(
    fresh.map(({ one: { event, reference } }) => ({
      ...messageRef(reference),
      attempt: reference.attempt,
      status: statusOf(event),
      providerMessageId: null,
      smtpId: event.smtpId,
      detail: event.reason,
    })),
  );
  const added = fresh.flatMap(({ one, message }) => suppressionFor(one.event, message));
  await tx.upsertSuppressions(added);
  await applyInputs(
    tx,
    [
      ...through.map(sentInput),
      ...fresh.flatMap(({ one, message, row }) => reaction(one, message, row)),
      ...suppressed(added, ofAddresses, locked, deliveryId, options.clock.now()),
    ],
    { plans: options.plans, now: options.clock.now(), graceMs: options.graceMs, locked },
  );
  await tx.quarantineEvents(quarantine);
  await tx.finishDelivery(deliveryId);
  return {
    recorded: fresh.length,
    byType: countBy(fresh, ({ one }) => one.event.type),
    duplicates: rows.length - fresh.length,
    quarantined: quarantine.length,
  };
}

function messageRef(reference: { readonly tenantId: Id; readonly messageId: Id }): TenantRef {
  return { tenantId: reference.tenantId, id: reference.messageId };
}

function evidence({ reference }: ReferredEvent) {
  return {
    ...messageRef(reference),
    attempt: reference.attempt,
    token: null,
    // The provider's id of an event only starts with that of its message, and both may hold dots.
    providerMessageId: null,
  };
}

function eventRow(one: ReferredEvent, message: MessageRecord, deliveryId: Id): NewMessageEvent {
  const { event, reference } = one;
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
  if (type === null) return [];
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
        ...(type === 'bounced' ? { hard: one.event.bounceKind === 'hard' } : {}),
      },
    },
  ];
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
  deliveryId: Id,
  now: number,
): NewInput[] {
  const active = new Set(locked.filter(({ state }) => state.phase !== 'ended').map(({ id }) => id));
  const addresses = new Set(added.map(({ tenantId, value }) => `${tenantId} ${value}`));
  return enrollments
    .filter(({ tenantId, id, value }) => active.has(id) && addresses.has(`${tenantId} ${value}`))
    .map(({ tenantId, id }) => ({
      tenantId,
      enrollmentId: id,
      inputId: `suppressed:${deliveryId}`,
      input: { kind: 'suppressed', at: now, reason: 'address_suppressed' },
    }));
}

function quarantined(
  deliveryId: Id,
  { position, event }: PositionedEvent,
  reason: string,
): QuarantinedEvent {
  return { deliveryId, position, reason: `event ${reason}`, raw: event.raw };
}
