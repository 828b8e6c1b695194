import type { Id, MessageReference, ProviderEvent } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/** An event with its delivery, and its position there. */
export interface PositionedEvent {
  readonly deliveryId: Id;
  readonly position: number;
  readonly event: ProviderEvent;
}

/** An event that names a message, by our own reference or through the provider's id. */
export interface ReferredEvent extends PositionedEvent {
  readonly reference: MessageReference;
}

/**
 * Finds the message that each event speaks of. Our own reference comes first; an event that has
 * lost it (asynchronous bounces do) is found by the provider's message id.
 */
export async function referEvents(
  store: EngineStore,
  events: readonly PositionedEvent[],
): Promise<{ referred: ReferredEvent[]; unmatched: PositionedEvent[] }> {
  const lost = events.filter(({ event }) => event.reference === null);
  const candidates = new Map(
    lost.map(({ event }) => [event, providerIdCandidates(event.providerMessageId)]),
  );
  const wanted = [...new Set([...candidates.values()].flat())];
  const found = wanted.length === 0 ? [] : await store.findMessagesByProviderId(wanted);
  const byProviderId = new Map(found.map((row) => [row.providerMessageId, row]));

  const referred: ReferredEvent[] = [];
  const unmatched: PositionedEvent[] = [];
  for (const positioned of events) {
    const reference =
      positioned.event.reference ??
      firstMatch(candidates.get(positioned.event) ?? [], byProviderId);
    if (reference === null) unmatched.push(positioned);
    else referred.push({ ...positioned, reference });
  }
  return { referred, unmatched };
}

/**
 * SendGrid's `sg_message_id` starts with the `X-Message-Id` and a dot, and both may hold dots
 * themselves: every prefix that ends before a dot may be the id.
 */
function providerIdCandidates(id: string | null): string[] {
  if (id === null) return [];
  const prefixes = [id];
  for (let dot = id.indexOf('.'); dot !== -1; dot = id.indexOf('.', dot + 1)) {
    prefixes.push(id.slice(0, dot));
  }
  return prefixes;
}

function firstMatch(
  candidates: readonly string[],
  rows: ReadonlyMap<string, { tenantId: Id; messageId: Id; attempt: number }>,
): MessageReference | null {
  for (const candidate of candidates) {
    const row = rows.get(candidate);
    if (row !== undefined) return row;
  }
  return null;
}
