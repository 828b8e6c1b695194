import type { InboundLimits } from '../limits.ts';
import type { InboundAttachment, InboundFlaw, InboundHeader, InboundMail } from '../mail.ts';
import { addressesOf, dateOf, headerValue, messageIdsOf } from './header-fields.ts';
import { htmlToText } from './html-text.ts';
import { recipientsIn, reportsOf, subjectOf } from './reports.ts';

/** The SMTP envelope, as the provider reports it. */
export interface InboundEnvelope {
  /** `''` for the null sender; null where it is not known. */
  readonly from: string | null;
  readonly to: readonly string[];
}

/** A mail in its parts, whoever took it apart. */
export interface MailParts {
  readonly headers: readonly InboundHeader[];
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly InboundAttachment[];
  readonly envelope: InboundEnvelope | null;
  readonly flaws: readonly InboundFlaw[];
}

/** The mail of its parts, cut to the limits. */
export function assemble(parts: MailParts, limits: InboundLimits): InboundMail {
  const flaws = new Set(parts.flaws);
  const headers = parts.headers.slice(0, limits.maxHeaders);
  if (headers.length < parts.headers.length) flaws.add('too_many_headers');
  if (headers.length === 0) flaws.add('no_headers');
  const attachments = parts.attachments.slice(0, limits.maxParts);
  if (attachments.length < parts.attachments.length) flaws.add('too_many_parts');

  const html = cut(parts.html, limits.maxHtmlLength);
  if (html !== parts.html) flaws.add('html_truncated');
  const written = parts.text === null || parts.text.trim() === '' ? null : parts.text;
  const whole = written ?? htmlToText(html ?? '', limits.maxTextLength + 1);
  const text = cut(whole, limits.maxTextLength) ?? '';
  if (text !== whole) flaws.add('text_truncated');

  const from = addressesOf(headerValue(headers, 'from'))[0] ?? null;
  if (from === null) flaws.add('no_from');
  const dateHeader = headerValue(headers, 'date');
  const date = dateOf(dateHeader);
  if (dateHeader !== null && date === null) flaws.add('bad_date');

  const { envelope } = parts;
  const envelopeTo = (envelope?.to ?? []).map((address) => address.trim().toLowerCase());
  return {
    messageId: messageIdsOf(headerValue(headers, 'message-id'))[0] ?? null,
    inReplyTo: messageIdsOf(headerValue(headers, 'in-reply-to')),
    references: messageIdsOf(headerValue(headers, 'references')),
    from,
    returnPath: returnPathOf(envelope?.from ?? headerValue(headers, 'return-path')),
    recipients: [...new Set([...envelopeTo, ...recipientsIn(headers)])],
    subject: subjectOf(headers),
    date,
    headers,
    text: text.replaceAll(/\r\n?/g, '\n').trimEnd(),
    html,
    attachments,
    ...reportsOf(attachments, limits),
    flaws: [...flaws],
  };
}

/** A text cut at its limit, and not within a character. */
function cut(text: string | null, maxLength: number): string | null {
  if (text === null || text.length <= maxLength) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return text.slice(0, end);
}

function returnPathOf(value: string | null): string | null {
  if (value === null) return null;
  const bare = value.replaceAll(/[<>\s]/g, '').toLowerCase();
  return bare.slice(0, 320);
}
