import { normalizePhone, withoutPerson, type Redaction, type RedactionRule } from '@cadenza/domain';
import { smsWordOf } from '@cadenza/inbound';
import { parseSmsReport } from './parse-delivery.ts';

/**
 * Takes a person out of a stored delivery: their number wherever it stands and, of what they wrote,
 * all but a keyword. Reports are the same events as before.
 *
 * @returns null where nothing is to be taken out.
 */
export function redactSmsDelivery(payload: Uint8Array, rule: RedactionRule): Buffer | null {
  const text = Buffer.from(payload).toString('latin1');
  const list = jsonOf(payload);
  if (!Array.isArray(list)) {
    const redaction = rule({ event: null, text });
    return redaction === null
      ? null
      : Buffer.from(withoutPerson(text, redaction.addresses), 'latin1');
  }
  const redacted = list.map((raw: unknown) => redactSmsReport(raw, rule));
  return redacted.every((raw, position) => raw === list[position])
    ? null
    : Buffer.from(JSON.stringify(redacted));
}

/** The same of one element, such as one that was put aside. */
export function redactSmsReport(raw: unknown, rule: RedactionRule): unknown {
  const parsed = parseSmsReport(raw);
  const element = withNumber(raw);
  const text = JSON.stringify(element);
  const redaction = rule({ event: parsed.ok ? parsed.event : null, text });
  if (redaction === null) return raw;
  const rest = JSON.stringify(withoutWords(element, redaction));
  return JSON.parse(withoutPerson(rest, redaction.addresses));
}

/** With its writer's number as numbers are compared, however it was written. */
function withNumber(raw: unknown): unknown {
  if (!isRecord(raw) || typeof raw['from'] !== 'string') return raw;
  return { ...raw, from: normalizePhone(raw['from']) ?? raw['from'] };
}

/** A keyword is nobody's own, and says what the message means when it is processed again. */
function withoutWords(element: unknown, { own, addresses }: Redaction): unknown {
  if (!isRecord(element) || typeof element['text'] !== 'string') return element;
  if (!own && addresses.every(({ address }) => address !== element['from'])) return element;
  return { ...element, text: smsWordOf(element['text'])?.keyword.toUpperCase() ?? '' };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return null;
  }
}
