import type { EpochMs, Id } from '@cadenza/domain';
import type { DeliveryPosition, QuarantinedEvent, ReadDelivery } from '../ports/deliveries.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import { quarantined, referEvents, type ReferredEvent, type StrayWord } from './match-events.ts';
import type { EventOptions } from './process-deliveries.ts';
import { recordEvents, type RecordedEvents } from './record-events.ts';
import { heedStrays, withoutErased } from './stray-words.ts';
import { tellTimely } from './timely-events.ts';

export interface ReplayRequest {
  /** Real time of receipt, inclusive; null: from the first delivery on. */
  readonly from: EpochMs | null;
  /** Real time of receipt, exclusive; null: to the last one. */
  readonly to: EpochMs | null;
  /** This tenant's events alone; deliveries then stay as they are. Null: all. */
  readonly tenantId: Id | null;
  /** Only deliveries that are quarantined, or have events that are. */
  readonly quarantined: boolean;
  /** Everything is done and taken back, so that the counts say what it would be. */
  readonly dryRun: boolean;
}

/** What came of some deliveries. */
export interface ReplayedDeliveries {
  readonly deliveries: number;
  /** Events recorded now. */
  readonly recorded: number;
  /** Events that had been recorded before. */
  readonly duplicates: number;
  /** Inputs that enrollments were given, by events of either kind. */
  readonly inputs: number;
  /** Events, and deliveries that cannot be read, which are in quarantine now. */
  readonly quarantined: number;
  /** Of deliveries processed before: events of no message, or older than those that are kept. */
  readonly skipped: number;
}

const NOTHING: ReplayedDeliveries = {
  deliveries: 0,
  recorded: 0,
  duplicates: 0,
  inputs: 0,
  quarantined: 0,
  skipped: 0,
};

/** Deliveries whose ids are known at a time; their payloads are read one by one. */
const PAGE = 200;

/**
 * Processes stored deliveries again, in the order in which they were received. What is right stays
 * as it is; what is missing comes back: an event that is gone, with what follows from it, and of one
 * that is there the status and the input. Its suppression does not, since an operator may have
 * lifted it, and no soft bounce is counted twice.
 *
 * Each delivery is a transaction, and where that fails each of its messages.
 *
 * @returns what came of each page of deliveries.
 */
export async function* replayDeliveries(
  request: ReplayRequest,
  options: EventOptions,
): AsyncGenerator<ReplayedDeliveries, void, undefined> {
  for (let after: DeliveryPosition | null = null; ;) {
    const page: DeliveryPosition[] = await options.store.storedDeliveries({
      ...request,
      after,
      limit: PAGE,
    });
    let result = NOTHING;
    for (const one of page) {
      const delivery = await options.store.readDelivery(one);
      if (delivery === null) continue;
      result = sum(result, await replayDelivery(delivery, request, options));
    }
    yield result;
    if (page.length < PAGE) return;
    after = page.at(-1) ?? null;
  }
}

function sum(a: ReplayedDeliveries, b: ReplayedDeliveries): ReplayedDeliveries {
  return {
    deliveries: a.deliveries + b.deliveries,
    recorded: a.recorded + b.recorded,
    duplicates: a.duplicates + b.duplicates,
    inputs: a.inputs + b.inputs,
    quarantined: a.quarantined + b.quarantined,
    skipped: a.skipped + b.skipped,
  };
}

type Request = Pick<ReplayRequest, 'tenantId' | 'dryRun'>;

