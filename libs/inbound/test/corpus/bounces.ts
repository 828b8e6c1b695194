import type { Fixture, Language } from './fixture.ts';
import { mail, OUR_ID } from './mime.ts';
import { ours } from './quotes.ts';
import { dsn, type Dsn } from './server-reports.ts';

export const TO = 'kim@example.org';

interface Said {
  readonly statusCode: string | null;
  readonly kind: 'hard' | 'soft' | 'refused';
}

interface Besides {
  readonly language?: Language;
  readonly delayed?: boolean;
  readonly address?: string | null;
}

function bounce(
  name: string,
  system: string,
  raw: string,
  said: Said,
  { language = 'en', delayed = false, address = TO }: Besides = {},
): Fixture {
  const facts = { recipients: [{ address, ...said }], delayed };
  return { name, language, system, raw, type: 'bounce', facts };
}

export const recipient = (action: string, status: string, diagnostic: string, extra = '') =>
  `Final-Recipient: rfc822; ${TO}\nAction: ${action}\nStatus: ${status}\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; ${diagnostic}${extra}`;

const failing = (
  name: string,
  system: string,
  given: Omit<Dsn, 'perRecipient'>,
  status: string,
  diagnostic: string,
  kind: Said['kind'],
  language: Language = 'en',
) =>
  bounce(
    name,
    system,
    dsn({ ...given, perRecipient: [recipient('failed', status, diagnostic)] }),
    { statusCode: status, kind },
    { language },
  );

const POSTFIX = {
  subject: 'Undelivered Mail Returned to Sender',
  human:
    "This is the mail system at host mx.example.org.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.",
};
const GMAIL = {
  from: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
  subject: 'Delivery Status Notification (Failure)',
  human:
    "** Address not found **\n\nYour message wasn't delivered to kim@example.org because the address couldn't be found, or is unable to receive mail.",
  headers: [['X-Failed-Recipients', TO]] as const,
  original: 'message' as const,
};
const EXCHANGE = {
  from: 'postmaster@example.org',
  subject: 'Undeliverable: A shorter close',
  human:
    "Your message to kim@example.org couldn't be delivered.\n\nkim wasn't found at example.org.",
  headers: [['X-MS-Exchange-Message-Is-Ndr', '']] as const,
  original: 'message' as const,
};
const SES = {
  from: 'MAILER-DAEMON@eu-west-1.amazonses.com',
  subject: 'Delivery Status Notification (Failure)',
  human:
    'An error occurred while trying to deliver the mail to the following recipients:\nkim@example.org',
};

function worded(
  from: string,
  subject: string,
  text: string,
  headers: readonly (readonly [string, string])[] = [],
) {
  return mail({ from, subject, headers: [['Return-Path', '<>'], ...headers], text });
}

