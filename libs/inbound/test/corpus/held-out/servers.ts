import type { Fixture } from '../fixture.ts';
import { mail, OUR_ID } from '../mime.ts';
import { responder } from '../responder.ts';
import { arf, dsn } from '../server-reports.ts';
import { failed, other } from './written.ts';

export const HELD_OUT_SERVERS: readonly Fixture[] = [
  // Machines
  other(
    'the role has changed',
    'en',
    'exchange',
    'auto_reply',
    responder.exchange({
      language: 'en',
      text: 'As of 1 October I am no longer with Example Net. Please direct any business to sam@example.net from now on.',
    }),
    { reason: 'gone', alternativeContact: 'sam@example.net' },
  ),
  other(
    'in Rente',
    'de',
    'gmx',
    'auto_reply',
    responder.gmx({
      language: 'de',
      text: 'Ich bin zum 30.09. in den Ruhestand gegangen. Nachfolgerin ist Sam Beispiel (sam@example.net).',
    }),
    { reason: 'gone', alternativeContact: 'sam@example.net' },
  ),
  other(
    'a survey',
    'en',
    'other',
    'auto_reply',
    mail({
      from: 'Example Net Care <care@example.net>',
      subject: 'How did we do?',
      headers: [['Auto-Submitted', 'auto-generated']],
      text: 'Please rate your last conversation with us.',
    }),
  ),
  other(
    'ticket',
    'it',
    'other',
    'auto_reply',
    mail({
      from: 'Assistenza <assistenza@example.net>',
      subject: 'Re: A shorter close [Ticket ID: 99812]',
      headers: [
        ['Auto-Submitted', 'auto-replied'],
        ['Precedence', 'bulk'],
      ],
      text: 'Gentile cliente, la Sua segnalazione è stata presa in carico con il numero 99812.',
    }),
    { reason: 'ticket' },
  ),
  other(
    'a jobs mailbox',
    'fr',
    'other',
    'auto_reply',
    mail({
      from: 'RH <rh@example.net>',
      subject: 'Réponse automatique : A shorter close',
      headers: [['X-Autoreply', 'yes']],
      text: 'Nous accusons bonne réception de votre message et vous répondrons sous 48 heures.',
    }),
  ),

  // Bounces
  other(
    'blocked sender',
    'en',
    'Barracuda',
    'bounce',
    dsn({
      subject: 'Undeliverable: A shorter close',
      human: 'Your message was rejected.',
      perRecipient: [failed('5.7.0', '550 5.7.0 Message rejected as spam by Content Filtering.')],
    }),
    {
      delayed: false,
      recipients: [{ address: 'pat@example.net', statusCode: '5.7.0', kind: 'refused' }],
    },
  ),
  other(
    'a full mailbox, a vague code',
    'en',
    'Courier',
    'bounce',
    dsn({
      subject: 'NOTICE: mail delivery status.',
      human: 'Undeliverable mail.',
      original: 'message',
      perRecipient: [failed('5.0.0', '552 pat@example.net user over quota')],
    }),
    { recipients: [{ address: 'pat@example.net', statusCode: '5.0.0', kind: 'soft' }] },
  ),
  other(
    'greylisted for hours',
    'de',
    'Postfix',
    'bounce',
    dsn({
      subject: 'Verzögerte Zustellung',
      human: 'Die Nachricht wird weiter zugestellt.',
      perRecipient: [
        'Final-Recipient: rfc822;pat@example.net\nAction: delayed\nStatus: 4.7.1\nDiagnostic-Code: smtp; 450 4.7.1 Greylisted',
      ],
    }),
    { delayed: true },
  ),
  other(
    'only words',
    'es',
    'Movistar',
    'bounce',
    mail({
      from: 'Mail Delivery System <MAILER-DAEMON@mx.example.net>',
      subject: 'Correo devuelto',
      headers: [['Return-Path', '<>']],
      text: 'El mensaje no ha podido ser entregado a pat@example.net.\n\n550 5.1.1 <pat@example.net>: usuario desconocido',
    }),
    { recipients: [{ address: 'pat@example.net', statusCode: '5.1.1', kind: 'hard' }] },
  ),
  other(
    'only words',
    'en',
    'Mailgun',
    'bounce',
    mail({
      from: 'Postmaster <postmaster@mail.example.net>',
      subject: 'Delivery failure',
      headers: [
        ['Return-Path', '<>'],
        ['X-Failed-Recipients', 'pat@example.net'],
      ],
      text: 'I could not deliver your message: 554 30 Sorry, your message to pat@example.net cannot be delivered. This mailbox is disabled (554.30).',
    }),
    { recipients: [{ address: 'pat@example.net', kind: 'hard' }] },
  ),

  // Complaints
  other(
    'abuse',
    'en',
    'Fastmail',
    'complaint',
    arf({
      from: 'fbl@example.net',
      subject: '[abuse] A shorter close',
      human: 'A user marked this as spam.',
      report:
        'Feedback-Type: abuse\nUser-Agent: Fastmail/1.0\nVersion: 1\nOriginal-Rcpt-To: <pat@example.net>\nArrival-Date: Thu, 26 Nov 2026 08:00:00 +0000',
    }),
    { recipient: 'pat@example.net', originalMessageId: OUR_ID },
  ),
];
