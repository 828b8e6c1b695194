import type {
  EpochMs,
  FoundMessage,
  HistoryAnswer,
  LookupFailure,
  MessageInquiry,
  ProviderEvent,
} from '@cadenza/domain';
import { z } from 'zod';
import { CUSTOM_ARGS } from '../custom-args.ts';
import { normalizeEvent } from '../events/normalize-event.ts';
import { LOOKED_UP_AT } from '../events/raw-event.ts';
import { about, type Ask } from './reading.ts';

/** What the records say of one event, in the words of the Event Webhook. */
interface RecordedEvent {
  readonly event: string;
  readonly at: EpochMs;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** With its offset from UTC: a time without one would be read as this machine's. */
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const activitySchema = z.object({
  events: z.array(
    z.object({
      event_name: z.string(),
      processed: time,
      reason: z.string().nullish(),
      bounce_type: z.string().nullish(),
    }),
  ),
});
const logSchema = z.object({ events: z.array(z.looseObject({ event: z.string(), date: time })) });

/** Events that say how far a message has come, by both records' names for them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['processed', 'processed'],
  ['deferred', 'deferred'],
  ['delivered', 'delivered'],
  ['dropped', 'dropped'],
  ['drop', 'dropped'],
  ['bounce', 'bounce'],
  ['bounced', 'bounce'],
]);
/** Fields of a log's event that are the webhook's own. */
const LOG_FIELDS = ['reason', 'response', 'status', 'bounce_classification', 'sg_event_id'];

/**
 * Reads the events of one message: from Email Activity, and where that has no readable answer from
 * Email Logs.
 */
export async function askHistory(
  ask: Ask,
  inquiry: MessageInquiry,
  found: FoundMessage,
  lookedUpAt: EpochMs,
): Promise<HistoryAnswer> {
  const shown = (events: readonly RecordedEvent[]): HistoryAnswer => ({
    kind: 'shown',
    events: events.flatMap((one) => reported(one, inquiry, found, lookedUpAt)),
  });
  if (found.deliveredAt !== undefined) {
    return shown([{ event: 'delivered', at: found.deliveredAt, fields: {} }]);
  }
  const activity = await ask(about('/v3/messages', found.providerMessageId), activitySchema);
  if (activity.ok) return shown(activity.value.events.map(ofActivity));
  if (!hasOtherRecords(activity.failure)) return activity.failure;
  const logs = await ask(about('/v3/logs', found.providerMessageId), logSchema);
  return logs.ok ? shown(logs.value.events.map(ofLog)) : logs.failure;
}

/** An account without the add-on may say so, or that it knows no such message. */
function hasOtherRecords({ cause }: LookupFailure): boolean {
  return cause === 'not_enabled' || cause === 'unexpected_answer';
}

/** Activity calls a block a soft bounce, and every other bounce a hard one: its reason tells. */
function ofActivity(shown: z.infer<typeof activitySchema>['events'][number]): RecordedEvent {
  const { event_name, processed, reason, bounce_type } = shown;
  const type = bounce_type?.toLowerCase() === 'soft' ? 'blocked' : 'bounce';
  return { event: event_name, at: processed, fields: { reason, type } };
}

function ofLog({ event, date, ...rest }: z.infer<typeof logSchema>['events'][number]) {
  const type = typeof rest['type'] === 'string' ? rest['type'].toLowerCase() : '';
  return {
    event,
    at: date,
    fields: {
      ...Object.fromEntries(LOG_FIELDS.map((name) => [name, rest[name]])),
      type: type === 'block' || type === 'blocked' ? 'blocked' : 'bounce',
    },
  };
}

/** The event as the webhook would have reported it, so that it is known when that still comes. */
function reported(
  { event, at, fields }: RecordedEvent,
  { reference, recipient }: MessageInquiry,
  { providerMessageId }: FoundMessage,
  lookedUpAt: EpochMs,
): ProviderEvent[] {
  const word = WORDS.get(event.toLowerCase());
  if (word === undefined) return [];
  const { type, ...others } = fields;
  const normalized = normalizeEvent({
    ...others,
    ...(word === 'bounce' && { type }),
    event: word,
    timestamp: at / 1_000,
    email: recipient,
    sg_message_id: providerMessageId,
    [CUSTOM_ARGS.tenantId]: reference.tenantId,
    [CUSTOM_ARGS.messageId]: reference.messageId,
    [CUSTOM_ARGS.attempt]: String(reference.attempt),
    [LOOKED_UP_AT]: lookedUpAt,
  });
  return normalized.ok ? [normalized.event] : [];
}
