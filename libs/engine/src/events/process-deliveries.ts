import type { Clock, Id, ProviderEventType } from '@cadenza/domain';
import { queueAnswers, type AskedAnswer } from '../answers/queue-answers.ts';
import { countBy } from '../count-by.ts';
import { erasedStrangers, lateRule, type Erasing } from '../erasure/late-news.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { DeliveryProvider, QuarantinedEvent, StoredDelivery } from '../ports/deliveries.ts';
import type { DeliveryRef } from '../ports/refs.ts';
import type { EngineStore } from '../ports/store.ts';
import type { EngineTransaction } from '../ports/transaction.ts';
import {
  quarantined,
  referEvents,
  type PositionedEvent,
  type ReferredEvent,
  type StrayWord,
} from './match-events.ts';
import { recordEvents, type RecordedEvents } from './record-events.ts';
import { heedStrays, withoutErased } from './stray-words.ts';
import { tellTimely } from './timely-events.ts';

/** A parsed delivery: events in their places, and elements that are none. */
export type ParsedDelivery =
  | {
      readonly ok: true;
      readonly events: readonly {
        readonly position: number;
        readonly event: PositionedEvent['event'];
      }[];
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
  /** Each provider's format. */
  readonly parse: (payload: Buffer, provider: DeliveryProvider) => ParsedDelivery;
  /** Takes people out of what comes who were erased before. Null: it is kept as it came. */
  readonly erasing?: Erasing | null;
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

/** How one of several deliveries ended; one with an error waits to be tried again. */
export type DeliveryOutcome =
  | { readonly ok: true; readonly result: DeliveryResult }
  | { readonly ok: false; readonly error: unknown };

const NOTHING: DeliveryResult = { recorded: 0, byType: {}, duplicates: 0, quarantined: 0 };

/** How often a delivery is processed in vain before it is put aside. */
const MAX_ATTEMPTS = 10;
/** Events that share a transaction: more save nothing, and hold their rows for longer. */
const EVENTS_TOGETHER = 2_000;

/**
 * Processes stored raw deliveries, however many events and tenants they mix, with a fixed number of
 * statements for some thousands of events. Doing it again changes nothing. A delivery that cannot be
 * read at all is quarantined, and so is each event that names no message of ours, or, in a delivery
 * of a tenant's own account, one of another tenant, or that is older than the events that are kept,
 * with its reason.
 *
 * Deliveries that fail together are processed one by one, so that one costs the others nothing. One
 * that has failed, or that was cut off, has a turn of its own from then on, in which its messages
 * are taken one by one. Those that fail every time are quarantined with their last error at the
 * tenth.
 *
 * @returns an outcome for each, in their order.
 */
export async function processDeliveries(
  refs: readonly DeliveryRef[],
  options: EventOptions,
): Promise<DeliveryOutcome[]> {
  const { store } = options;
  const outcomes = new Map<Id, DeliveryOutcome>();
  const deliveries = await store.loadDeliveries(refs);
  const settle = async (delivery: StoredDelivery, work: () => Promise<DeliveryResult>) => {
    outcomes.set(delivery.id, await settled(delivery, work, store));
  };

  const readable: ReadDelivery[] = [];
  for (const delivery of deliveries) {
    // An attempt that took its process with it has counted itself, and left no error behind.
    if (delivery.attempts > MAX_ATTEMPTS) {
      const reason = `not processed in ${MAX_ATTEMPTS} attempts`;
      await settle(delivery, () => quarantineWhole(delivery, reason, store));
    } else if (delivery.attempts > 1) {
      await settle(delivery, () => processApart(delivery, options));
    } else {
      await settle(delivery, async () => {
        const parsed = options.parse(delivery.payload, delivery.provider);
        if (!parsed.ok) return quarantineWhole(delivery, parsed.reason, store);
        readable.push({ delivery, parsed });
        return NOTHING;
      });
    }
  }
  for (const group of groupsOf(readable)) {
    try {
      const results = await processTogether(group, options);
      for (const [id, result] of results) outcomes.set(id, { ok: true, result });
    } catch (error) {
      const [only] = group;
      if (group.length === 1 && only !== undefined) {
        await settle(only.delivery, async () => {
          throw error;
        });
      } else {
        for (const one of group) {
          await settle(
            one.delivery,
            async () => (await processTogether([one], options)).get(one.delivery.id) ?? NOTHING,
          );
        }
      }
    }
  }
  return refs.map(({ id }) => outcomes.get(id) ?? { ok: true, result: NOTHING });
}

/**
 * Processes one delivery, as {@link processDeliveries} does.
 *
 * @throws whatever kept it from its end; the delivery waits to be tried again.
 */
export async function processDelivery(
  ref: DeliveryRef,
  options: EventOptions,
): Promise<DeliveryResult> {
  const [outcome] = await processDeliveries([ref], options);
  if (outcome === undefined) return NOTHING;
  if (!outcome.ok) throw outcome.error;
  return outcome.result;
}

interface ReadDelivery {
  readonly delivery: StoredDelivery;
  readonly parsed: ParsedDelivery & { readonly ok: true };
}

/** In the last attempt, what fails is put aside. */
async function settled(
  delivery: StoredDelivery,
  work: () => Promise<DeliveryResult>,
  store: EngineStore,
): Promise<DeliveryOutcome> {
  try {
    return { ok: true, result: await work() };
  } catch (error) {
    if (delivery.attempts < MAX_ATTEMPTS) return { ok: false, error };
    const reason = `attempt ${delivery.attempts} failed: ${wordsOf(error)}`;
    return { ok: true, result: await quarantineWhole(delivery, reason, store) };
  }
}

async function quarantineWhole(
  delivery: StoredDelivery,
  reason: string,
  store: EngineStore,
): Promise<DeliveryResult> {
  await store.quarantineDelivery(delivery, reason);
  return { ...NOTHING, quarantined: 1 };
}

/** As many deliveries at a time as share a transaction. */
function groupsOf(list: readonly ReadDelivery[]): ReadDelivery[][] {
  const groups: ReadDelivery[][] = [];
  let room = 0;
  for (const one of list) {
    const { length } = one.parsed.events;
    const group = groups.at(-1);
    if (group === undefined || length > room) {
      groups.push([one]);
      room = EVENTS_TOGETHER - length;
    } else {
      group.push(one);
      room -= length;
    }
  }
  return groups;
}

interface Understood {
  readonly referred: readonly ReferredEvent[];
  readonly strays: readonly StrayWord[];
  readonly asked: readonly AskedAnswer[];
  readonly unusable: readonly QuarantinedEvent[];
  /** Addresses of people who were erased before, in what names no message of ours. */
  readonly strangers: ReadonlySet<string>;
}

/** What deliveries hold, matched to messages, and what of it is of no use. */
async function read(
  group: readonly ReadDelivery[],
  { store, clock, erasing }: EventOptions,
): Promise<Understood> {
  const { referred, strays, asked, foreign, unmatched } = await referEvents(
    store,
    group.flatMap(({ delivery, parsed }) =>
      parsed.events.map((one) => ({
        ...one,
        deliveryId: delivery.id,
        ownerId: delivery.tenantId,
      })),
    ),
  );
  const { timely, untimely } = await tellTimely(referred, { store, now: clock.now() });
  const rejected = group.flatMap(({ delivery, parsed }) =>
    parsed.rejected.map((one) => ({ deliveryId: delivery.id, ownerId: delivery.tenantId, ...one })),
  );
  const strangers = erasing
    ? await erasedStrangers(
        [
          ...unmatched.map(({ ownerId, event }) => ({ ownerId, text: event.recipient ?? '' })),
          ...group.flatMap(({ delivery, parsed }) =>
            parsed.events.flatMap(({ event: { answers } }) =>
              answers ? [{ ownerId: delivery.tenantId, text: answers.number }] : [],
            ),
          ),
          ...rejected.map(({ ownerId, raw }) => ({ ownerId, text: JSON.stringify(raw) })),
        ],
        store,
        erasing.standIn,
      )
    : new Set<string>();
  return {
    referred: timely,
    asked,
    strangers,
    strays: erasing ? await withoutErased(strays, store, erasing) : strays,
    unusable: [
      ...untimely,
      ...rejected.map(({ deliveryId, position, reason, raw }) => ({
        deliveryId,
        position,
        reason,
        raw,
      })),
      ...unmatched.map((one) => quarantined(one, 'names no message of ours')),
      ...foreign.map((one) => quarantined(one, 'names a message of another tenant')),
    ],
  };
}

async function processTogether(
  group: readonly ReadDelivery[],
  options: EventOptions,
): Promise<Map<Id, DeliveryResult>> {
  const { store } = options;
  const understood = await read(group, options);
  const { referred, strays, asked } = understood;
  return store.transaction(
    tenantsOf(group, [...referred.map(ofReference), ...strays, ...asked]),
    async (tx) => {
      await answer(tx, asked, options);
      await heedStrays(tx, strays, options);
      const recorded = await recordEvents(tx, referred, options);
      return finish(tx, group, recorded, understood, options);
    },
  );
}

/** Records a delivery message by message, so that one that fails costs the others nothing. */
async function processApart(
  delivery: StoredDelivery,
  options: EventOptions,
): Promise<DeliveryResult> {
  const { store } = options;
  const parsed = options.parse(delivery.payload, delivery.provider);
  if (!parsed.ok) return quarantineWhole(delivery, parsed.reason, store);
  const group = [{ delivery, parsed }];
  const understood = await read(group, options);
  const unusable = [...understood.unusable];
  const fresh: RecordedEvents['fresh'][number][] = [];
  const duplicates: RecordedEvents['duplicates'][number][] = [];
  const erasedKeys: string[] = [];
  const failures: unknown[] = [];
  const byMessage = Map.groupBy(understood.referred, ({ reference }) => reference.messageId);
  const askedOf = Map.groupBy(understood.asked, ({ messageId }) => messageId);
  for (const [messageId, events] of byMessage) {
    try {
      const result = await store.transaction(tenantsOf([], events.map(ofReference)), async (tx) => {
        await answer(tx, askedOf.get(messageId) ?? [], options);
        return recordEvents(tx, events, options);
      });
      fresh.push(...result.fresh);
      duplicates.push(...result.duplicates);
      erasedKeys.push(...result.erasedKeys);
      unusable.push(...result.unknown);
    } catch (error) {
      failures.push(error);
      const reason = `could not be recorded: ${wordsOf(error)}`;
      unusable.push(...events.map((one) => quarantined(one, reason)));
    }
  }
  if (failures.length > 0 && delivery.attempts < MAX_ATTEMPTS) throw failures[0];
  const recorded = { fresh, duplicates, erasedKeys, unknown: [] };
  const { strays } = understood;
  const asked = askedOf.get(null) ?? [];
  const results = await store.transaction(tenantsOf(group, [...strays, ...asked]), async (tx) => {
    await answer(tx, asked, options);
    await heedStrays(tx, strays, options);
    return finish(tx, group, recorded, { ...understood, unusable }, options);
  });
  return results.get(delivery.id) ?? NOTHING;
}

/** Owners of deliveries, and those of whom they speak. */
function tenantsOf(
  group: readonly ReadDelivery[],
  concerned: readonly { readonly tenantId: Id }[],
): Id[] {
  return [
    ...new Set([
      ...group.flatMap(({ delivery }) => delivery.tenantId ?? []),
      ...concerned.map(({ tenantId }) => tenantId),
    ]),
  ];
}

function ofReference({ reference }: ReferredEvent): { readonly tenantId: Id } {
  return reference;
}

/** Before what words do is done: what they are answered depends on what was so until then. */
async function answer(
  tx: EngineTransaction,
  asked: readonly AskedAnswer[],
  { clock, erasing }: EventOptions,
): Promise<void> {
  await queueAnswers(tx, asked, { clock, standIn: erasing?.standIn ?? null });
}

/** Puts aside what is of no use, closes the deliveries, and counts what came of each. */
async function finish(
  tx: EngineTransaction,
  group: readonly ReadDelivery[],
  recorded: Omit<RecordedEvents, 'inputs'>,
  understood: Understood,
  { erasing }: EventOptions,
): Promise<Map<Id, DeliveryResult>> {
  const { fresh, duplicates, unknown } = recorded;
  const ids = group.map(({ delivery }) => delivery.id);
  let kept = [...understood.unusable, ...unknown];
  if (erasing && (recorded.erasedKeys.length > 0 || understood.strangers.size > 0)) {
    const keys = new Set(recorded.erasedKeys);
    const rule = lateRule(keys, understood.strangers, erasing.standIn);
    const { redact } = erasing;
    const held = await tx.holdDeliveries(ids);
    await tx.rewriteDeliveries(
      held.flatMap(({ id, provider, payload }) => {
        const redacted = redact[provider].delivery(payload, rule);
        return redacted === null ? [] : [{ id, payload: redacted }];
      }),
    );
    const providers = new Map(group.map(({ delivery }) => [delivery.id, delivery.provider]));
    kept = kept.map((one) => {
      const provider = providers.get(one.deliveryId) ?? 'sendgrid';
      return { ...one, raw: redact[provider].quarantined(one.raw, rule) };
    });
  }
  await tx.quarantineEvents(kept);
  await tx.finishDeliveries(ids);
  const [freshOf, duplicatesOf, keptOf] = [
    Map.groupBy(fresh, ({ deliveryId }) => deliveryId),
    Map.groupBy(duplicates, ({ deliveryId }) => deliveryId),
    Map.groupBy(kept, ({ deliveryId }) => deliveryId),
  ];
  return new Map(
    ids.map((id) => {
      const recorded = freshOf.get(id) ?? [];
      return [
        id,
        {
          recorded: recorded.length,
          byType: countBy(recorded, ({ type }) => type),
          duplicates: duplicatesOf.get(id)?.length ?? 0,
          quarantined: keptOf.get(id)?.length ?? 0,
        },
      ];
    }),
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
