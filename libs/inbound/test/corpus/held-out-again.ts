import type { Fixture, Language } from './fixture.ts';
import { mail, OUR_ID } from './mime.ts';
import { ours } from './quotes.ts';
import { reply } from './reply.ts';
import { responder } from './responder.ts';
import { arf, dsn } from './server-reports.ts';
import type { Written } from './written.ts';

/**
 * Mails written after the rules had been changed for those held out first. What they were first
 * measured to be is in the README.
 */

const from = 'Robin Sample <robin@example.com>';

const person = (name: string, system: keyof typeof reply, written: Written): Fixture => ({
  name,
  language: written.language,
  system,
  raw: reply[system]({ from, ...written }),
  type: 'human',
});

const optOut = (name: string, system: keyof typeof reply, written: Written): Fixture => ({
  ...person(name, system, written),
  type: 'opt_out',
});

const away = (
  name: string,
  system: keyof typeof responder,
  returnDate: string | null,
  written: Written,
): Fixture => ({
  name,
  language: written.language,
  system,
  raw: responder[system]({ from, ...written }),
  type: 'out_of_office',
  facts: { returnDate },
});

const other = (
  name: string,
  language: Language,
  system: string,
  type: Fixture['type'],
  raw: string,
  facts: Readonly<Record<string, unknown>> = {},
): Fixture => ({ name, language, system, type, raw, facts });

const failed = (status: string, said: string) =>
  `Final-Recipient: rfc822; robin@example.com\nAction: failed\nStatus: ${status}\nDiagnostic-Code: smtp; ${said}`;

