import type { EpochMs, Id, MessageReference, ProviderEvent } from '@cadenza/domain';
import type { QuarantinedEvent } from '../ports/deliveries.ts';
import type { EngineStore } from '../ports/store.ts';
import type { AskedAnswer } from '../answers/queue-answers.ts';

/** An event with its delivery, and its position there. */
export interface PositionedEvent {
  readonly deliveryId: Id;
  /** Whose account the delivery is of: that tenant's messages alone may be meant. Null: anybody's. */
  readonly ownerId: Id | null;
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
 * What names a message of another tenant than the owner of its delivery is `foreign`.
 */
export async function referEvents(
  store: EngineStore,
  events: readonly PositionedEvent[],
): Promise<{
  referred: ReferredEvent[];
  strays: StrayWord[];
  asked: AskedAnswer[];
  foreign: PositionedEvent[];
  unmatched: PositionedEvent[];
}> {
  const answers = await referAnswers(store, events);
  const lost = events.filter(({ event }) => event.reference === null && !event.answers);
  const candidates = new Map(
    lost.map(({ event }) => [event, providerIdCandidates(event.providerMessageId)]),
  );
  const wanted = [...new Set([...candidates.values()].flat())];
  const found = wanted.length === 0 ? [] : await store.findMessagesByProviderId(wanted);
  const byProviderId = Map.groupBy(found, (row) => row.providerMessageId);

  const referred: ReferredEvent[] = [...answers.referred];
  const foreign: PositionedEvent[] = [];
  const unmatched: PositionedEvent[] = [...answers.unmatched];
  for (const positioned of events) {
    if (positioned.event.answers) continue;
    const reference =
      positioned.event.reference ??
      firstMatch(candidates.get(positioned.event) ?? [], positioned.ownerId, byProviderId);
    const { ownerId } = positioned;
    if (reference === null) unmatched.push(positioned);
    else if (ownerId !== null && reference.tenantId !== ownerId) foreign.push(positioned);
    else referred.push({ ...positioned, reference });
  }
  const { strays, asked } = answers;
  return { referred, strays, asked, foreign, unmatched };
}

/** Whoever says stop, or start, to a number from which nobody has written to them means it all the same. */
export interface StrayWord {
  readonly tenantId: Id;
  readonly number: string;
  readonly type: 'unsubscribed' | 'resubscribed';
  readonly at: EpochMs;
}

/**
 * A text message that came in speaks of the latest message to that person, of every tenant that sends
 * from there. A word in it is answered by one of them: the first that can.
 */
async function referAnswers(
  store: EngineStore,
  events: readonly PositionedEvent[],
): Promise<{
  referred: ReferredEvent[];
  strays: StrayWord[];
  asked: AskedAnswer[];
  unmatched: PositionedEvent[];
}> {
  const coming = events.flatMap((positioned) => {
    const { answers } = positioned.event;
    return answers ? [{ positioned, answers }] : [];
  });
  if (coming.length === 0) return { referred: [], strays: [], asked: [], unmatched: [] };
  const parties = await store.findSmsParties(coming.map(({ answers }) => answers));
  const byPlace = Map.groupBy(parties, ({ place }) => place);
  const referred: ReferredEvent[] = [];
  const strays: StrayWord[] = [];
  const asked: AskedAnswer[] = [];
  const unmatched: PositionedEvent[] = [];
  coming.forEach(({ positioned, answers }, place) => {
    const { type, at, dedupeKey } = positioned.event;
    const { number, word } = answers;
    const all = byPlace.get(place) ?? [];
    const latest = all.flatMap((party) => party.latest ?? []);
    const without = all.filter((party) => party.latest === null);
    referred.push(...latest.map((reference) => ({ ...positioned, reference })));
    const isWord = type === 'unsubscribed' || type === 'resubscribed';
    if (isWord) {
      strays.push(...without.map(({ tenantId }) => ({ tenantId, number, type, at })));
    }
    const answering = all.find(({ canAnswer }) => canAnswer) ?? all[0];
    if (word !== null && answering !== undefined) {
      const { tenantId, senderIdentityId } = answering;
      const messageId = answering.latest?.messageId ?? null;
      asked.push({ tenantId, senderIdentityId, messageId, number, word, at, causeKey: dedupeKey });
    }
    const used = latest.length > 0 || (word !== null && all.length > 0);
    if (!used) unmatched.push(positioned);
  });
  return { referred, strays, asked, unmatched };
}

/** Characters and prefixes of an id that are looked for at most: real ones have some tens and five. */
const LONGEST_ID = 500;
const MOST_PREFIXES = 20;

/**
 * SendGrid's `sg_message_id` starts with the `X-Message-Id` and a dot, and both may hold dots
 * themselves: every prefix that ends before a dot may be the id.
 */
function providerIdCandidates(id: string | null): string[] {
  if (id === null || id.length > LONGEST_ID) return [];
  const prefixes = [id];
  for (let dot = id.indexOf('.'); dot !== -1; dot = id.indexOf('.', dot + 1)) {
    if (prefixes.length > MOST_PREFIXES) break;
    prefixes.push(id.slice(0, dot));
  }
  return prefixes;
}

/** In an owner's delivery one of theirs alone, whoever else has the id: they learn of nobody's. */
function firstMatch(
  candidates: readonly string[],
  ownerId: Id | null,
  messages: ReadonlyMap<string, readonly MessageReference[]>,
): MessageReference | null {
  for (const candidate of candidates) {
    const found = messages.get(candidate) ?? [];
    const match = ownerId === null ? found[0] : found.find(({ tenantId }) => tenantId === ownerId);
    if (match !== undefined) return match;
  }
  return null;
}

/** An event put aside, with what is wrong with it. */
export function quarantined(
  { deliveryId, position, event }: PositionedEvent,
  reason: string,
): QuarantinedEvent {
  return { deliveryId, position, reason: `event ${reason}`, raw: event.raw };
}
