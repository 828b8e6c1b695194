import type { Language } from './fixture.ts';

/** A mail of ours as it is quoted, with the footer that every one of them has. */
export const OURS: Readonly<Record<Language, string>> = {
  en: 'Hello,\n\nwould a shorter close interest you? We do it for 40 firms like yours.\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nUnsubscribe: https://mail.example.com/u/1.k1.all.x',
  de: 'Guten Tag,\n\nwäre ein schnellerer Abschluss für Sie interessant?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nKeine weiteren E-Mails mehr: hier abmelden https://mail.example.com/u/1.k1.all.x',
  fr: 'Bonjour,\n\nune clôture plus rapide vous intéresserait-elle ?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nNe plus recevoir de messages : se désinscrire https://mail.example.com/u/1.k1.all.x',
  es: 'Hola:\n\n¿le interesaría un cierre más rápido?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nNo deseo recibir más correos: darme de baja https://mail.example.com/u/1.k1.all.x',
  it: 'Buongiorno,\n\nle interesserebbe una chiusura più rapida?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nNon voglio più ricevere messaggi: cancellami https://mail.example.com/u/1.k1.all.x',
  pt: 'Olá,\n\nteria interesse num fecho mais rápido?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nNão quero receber mais mensagens: cancelar subscrição https://mail.example.com/u/1.k1.all.x',
  nl: 'Beste Kim,\n\nheb je interesse in een snellere afsluiting?\n\nAnn\n\nAcme Ltd, 1 Example Road, London\nGeen e-mails meer ontvangen: meld je hier af https://mail.example.com/u/1.k1.all.x',
};

export const ours = (language: Language) => OURS[language];

export const quote = (text: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

export const GMAIL_LINE: Readonly<Record<Language, string>> = {
  en: 'On Wed, Nov 25, 2026 at 10:02 AM Ann Acme <ann@outreach.example.com> wrote:',
  de: 'Am Mi., 25. Nov. 2026 um 10:02 Uhr schrieb Ann Acme <ann@outreach.example.com>:',
  fr: 'Le mer. 25 nov. 2026 à 10:02, Ann Acme <ann@outreach.example.com> a écrit :',
  es: 'El mié, 25 nov 2026 a las 10:02, Ann Acme (<ann@outreach.example.com>) escribió:',
  it: 'Il giorno mer 25 nov 2026 alle ore 10:02 Ann Acme <ann@outreach.example.com> ha scritto:',
  pt: 'Em qua., 25 de nov. de 2026 às 10:02, Ann Acme <ann@outreach.example.com> escreveu:',
  nl: 'Op wo 25 nov 2026 om 10:02 schreef Ann Acme <ann@outreach.example.com>:',
};

export const APPLE_LINE: Readonly<Record<Language, string>> = {
  en: 'On 25 Nov 2026, at 10:02, Ann Acme <ann@outreach.example.com> wrote:',
  de: 'Am 25.11.2026 um 10:02 schrieb Ann Acme <ann@outreach.example.com>:',
  fr: 'Le 25 nov. 2026 à 10:02, Ann Acme <ann@outreach.example.com> a écrit :',
  es: 'El 25 nov 2026, a las 10:02, Ann Acme <ann@outreach.example.com> escribió:',
  it: 'Il giorno 25 nov 2026, alle ore 10:02, Ann Acme <ann@outreach.example.com> ha scritto:',
  pt: 'No dia 25/11/2026, às 10:02, Ann Acme <ann@outreach.example.com> escreveu:',
  nl: 'Op 25 nov 2026 om 10:02 heeft Ann Acme <ann@outreach.example.com> het volgende geschreven:',
};

export const THUNDERBIRD_LINE: Readonly<Record<Language, string>> = {
  en: 'On 25/11/2026 10:02, Ann Acme wrote:',
  de: 'Am 25.11.2026 um 10:02 schrieb Ann Acme:',
  fr: 'Le 25/11/2026 à 10:02, Ann Acme a écrit :',
  es: 'El 25/11/2026 a las 10:02, Ann Acme escribió:',
  it: 'Il 25/11/2026 10:02, Ann Acme ha scritto:',
  pt: 'Em 25/11/2026 10:02, Ann Acme escreveu:',
  nl: 'Op 25-11-2026 om 10:02 schreef Ann Acme:',
};

export const YAHOO_LINE: Readonly<Record<Language, string>> = {
  en: 'On Wednesday, November 25, 2026 at 10:02:33 AM GMT, Ann Acme <ann@outreach.example.com> wrote:',
  de: 'Am Mittwoch, 25. November 2026 um 10:02:33 MEZ hat Ann Acme <ann@outreach.example.com> Folgendes geschrieben:',
  fr: 'Le mercredi 25 novembre 2026 à 10:02:33 UTC+1, Ann Acme <ann@outreach.example.com> a écrit :',
  es: 'El miércoles, 25 de noviembre de 2026, 10:02:33 CET, Ann Acme <ann@outreach.example.com> escribió:',
  it: 'Il mercoledì 25 novembre 2026 alle ore 10:02:33 CET, Ann Acme <ann@outreach.example.com> ha scritto:',
  pt: 'Em quarta-feira, 25 de novembro de 2026 10:02:33 WET, Ann Acme <ann@outreach.example.com> escreveu:',
  nl: 'Op woensdag 25 november 2026 om 10:02:33 CET schreef Ann Acme <ann@outreach.example.com>:',
};

const OUTLOOK: Readonly<Record<Language, readonly [string, string, string, string]>> = {
  en: ['From', 'Sent', 'To', 'Subject'],
  de: ['Von', 'Gesendet', 'An', 'Betreff'],
  fr: ['De', 'Envoyé', 'À', 'Objet'],
  es: ['De', 'Enviado el', 'Para', 'Asunto'],
  it: ['Da', 'Inviato', 'A', 'Oggetto'],
  pt: ['De', 'Enviada', 'Para', 'Assunto'],
  nl: ['Van', 'Verzonden', 'Aan', 'Onderwerp'],
};

export const outlookBlock = (language: Language) => {
  const [from, sent, to, subject] = OUTLOOK[language];
  return [
    `${from}: Ann Acme <ann@outreach.example.com>`,
    `${sent}: 25.11.2026 10:02`,
    `${to}: kim@example.org`,
    `${subject}: A shorter close`,
  ];
};
