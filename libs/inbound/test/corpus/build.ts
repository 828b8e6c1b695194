import type { InboundClass, InboundClassType } from '../../src/index.ts';

/** Thursday. */
export const NOW = Date.UTC(2026, 10, 26, 10, 0);

export type Language = 'en' | 'de' | 'fr' | 'es' | 'it' | 'pt';

/** One mail of the corpus, and what is true of it. */
export interface Fixture {
  readonly name: string;
  readonly language: Language;
  readonly system: string;
  readonly raw: string;
  readonly type: InboundClassType;
  /** Further properties of its class. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** What `replyText` gives. */
  readonly reply?: string;
}

export type Facts<T extends InboundClassType> = Partial<Extract<InboundClass, { type: T }>>;

export const US = 'r-abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqr@in.example.com';
export const LEAVE = 'u-abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqr@in.example.com';
export const OUR_ID = '<Kx7f3QmVRe2-acme@geopod-ismtpd-12>';

type Headers = readonly (readonly [name: string, value: string])[];

export interface Mail {
  readonly from: string;
  readonly to?: string;
  readonly subject: string;
  readonly headers?: Headers;
  readonly text?: string;
  readonly html?: string;
  readonly charset?: 'utf-8' | 'iso-8859-1';
  readonly encoding?: 'quoted-printable' | 'base64' | '8bit';
  readonly date?: string;
}

/** A header's words in the form that survives every relay (RFC 2047). */
export function word(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII is what needs no encoding
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}

