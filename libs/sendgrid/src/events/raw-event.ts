import { isId, type MessageReference } from '@cadenza/domain';
import { CUSTOM_ARGS } from '../custom-args.ts';

/** Ours, in events that were read from SendGrid's records: when that was, campaign milliseconds. */
export const LOOKED_UP_AT = 'cadenza_looked_up_at';

/** Ours, in events that a person was taken out of: the key that they had before. */
export const KEPT_KEY = 'cadenza_key';

/** An instant beyond year 9999 is no event's time, and no database's either. */
const MAX_SECONDS = 253_402_300_799;

const TRUE = new Set(['true', '1', 'yes', 'on', 'y', 'enabled']);

/** What is read of an event. Null: it is absent, or has another form. */
export interface RawEvent {
  readonly event: string | null;
  /** Seconds since 1970; fractions and numeric strings have been seen. */
  readonly timestamp: number | null;
  readonly email: string | null;
  readonly type: string | null;
  readonly reason: string | null;
  readonly response: string | null;
  readonly status: string | null;
  readonly bounce_classification: string | null;
  readonly sg_event_id: string | null;
  readonly sg_message_id: string | null;
  readonly 'smtp-id': string | null;
  readonly sg_machine_open: boolean;
  readonly useragent: string | null;
  readonly url: string | null;
  /** `index:type`. */
  readonly url_offset: string | null;
  readonly [CUSTOM_ARGS.tenantId]: string | null;
  readonly [CUSTOM_ARGS.messageId]: string | null;
  readonly [CUSTOM_ARGS.attempt]: string | null;
  readonly [KEPT_KEY]: string | null;
  readonly [LOOKED_UP_AT]: number | null;
}

/**
 * Reads an event as SendGrid documents it. Only what is used is read, and each field on its own may
 * be absent or of another form without costing the rest
 * (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event). Written out by hand:
 * it is done for every event, and a schema takes several times as long.
 */
export function readRawEvent(value: object): RawEvent {
  const given = value as Readonly<Record<string, unknown>>;
  return {
    event: textOf(given['event']),
    timestamp: secondsOf(given['timestamp']),
    email: textOf(given['email']),
    type: textOf(given['type']),
    reason: textOf(given['reason']),
    response: textOf(given['response']),
    status: textOf(given['status']),
    bounce_classification: textOf(given['bounce_classification']),
    sg_event_id: textOf(given['sg_event_id']),
    sg_message_id: textOf(given['sg_message_id']),
    'smtp-id': textOf(given['smtp-id']),
    sg_machine_open: flagOf(given['sg_machine_open']),
    useragent: textOf(given['useragent']),
    url: textOf(given['url']),
    url_offset: urlOffsetOf(given['url_offset']),
    [CUSTOM_ARGS.tenantId]: textOf(given[CUSTOM_ARGS.tenantId]),
    [CUSTOM_ARGS.messageId]: textOf(given[CUSTOM_ARGS.messageId]),
    [CUSTOM_ARGS.attempt]: textOf(given[CUSTOM_ARGS.attempt]),
    [KEPT_KEY]: keyOf(given[KEPT_KEY]),
    [LOOKED_UP_AT]: numberOf(given[LOOKED_UP_AT]),
  };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  const number = numberOf(value);
  return number === null ? null : String(number);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function flagOf(value: unknown): boolean {
  if (typeof value === 'string') return TRUE.has(value.toLowerCase());
  return value === true || (numberOf(value) ?? 0) !== 0;
}

function secondsOf(value: unknown): number | null {
  const isText = typeof value === 'string' && /^\d{1,12}(?:\.\d+)?$/.test(value);
  const seconds = isText ? Number(value) : numberOf(value);
  return seconds !== null && seconds > 0 && seconds <= MAX_SECONDS ? seconds : null;
}

function urlOffsetOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { index, type } = value as Readonly<Record<string, unknown>>;
  const at = typeof index === 'string' ? index : numberOf(index);
  return at === null || typeof type !== 'string' ? null : `${at}:${type}`;
}

function keyOf(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : null;
}

/** Our reference, if all its parts are there and have their form. */
export function referenceOf(raw: RawEvent): MessageReference | null {
  const tenantId = raw[CUSTOM_ARGS.tenantId];
  const messageId = raw[CUSTOM_ARGS.messageId];
  const attempt = raw[CUSTOM_ARGS.attempt];
  if (!isId(tenantId) || !isId(messageId)) return null;
  if (attempt === null || !/^[1-9]\d{0,8}$/.test(attempt)) return null;
  return {
    tenantId: tenantId.toLowerCase(),
    messageId: messageId.toLowerCase(),
    attempt: Number(attempt),
  };
}
