import type { Fixture } from './fixture.ts';
import { responder } from './responder.ts';
import type { Written } from './written.ts';

function away(
  name: string,
  system: keyof typeof responder,
  returnDate: string | null,
  written: Written,
): Fixture {
  const { language } = written;
  const raw = responder[system](written);
  return { name, language, system, raw, type: 'out_of_office', facts: { returnDate } };
}

/** Notes of absence, as responders send them. */
export const ABSENCES: readonly Fixture[] = [
  away('until a weekday and date', 'exchange', '2026-12-07', {
    language: 'en',
    text: 'Thank you for your message. I am out of the office until Monday 7 December. For urgent matters please contact Jo Roe, jo@example.org.',
  }),
  away('back on', 'gmail', '2026-12-03', {
    language: 'en',
    text: "I'm away and will be back on December 3rd, 2026.\n\nKim",
  }),
  away('a span and a return', 'zimbra', '2027-01-04', {
    language: 'en',
    text: 'I am on annual leave from 21 December to 3 January, returning on Monday 4 January. My emails will not be forwarded.',
  }),
  away('a span', 'notes', '2026-12-19', {
    language: 'en',
    text: 'I will be out of the office starting 12/07/2026 and will not return until 12/19/2026.\n\nI will respond to your message when I return.',
  }),
  away('through', 'exchange', '2027-01-04', {
    language: 'en',
    text: 'I am out of the office through January 3, with limited access to email.',
  }),
  away('no date', 'icloud', null, {
    language: 'en',
    text: 'I am currently out of the office and will reply when I return.',
  }),
  away('parental leave', 'exchange', '2027-09-01', {
    language: 'en',
    text: 'I am on parental leave until 1 September 2027. Jo (jo@example.org) covers for me.',
  }),
  away('next Monday', 'yahoo', '2026-11-30', {
    language: 'en',
    text: "Hi, I'm out of the office this week. Back next Monday!",
  }),
  away('the subject tells', 'gmail', '2026-12-09', {
    language: 'en',
    subject: 'Out of office until 9 December',
    text: 'Thanks for your email, I will get back to you when I return.',
  }),
  away('also wants no more mail', 'exchange', '2026-12-07', {
    language: 'en',
    text: 'I am out of the office until 7 December 2026. If this is a sales email: please remove me from your mailing list, do not contact me again.',
  }),
  away('closed for Christmas', 'gmail', '2027-01-04', {
    language: 'en',
    subject: 'Re: A shorter close',
    text: 'Our office is closed for the holidays. We will be back on Monday, 4 January 2027.',
  }),
  away('an American date', 'exchange', '2026-12-07', {
    language: 'en',
    text: 'I am out of the office and will return on 12/7. If you need immediate assistance, call (555) 010-2334.',
  }),
  away('a colleague has left as well', 'exchange', '2026-12-01', {
    language: 'en',
    text: 'I am out of the office until 1 December. Please note that my assistant Bo no longer works for us.',
  }),
  away('nothing in the headers, and all in the words', 'bare', '2026-12-07', {
    language: 'en',
    text: 'Thank you for your email. I am out of the office with limited access to email until 7 December. For urgent matters, please contact jo@example.org.',
  }),
  away('an old note', 'gmail', null, {
    language: 'en',
    text: 'I am out of the office until 3 March 2025.',
  }),
  away('one day', 'exchange', '2026-11-28', {
    language: 'en',
    text: 'I am out of the office on Friday 27 November.',
  }),

  away('bis', 'exchange', '2026-12-07', {
    language: 'de',
    subject: 'Automatische Antwort: A shorter close',
    text: 'Guten Tag,\n\nich bin bis zum 07.12.2026 nicht im Büro. In dringenden Fällen wenden Sie sich bitte an jo@example.org.',
  }),
  away('bis einschließlich', 'gmx', '2027-01-06', {
    language: 'de',
    text: 'Ich bin bis einschließlich 5.1. im Urlaub. Ihre E-Mail wird nicht weitergeleitet.',
  }),
  away('vom bis, ab wieder', 'exchange', '2027-01-04', {
    language: 'de',
    subject: 'Automatische Antwort: A shorter close',
    text: 'Vielen Dank für Ihre Nachricht. Ich bin vom 21.12. bis 01.01. abwesend. Ab dem 04.01. bin ich wieder für Sie erreichbar.',
  }),
  away('Monatsname', 'notes', '2026-12-14', {
    language: 'de',
    subject: 'Kim Doe ist außer Haus',
    text: 'Ich kehre zurück am Montag, 14. Dezember 2026.\n\nIch werde Ihre Nachricht nach meiner Rückkehr beantworten. Ich bin derzeit außer Haus.',
  }),
  away('ohne Datum', 'gmx', null, {
    language: 'de',
    subject: 'Abwesenheitsnotiz',
    text: 'Ich bin derzeit nicht erreichbar und melde mich nach meiner Rückkehr.',
  }),
  away('kein Hinweis im Kopf', 'bare', '2026-12-07', {
    language: 'de',
    subject: 'Abwesenheitsnotiz: A shorter close',
    text: 'Vielen Dank für Ihre E-Mail. Ich bin nicht im Büro und ab Montag, 7. Dezember wieder erreichbar.',
  }),
  away('Elternzeit', 'exchange', '2027-03-01', {
    language: 'de',
    subject: 'Automatische Antwort: A shorter close',
    text: 'Ich befinde mich in Elternzeit und bin ab 1. März 2027 wieder für Sie da.',
  }),
  away('Betriebsferien', 'zimbra', '2027-01-05', {
    language: 'de',
    text: 'Unser Büro ist vom 23.12.2026 bis 04.01.2027 geschlossen. Wir wünschen frohe Weihnachten!',
  }),
  away('zwei Sprachen', 'exchange', '2026-12-07', {
    language: 'de',
    subject: 'Automatische Antwort: A shorter close',
    text: 'Ich bin bis 7. Dezember nicht im Büro.\n\nI am out of the office until December 7.',
  }),

  away("jusqu'au", 'exchange', '2026-12-07', {
    language: 'fr',
    subject: 'Réponse automatique : A shorter close',
    text: "Bonjour,\n\nje suis absente du bureau jusqu'au lundi 7 décembre. En cas d'urgence, merci de contacter jo@example.org.",
  }),
  away('de retour', 'orange', '2027-01-04', {
    language: 'fr',
    text: 'Je suis en congés. Je serai de retour le 4 janvier 2027.',
  }),
  away('du au inclus', 'zimbra', '2027-01-04', {
    language: 'fr',
    text: 'Je suis actuellement absent du 21 décembre au 3 janvier inclus. Merci de votre compréhension.',
  }),
  away('premier', 'gmail', '2026-12-01', {
    language: 'fr',
    subject: 'Absence du bureau',
    text: "Merci de votre message. Je suis en déplacement jusqu'au 1er décembre.",
  }),
  away('sans date', 'orange', null, {
    language: 'fr',
    text: 'Je suis actuellement en congés. Je répondrai à votre message à mon retour.',
  }),
  away('fermé', 'exchange', '2027-01-03', {
    language: 'fr',
    subject: 'Réponse automatique : A shorter close',
    text: 'Nos bureaux sont fermés du 24 décembre au 2 janvier.',
  }),

  away('hasta', 'exchange', '2026-12-07', {
    language: 'es',
    subject: 'Respuesta automática: A shorter close',
    text: 'Estaré fuera de la oficina hasta el 7 de diciembre de 2026. Para asuntos urgentes, escriba a jo@example.org.',
  }),
  away('vacaciones', 'gmail', '2026-12-28', {
    language: 'es',
    subject: 'Fuera de la oficina',
    text: 'Estoy de vacaciones del 21 al 27 de diciembre.',
  }),
  away('regreso', 'zimbra', '2027-01-11', {
    language: 'es',
    text: 'Gracias por su mensaje. Me encuentro ausente y regreso el lunes 11/01/2027.',
  }),
  away('sin fecha', 'yahoo', null, {
    language: 'es',
    subject: 'Respuesta automática: A shorter close',
    text: 'Actualmente estoy de baja. Responderé a mi vuelta.',
  }),

  away('fino al', 'exchange', '2026-12-07', {
    language: 'it',
    subject: 'Risposta automatica: A shorter close',
    text: 'Sono fuori ufficio fino al 7 dicembre. Per urgenze: jo@example.org.',
  }),
  away('dal al compreso', 'gmail', '2027-01-07', {
    language: 'it',
    subject: 'Assente',
    text: 'Sono assente dal 21 dicembre al 6 gennaio compreso.',
  }),
  away('rientro', 'zimbra', '2026-12-14', {
    language: 'it',
    text: 'Grazie per la sua email. Sono in ferie e rientrerò lunedì 14/12/2026.',
  }),
  away('senza data', 'icloud', null, {
    language: 'it',
    text: 'Sono in trasferta con accesso limitato alla posta.',
  }),

  away('até', 'exchange', '2026-12-07', {
    language: 'pt',
    subject: 'Resposta automática: A shorter close',
    text: 'Estou ausente do escritório até 7 de dezembro. Para assuntos urgentes contacte jo@example.org.',
  }),
  away('de férias', 'gmail', '2026-12-16', {
    language: 'pt',
    subject: 'Ausência',
    text: 'Estarei de férias de 1 a 15 de dezembro, regresso a 16 de dezembro.',
  }),
  away('volto', 'zimbra', '2027-01-04', {
    language: 'pt',
    text: 'Obrigado pelo seu e-mail. Estou de férias e volto no dia 04/01/2027.',
  }),
  away('sem data', 'yahoo', null, {
    language: 'pt',
    subject: 'Resposta automática: A shorter close',
    text: 'De momento estou fora do escritório e responderei quando regressar.',
  }),
];
