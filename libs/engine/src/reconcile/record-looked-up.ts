import { newId, type Id, type ProviderEvent } from '@cadenza/domain';
import type { EventOptions } from '../events/process-deliveries.ts';
import { replayDelivery } from '../events/replay-deliveries.ts';
import type { NewDelivery } from '../ports/deliveries.ts';

export interface RecordLookedUpOptions extends EventOptions {
  /** SHA-256. */
  readonly hash: (payload: Buffer) => Buffer;
  /** Stores a delivery as its owner, as the API does with those that come in. */
  readonly storeDelivery: (delivery: NewDelivery) => Promise<void>;
}

/**
 * Stores events of a tenant's messages as a delivery of that tenant's, in which those of others
 * count for nothing, and processes it. Where that is cut off, the sweep hands it on like any other.
 *
 * @returns how many events were recorded, and how many put aside.
 */
export async function recordLookedUp(
  tenantId: Id,
  events: readonly ProviderEvent[],
  options: RecordLookedUpOptions,
): Promise<{ readonly recorded: number; readonly quarantined: number }> {
  if (events.length === 0) return { recorded: 0, quarantined: 0 };
  const ref = { id: newId(), tenantId };
  const payload = Buffer.from(JSON.stringify(events.map(({ raw }) => raw)));
  await options.storeDelivery({ ...ref, payload, hash: options.hash(payload) });
  const delivery = await options.store.readDelivery(ref);
  if (delivery === null) throw new Error('the same events were stored at the same moment');
  // What is there already may have lost its effect: it is recorded as by a replay.
  return replayDelivery(delivery, { tenantId: null, dryRun: false }, options);
}
