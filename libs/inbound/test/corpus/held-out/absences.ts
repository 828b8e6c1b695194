import type { Fixture } from '../fixture.ts';
import { away } from './written.ts';

export const HELD_OUT_ABSENCES: readonly Fixture[] = [
  // Away
  away('in the field', 'exchange', '2026-12-10', {
    language: 'en',
    text: "I'm visiting customers and have only patchy access to mail. I'm back at my desk on Thursday, 10 December.",
  }),
  away('sick', 'gmail', null, {
    language: 'en',
    subject: 'Auto: A shorter close',
    text: 'I am off sick at the moment. Please call the front desk for anything that cannot wait.',
  }),
  away('holiday shutdown', 'zimbra', '2027-01-05', {
    language: 'en',
    text: 'Example Net is closed from Dec 23 to Jan 4. We wish you happy holidays!',
  }),
  away('a sabbatical', 'icloud', '2027-03-15', {
    language: 'en',
    text: 'Hello! I have taken a sabbatical and return to work on March 15, 2027. Sam looks after my projects.',
  }),
  away('at an event', 'exchange', '2026-11-30', {
    language: 'en',
    text: 'I am attending the re:Invent conference today and tomorrow. Replies will be slow; I am back on Monday.',
  }),
  away('without any header', 'bare', '2026-12-02', {
    language: 'en',
    subject: 'Automatic reply: A shorter close',
    text: 'Many thanks for your mail. I have a few days off and will answer when I am back on Wednesday 2nd December.',
  }),
  away('auf Messe', 'exchange', '2026-12-04', {
    language: 'de',
    subject: 'Automatische Antwort: A shorter close',
    text: 'Hallo,\n\nich bin diese Woche auf einer Messe und lese meine Mails nur abends. Ab Freitag, den 4.12., bin ich wieder am Platz.',
  }),
  away('krank', 'gmx', null, {
    language: 'de',
    subject: 'Abwesenheit: A shorter close',
    text: 'Leider bin ich erkrankt. Ihre Nachricht bearbeite ich, sobald ich zurück bin.',
  }),
  away('Resturlaub', 'exchange', '2027-01-07', {
    language: 'de',
    subject: 'Automatische Antwort: A shorter close',
    text: 'Ich baue Resturlaub ab und bin am 7. Januar zurück im Büro. Vertretung: Sam, sam@example.net.',
  }),
  away('vacances scolaires', 'exchange', '2027-01-04', {
    language: 'fr',
    subject: 'Réponse automatique : A shorter close',
    text: 'Bonjour, je profite de quelques jours de repos. Retour au bureau le lundi 4 janvier. Pour toute demande pressante : sam@example.net',
  }),
  away('en formation', 'zimbra', '2026-12-03', {
    language: 'fr',
    text: 'Je suis en formation les 1er et 2 décembre. Je traiterai votre message à partir du 3 décembre à mon retour.',
  }),
  away('de puente', 'exchange', '2026-12-09', {
    language: 'es',
    subject: 'Respuesta automática: A shorter close',
    text: 'Por el puente de la Constitución no estaré en la oficina. Vuelvo el miércoles 9 de diciembre.',
  }),
  away('baja médica', 'gmail', null, {
    language: 'es',
    subject: 'Respuesta automática',
    text: 'Me encuentro de baja médica. Para cualquier gestión, póngase en contacto con Sara.',
  }),
  away('chiusura aziendale', 'exchange', '2027-01-07', {
    language: 'it',
    subject: 'Risposta automatica: A shorter close',
    text: "L'azienda resterà chiusa per le festività dal 24/12 al 06/01. Buone feste!",
  }),
  away('malattia', 'yahoo', null, {
    language: 'it',
    subject: 'Risposta automatica: A shorter close',
    text: 'Sono a casa in malattia, vi risponderò appena possibile.',
  }),
  away('feriado', 'exchange', '2026-12-09', {
    language: 'pt',
    subject: 'Resposta automática: A shorter close',
    text: 'Devido ao feriado não estarei no escritório. Retorno na quarta-feira, 9 de dezembro.',
  }),
  away('licença', 'zimbra', '2027-02-01', {
    language: 'pt',
    text: 'Encontro-me de licença de maternidade. Estarei de volta a 1 de fevereiro de 2027.',
  }),
];
