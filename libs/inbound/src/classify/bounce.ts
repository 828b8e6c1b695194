import { headerValue } from '../parse/header-fields.ts';
import type { DeliveryRecipient, InboundMail } from '../mail.ts';
import { bounceKindOf, statusCodeIn } from './bounce-kind.ts';
import type { AutoReplyMail, BouncedRecipient, BounceMail, InboundSign } from './inbound-class.ts';
import { BOUNCE_SUBJECT, BOUNCE_TEXT, DELAY_TEXT } from './phrases/bounces.ts';
import type { Reading } from './reading.ts';

/** What a delivery status notification says (RFC 3464); null where the mail holds none. */
export function classifyDeliveryStatus(mail: InboundMail): BounceMail | AutoReplyMail | null {
  const { deliveryStatus } = mail;
  if (deliveryStatus === null) return null;
  const recipients = deliveryStatus.recipients;
  const failed = recipients.filter((one) => isAction(one, 'failed', '5'));
  const delayed = recipients.filter((one) => isAction(one, 'delayed', '4'));
  const told = failed.length > 0 ? failed : delayed;
  if (told.length === 0 && recipients.length > 0) {
    return {
      type: 'auto_reply',
      reason: 'receipt',
      alternativeContact: null,
      confidence: 0.95,
      signs: ['delivery_status'],
    };
  }
  return {
    type: 'bounce',
    recipients: told.map((one) => bounced(one, mail)),
    delayed: failed.length === 0 && delayed.length > 0,
    originalMessageId: mail.original?.messageId ?? null,
    confidence: told.length > 0 ? 0.99 : 0.9,
    signs: ['delivery_status'],
  };
}

/** By its action; by its status code where that is missing. */
function isAction({ action, status }: DeliveryRecipient, name: string, codeClass: string): boolean {
  return action === null ? (status?.startsWith(codeClass) ?? false) : action === name;
}

function bounced(one: DeliveryRecipient, mail: InboundMail): BouncedRecipient {
  const { status, diagnosticCode } = one;
  // `5.0.0` repeats that it failed: what the remote server had said is plainer.
  const plainer =
    status === null || status.endsWith('.0.0') ? statusCodeIn(diagnosticCode ?? '') : null;
  const statusCode = plainer ?? status;
  const only = mail.original?.recipients ?? [];
  return {
    address:
      one.originalRecipient ?? one.finalRecipient ?? (only.length === 1 ? only[0] : null) ?? null,
    statusCode,
    kind: bounceKindOf(statusCode, diagnosticCode),
    reason: diagnosticCode,
  };
}

const MAIL_SYSTEM =
  /^(?:mailer-daemon|mailerdaemon|mail-daemon|postmaster|mailsystem|mail\.?delivery|microsoftexchange[a-z0-9]{0,40}|maildelivery|bounces?)(?:[+@-]|$)/;
const MAIL_SYSTEM_NAME = /mail delivery|mailer.?daemon|postmaster|mail system|mail administrator/;

/** A report of non-delivery in words alone, as qmail, Exim, Notes and others write it. */
export function classifyWordedBounce({ mail, subject, text, headers }: Reading): BounceMail | null {
  const failedHeader = headerValue(mail.headers, 'x-failed-recipients');
  const isSystem =
    MAIL_SYSTEM.test(mail.from?.address ?? '') ||
    MAIL_SYSTEM_NAME.test(mail.from?.name?.toLowerCase() ?? '') ||
    // Automatic answers have no envelope sender either, and may quote the words of a bounce.
    (headers.includes('null_sender') && BOUNCE_SUBJECT.test(subject));
  const signs: InboundSign[] = [
    ...(failedHeader === null ? [] : (['failed_recipients_header'] as const)),
    ...(isSystem ? (['bounce_sender'] as const) : []),
    ...(BOUNCE_SUBJECT.test(subject) ? (['bounce_subject'] as const) : []),
    ...(BOUNCE_TEXT.test(text) ? (['bounce_text'] as const) : []),
  ];
  const hasWords =
    signs.includes('bounce_subject') ||
    signs.includes('bounce_text') ||
    statusCodeIn(text) !== null;
  if (failedHeader === null && !(isSystem && hasWords)) return null;
  const addresses = failedAddresses(mail, failedHeader);
  const statusCode = statusCodeIn(text);
  const reason = reasonIn(mail.text);
  const delayed = DELAY_TEXT.test(`${subject} ${text}`) && !(statusCode?.startsWith('5.') ?? false);
  const kind = delayed ? 'soft' : bounceKindOf(statusCode, reason ?? mail.text);
  return {
    type: 'bounce',
    recipients: addresses.map((address) => ({ address, statusCode, kind, reason })),
    delayed,
    originalMessageId: mail.original?.messageId ?? messageIdIn(mail.text),
    confidence: signs.length >= 3 || failedHeader !== null ? 0.95 : 0.85,
    signs,
  };
}

const ADDRESS = /[a-z0-9._%+'-]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24}/gi;
const MAX_REPORT = 20_000;

/** Named by the header, by the original, or else the first address in the text that is nobody's here. */
function failedAddresses(mail: InboundMail, failedHeader: string | null): (string | null)[] {
  const named = [...(failedHeader ?? '').matchAll(ADDRESS)].map(([one]) => one.toLowerCase());
  if (named.length > 0) return [...new Set(named)];
  const own = new Set([...mail.recipients, mail.from?.address ?? '', mail.original?.from?.address]);
  const [inText] = [...mail.text.slice(0, MAX_REPORT).matchAll(ADDRESS)]
    .map(([one]) => one.toLowerCase())
    .filter((one) => !own.has(one) && !MAIL_SYSTEM.test(one));
  const original = mail.original?.recipients ?? [];
  return [inText ?? original[0] ?? null];
}

/** The line of the text that gives an SMTP code, or else one that says that it failed. */
function reasonIn(text: string): string | null {
  const lines = text.slice(0, MAX_REPORT).split('\n', 200);
  const coded = lines.find((line) =>
    /\b[45]\d\d[ -]|[45]\.\d{1,3}\.\d{1,3}/.test(line.slice(0, 500)),
  );
  return coded?.trim().slice(0, 500) ?? null;
}

function messageIdIn(text: string): string | null {
  return /^message-id: {0,4}(<[^<>\s]{1,250}>)/im.exec(text.slice(0, MAX_REPORT))?.[1] ?? null;
}
