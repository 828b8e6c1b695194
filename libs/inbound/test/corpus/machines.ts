import type { Fixture, Language } from './fixture.ts';
import { mail, OUR_ID } from './mime.ts';
import { responder } from './responder.ts';

function machine(
  name: string,
  language: Language,
  system: string,
  raw: string,
  facts: Readonly<Record<string, unknown>> = {},
): Fixture {
  return { name, language, system, raw, type: 'auto_reply', facts };
}

const receipt = [
  'From: Kim <kim@example.org>',
  'To: ann@in.example.com',
  'Subject: Read: A shorter close',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=disposition-notification; boundary="=_mdn"',
  '',
  '--=_mdn',
  'Content-Type: text/plain',
  '',
  'Your message was read on Thursday, November 26, 2026.',
  '--=_mdn',
  'Content-Type: message/disposition-notification',
  '',
  'Final-Recipient: rfc822;kim@example.org',
  'Disposition: manual-action/MDN-sent-manually; displayed',
  '--=_mdn--',
  '',
].join('\r\n');

/** Machines that are neither away nor unable to deliver. */
export const MACHINES: readonly Fixture[] = [
  machine(
    'left, with a successor',
    'en',
    'exchange',
    responder.exchange({
      language: 'en',
      text: 'Thank you for your email. Kim Doe no longer works for Example Org. Please contact Jo Roe at jo.roe@example.org.',
    }),
    { reason: 'gone', alternativeContact: 'jo.roe@example.org' },
  ),
  machine(
    'left, without one',
    'en',
    'gmail',
    responder.gmail({
      language: 'en',
      subject: 'Re: A shorter close',
      text: 'I have left the company. This mailbox is no longer monitored.',
    }),
    { reason: 'gone', alternativeContact: null },
  ),
  machine(
    'ausgeschieden',
    'de',
    'exchange',
    responder.exchange({
      language: 'de',
      subject: 'Automatische Antwort: A shorter close',
      text: 'Frau Doe ist nicht mehr bei uns im Unternehmen tätig. Bitte wenden Sie sich an jo@example.org.',
    }),
    { reason: 'gone', alternativeContact: 'jo@example.org' },
  ),
  machine(
    'parti',
    'fr',
    'exchange',
    responder.exchange({
      language: 'fr',
      subject: 'Réponse automatique : A shorter close',
      text: "Kim Doe a quitté l'entreprise. Merci de vous adresser à jo@example.org.",
    }),
    { reason: 'gone', alternativeContact: 'jo@example.org' },
  ),
  machine(
    'ya no trabaja',
    'es',
    'exchange',
    responder.exchange({
      language: 'es',
      subject: 'Respuesta automática: A shorter close',
      text: 'Kim Doe ya no trabaja en esta empresa. Diríjase a jo@example.org.',
    }),
    { reason: 'gone', alternativeContact: 'jo@example.org' },
  ),
  machine(
    'non lavora più',
    'it',
    'zimbra',
    responder.zimbra({
      language: 'it',
      text: 'Kim Doe non lavora più per la nostra azienda. Potete scrivere a jo@example.org.',
    }),
    { reason: 'gone', alternativeContact: 'jo@example.org' },
  ),
  machine(
    'já não trabalha',
    'pt',
    'gmail',
    responder.gmail({
      language: 'pt',
      subject: 'Resposta automática',
      text: 'Kim Doe já não trabalha connosco. Contacte jo@example.org.',
    }),
    { reason: 'gone', alternativeContact: 'jo@example.org' },
  ),
  machine(
    'a ticket',
    'en',
    'Zendesk',
    mail({
      from: 'Example Support <support@example.org>',
      subject: '[Request received] A shorter close',
      headers: [
        ['Auto-Submitted', 'auto-generated'],
        ['X-Mailer', 'Zendesk Mailer'],
        ['In-Reply-To', OUR_ID],
      ],
      text: '##- Please type your reply above this line -##\n\nYour request (48213) has been received and is being reviewed by our support staff.',
    }),
    { reason: 'ticket' },
  ),
  machine(
    'a ticket without headers',
    'en',
    'other',
    mail({
      from: 'Helpdesk <helpdesk@example.org>',
      subject: '[#48213] A shorter close',
      text: 'Thank you for contacting us. Your ticket #48213 has been created. We will answer within two business days.',
    }),
    { reason: 'ticket' },
  ),
  machine(
    'Vorgangsnummer',
    'de',
    'OTRS',
    mail({
      from: 'Service <service@example.org>',
      subject: 'Ihre Anfrage [Ticket#2026112648213]',
      headers: [
        ['Precedence', 'bulk'],
        ['X-Powered-By', 'OTRS'],
      ],
      text: 'Vielen Dank für Ihre Anfrage. Ihr Anliegen wurde unter der Vorgangsnummer 2026112648213 erfasst.',
    }),
    { reason: 'ticket' },
  ),
  machine(
    'demande',
    'fr',
    'Freshdesk',
    mail({
      from: 'Support <support@example.org>',
      subject: 'Ticket reçu - A shorter close',
      headers: [['Auto-Submitted', 'auto-replied']],
      text: 'Votre demande a bien été enregistrée sous le numéro 48213. Nous vous répondrons dans les meilleurs délais.',
    }),
    { reason: 'ticket' },
  ),
  machine(
    'a challenge',
    'en',
    'Boxbe',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re: A shorter close (Action Required)',
      headers: [
        ['Auto-Submitted', 'auto-replied'],
        ['In-Reply-To', OUR_ID],
      ],
      text: 'This message serves as notification that you will not receive any more courtesy notices until you are added to the Guest List. Please click the link below to verify your e-mail address.',
    }),
    { reason: 'challenge' },
  ),
  machine(
    'antispam',
    'fr',
    'Mailinblack',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re : A shorter close',
      headers: [['Precedence', 'auto_reply']],
      text: 'Votre message est en attente. Merci de vous authentifier en cliquant sur le lien : confirmez que vous êtes un expéditeur humain.',
    }),
    { reason: 'challenge' },
  ),
  machine(
    'an acknowledgement',
    'en',
    'other',
    mail({
      from: 'Info <info@example.org>',
      subject: 'Re: A shorter close',
      headers: [['Auto-Submitted', 'auto-replied']],
      text: 'We have received your message and will get back to you within 24 hours.',
    }),
  ),
  machine(
    'Eingangsbestätigung',
    'de',
    'other',
    mail({
      from: 'Info <info@example.org>',
      subject: 'Automatische Antwort',
      text: 'Vielen Dank. Ihre E-Mail ist bei uns eingegangen. Wir melden uns schnellstmöglich.',
    }),
  ),
  machine(
    'acuse de recibo',
    'es',
    'other',
    mail({
      from: 'Info <info@example.org>',
      subject: 'Respuesta automática: A shorter close',
      text: 'Hemos recibido su mensaje. Le responderemos a la mayor brevedad.',
    }),
  ),
  machine(
    'a newsletter',
    'en',
    'Mailchimp',
    mail({
      from: 'Example News <news@example.org>',
      subject: 'Our November news',
      headers: [
        ['List-Id', '<news.example.org>'],
        ['List-Unsubscribe', '<https://example.org/u>'],
        ['Precedence', 'bulk'],
      ],
      text: 'Here is what happened in November. Unsubscribe: https://example.org/u',
    }),
  ),
  machine('a read receipt', 'en', 'exchange', receipt, { reason: 'receipt' }),
  machine(
    'no reply',
    'en',
    'other',
    mail({
      from: 'Example <no-reply@example.org>',
      subject: 'Welcome to Example',
      text: 'Your account is ready.',
    }),
  ),
  machine(
    'a newsletter about holidays',
    'en',
    'Mailchimp',
    mail({
      from: 'Example News <no-reply@example.org>',
      subject: 'Holiday offers',
      headers: [
        ['List-Id', '<news.example.org>'],
        ['List-Unsubscribe', '<https://example.org/u>'],
        ['Precedence', 'bulk'],
      ],
      text: 'Plan your vacation now: until 7 December all holidays are cheaper.',
    }),
  ),
  machine(
    'a report of a system',
    'de',
    'other',
    mail({
      from: 'Berichte <noreply@example.org>',
      subject: 'Ihr Wochenbericht',
      headers: [['Auto-Submitted', 'auto-generated']],
      text: 'In dieser Woche waren 3 Personen im Urlaub und 2 krank.',
    }),
  ),
  machine(
    'a person at a help desk, as far as can be told',
    'en',
    'Zendesk',
    mail({
      from: 'Kim (Example Support) <support@example.org>',
      subject: 'Re: A shorter close',
      headers: [
        ['Auto-Submitted', 'auto-generated'],
        ['In-Reply-To', OUR_ID],
      ],
      text: 'Hi Ann, could you send me your price list?',
    }),
    { confidence: 0.6 },
  ),
  machine(
    'an offer to leave',
    'en',
    'other',
    mail({
      from: 'Info <info@example.org>',
      subject: 'Re: A shorter close',
      headers: [
        ['Auto-Submitted', 'auto-replied'],
        ['In-Reply-To', OUR_ID],
      ],
      text: 'We have received your message. If you no longer wish to receive these notices, write to us.',
    }),
  ),
];
