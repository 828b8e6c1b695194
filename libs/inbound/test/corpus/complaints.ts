import { recipient, TO } from './bounces.ts';
import type { Fixture, Language } from './fixture.ts';
import { mail, OUR_ID } from './mime.ts';
import { arf, dsn } from './server-reports.ts';

const YAHOO_REPORT = `Feedback-Type: abuse\nUser-Agent: Yahoo!-Mail-Feedback/2.0\nVersion: 0.1\nOriginal-Mail-From: <bounces+1@em.example.com>\nOriginal-Rcpt-To: Kim@Example.org\nReported-Domain: outreach.example.com`;

const complaint = (
  name: string,
  system: string,
  raw: string,
  recipient: string | null,
  feedbackType: string | null,
  language: Language = 'en',
): Fixture => ({
  name,
  language,
  system,
  raw,
  type: 'complaint',
  facts: { recipient, feedbackType, originalMessageId: OUR_ID },
});

export const COMPLAINTS: readonly Fixture[] = [
  complaint(
    'abuse',
    'Yahoo',
    arf({
      from: 'Yahoo! Mail AntiSpam Feedback <feedback@arf.mail.yahoo.com>',
      subject: 'FW: A shorter close',
      human: 'This is an email abuse report for an email message.',
      report: YAHOO_REPORT,
    }),
    TO,
    'abuse',
  ),
  complaint(
    'abuse, recipient concealed',
    'Microsoft',
    arf({
      from: 'staff@hotmail.com',
      subject: 'complaint about message from 192.0.2.1',
      human: 'This is an email abuse report for an email message received from IP 192.0.2.1.',
      report: 'Feedback-Type: abuse\nUser-Agent: Hotmail-FBL/1.0\nVersion: 1',
      original: `X-HmXmrOriginalRecipient: ${TO}\nFrom: Ann <ann@outreach.example.com>\nMessage-ID: ${OUR_ID}\nSubject: A shorter close\n\nHello`,
    }),
    TO,
    'abuse',
  ),
  complaint(
    'abuse, only the original tells',
    'Comcast',
    arf({
      from: 'feedback@fbl.example.net',
      subject: 'Abuse report',
      human: 'Abuse.',
      report: 'Feedback-Type: abuse\nUser-Agent: ReturnPathFBL/1.0',
    }),
    TO,
    'abuse',
  ),
  complaint(
    'fraud',
    'other',
    arf({
      from: 'abuse@example.net',
      subject: 'Missbrauch',
      human: 'Dies ist eine Beschwerde.',
      report: `Feedback-Type: fraud\nUser-Agent: x/1\nOriginal-Rcpt-To: <${TO}>`,
    }),
    TO,
    'fraud',
    'de',
  ),
  complaint(
    'out of the report part alone',
    'Microsoft',
    mail({
      from: 'staff@hotmail.com',
      subject: 'complaint about message from 192.0.2.1',
      text: '',
    }).replace(
      /Content-Type: text\/plain[^]*$/,
      [
        'Content-Type: multipart/mixed; boundary="=_m"',
        '',
        '--=_m',
        'Content-Type: message/rfc822',
        '',
        `X-HmXmrOriginalRecipient: ${TO}`,
        `Message-ID: ${OUR_ID}`,
        'Subject: A shorter close',
        '',
        'Hello',
        '--=_m--',
        '',
      ].join('\r\n'),
    ),
    TO,
    null,
  ),
];

export const OTHER_REPORTS: readonly Fixture[] = [
  {
    name: 'not spam',
    language: 'en',
    system: 'Yahoo',
    type: 'auto_reply',
    raw: arf({
      from: 'feedback@arf.mail.yahoo.com',
      subject: 'FW: A shorter close',
      human: 'Not spam.',
      report: YAHOO_REPORT.replace('abuse', 'not-spam'),
    }),
  },
  {
    name: 'delivered',
    language: 'en',
    system: 'Postfix',
    type: 'auto_reply',
    facts: { reason: 'receipt' },
    raw: dsn({
      subject: 'Successful Mail Delivery Report',
      human: 'Your message was successfully delivered.',
      perRecipient: [recipient('delivered', '2.0.0', '250 2.0.0 OK')],
    }),
  },
];
