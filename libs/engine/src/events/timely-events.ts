import type { QuarantinedEvent } from '../ports/deliveries.ts';
import type { EngineStore } from '../ports/store.ts';
import { quarantined, type ReferredEvent } from './match-events.ts';

const DAY_MS = 86_400_000;
/**
 * Younger events are of this month or the last one, which are always kept. It spares nearly every
 * delivery the question.
 */
const KEPT_ANYWAY_MS = 28 * DAY_MS;
/** There are partitions for times so far ahead, and no clock is so fast. */
const AHEAD_MS = 31 * DAY_MS;

/**
 * Tells events that can be recorded from those that are older than the events that are kept, which
 * may have been recorded before and detached since, and from those of a time far ahead.
 */
export async function tellTimely(
  events: readonly ReferredEvent[],
  options: { readonly store: Pick<EngineStore, 'eventsKeptSince'>; readonly now: number },
): Promise<{ timely: ReferredEvent[]; untimely: QuarantinedEvent[] }> {
  const { store, now } = options;
  const old = events.filter(({ event }) => event.at < now - KEPT_ANYWAY_MS);
  const tenantIds = [...new Set(old.map(({ reference }) => reference.tenantId))];
  const keptSince = tenantIds.length === 0 ? null : await store.eventsKeptSince(tenantIds);
  const timely: ReferredEvent[] = [];
  const untimely: QuarantinedEvent[] = [];
  for (const one of events) {
    const { at } = one.event;
    const since = keptSince?.get(one.reference.tenantId) ?? -Infinity;
    if (at > now + AHEAD_MS) untimely.push(quarantined(one, 'is of a time to come'));
    else if (at < now - KEPT_ANYWAY_MS && at < since) {
      untimely.push(quarantined(one, 'is older than the events that are kept'));
    } else timely.push(one);
  }
  return { timely, untimely };
}
