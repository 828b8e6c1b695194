import { mailNode, planOf } from '@cadenza/demo';
import fc, { type Arbitrary } from 'fast-check';
import { placeFor } from './known-values.ts';

/** What schemas do not tell: values and bodies of which their description alone says what they are. */

/** A plan of two mails, of which the second waits to be sent for longer than a run takes. */
export const PLAN = planOf(
  mailNode('first', [
    { on: 'delivered', to: 'second' },
    { on: 'clicked', to: 'stop' },
  ]),
  mailNode('second', [], { delay: 'P7D' }),
);
const SMS_NODE = { id: 'first', channel: 'sms', action: 'send', body: 'Hello', transitions: [] };
const PLANS: Arbitrary<unknown> = fc.constantFrom(
  PLAN,
  planOf(mailNode('first', [], { delay: 'P1D' })),
  { ...planOf(SMS_NODE), timezone: 'Europe/Berlin' },
);

const PHONE = fc
  .integer({ min: 0, max: 9_999 })
  .map((n) => `+1202555${String(n).padStart(4, '0')}`);

/** Addresses come again, so that they meet the rows of requests before. */
export const ADDRESS = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 400 }).map((n) => `person${n}@example.com`) },
  { weight: 1, arbitrary: fc.constantFrom('Jo@EXAMPLE.com', 'jo+tag@example.com') },
);

/** Of nobody: what is told of it goes no further than a name that does not resolve (RFC 6761). */
export const ADDRESS_OF_HOOKS = fc.nat(9).map((n) => `https://hooks.invalid/${n}`);

/** Somebody who signs in. */
export const PERSON = { email: 'operator@example.com', password: 'a password for the fuzz' };

/** Somebody who signs in at the identity provider. */
export const COLLEAGUE = { sub: 'colleague', email: 'colleague@example.com', email_verified: true };

/** A key that the emulator takes, besides the installation's. */
export const OWN_SENDGRID_KEY = 'SG.of-the-fuzzed-tenant-itself';

/** Values by the name of the member or parameter that takes them, without the s of several. */
export const BY_NAME: Readonly<Record<string, Arbitrary<unknown>>> = {
  timezone: fc.constantFrom('Europe/Berlin', 'UTC', 'America/St_Johns', 'Pacific/Chatham'),
  phone: PHONE,
  from: fc.oneof(PHONE, fc.constantFrom('+1 202 555 0199', 'Acme', '72727', '+49 30 1234567')),
  domain: fc.constantFrom('gone.example', 'left.example'),
  plan: PLANS,
  prefix: fc.constantFrom('person', '+1', 'example'),
  apiKey: fc.constant(OWN_SENDGRID_KEY),
  type: fc.constantFrom('message.sent', 'message.sent,enrollment.ended'),
  nodeId: fc.constantFrom('first', 'second'),
  token: fc.nat(39).map((nth) => placeFor('unsubscribeToken', nth)),
  'if-match': fc.nat(39).map((nth) => placeFor('etag', nth)),
  'idempotency-key': fc.oneof(
    { weight: 9, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: fc.constant('again') },
  ),
};

const CONTACTS = fc.array(
  fc.record(
    {
      email: ADDRESS,
      first_name: fc.constantFrom('Ada', 'Ünïcödé'),
      phone: PHONE,
      company: fc.constant('Acme'),
    },
    { requiredKeys: ['email'] },
  ),
  { maxLength: 5 },
);

const BOUNDARY = 'xYzZY';
const ATTACHED = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="attachment1"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nHello\r\n`;
/** How a mail that came in is sent on. */
export const INBOUND_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

interface InboundMail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly attached: boolean;
  /** What is unlike another mail's. */
  readonly id: string;
}

/** As SendGrid's Inbound Parse posts a mail. */
export function inboundText({ to, from, subject, attached, id }: InboundMail): string {
  const fields = {
    from,
    to,
    subject,
    text: 'Yes, please.',
    envelope: JSON.stringify({ to: [to], from }),
    headers: `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${id}@mail.example.org>`,
    attachments: attached ? '1' : '0',
  };
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join('')}${attached ? ATTACHED : ''}--${BOUNDARY}--\r\n`;
}

const INBOUND = fc
  .record({
    to: fc.oneof(
      fc.nat(39).map((nth) => placeFor('replyAddress', nth)),
      fc.constant('somebody@example.com'),
    ),
    from: ADDRESS,
    subject: fc.constantFrom('Re: Hello', 'Out of office', 'unsubscribe'),
    attached: fc.boolean(),
    id: fc.uuid(),
  })
  .map(inboundText);

/** Bodies that no schema describes, by content type as it is sent. */
export const TEXTS: Readonly<
  Record<string, { readonly type: string; readonly text: Arbitrary<string> }>
> = {
  'text/csv': {
    type: 'text/csv',
    text: fc.constantFrom(
      'email,first_name,company\nada@example.org,Ada,Acme\n,Nobody,\n',
      'value,reason,source,channel,first_seen_at\nperson7@example.com,manual,CRM,email,2026-01-01T00:00:00Z\n',
      'value\ngone.example\n+12025550100\nperson9@example.com\n',
      'email;name\r\n"a""b"@x;y',
      '\ufeffemail\nperson1@example.com',
    ),
  },
  'application/x-www-form-urlencoded': {
    type: 'application/x-www-form-urlencoded',
    text: fc.constantFrom(
      '',
      'List-Unsubscribe=One-Click',
      'choice=leave-all',
      'choice=leave-campaign',
      'choice=back-to-all',
      'choice=back-to-campaign',
      'choice=all',
    ),
  },
  'multipart/form-data': { type: INBOUND_TYPE, text: INBOUND },
};

const RATES = fc
  .tuple(fc.integer({ max: 1_000, min: 1 }), fc.integer({ min: 0, max: 9 }))
  .map(([n, more]) => ({
    warn: n / 2_000,
    pause: (n + more) / 2_000,
    stop: (n + 2 * more) / 2_000,
  }));

/** Bodies of operations whose schema says too little of what is taken. */
export const BODY_OF: Readonly<Record<string, Arbitrary<unknown>>> = {
  putGuardThresholds: fc.record({ bounce: RATES, complaint: RATES }, { requiredKeys: [] }),
  validatePlan: PLANS,
  importContacts: CONTACTS,
  signInLocally: fc.constant(PERSON),
  liftSuppression: fc.constant({ consent: { source: 'a form', at: placeFor('momentAgo', 0) } }),
};

/** Queries whose parameters belong together. */
export const QUERY_OF: Readonly<Record<string, Arbitrary<Readonly<Record<string, string>>>>> = {
  finishSignIn: fc.nat(39).map((nth) => ({
    code: placeFor('signInCode', nth),
    state: placeFor('signInState', nth),
    iss: placeFor('issuer', nth),
  })),
};

/** Members of which a body has one at most. */
export const EITHER: Readonly<Record<string, readonly string[]>> = {
  createContact: ['company', 'leadId'],
  updateContact: ['company', 'leadId'],
  createApiKey: ['scopes', 'role'],
};
