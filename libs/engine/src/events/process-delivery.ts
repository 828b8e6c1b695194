import type { Clock, Id, ProviderEventType } from '@cadenza/domain';
import { countBy } from '../count-by.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { QuarantinedEvent, StoredDelivery } from '../ports/records.ts';
import type { EngineStore } from '../ports/store.ts';
import { referEvents, type PositionedEvent, type ReferredEvent } from './match-events.ts';
import { quarantined, recordEvents } from './record-events.ts';

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
 * Where the delivery fails as a whole, its messages are taken one by one from the second attempt on.
 * Those that fail every time are quarantined with their last error at the tenth.
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
    return quarantineWhole(
      delivery,
      `attempt ${delivery.attempts} failed: ${wordsOf(error)}`,
      store,
    );
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
  const unusable: QuarantinedEvent[] = [
    ...parsed.rejected.map((rejected) => ({ deliveryId, ...rejected })),
    ...unmatched.map((one) => quarantined(deliveryId, one, 'names no message of ours')),
  ];
  // What failed as a whole is recorded message by message, so that one costs the others nothing.
  const apart =
    delivery.attempts === 1 ? NOTHING_LEFT : await recordApart(delivery, referred, options);
  const together = delivery.attempts === 1 ? referred : [];
  const tenantIds = [...new Set(together.map(({ reference }) => reference.tenantId))];
  return store.transaction(tenantIds, async (tx) => {
    const result = await recordEvents(tx, deliveryId, together, options);
    const kept = [...unusable, ...result.unknown, ...apart.failed];
    await tx.quarantineEvents(kept);
    await tx.finishDelivery(deliveryId);
    const recorded = [...apart.recorded, ...result.recorded];
    return {
      recorded: recorded.length,
      byType: countBy(recorded, (type) => type),
      duplicates: apart.duplicates + result.duplicates,
      quarantined: kept.length,
    };
  });
}

interface RecordedApart {
  readonly recorded: readonly ProviderEventType[];
  readonly duplicates: number;
  /** Events that could not be recorded in the last attempt either. */
  readonly failed: readonly QuarantinedEvent[];
}

const NOTHING_LEFT: RecordedApart = { recorded: [], duplicates: 0, failed: [] };

/** @throws what kept the first message from being recorded, but in the last attempt. */
async function recordApart(
  delivery: StoredDelivery,
  referred: readonly ReferredEvent[],
  options: EventOptions,
): Promise<RecordedApart> {
  const recorded: ProviderEventType[] = [];
  const failed: QuarantinedEvent[] = [];
  const failures: unknown[] = [];
  let duplicates = 0;
  const byMessage = Map.groupBy(referred, ({ reference }) => reference.messageId);
  for (const events of byMessage.values()) {
    try {
      const tenantIds = [...new Set(events.map(({ reference }) => reference.tenantId))];
      const result = await options.store.transaction(tenantIds, (tx) =>
        recordEvents(tx, delivery.id, events, options),
      );
      recorded.push(...result.recorded);
      failed.push(...result.unknown);
      duplicates += result.duplicates;
    } catch (error) {
      failures.push(error);
      const reason = `could not be recorded: ${wordsOf(error)}`;
      failed.push(...events.map((one) => quarantined(delivery.id, one, reason)));
    }
  }
  if (failures.length > 0 && delivery.attempts < MAX_ATTEMPTS) throw failures[0];
  return { recorded, duplicates, failed };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
