import type { Fixture } from '../fixture.ts';
import { mail, OUR_ID } from '../mime.ts';
import { ours } from '../quotes.ts';
import { arf, dsn } from '../server-reports.ts';
import { other } from '../cases.ts';

const from = 'Kim Doe <kim@example.org>';
const DAEMON = 'Mail Delivery System <MAILER-DAEMON@mx.example.org>';
const NULL_SENDER = [['Return-Path', '<>']] as const;
const failed = (status: string, said: string) =>
  `Final-Recipient: rfc822; kim@example.org\nAction: failed\nStatus: ${status}\nDiagnostic-Code: smtp; ${said}`;
const one = (statusCode: string | null, kind: string) => ({
  delayed: false,
  recipients: [{ address: 'kim@example.org', statusCode, kind }],
});

/** What mail servers, abuse desks, help desks and people who pass mails on send. */
export const SERVERS: readonly Fixture[] = [
  other(
    'disabled',
    'en',
    'Microsoft 365',
    'bounce',
    dsn({
      from: 'postmaster@example.onmicrosoft.com',
      subject: 'Undeliverable: A shorter close',
      human: "Your message to kim@example.org couldn't be delivered.",
      perRecipient: [
        failed(
          '5.1.10',
          '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
        ),
      ],
    }),
    one('5.1.10', 'hard'),
  ),
  other(
    'zu groß',
    'de',
    'Postfix',
    'bounce',
    dsn({
      subject: 'Unzustellbar',
      human: 'x',
      perRecipient: [failed('5.2.3', '552 5.2.3 Message exceeds maximum size')],
    }),
    { delayed: false },
  ),
  other(
    'in words',
    'de',
    'T-Online',
    'bounce',
    mail({
      from: 'Mail Delivery Subsystem <mailer-daemon@t-online.de>',
      subject: 'Unzustellbare Nachricht',
      headers: NULL_SENDER,
      text: 'Ihre Nachricht an kim@example.org konnte nicht zugestellt werden.\n\n550 5.1.1 Benutzer unbekannt',
    }),
    one('5.1.1', 'hard'),
  ),
  other(
    'in words',
    'fr',
    'Free',
    'bounce',
    mail({
      from: 'Postmaster <postmaster@free.fr>',
      subject: 'Échec de la remise',
      headers: NULL_SENDER,
      text: "Votre message pour kim@example.org n'a pas pu être remis.\n\n550 5.1.1 utilisateur inconnu",
    }),
    one('5.1.1', 'hard'),
  ),
  other(
    'in words',
    'pt',
    'UOL',
    'bounce',
    mail({
      from: DAEMON,
      subject: 'Mensagem não entregue',
      headers: NULL_SENDER,
      text: 'A mensagem para kim@example.org não pôde ser entregue.\n\n552 5.2.2 caixa postal cheia',
    }),
    one('5.2.2', 'soft'),
  ),
  other(
    'in words, no envelope sender told',
    'it',
    'Libero',
    'bounce',
    mail({
      from: 'Servizio di posta <postmaster@libero.it>',
      subject: 'Mancato recapito',
      text: 'Non è stato possibile recapitare il messaggio a kim@example.org: la casella è piena.',
    }),
    one(null, 'soft'),
  ),
  other(
    'in words, qmail',
    'en',
    'qmail',
    'bounce',
    mail({
      from: 'MAILER-DAEMON@mx.example.org',
      subject: 'failure notice',
      headers: NULL_SENDER,
      text: "Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<kim@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)",
    }),
    one('5.1.1', 'hard'),
  ),
  other(
    'retrasado',
    'es',
    'Postfix',
    'bounce',
    dsn({
      subject: 'Entrega retrasada',
      human: 'Se seguirá intentando.',
      perRecipient: [
        'Final-Recipient: rfc822; kim@example.org\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; connect timed out',
      ],
    }),
    { delayed: true },
  ),
  other(
    'an unusual daemon',
    'en',
    'other',
    'bounce',
    mail({
      from: 'Mail Administrator <postmaster@example.org>',
      subject: 'Mail could not be delivered',
      headers: NULL_SENDER,
      text: 'The following recipient could not be reached: kim@example.org. The account has been disabled (550 5.2.1).',
    }),
    {
      delayed: false,
      recipients: [{ address: 'kim@example.org', statusCode: '5.2.1', kind: 'hard' }],
    },
  ),
  other(
    'a person about a bounce',
    'en',
    'other',
    'human',
    mail({
      from,
      subject: 'Re: Undeliverable: A shorter close',
      headers: [['In-Reply-To', '<x@example.org>']],
      text: 'Your mail to Jo came back to me as undeliverable, his mailbox is full. Write to me instead.',
    }),
  ),
  other(
    'abuse',
    'en',
    'Zoho',
    'complaint',
    arf({
      from: 'feedbackloop@zoho.example',
      subject: 'Abuse report',
      human: 'This is an abuse report.',
      report:
        'Feedback-Type: abuse\nUser-Agent: Zoho/1\nVersion: 1\nOriginal-Rcpt-To: kim@example.org',
    }),
    { recipient: 'kim@example.org', originalMessageId: OUR_ID },
  ),
  other(
    'a case',
    'en',
    'Salesforce',
    'auto_reply',
    mail({
      from: 'Example Support <support@example.org>',
      subject: 'Case 00012345: A shorter close',
      headers: [['Auto-Submitted', 'auto-generated']],
      text: 'Thanks for reaching out. We have opened case 00012345 and a specialist will be in touch.',
    }),
    { reason: 'ticket' },
  ),
  other(
    'office hours',
    'de',
    'other',
    'auto_reply',
    mail({
      from: 'Kanzlei <kanzlei@example.org>',
      subject: 'Automatische Antwort: A shorter close',
      headers: [['Auto-Submitted', 'auto-replied']],
      text: 'Vielen Dank für Ihre Nachricht. Unsere Bürozeiten sind Montag bis Freitag von 9 bis 17 Uhr. Wir antworten in der Regel innerhalb von 24 Stunden.',
    }),
  ),
  other(
    'a newsletter',
    'fr',
    'Brevo',
    'auto_reply',
    mail({
      from: 'Example <news@example.org>',
      subject: 'Nos vacances d’hiver',
      headers: [
        ['List-Unsubscribe', '<https://example.org/u>'],
        ['Precedence', 'bulk'],
      ],
      text: 'Pour ne plus recevoir nos messages, cliquez ici.',
    }),
    { reason: 'bulk' },
  ),
  other(
    'a hand-over',
    'en',
    'Apple',
    'forwarded',
    mail({
      from,
      subject: 'Fwd: A shorter close',
      text: `Jo, please handle.\n\nBegin forwarded message:\n\nFrom: Ann Acme <ann@outreach.example.com>\nSubject: A shorter close\nDate: 25 November 2026 at 10:02:00 GMT\nTo: kim@example.org\n\n${ours('en')}`,
    }),
  ),
  other(
    'Weitergabe',
    'de',
    'Thunderbird',
    'forwarded',
    mail({
      from,
      subject: 'Fwd: A shorter close',
      text: `Für dich?\n\n-------- Weitergeleitete Nachricht --------\nBetreff: A shorter close\nDatum: Wed, 25 Nov 2026 10:02:00 +0000\nVon: Ann Acme <ann@outreach.example.com>\nAn: kim@example.org\n\n${ours('de')}`,
    }),
  ),
];
