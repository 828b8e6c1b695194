import {
  normalizeEmail,
  type Problem,
  type ProviderEvent,
  type ProviderEventType,
} from '@cadenza/domain';
import { actorOf } from './actor.ts';
import { bounceKind, findReplyCode, findStatusCode } from './bounce-kind.ts';
import { dedupeKey } from './dedupe-key.ts';
import { KEPT_KEY, LOOKED_UP_AT, type RawEvent, readRawEvent, referenceOf } from './raw-event.ts';

export type NormalizedEvent =
  | { readonly ok: true; readonly event: ProviderEvent }
  | { readonly ok: false; readonly problem: Problem };

/** SendGrid's words, where they are not told apart further. */
const TYPES: ReadonlyMap<string, ProviderEventType> = new Map([
  ['processed', 'processed'],
  ['deferred', 'deferred'],
  ['delivered', 'delivered'],
  ['dropped', 'dropped'],
  ['open', 'opened'],
  ['click', 'clicked'],
  ['spamreport', 'spamreport'],
  ['unsubscribe', 'unsubscribed'],
  ['group_unsubscribe', 'unsubscribed'],
  ['group_resubscribe', 'resubscribed'],
  ['account_status_change', 'account_status_change'],
]);

/**
 * One event of SendGrid's Event Webhook in Cadenza's words. An event of an unknown type is kept as
 * `other`. What cannot be an event (no object, no type, no usable time) is reported as a problem
 * at `path`. Never throws for a parsed JSON value.
 */
export function normalizeEvent(value: unknown, path = 'event'): NormalizedEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(path, 'not_an_object', `${kindOf(value)}: expected an event object`);
  }
  const raw = readRawEvent(value);
  const word = raw.event;
  if (word === null) {
    return refuse(`${path}.event`, 'missing_type', 'expected the type of the event as text');
  }
  if (raw.timestamp === null) {
    const found = 'timestamp' in value ? value.timestamp : undefined;
    return refuse(
      `${path}.timestamp`,
      'invalid_timestamp',
      `${typeof found === 'number' ? found : kindOf(found)}: expected seconds since 1970, above 0`,
    );
  }
  const type = typeOf(word, raw);
  const reason = raw.reason ?? raw.response;
  const statusCode = findStatusCode(raw.status, raw.reason, raw.response);
  const lookedUpAt = raw[LOOKED_UP_AT];
  const identity = {
    type,
    rawType: word,
    at: Math.round(raw.timestamp * 1000),
    reference: referenceOf(raw),
    providerMessageId: raw.sg_message_id,
    recipient: raw.email === null ? null : normalizeEmail(raw.email),
    url: raw.url,
    urlOffset: raw.url_offset,
  };
  return {
    ok: true,
    event: {
      ...identity,
      providerEventId: raw.sg_event_id,
      smtpId: raw['smtp-id'],
      ...actorOf(type, { machineOpen: raw.sg_machine_open, userAgent: raw.useragent }),
      reason,
      statusCode,
      bounceKind:
        type === 'bounced'
          ? bounceKind({
              classification: raw.bounce_classification,
              statusCode,
              replyCode: findReplyCode(raw.status, raw.reason),
            })
          : null,
      bounceClassification: raw.bounce_classification,
      dedupeKey: raw[KEPT_KEY] ?? dedupeKey(identity),
      ...(lookedUpAt === null ? {} : { lookedUpAt }),
      raw: value as Readonly<Record<string, unknown>>,
    },
  };
}

function typeOf(word: string, raw: RawEvent): ProviderEventType {
  const lower = word.toLowerCase();
  if (lower === 'bounce') return raw.type?.toLowerCase() === 'blocked' ? 'blocked' : 'bounced';
  return TYPES.get(lower) ?? 'other';
}

/** A value's kind; the value itself may be personal data, which has no place in a message. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

function refuse(path: string, code: string, message: string): NormalizedEvent {
  return { ok: false, problem: { path, code, message } };
}