/** The whole of a mail. Bytes are given as characters of ISO 8859-1, one for each. */
export function mail({ headers = [], ...rest }: Mail): string {
  const lines = [
    ...(headers.some(([name]) => name === 'Return-Path')
      ? []
      : [`Return-Path: <${address(rest.from)}>`]),
    `From: ${rest.from.replace(/^[^<"]+(?= <)/, word)}`,
    `To: ${rest.to ?? US}`,
    `Subject: ${word(rest.subject)}`,
    `Date: ${rest.date ?? 'Thu, 26 Nov 2026 09:58:11 +0000'}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
  ];
  return `${lines.join('\r\n')}\r\n${body(rest)}`;
}

function address(from: string): string {
  return /<([^>]+)>/.exec(from)?.[1] ?? from;
}

function body(rest: Omit<Mail, 'headers'>): string {
  const { text, html } = rest;
  if (html === undefined) return part('plain', text ?? '', rest);
  if (text === undefined) return part('html', html, rest);
  return [
    'Content-Type: multipart/alternative; boundary="=_alt"',
    '',
    '--=_alt',
    part('plain', text, rest),
    '--=_alt',
    part('html', html, rest),
    '--=_alt--',
    '',
  ].join('\r\n');
}

function part(
  subtype: string,
  text: string,
  { charset = 'utf-8', encoding = '8bit' }: Omit<Mail, 'headers'>,
): string {
  const bytes = Buffer.from(text.replaceAll('\n', '\r\n'), charset === 'utf-8' ? 'utf8' : 'latin1');
  const encoded = {
    '8bit': () => bytes.toString('latin1'),
    base64: () => (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n'),
    'quoted-printable': () =>
      bytes
        .toString('latin1')
        .replace(/[^\t\r\n -<>-~]/g, (c) => `=${hex(c)}`)
        .replace(/[^\r\n]{70}(?=[^\r\n])/g, (line) => {
          const cut = /=[0-9A-F]?$/.exec(line)?.index ?? line.length;
          return `${line.slice(0, cut)}=\r\n${line.slice(cut)}`;
        }),
  }[encoding]();
  return [
    `Content-Type: text/${subtype}; charset="${charset}"`,
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    encoded,
  ].join('\r\n');
}

const hex = (c: string) => c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');

export const bytesOf = ({ raw }: Fixture): Uint8Array => Buffer.from(raw, 'latin1');

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const htmlOf = (text: string) =>
  text
    .split('\n')
    .map((line) => `<div>${line === '' ? '<br>' : escapeHtml(line)}</div>`)
    .join('\r\n');

const ANSWERS: Headers = [
  ['In-Reply-To', OUR_ID],
  ['References', OUR_ID],
];

/** A mail of ours as it is quoted, with the footer that every one of them has. */
const OURS: Readonly<Record<Language, string>> = {
  en: 'Hello,\n\nwould a shorter close interest you? We do it for 40 firms like yours.\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nUnsubscribe: https://mail.example.com/u/1.k1.all.x',
  de: 'Guten Tag,\n\nwäre ein schnellerer Abschluss für Sie interessant?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nKeine weiteren E-Mails mehr: hier abmelden https://mail.example.com/u/1.k1.all.x',
  fr: 'Bonjour,\n\nune clôture plus rapide vous intéresserait-elle ?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nNe plus recevoir de messages : se désinscrire https://mail.example.com/u/1.k1.all.x',
  es: 'Hola:\n\n¿le interesaría un cierre más rápido?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nNo deseo recibir más correos: darme de baja https://mail.example.com/u/1.k1.all.x',
  it: 'Buongiorno,\n\nle interesserebbe una chiusura più rapida?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nNon voglio più ricevere messaggi: cancellami https://mail.example.com/u/1.k1.all.x',
  pt: 'Olá,\n\nteria interesse num fecho mais rápido?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nNão quero receber mais mensagens: cancelar subscrição https://mail.example.com/u/1.k1.all.x',
};

export const ours = (language: Language) => OURS[language];

const quote = (text: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

const GMAIL_LINE: Readonly<Record<Language, string>> = {
  en: 'On Wed, Nov 25, 2026 at 10:02 AM Ann Acme <ann@outreach.example.com> wrote:',
  de: 'Am Mi., 25. Nov. 2026 um 10:02 Uhr schrieb Ann Acme <ann@outreach.example.com>:',
  fr: 'Le mer. 25 nov. 2026 à 10:02, Ann Acme <ann@outreach.example.com> a écrit :',
  es: 'El mié, 25 nov 2026 a las 10:02, Ann Acme (<ann@outreach.example.com>) escribió:',
  it: 'Il giorno mer 25 nov 2026 alle ore 10:02 Ann Acme <ann@outreach.example.com> ha scritto:',
  pt: 'Em qua., 25 de nov. de 2026 às 10:02, Ann Acme <ann@outreach.example.com> escreveu:',
};

const APPLE_LINE: Readonly<Record<Language, string>> = {
  en: 'On 25 Nov 2026, at 10:02, Ann Acme <ann@outreach.example.com> wrote:',
  de: 'Am 25.11.2026 um 10:02 schrieb Ann Acme <ann@outreach.example.com>:',
  fr: 'Le 25 nov. 2026 à 10:02, Ann Acme <ann@outreach.example.com> a écrit :',
  es: 'El 25 nov 2026, a las 10:02, Ann Acme <ann@outreach.example.com> escribió:',
  it: 'Il giorno 25 nov 2026, alle ore 10:02, Ann Acme <ann@outreach.example.com> ha scritto:',
  pt: 'No dia 25/11/2026, às 10:02, Ann Acme <ann@outreach.example.com> escreveu:',
};

const THUNDERBIRD_LINE: Readonly<Record<Language, string>> = {
  en: 'On 25/11/2026 10:02, Ann Acme wrote:',
  de: 'Am 25.11.2026 um 10:02 schrieb Ann Acme:',
  fr: 'Le 25/11/2026 à 10:02, Ann Acme a écrit :',
  es: 'El 25/11/2026 a las 10:02, Ann Acme escribió:',
  it: 'Il 25/11/2026 10:02, Ann Acme ha scritto:',
  pt: 'Em 25/11/2026 10:02, Ann Acme escreveu:',
};

const YAHOO_LINE: Readonly<Record<Language, string>> = {
  en: 'On Wednesday, November 25, 2026 at 10:02:33 AM GMT, Ann Acme <ann@outreach.example.com> wrote:',
  de: 'Am Mittwoch, 25. November 2026 um 10:02:33 MEZ hat Ann Acme <ann@outreach.example.com> Folgendes geschrieben:',
  fr: 'Le mercredi 25 novembre 2026 à 10:02:33 UTC+1, Ann Acme <ann@outreach.example.com> a écrit :',
  es: 'El miércoles, 25 de noviembre de 2026, 10:02:33 CET, Ann Acme <ann@outreach.example.com> escribió:',
  it: 'Il mercoledì 25 novembre 2026 alle ore 10:02:33 CET, Ann Acme <ann@outreach.example.com> ha scritto:',
  pt: 'Em quarta-feira, 25 de novembro de 2026 10:02:33 WET, Ann Acme <ann@outreach.example.com> escreveu:',
};

const OUTLOOK: Readonly<Record<Language, readonly [string, string, string, string]>> = {
  en: ['From', 'Sent', 'To', 'Subject'],
  de: ['Von', 'Gesendet', 'An', 'Betreff'],
  fr: ['De', 'Envoyé', 'À', 'Objet'],
  es: ['De', 'Enviado el', 'Para', 'Asunto'],
  it: ['Da', 'Inviato', 'A', 'Oggetto'],
  pt: ['De', 'Enviada', 'Para', 'Assunto'],
};

const outlookBlock = (language: Language) => {
  const [from, sent, to, subject] = OUTLOOK[language];
  return [
    `${from}: Ann Acme <ann@outreach.example.com>`,
    `${sent}: 25.11.2026 10:02`,
    `${to}: kim@example.org`,
    `${subject}: A shorter close`,
  ];
};

export interface Written {
  readonly language: Language;
  readonly from?: string;
  readonly subject?: string;
  readonly text: string;
  readonly headers?: Headers;
}

const PERSON = 'Kim Doe <kim@example.org>';
const RE: Readonly<Record<Language, string>> = {
  en: 'Re: A shorter close',
  de: 'AW: A shorter close',
  fr: 'RE: A shorter close',
  es: 'RE: A shorter close',
  it: 'R: A shorter close',
  pt: 'RE: A shorter close',
};

/** Answers as mail programs write them, our mail quoted below. */
export const reply = {
  gmail: ({
    language,
    from = PERSON,
    subject = 'Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['Message-ID', '<CAF1x9q=+reply@mail.gmail.com>'], ...ANSWERS, ...headers],
      text: `${text}\n\n${GMAIL_LINE[language]}\n\n${quote(OURS[language])}\n`,
      html:
        `${htmlOf(text)}<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">` +
        `${escapeHtml(GMAIL_LINE[language])}<br></div><blockquote class="gmail_quote">${htmlOf(OURS[language])}</blockquote></div>`,
      encoding: 'quoted-printable',
    }),
  outlook: ({ language, from = PERSON, subject = RE[language], text, headers = [] }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Message-ID', '<DB9PR07MB1234@DB9PR07MB1234.eurprd07.prod.outlook.com>'],
        ...ANSWERS,
        ['Thread-Topic', 'A shorter close'],
        // Exchange writes it on people's mail as well: no sign of a machine.
        ['X-Auto-Response-Suppress', 'DR, OOF, AutoReply'],
        ['X-MS-Has-Attach', ''],
        ...headers,
      ],
      text: `${text}\n\n________________________________\n${outlookBlock(language).join('\n')}\n\n${OURS[language]}\n`,
      html:
        `<html><head><style>p {margin:0}</style></head><body>${htmlOf(text)}<hr style="width:98%">` +
        `<div id="divRplyFwdMsg">${outlookBlock(language)
          .map((line) =>
            line.replace(
              /^([^:]+:)(.*)$/,
              (_, label: string, rest: string) => `<b>${label}</b>${escapeHtml(rest)}<br>`,
            ),
          )
          .join('')}</div>${htmlOf(OURS[language])}</body></html>`,
      encoding: 'base64',
    }),
  /** HTML alone, as Outlook for the web may send it. */
  outlookHtml: ({ language, from = PERSON, subject = RE[language], text, headers = [] }: Written) =>
    mail({
      from,
      subject,
      headers: [...ANSWERS, ...headers],
      html:
        `<html><body><div class="WordSection1">${text
          .split('\n')
          .map(
            (line) =>
              `<p class="MsoNormal">${line === '' ? '&nbsp;' : escapeHtml(line)}<o:p></o:p></p>`,
          )
          .join('')}<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">` +
        `${outlookBlock(language).map(escapeHtml).join('<br>')}</p></div>${htmlOf(OURS[language])}</div></body></html>`,
    }),
  apple: ({
    language,
    from = PERSON,
    subject = 'Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['X-Mailer', 'Apple Mail (2.3826)'], ...ANSWERS, ...headers],
      text: `${text}\n\n> ${APPLE_LINE[language]}\n> \n${quote(OURS[language])}\n`.replace(
        `> ${APPLE_LINE[language]}`,
        `${APPLE_LINE[language]}\n`,
      ),
    }),
  thunderbird: ({
    language,
    from = PERSON,
    subject = 'Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['User-Agent', 'Mozilla Thunderbird'], ...ANSWERS, ...headers],
      // Written below what it answers, as many Thunderbird users do.
      text: `${THUNDERBIRD_LINE[language]}\n${quote(OURS[language])}\n\n${text}\n\n-- \nKim Doe\nExample Org\n`,
    }),
  yahoo: ({
    language,
    from = PERSON,
    subject = 'Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['X-Mailer', 'WebService/1.1.24 YahooMailIosMobile'], ...ANSWERS, ...headers],
      text: `${text}\n\n    ${YAHOO_LINE[language]}\n\n ${OURS[language].replaceAll('\n', '\n ')}\n`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
};

/** Responders of the large systems. */
export const responder = {
  exchange: ({
    from = PERSON,
    subject = 'Automatic reply: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-MS-Exchange-Inbox-Rules-Loop', 'kim@example.org'],
        ...ANSWERS,
        ...headers,
      ],
      html: `<html><body>${htmlOf(text)}</body></html>`,
      encoding: 'quoted-printable',
    }),
  gmail: ({
    from = PERSON,
    subject = 'Out of office Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Auto-Submitted', 'auto-replied'],
        ['Precedence', 'bulk'],
        ['X-Autoreply', 'yes'],
        ...ANSWERS,
        ...headers,
      ],
      text,
    }),
  zimbra: ({ from = PERSON, subject = 'Re: A shorter close', text, headers = [] }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Return-Path', '<>'],
        ['Auto-Submitted', 'auto-replied (zimbra; vacation)'],
        ['Precedence', 'bulk'],
        ...headers,
      ],
      text,
      encoding: 'base64',
    }),
  notes: ({
    from = PERSON,
    subject = 'Kim Doe is out of the office',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Auto-Submitted', 'auto-replied'],
        ['X-Mailer', 'Lotus Domino Release 9.0.1FP10'],
        ...headers,
      ],
      text,
      charset: 'iso-8859-1',
    }),
  gmx: ({
    from = PERSON,
    subject = 'Automatische Antwort: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['Auto-Submitted', 'auto-replied'], ['X-UI-Loop', 'V01:x'], ...headers],
      text,
      encoding: 'quoted-printable',
    }),
  orange: ({
    from = PERSON,
    subject = 'Réponse automatique : A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['X-Autorespond', 'A shorter close'], ['Precedence', 'junk'], ...headers],
      text,
    }),
  icloud: ({ from = PERSON, subject = 'Re: A shorter close', text, headers = [] }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Auto-Submitted', 'auto-replied (vacation)'],
        ['X-Autoreply', 'yes'],
        ...ANSWERS,
        ...headers,
      ],
      text,
    }),
  yahoo: ({
    from = PERSON,
    subject = 'Automatic reply: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({ from, subject, headers: [['X-Yahoo-Newman-Property', 'vacation'], ...headers], text }),
  /** One that says nothing of itself in its headers. */
  bare: ({ from = PERSON, subject = 'Out of office', text, headers = [] }: Written) =>
    mail({ from, subject, headers, text }),
};

export interface Dsn {
  readonly from?: string;
  readonly subject: string;
  readonly human: string;
  readonly perMessage?: string;
  readonly perRecipient: readonly string[];
  readonly original?: 'headers' | 'message' | 'none';
  readonly headers?: Headers;
}

const ORIGINAL_HEADERS = [
  'Received: from geopod-ismtpd-12 (unknown) by filterdrecv-p3mdw1 with ESMTP',
  `Message-ID: ${OUR_ID}`,
  'From: Ann Acme <ann@outreach.example.com>',
  'To: kim@example.org',
  'Subject: A shorter close',
  'List-Unsubscribe: <https://mail.example.com/u/1.k1.all.x>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
];

/** A delivery status notification as a server makes it. */
export function dsn(given: Dsn): string {
  const { from = 'Mail Delivery System <MAILER-DAEMON@mx.example.org>', original = 'headers' } =
    given;
  const within = {
    headers: ['--=_dsn', 'Content-Type: text/rfc822-headers', '', ...ORIGINAL_HEADERS, ''],
    message: [
      '--=_dsn',
      'Content-Type: message/rfc822',
      '',
      ...ORIGINAL_HEADERS,
      'Content-Type: text/plain',
      '',
      OURS.en,
      '',
    ],
    none: [],
  }[original];
  return [
    'Return-Path: <>',
    `From: ${from}`,
    `To: ${US}`,
    `Subject: ${word(given.subject)}`,
    'Date: Thu, 26 Nov 2026 09:58:11 +0000',
    'Auto-Submitted: auto-replied',
    ...(given.headers ?? []).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="=_dsn"',
    '',
    'This is a MIME-encapsulated message.',
    '',
    '--=_dsn',
    'Content-Type: text/plain; charset=utf-8',
    '',
    Buffer.from(given.human).toString('latin1'),
    '',
    '--=_dsn',
    'Content-Type: message/delivery-status',
    '',
    given.perMessage ??
      'Reporting-MTA: dns; mx.example.org\nArrival-Date: Thu, 26 Nov 2026 09:50:00 +0000',
    ...given.perRecipient.flatMap((fields) => ['', fields]),
    '',
    ...within,
    '--=_dsn--',
    '',
  ]
    .join('\n')
    .replaceAll('\n', '\r\n');
}

export interface Arf {
  readonly from: string;
  readonly subject: string;
  readonly human: string;
  readonly report: string;
  readonly original?: string;
}

/** A report of an abuse desk. */
export function arf({ from, subject, human, report, original }: Arf): string {
  return [
    `From: ${from}`,
    `To: abuse@in.example.com`,
    `Subject: ${subject}`,
    'Date: Thu, 26 Nov 2026 09:58:11 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="=_arf"',
    '',
    '--=_arf',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    human,
    '',
    '--=_arf',
    'Content-Type: message/feedback-report',
    '',
    report,
    '',
    '--=_arf',
    'Content-Type: message/rfc822',
    '',
    original ?? [...ORIGINAL_HEADERS, 'Content-Type: text/plain', '', OURS.en].join('\n'),
    '',
    '--=_arf--',
    '',
  ]
    .join('\n')
    .replaceAll('\n', '\r\n');
}
