export const US = 'r-abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqr@in.example.com';
export const LEAVE = 'u-abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqr@in.example.com';
export const OUR_ID = '<Kx7f3QmVRe2-acme@geopod-ismtpd-12>';

export type Headers = readonly (readonly [name: string, value: string])[];

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

/** What an answer names of ours. */
export const ANSWERS: Headers = [
  ['In-Reply-To', OUR_ID],
  ['References', OUR_ID],
];

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
/** Lines as Outlook and others make HTML of them. */
export const htmlOf = (text: string) =>
  text
    .split('\n')
    .map((line) => `<div>${line === '' ? '<br>' : escapeHtml(line)}</div>`)
    .join('\r\n');