/** Processes one delivery again, or for the first time. */
export async function replayDelivery(
  delivery: ReadDelivery,
  request: Request,
  options: EventOptions,
): Promise<ReplayedDeliveries> {
  const { store } = options;
  // A tenant's part of a delivery says nothing about the rest of it.
  const settles = request.tenantId === null && delivery.status !== 'processed';
  const parsed = options.parse(delivery.payload, delivery.provider);
  if (!parsed.ok) {
    if (settles && !request.dryRun) await store.quarantineDelivery(delivery, parsed.reason);
    return { ...NOTHING, deliveries: 1, quarantined: 1 };
  }
  const { id: deliveryId, tenantId: ownerId } = delivery;
  const { referred, strays, foreign, unmatched } = await referEvents(
    store,
    parsed.events.map((one) => ({ ...one, deliveryId, ownerId })),
  );
  const wanted = referred.filter(
    ({ reference }) => request.tenantId === null || reference.tenantId === request.tenantId,
  );
  const { timely, untimely } = await tellTimely(wanted, { store, now: options.clock.now() });
  const apart: QuarantinedEvent[] =
    request.tenantId === null
      ? [
          ...parsed.rejected.map((one) => ({ deliveryId, ...one })),
          ...unmatched.map((one) => quarantined(one, 'names no message of ours')),
          ...foreign.map((one) => quarantined(one, 'names a message of another tenant')),
        ]
      : [];
  if (delivery.status !== 'processed') await heedNow(strays, request, options);
  const { parts, failed } = await recordAgain(deliveryId, timely, request, options);
  const unusable = [...apart, ...untimely, ...parts.flatMap(({ unknown }) => unknown)];
  // What had no message when it was processed is in quarantine, unless somebody has emptied that;
  // what has none any more was erased.
  const aside = [...failed, ...(settles ? unusable : [])];
  if (!request.dryRun && (settles || failed.length > 0)) {
    await store.transaction(ownerId === null ? [] : [ownerId], async (tx) => {
      await tx.quarantineEvents(aside);
      if (settles) await tx.finishDeliveries([deliveryId]);
    });
  }
  return {
    deliveries: 1,
    recorded: parts.reduce((count, { fresh }) => count + fresh.length, 0),
    duplicates: parts.reduce((count, { duplicates }) => count + duplicates.length, 0),
    inputs: parts.reduce((count, { inputs }) => count + inputs, 0),
    quarantined: aside.length,
    skipped: settles ? 0 : unusable.length,
  };
}

/**
 * Words that came in with a delivery that nobody has processed, from people to whom no message went.
 * Nothing else tells of those, so that of one that was processed they are not done again: an operator
 * may have lifted what they did.
 */
async function heedNow(
  strays: readonly StrayWord[],
  request: Request,
  options: EventOptions,
): Promise<void> {
  const { store, erasing } = options;
  const own = strays.filter(
    ({ tenantId }) => request.tenantId === null || tenantId === request.tenantId,
  );
  if (own.length === 0 || request.dryRun) return;
  const heeded = erasing ? await withoutErased(own, store, erasing) : own;
  const tenantIds = [...new Set(heeded.map(({ tenantId }) => tenantId))];
  await store.transaction(tenantIds, (tx) => heedStrays(tx, heeded, options));
}

interface RecordedAgain {
  readonly parts: readonly RecordedEvents[];
  /** Events that could not be recorded. */
  readonly failed: readonly QuarantinedEvent[];
}

/** Together, and where that fails message by message, so that one costs the others nothing. */
async function recordAgain(
  deliveryId: Id,
  events: readonly ReferredEvent[],
  request: Request,
  options: EventOptions,
): Promise<RecordedAgain> {
  if (events.length === 0) return { parts: [], failed: [] };
  try {
    return { parts: [await recordPart(deliveryId, events, request, options)], failed: [] };
  } catch {
    const parts: RecordedEvents[] = [];
    const failed: QuarantinedEvent[] = [];
    const byMessage = Map.groupBy(events, ({ reference }) => reference.messageId);
    for (const some of byMessage.values()) {
      try {
        parts.push(await recordPart(deliveryId, some, request, options));
      } catch (error) {
        const reason = `could not be recorded: ${error instanceof Error ? error.message : String(error)}`;
        failed.push(...some.map((one) => quarantined(one, reason)));
      }
    }
    return { parts, failed };
  }
}

async function recordPart(
  deliveryId: Id,
  events: readonly ReferredEvent[],
  request: Request,
  options: EventOptions,
): Promise<RecordedEvents> {
  const tenantIds = [...new Set(events.map(({ reference }) => reference.tenantId))];
  const work = async (tx: EngineTransaction) => {
    const result = await recordEvents(tx, events, { ...options, again: true });
    const unknown = new Set(result.unknown.map(({ position }) => position));
    await tx.releaseQuarantined(
      deliveryId,
      events.map(({ position }) => position).filter((position) => !unknown.has(position)),
    );
    if (request.dryRun) throw new DryRun(result);
    return result;
  };
  try {
    return await options.store.transaction(tenantIds, work);
  } catch (error) {
    if (error instanceof DryRun) return error.result;
    throw error;
  }
}

/** Rolls the transaction back. */
class DryRun extends Error {
  readonly result: RecordedEvents;

  constructor(result: RecordedEvents) {
    super('taken back');
    this.result = result;
  }
}
