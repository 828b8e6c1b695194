import type {
  DeliveryRecipient,
  DeliveryStatus,
  EmbeddedOriginal,
  FeedbackReport,
  InboundAttachment,
  InboundHeader,
} from '../mail.ts';
import { decodeWords } from 'postal-mime';
import type { InboundLimits } from '../limits.ts';
import { oneLine } from '../text/fold.ts';
import {
  addressesOf,
  headerFields,
  headerValue,
  headerValues,
  messageIdsOf,
} from './header-fields.ts';

/** Bytes of a report that are looked at: real ones take a few thousand. */
const MAX_REPORT_BYTES = 256 * 1024;
const MAX_RECIPIENTS = 500;

const DELIVERY_TYPES = ['message/delivery-status', 'message/global-delivery-status'];
const ORIGINAL_TYPES = [
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
];

/** What the parts of a mail report about another. */
export interface Reports {
  readonly deliveryStatus: DeliveryStatus | null;
  readonly feedback: FeedbackReport | null;
  readonly original: EmbeddedOriginal | null;
}

export function reportsOf(
  attachments: readonly InboundAttachment[],
  limits: InboundLimits,
): Reports {
  const find = (types: readonly string[]) =>
    attachments.find(({ contentType }) => types.includes(contentType));
  const delivery = find(DELIVERY_TYPES);
  const feedback = find(['message/feedback-report']);
  const original = find(ORIGINAL_TYPES);
  return {
    deliveryStatus: delivery ? deliveryStatusOf(textOf(delivery), limits) : null,
    feedback: feedback ? feedbackOf(headerFields(textOf(feedback), limits.maxHeaders)) : null,
    original: original ? originalOf(headerFields(textOf(original), limits.maxHeaders)) : null,
  };
}

function textOf({ content }: InboundAttachment): string {
  return new TextDecoder().decode(content.subarray(0, MAX_REPORT_BYTES));
}

/** Groups of fields with empty lines between them: the first is the message's, one for each recipient. */
function deliveryStatusOf(text: string, limits: InboundLimits): DeliveryStatus {
  const groups = text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .slice(0, MAX_RECIPIENTS + 1)
    .map((group) => headerFields(group, limits.maxHeaders))
    .filter((fields) => fields.length > 0);
  const isRecipient = (fields: readonly InboundHeader[]) =>
    ['final-recipient', 'original-recipient', 'action', 'status'].some(
      (name) => headerValue(fields, name) !== null,
    );
  const own = groups.find((fields) => !isRecipient(fields)) ?? [];
  return {
    reportingMta: valueOf(own, 'reporting-mta'),
    originalEnvelopeId: headerValue(own, 'original-envelope-id'),
    fields: own,
    recipients: groups.filter(isRecipient).map(recipientOf),
  };
}

function recipientOf(fields: readonly InboundHeader[]): DeliveryRecipient {
  const status = /[245]\.\d{1,3}\.\d{1,3}/.exec(headerValue(fields, 'status') ?? '');
  return {
    finalRecipient: addressOf(fields, 'final-recipient'),
    originalRecipient: addressOf(fields, 'original-recipient'),
    action: /[a-z]+/.exec(headerValue(fields, 'action')?.toLowerCase() ?? '')?.[0] ?? null,
    status: status?.[0] ?? null,
    diagnosticCode: valueOf(fields, 'diagnostic-code'),
    remoteMta: valueOf(fields, 'remote-mta'),
    fields,
  };
}

function feedbackOf(fields: readonly InboundHeader[]): FeedbackReport {
  return {
    feedbackType: headerValue(fields, 'feedback-type')?.toLowerCase() ?? null,
    userAgent: headerValue(fields, 'user-agent'),
    originalMailFrom: addressOf(fields, 'original-mail-from'),
    originalRecipients: headerValues(fields, 'original-rcpt-to')
      .map(bareAddress)
      .filter((address) => address !== null),
    fields,
  };
}

function originalOf(headers: readonly InboundHeader[]): EmbeddedOriginal {
  return {
    messageId: messageIdsOf(headerValue(headers, 'message-id'))[0] ?? null,
    from: addressesOf(headerValue(headers, 'from'))[0] ?? null,
    recipients: recipientsIn(headers),
    subject: subjectOf(headers),
    headers,
  };
}

/** Whom a mail's headers name as its recipients, each once. */
export function recipientsIn(headers: readonly InboundHeader[]): string[] {
  const names = ['to', 'cc', 'delivered-to', 'x-original-to'];
  const found = names.flatMap((name) => headerValues(headers, name)).flatMap(addressesOf);
  return [...new Set(found.map(({ address }) => address))];
}

/** A subject line is read as far as a mail server would carry it. */
const MAX_SUBJECT = 2_000;

export function subjectOf(headers: readonly InboundHeader[]): string {
  return oneLine(decodeWords((headerValue(headers, 'subject') ?? '').slice(0, MAX_SUBJECT)));
}

/** A value without the type before its semicolon, such as `smtp;` or `dns;`. */
function valueOf(fields: readonly InboundHeader[], name: string): string | null {
  const value = headerValue(fields, name);
  return value === null ? null : value.replace(/^[a-z0-9-]{1,40}[ \t]{0,8};/i, '').trim();
}

function addressOf(fields: readonly InboundHeader[], name: string): string | null {
  return bareAddress(valueOf(fields, name) ?? '');
}

function bareAddress(value: string): string | null {
  const address = /[^\s<>;,"]{1,256}@[^\s<>;,"]{1,256}/.exec(value.slice(0, 2_000))?.[0];
  return address?.toLowerCase() ?? null;
}