export const BOUNCES: readonly Fixture[] = [
  failing(
    'unknown user',
    'Postfix',
    POSTFIX,
    '5.1.1',
    '550 5.1.1 <kim@example.org>: Recipient address rejected: User unknown in virtual mailbox table',
    'hard',
  ),
  failing('full mailbox', 'Postfix', POSTFIX, '5.2.2', '552 5.2.2 Mailbox full', 'soft'),
  failing(
    'policy',
    'Postfix',
    POSTFIX,
    '5.7.1',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    'refused',
  ),
  failing(
    'no such domain',
    'Postfix',
    POSTFIX,
    '5.4.4',
    'Host or domain name not found. Name service error',
    'hard',
  ),
  bounce(
    'delayed',
    'Postfix',
    dsn({
      subject: 'Delayed Mail (still being retried)',
      human:
        '####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################################################################',
      perRecipient: [
        recipient(
          'delayed',
          '4.4.1',
          'connect to mx.example.org: Connection timed out',
          '\nWill-Retry-Until: Tue, 1 Dec 2026 09:50:00 +0000',
        ),
      ],
    }),
    { statusCode: '4.4.1', kind: 'soft' },
    { delayed: true },
  ),
  bounce(
    'given up after days',
    'Postfix',
    dsn({
      ...POSTFIX,
      perRecipient: [
        recipient('failed', '4.4.1', 'connect to mx.example.org: Connection timed out'),
      ],
    }),
    { statusCode: '4.4.1', kind: 'soft' },
  ),
  failing(
    'unknown user',
    'Gmail',
    GMAIL,
    '5.1.1',
    '550-5.1.1 The email account that you tried to reach does not exist.',
    'hard',
  ),
  failing(
    'disabled',
    'Gmail',
    GMAIL,
    '5.2.1',
    '550-5.2.1 The email account that you tried to reach is inactive.',
    'hard',
  ),
  failing(
    'over quota',
    'Gmail',
    GMAIL,
    '5.2.2',
    "552-5.2.2 The recipient's inbox is out of storage space.",
    'soft',
  ),
  failing(
    'DMARC',
    'Gmail',
    GMAIL,
    '5.7.26',
    '550-5.7.26 This mail has been blocked because the sender is unauthenticated.',
    'refused',
  ),
  failing(
    'not found',
    'Exchange',
    EXCHANGE,
    '5.1.10',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    'hard',
  ),
  failing(
    'restricted',
    'Exchange',
    EXCHANGE,
    '5.7.133',
    '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup',
    'refused',
  ),
  failing(
    'unzustellbar',
    'Exchange',
    {
      ...EXCHANGE,
      subject: 'Unzustellbar: A shorter close',
      human: 'Ihre Nachricht an kim@example.org konnte nicht zugestellt werden.',
    },
    '5.1.1',
    '550 5.1.1 User unknown',
    'hard',
    'de',
  ),
  failing(
    'non remis',
    'Exchange',
    {
      ...EXCHANGE,
      subject: 'Non remis : A shorter close',
      human: "Votre message à kim@example.org n'a pas pu être remis.",
    },
    '5.1.1',
    '550 5.1.1 User unknown',
    'hard',
    'fr',
  ),
  failing(
    'no se puede entregar',
    'Exchange',
    {
      ...EXCHANGE,
      subject: 'No se puede entregar: A shorter close',
      human: 'El mensaje para kim@example.org no se pudo entregar.',
    },
    '5.1.1',
    '550 5.1.1 User unknown',
    'hard',
    'es',
  ),
  failing(
    'non recapitabile',
    'Exchange',
    {
      ...EXCHANGE,
      subject: 'Non recapitabile: A shorter close',
      human: 'Non è stato possibile recapitare il messaggio a kim@example.org.',
    },
    '5.1.1',
    '550 5.1.1 User unknown',
    'hard',
    'it',
  ),
  failing(
    'não entregue',
    'Exchange',
    {
      ...EXCHANGE,
      subject: 'Não entregue: A shorter close',
      human: 'Não foi possível entregar a mensagem para kim@example.org.',
    },
    '5.1.1',
    '550 5.1.1 User unknown',
    'hard',
    'pt',
  ),
  failing('unknown user', 'Amazon SES', SES, '5.1.1', '550 5.1.1 user unknown', 'hard'),
  bounce(
    'a vague code, a plain reason',
    'Amazon SES',
    dsn({ ...SES, perRecipient: [recipient('failed', '5.0.0', '550 5.1.1 no such user')] }),
    { statusCode: '5.1.1', kind: 'hard' },
  ),
  bounce(
    'a vague code, a full mailbox',
    'Sendmail',
    dsn({
      ...SES,
      subject: 'Returned mail: see transcript for details',
      perRecipient: [recipient('failed', '5.0.0', '554 mailbox is full')],
    }),
    { statusCode: '5.0.0', kind: 'soft' },
  ),
  bounce(
    'two recipients, one only late',
    'Postfix',
    dsn({
      ...POSTFIX,
      perRecipient: [
        recipient('failed', '5.1.1', '550 5.1.1 User unknown'),
        'Final-Recipient: rfc822; late@example.org\nAction: delayed\nStatus: 4.4.1',
      ],
    }),
    { statusCode: '5.1.1', kind: 'hard' },
  ),
  bounce(
    'without an original',
    'Exim',
    dsn({
      ...POSTFIX,
      original: 'none',
      perRecipient: [recipient('failed', '5.1.1', '550 Unrouteable address')],
    }),
    { statusCode: '5.1.1', kind: 'hard' },
  ),
  bounce(
    'the address of an alias',
    'Postfix',
    dsn({
      ...POSTFIX,
      perRecipient: [
        `Original-Recipient: rfc822;${TO}\nFinal-Recipient: rfc822; kim.doe@internal.example.org\nAction: failed\nStatus: 5.1.1`,
      ],
    }),
    { statusCode: '5.1.1', kind: 'hard' },
  ),
  bounce(
    'in words, with the header',
    'Exim',
    worded(
      'Mail Delivery System <Mailer-Daemon@mx.example.org>',
      'Mail delivery failed: returning message to sender',
      `This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  ${TO}\n    host mx.example.org [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<${TO}>:\n    550 5.1.1 unknown user\n\n${ours('en')}`,
      [['X-Failed-Recipients', TO]],
    ),
    { statusCode: '5.1.1', kind: 'hard' },
  ),
  bounce(
    'in words, late',
    'Exim',
    worded(
      'Mail Delivery System <Mailer-Daemon@mx.example.org>',
      'Warning: message 1kABC-0001 delayed 24 hours',
      `This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue.\n\nThe address to which the message has not yet been delivered is:\n\n  ${TO}\n    Delay reason: connection timed out\n\nNo action is required on your part. Delivery attempts will continue.`,
    ),
    { statusCode: null, kind: 'soft' },
    { delayed: true },
  ),
  bounce(
    'in words',
    'qmail',
    worded(
      'MAILER-DAEMON@mx.example.org',
      'failure notice',
      `Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<${TO}>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 No such user here\n\n--- Below this line is a copy of the message.\n\nMessage-ID: ${OUR_ID}\nTo: ${TO}\n`,
    ),
    { statusCode: '5.1.1', kind: 'hard' },
  ),
  bounce(
    'in words',
    'Notes',
    worded(
      'Mail Router <postmaster@example.org>',
      'DELIVERY FAILURE: User kim (kim@example.org) not listed in Domino Directory',
      `Your message\n\n  Subject: A shorter close\n\nwas not delivered to:\n\n  ${TO}\n\nbecause:\n\n  User kim (${TO}) not listed in Domino Directory`,
    ),
    { statusCode: null, kind: 'hard' },
  ),
  bounce(
    'in words',
    'GMX',
    worded(
      'GMX Mailer Daemon <mailer-daemon@gmx.de>',
      'Mail delivery failed: returning message to sender',
      `Diese E-Mail konnte nicht zugestellt werden.\n\nDer Empfänger existiert nicht:\n\n${TO}:\nSMTP error from remote server for RCPT TO command, host: mx.example.org\nreason: 550 5.1.1 mailbox unavailable`,
    ),
    { statusCode: '5.1.1', kind: 'hard' },
    { language: 'de' },
  ),
  bounce(
    'in words',
    'Orange',
    worded(
      'Mail Delivery System <MAILER-DAEMON@orange.fr>',
      'Message non distribué',
      `Votre message n'a pas pu être distribué à ${TO} : boîte aux lettres pleine (552 5.2.2).`,
    ),
    { statusCode: '5.2.2', kind: 'soft' },
    { language: 'fr' },
  ),
  bounce(
    'in words, at no mail server’s name',
    'Yahoo',
    worded(
      'MAILER-DAEMON@yahoo.com',
      'Failure Notice',
      `Sorry, we were unable to deliver your message to the following address.\n\n<${TO}>:\n554: delivery error: dd This user doesn't have a yahoo.com account (kim@example.org) [0]`,
    ),
    { statusCode: null, kind: 'hard' },
  ),
];
