import type { MailAddress, OutboundMail } from '@cadenza/domain';
import { classes } from '@sendgrid/helpers';
import { CUSTOM_ARGS } from '../custom-args.ts';

/** A message of the vendor's. */
export type VendorMail = InstanceType<typeof classes.Mail>;

/** Headers that SendGrid refuses (https://www.twilio.com/docs/sendgrid/api-reference/mail-send). */
const RESERVED_HEADERS = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
]);
/** A header's name is a token (RFC 9110 §5.6.2; RFC 5322 §3.6.8 allows a little more). */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * A rendered message in the vendor's form. Throws an `Error` without personal data where a value
 * would break out of its header; what remains to be checked is SendGrid's part.
 */
export function composeMail(mail: OutboundMail, sandboxMode: boolean): VendorMail {
  refuseControlCharacters('subject', mail.subject);
  const headers = Object.entries(mail.headers);
  for (const [name, value] of headers) checkHeader(name, value);

  return new ReadyMail({
    from: address('from', mail.from),
    ...(mail.replyTo === undefined ? {} : { reply_to: address('replyTo', mail.replyTo) }),
    subject: mail.subject,
    // SendGrid refuses `;` and `,` in a recipient's name; nobody should miss a mail for that.
    personalizations: [
      { to: [address('to', mail.to, (name) => name.replace(/[;,\s]+/g, ' ').trim())] },
    ],
    // An empty part is refused by SendGrid ("The content value must be a string at least one
    // character in length"); the plain text has to come first.
    content: contentOf(mail),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
    custom_args: {
      [CUSTOM_ARGS.tenantId]: mail.reference.tenantId,
      [CUSTOM_ARGS.messageId]: mail.reference.messageId,
      [CUSTOM_ARGS.attempt]: String(mail.reference.attempt),
    },
    ...(mail.ipPool === undefined ? {} : { ip_pool_name: mail.ipPool }),
    tracking_settings: {
      // Links in the plain text stay as they were written.
      click_tracking: { enable: mail.clickTracking, enable_text: false },
      open_tracking: { enable: mail.openTracking },
      // Unsubscribing is ours: SendGrid would add a second link and keep a list of its own.
      subscription_tracking: { enable: false },
    },
    ...(sandboxMode ? { mail_settings: { sandbox_mode: { enable: true } } } : {}),
  });
}

/**
 * Has its body already. The vendor's own way there clones every message and renames its keys by
 * regular expressions, which costs more than all else that the vendor does; a test holds the two
 * bodies together.
 */
class ReadyMail extends classes.Mail {
  readonly #body: object;

  constructor(body: object) {
    super();
    this.#body = body;
  }

  override toJSON(): ReturnType<VendorMail['toJSON']> {
    return this.#body as ReturnType<VendorMail['toJSON']>;
  }
}

/** The values of a message that must not turn up in a reason. */
export function personalValues(mail: OutboundMail): string[] {
  return [mail.to, mail.from, mail.replyTo]
    .flatMap((address) => [address?.email, address?.name])
    .filter((value) => value !== undefined);
}

interface Part {
  readonly type: string;
  readonly value: string;
}

function contentOf(mail: OutboundMail): [Part, ...Part[]] {
  const parts = [
    { type: 'text/plain', value: mail.text },
    { type: 'text/html', value: mail.html },
  ].filter((part) => part.value !== '');
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error('expected `text` or `html`, both are empty');
  return [first, ...rest];
}

function address(
  field: string,
  value: MailAddress,
  rewriteName: (name: string) => string = (name) => name,
): { email: string; name?: string } {
  refuseControlCharacters(`${field}.email`, value.email);
  if (value.name === undefined || value.name === '') return { email: value.email };
  refuseControlCharacters(`${field}.name`, value.name);
  const name = rewriteName(value.name);
  return name === '' ? { email: value.email } : { email: value.email, name };
}

function checkHeader(name: string, value: string): void {
  if (!HEADER_NAME.test(name)) throw new Error('expected header names that are tokens (RFC 9110)');
  if (RESERVED_HEADERS.has(name.toLowerCase())) {
    throw new Error(`header ${name} cannot be set: SendGrid reserves it`);
  }
  refuseControlCharacters(`header ${name}`, value);
}

function refuseControlCharacters(field: string, value: unknown): void {
  if (typeof value !== 'string')
    throw new Error(`expected ${field} as a text, got ${typeof value}`);
  if (/\p{Cc}/u.test(value)) {
    throw new Error(`expected ${field} without control characters such as line breaks`);
  }
}
