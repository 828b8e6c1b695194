import { OUR_ID, US, word, type Headers } from './mime.ts';
import { OURS } from './quotes.ts';

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