export const HELD_OUT_AGAIN: readonly Fixture[] = [
  // People
  person('curt', 'gmail', { language: 'en', text: 'price?' }),
  person('a date for a call', 'outlook', {
    language: 'en',
    text: "Tuesday 1 December at 3pm works. I'm closing the quarter until then, so mornings are out.",
  }),
  person('working from abroad', 'apple', {
    language: 'en',
    text: "I'm travelling this week so excuse the brevity. We looked at you in 2024 and went with a competitor, contract runs until March.",
  }),
  person('a complaint in words', 'gmail', {
    language: 'en',
    text: 'Honestly, your colleague Ben promised to stop by twice and never showed up. Sort that out first, then we can talk.',
  }),
  person('left the industry', 'yahoo', {
    language: 'en',
    text: 'Ha, I left accounting in May and grow apples now. Good luck with it though!',
  }),
  person('mit Rückkehr', 'outlook', {
    language: 'de',
    text: 'Wir sind umgezogen und die Kollegin, die das entscheidet, kommt erst im Januar aus der Elternzeit zurück. Danach gern.',
  }),
  person('Löschen im Produkt', 'gmail', {
    language: 'de',
    text: 'Kann man in Ihrem Tool einzelne Buchungen wieder löschen, oder nur stornieren?',
  }),
  person('réunion', 'outlook', {
    language: 'fr',
    text: 'Je suis en réunion toute la journée, mais jeudi 14h me va très bien.',
  }),
  person('pregunta', 'apple', {
    language: 'es',
    text: '¿Se puede dar de baja a un usuario sin perder sus asientos? Es lo que más nos preocupa.',
  }),
  person('preventivo', 'outlook', {
    language: 'it',
    text: 'Buonasera, mi faccia avere un preventivo per cinque utenti. Grazie.',
  }),
  person('mais tarde', 'gmail', {
    language: 'pt',
    text: 'Estamos a mudar de ERP, por isso só faz sentido falar depois de março.',
  }),

  // Away
  away('a wedding', 'gmail', '2026-12-14', {
    language: 'en',
    subject: 'Gone getting married! Re: A shorter close',
    text: 'I am away getting married and not looking at email at all. I shall be back in the saddle on Monday, 14 Dec.',
  }),
  away('part-time', 'exchange', '2026-11-30', {
    language: 'en',
    text: 'I do not work on Fridays. I will be back in the office on Monday 30th November.',
  }),
  away('jury duty', 'exchange', '2026-12-02', {
    language: 'en',
    text: 'I have been called for jury duty and am unavailable until Wednesday, December 2.',
  }),
  away('training', 'zimbra', null, {
    language: 'en',
    text: 'I am in training all week and can only answer in the evenings.',
  }),
  away('a numeric span', 'notes', '2027-01-04', {
    language: 'en',
    text: 'Annual leave 23/12/2026 - 03/01/2027. Regards, Robin',
  }),
  away('Brückentage', 'exchange', '2027-01-04', {
    language: 'de',
    subject: 'Automatische Antwort: A shorter close',
    text: 'Zwischen den Jahren ist unser Büro nicht besetzt. Wir sind ab Montag, 4. Januar 2027, wieder für Sie da.',
  }),
  away('Kur', 'gmx', '2026-12-21', {
    language: 'de',
    text: 'Ich bin bis einschließlich 20.12.2026 in einer Reha-Maßnahme und habe keinen Zugriff auf meine Nachrichten.',
  }),
  away('Gleitzeit', 'bare', '2026-11-30', {
    language: 'de',
    subject: 'Abwesend: A shorter close',
    text: 'Vielen Dank für Ihre Mail. Ich bin heute und morgen nicht im Büro und ab Montag wieder erreichbar.',
  }),
  away('congé parental', 'exchange', '2027-03-01', {
    language: 'fr',
    subject: 'Réponse automatique : A shorter close',
    text: 'Actuellement en congé paternité, je reprendrai mes fonctions le 1er mars 2027.',
  }),
  away('fermeture annuelle', 'orange', '2027-01-04', {
    language: 'fr',
    text: "Notre société est fermée pour congés annuels jusqu'au dimanche 3 janvier inclus.",
  }),
  away('viaje de trabajo', 'exchange', '2026-12-05', {
    language: 'es',
    subject: 'Respuesta automática: A shorter close',
    text: 'Estoy de viaje de trabajo hasta el viernes 4 de diciembre inclusive, con acceso limitado al correo.',
  }),
  away('congresso', 'gmail', '2026-12-02', {
    language: 'it',
    subject: 'Risposta automatica: A shorter close',
    text: 'Sono a un congresso e leggerò la posta solo da mercoledì 2 dicembre, al mio rientro.',
  }),
  away('viagem', 'exchange', '2026-12-11', {
    language: 'pt',
    subject: 'Resposta automática: A shorter close',
    text: 'Estarei em viagem entre 30 de novembro e 10 de dezembro, com acesso limitado ao e-mail.',
  }),

  // Machines
  other(
    'left',
    'en',
    'gmail',
    'auto_reply',
    responder.gmail({
      from,
      language: 'en',
      subject: 'Re: A shorter close',
      text: 'Robin has moved on from Sample Inc. Your email has been passed to Kit, kit@example.com, who will be in touch if needed.',
    }),
    { reason: 'gone', alternativeContact: 'kit@example.com' },
  ),
  other(
    'Adresse stillgelegt',
    'de',
    'other',
    'auto_reply',
    mail({
      from,
      subject: 'Diese Adresse gibt es nicht mehr',
      headers: [['Auto-Submitted', 'auto-replied']],
      text: 'Dieses Postfach wird nicht mehr gelesen. Schreiben Sie künftig an kit@example.com.',
    }),
    { reason: 'gone', alternativeContact: 'kit@example.com' },
  ),
  other(
    'a request',
    'en',
    'Jira',
    'auto_reply',
    mail({
      from: 'IT Desk <jira@example.com>',
      subject: 'ITSD-4411 A shorter close',
      headers: [
        ['Auto-Submitted', 'auto-generated'],
        ['Precedence', 'bulk'],
      ],
      text: 'We have logged your request as ITSD-4411. An agent will pick it up shortly.',
    }),
  ),
  other(
    'a shop',
    'fr',
    'other',
    'auto_reply',
    mail({
      from: 'Boutique <ne-pas-repondre@example.com>',
      subject: 'Votre commande',
      text: 'Votre colis a été expédié.',
    }),
  ),

  // Bounces
  other(
    'expired',
    'en',
    'Exchange',
    'bounce',
    dsn({
      from: 'postmaster@example.com',
      subject: 'Undeliverable: A shorter close',
      human: 'Server at example.com returned 550 4.4.7 QUEUE.Expired; message expired',
      perRecipient: [failed('4.4.7', '550 4.4.7 QUEUE.Expired; message expired')],
    }),
    {
      delayed: false,
      recipients: [{ address: 'robin@example.com', statusCode: '4.4.7', kind: 'soft' }],
    },
  ),
  other(
    'relay denied',
    'en',
    'Proofpoint',
    'bounce',
    dsn({
      subject: 'Undeliverable mail',
      human: 'x',
      perRecipient: [failed('5.7.1', '554 5.7.1 <robin@example.com>: Relay access denied')],
    }),
    { recipients: [{ address: 'robin@example.com', statusCode: '5.7.1', kind: 'refused' }] },
  ),
  other(
    'words alone',
    'it',
    'Aruba',
    'bounce',
    mail({
      from: 'Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>',
      subject: 'Messaggio non consegnato',
      headers: [['Return-Path', '<>']],
      text: 'Il messaggio diretto a robin@example.com non è stato consegnato.\n\n550 5.1.1 utente sconosciuto',
    }),
    { recipients: [{ address: 'robin@example.com', statusCode: '5.1.1', kind: 'hard' }] },
  ),
  other(
    'words alone, late',
    'en',
    'Sendmail',
    'bounce',
    mail({
      from: 'Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>',
      subject: 'Warning: could not send message for past 4 hours',
      headers: [['Return-Path', '<>']],
      text: '    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n   ----- The following addresses had transient non-fatal errors -----\n<robin@example.com>\n\n   ----- Transcript of session follows -----\n<robin@example.com>... Deferred: Connection timed out with mx.example.com.',
    }),
    { delayed: true, recipients: [{ address: 'robin@example.com', kind: 'soft' }] },
  ),

  // A complaint
  other(
    'abuse',
    'en',
    'Validity',
    'complaint',
    arf({
      from: 'fbl@example.com',
      subject: 'FW: A shorter close',
      human: 'x',
      report: 'Feedback-Type: Abuse\nUser-Agent: x/1\nOriginal-Rcpt-To: <redacted>',
    }),
    { recipient: 'kim@example.org', originalMessageId: OUR_ID },
  ),

  // Opt-outs
  optOut('in passing', 'gmail', {
    language: 'en',
    text: 'Not something we need. Please don’t email me again.',
  }),
  optOut('off', 'apple', { language: 'en', text: 'UNSUBSCRIBE ME PLEASE!!!' }),
  optOut('enough', 'outlook', {
    language: 'en',
    text: 'I have asked twice now. Cease all contact and confirm deletion of my details.',
  }),
  optOut('sachlich', 'thunderbird', {
    language: 'de',
    text: 'Ich möchte keine weiteren Nachrichten von Ihnen erhalten und bitte um Löschung meiner Daten.',
  }),
  optOut('knapp', 'apple', {
    language: 'de',
    text: 'Kein Interesse, bitte aus dem Verteiler nehmen.',
  }),
  optOut('sèchement', 'outlook', { language: 'fr', text: 'Veuillez cesser de m’écrire.' }),
  optOut('seco', 'gmail', { language: 'es', text: 'No me interesa. Quítenme de la lista.' }),
  optOut('secco', 'gmail', {
    language: 'it',
    text: 'Chiedo la cancellazione dei miei dati dalla vostra mailing list.',
  }),
  optOut('seco', 'outlook', { language: 'pt', text: 'Por favor parem de me enviar e-mails.' }),

  // A forward
  other(
    'to the boss',
    'es',
    'Gmail',
    'forwarded',
    mail({
      from,
      subject: 'Fwd: A shorter close',
      text: `Mira esto.\n\n---------- Forwarded message ---------\nDe: Ann Acme <ann@outreach.example.com>\nDate: mié, 25 nov 2026 a las 10:02\nSubject: A shorter close\nTo: <robin@example.com>\n\n${ours('es')}`,
    }),
  ),
];
