import { hash } from 'node:crypto';
import {
  normalizePhone,
  type BounceKind,
  type ProviderEvent,
  type ProviderEventType,
  type SmsKeyword,
} from '@cadenza/domain';
import { smsWordOf } from '@cadenza/inbound';
import { reportSchema, type SmsReport } from './wire.ts';

/** A delivery as a whole: its events in their places, and apart from them what is none. */
export type SmsDelivery =
  | {
      readonly ok: true;
      readonly events: readonly { readonly position: number; readonly event: ProviderEvent }[];
      readonly rejected: readonly {
        readonly position: number;
        readonly reason: string;
        readonly raw: unknown;
      }[];
    }
  | { readonly ok: false; readonly reason: string };

/** Reads a stored delivery of the development provider. Never throws. */
export function parseSmsDelivery(payload: Uint8Array): SmsDelivery {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return { ok: false, reason: 'expected JSON in UTF-8' };
  }
  if (!Array.isArray(value)) return { ok: false, reason: `expected a list, got ${typeof value}` };
  const events: { position: number; event: ProviderEvent }[] = [];
  const rejected: { position: number; reason: string; raw: unknown }[] = [];
  value.forEach((raw: unknown, position) => {
    const parsed = parseSmsReport(raw);
    if (parsed.ok) events.push({ position, event: parsed.event });
    else rejected.push({ position, reason: parsed.reason, raw });
  });
  return { ok: true, events, rejected };
}

/** One element of a delivery. */
export function parseSmsReport(
  raw: unknown,
):
  | { readonly ok: true; readonly report: SmsReport; readonly event: ProviderEvent }
  | { readonly ok: false; readonly reason: string } {
  const parsed = reportSchema.safeParse(raw);
  if (parsed.success) return { ok: true, report: parsed.data, event: eventOf(parsed.data) };
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  return { ok: false, reason: `${path}: ${issue?.message ?? 'no report'}` };
}

function eventOf(report: SmsReport): ProviderEvent {
  return report.type === 'status' ? statusEvent(report) : messageEvent(report);
}

/** Who does not know a number will not know it tomorrow; a phone that is off may be on then. */
const BOUNCE_KINDS: Readonly<Record<string, BounceKind>> = {
  unknown_number: 'hard',
  unreachable: 'soft',
  blocked_by_carrier: 'refused',
};

function statusEvent(report: SmsReport & { readonly type: 'status' }): ProviderEvent {
  const { reference, messageId, status, error } = report;
  const bounced = status !== 'delivered';
  return {
    ...blank(report, bounced ? 'bounced' : 'delivered', status),
    reference,
    providerMessageId: messageId,
    reason: bounced ? (error ?? status) : null,
    bounceKind: bounced ? (BOUNCE_KINDS[error ?? ''] ?? 'refused') : null,
    bounceClassification: error === 'unknown_number' ? 'Invalid Address' : null,
    dedupeKey: keyOf(['status', reference, messageId, status, error, report.at]),
  };
}

const SAID: Readonly<Record<SmsKeyword, ProviderEventType>> = {
  stop: 'unsubscribed',
  start: 'resubscribed',
  help: 'other',
};

/** The number is no part of the event's row: the message that it answers has it. */
function messageEvent(report: SmsReport & { readonly type: 'message' }): ProviderEvent {
  const word = smsWordOf(report.text);
  const keyword = word?.keyword ?? null;
  const number = normalizePhone(report.from) ?? report.from;
  return {
    ...blank(report, keyword === null ? 'replied' : SAID[keyword], keyword ?? 'message'),
    recipient: number,
    source: keyword === null ? 'reply' : 'sms_keyword',
    answers: { sender: normalizePhone(report.to) ?? report.to, number, word },
    dedupeKey: keyOf(['message', report.id, report.at]),
  };
}

function blank(report: SmsReport, type: ProviderEventType, rawType: string): ProviderEvent {
  return {
    type,
    rawType,
    at: report.at,
    reference: null,
    providerMessageId: null,
    providerEventId: report.id,
    smtpId: null,
    recipient: null,
    actor: 'human',
    machineSign: null,
    url: null,
    urlOffset: null,
    reason: null,
    statusCode: null,
    bounceKind: null,
    bounceClassification: null,
    dedupeKey: '',
    raw: report,
  };
}

function keyOf(identity: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(['sms-dev', ...identity]), 'hex');
}
