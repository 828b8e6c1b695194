import { withoutPerson, type Redaction, type RedactionRule } from '@cadenza/domain';
import { scanElements } from './json-scan.ts';
import { normalizeEvent } from './normalize-event.ts';
import { MAX_DEPTH } from './parse-event-batch.ts';
import { KEPT_KEY } from './raw-event.ts';

/** What an event tells of whoever opened or clicked. */
const OF_THE_PERSON = ['ip', 'useragent'];
/** Of a link its site alone: what follows may be the person's own. */
const SITE = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]+/i;

/**
 * Takes a person out of a stored delivery. Its other elements stay as they are, to the byte; those
 * that change keep the key by which they are known, so that they are no new events when the delivery
 * is processed again.
 *
 * @returns null where nothing is to be taken out.
 */
export function redactDelivery(payload: Uint8Array, rule: RedactionRule): Buffer | null {
  const text = new TextDecoder().decode(payload);
  if (!isArray(text)) return redactUnread(payload, rule);
  let redacted = '';
  let at = 0;
  for (const { start, end } of scanElements(text, MAX_DEPTH)) {
    const element = text.slice(start, end).trimEnd();
    const changed = redactElement(element, rule);
    if (changed === null) continue;
    redacted += text.slice(at, start) + changed;
    at = start + element.length;
  }
  return at === 0 ? null : Buffer.from(redacted + text.slice(at));
}

/** The same of one element that was put aside, as it is kept: an event, or a text that is none. */
export function redactQuarantined(raw: unknown, rule: RedactionRule): unknown {
  if (isRecord(raw) && Object.keys(raw).join() === 'text' && typeof raw['text'] === 'string') {
    return { text: redactElement(raw['text'], rule) ?? raw['text'] };
  }
  const changed = redactElement(JSON.stringify(raw), rule);
  return changed === null ? raw : JSON.parse(changed);
}

function redactElement(text: string, rule: RedactionRule): string | null {
  const value = parsed(text);
  const normalized = normalizeEvent(value);
  const event = normalized.ok ? normalized.event : null;
  const redaction = rule({ event, text });
  if (redaction === null) return null;
  if (event === null || !isRecord(value)) return withoutPerson(text, redaction.addresses);
  return JSON.stringify({ ...redactValue(value, redaction), [KEPT_KEY]: event.dedupeKey });
}

function redactValue(
  value: Readonly<Record<string, unknown>>,
  { addresses, own }: Redaction,
): Record<string, unknown> {
  const named = JSON.parse(withoutPerson(JSON.stringify(value), addresses)) as Record<
    string,
    unknown
  >;
  if (!own) return named;
  for (const key of OF_THE_PERSON) delete named[key];
  const { url } = named;
  if (typeof url === 'string') named['url'] = SITE.exec(url)?.[0] ?? '';
  return named;
}

/** A body that is no array of events: its bytes, whatever they are, but for the addresses. */
function redactUnread(payload: Uint8Array, rule: RedactionRule): Buffer | null {
  const text = Buffer.from(payload).toString('latin1');
  const redaction = rule({ event: null, text });
  return redaction === null
    ? null
    : Buffer.from(withoutPerson(text, redaction.addresses), 'latin1');
}

function isArray(text: string): boolean {
  return Array.isArray(parsed(text));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
