import type { Fixture } from '../fixture.ts';
import { LEAVE, mail, OUR_ID } from '../mime.ts';
import { ours } from '../quotes.ts';
import { from, optOut, other, person } from './written.ts';

export const HELD_OUT_PEOPLE: readonly Fixture[] = [
  // People
  person('a counter-question', 'gmail', {
    language: 'en',
    text: "Who else in our industry uses you? We're a 30-person shop so I doubt it pays off.\n\nPat",
  }),
  person('wrong person', 'outlook', {
    language: 'en',
    text: 'Ann - not my area any more since I moved to treasury. Try Sam (sam@example.net), she runs controlling now.',
  }),
  person('about to leave for a trip', 'apple', {
    language: 'en',
    text: 'Off to Lisbon until the 8th with hardly any signal. Ping me the week after and we can do 20 minutes.',
  }),
  person('angry, and no opt-out', 'gmail', {
    language: 'en',
    text: 'This is the third time you write about this. We answered in June: the budget is frozen until 2027.',
  }),
  person('a joke about robots', 'gmail', {
    language: 'en',
    text: 'If this is a bot: beep boop, no. If not: my compliments for the research, send over the deck.',
  }),
  person('stop by', 'outlook', {
    language: 'en',
    text: 'You can stop by our booth at the fair, hall 7. Please do not send a sales rep without a technician though.',
  }),
  person('removing a colleague', 'gmail', {
    language: 'en',
    text: 'Sam left last month, so you can delete his address on your side. I am taking over vendor topics. What does a pilot cost?',
  }),
  person('Rückfrage', 'outlook', {
    language: 'de',
    text: 'Moin Frau Acme,\n\nwas kostet der Spaß denn bei 30 Mandanten?\n\nGruß\nMuster',
  }),
  person('verschoben', 'gmail', {
    language: 'de',
    text: 'Wir sind gerade mitten im Jahresabschluss. Melden Sie sich doch im Februar nochmal.',
  }),
  person('Kollegin im Urlaub', 'apple', {
    language: 'de',
    text: 'Da müsste ich meine Kollegin fragen, die ist aber bis Mittwoch im Urlaub. Ich komme auf Sie zu.',
  }),
  person('refus poli', 'outlook', {
    language: 'fr',
    text: 'Bonjour Ann,\n\nnous venons de signer avec un autre éditeur, ce sera pour une prochaine fois.\n\nBonne journée',
  }),
  person('bientôt absent', 'gmail', {
    language: 'fr',
    text: 'Je pars en vacances vendredi. Rappelez-moi plutôt mi-décembre.',
  }),
  person('reenvía a quien toca', 'gmail', {
    language: 'es',
    text: 'Hola Ann, esto lo lleva mi compañera Sara, la pongo en copia.',
  }),
  person('dopo le ferie', 'yahoo', {
    language: 'it',
    text: 'Ne parliamo dopo le ferie di Natale, ora siamo in chiusura.',
  }),
  person('depois do Natal', 'outlook', {
    language: 'pt',
    text: 'Bom dia. Agora não dá, estamos no fecho do ano. Volte a contactar-me em fevereiro.',
  }),
  other(
    'a customer’s ticket number',
    'en',
    'other',
    'human',
    mail({
      from,
      subject: 'RE: [Case 55121] A shorter close',
      headers: [['In-Reply-To', OUR_ID]],
      text: 'Adding this to our case so that it is tracked. Our buyers will come back to you next week with a list of questions.',
    }),
  ),

  // Opt-outs
  optOut('politely', 'gmail', {
    language: 'en',
    text: 'Hi Ann, thanks but this is not relevant for us. Kindly take our company off your contact list.\n\nPat',
  }),
  optOut('rudely', 'apple', { language: 'en', text: 'Stop spamming me or I will report you.' }),
  optOut('at length', 'outlook', {
    language: 'en',
    text: "Dear Ms Acme,\n\nI have received several messages from your company although we never had any business with each other. I would like to be taken off whatever list this is, and I don't want to hear from you again.\n\nPat Muster",
  }),
  optOut('im Gespräch', 'outlook', {
    language: 'de',
    text: 'Guten Tag Frau Acme, wir haben dafür keine Verwendung. Bitte streichen Sie unsere Adresse von Ihrer Liste.',
  }),
  optOut('kurz', 'gmail', { language: 'de', text: 'Bitte keine Mails mehr an diese Adresse!' }),
  optOut('fermement', 'gmail', {
    language: 'fr',
    text: 'Merci de ne plus me solliciter et de supprimer mes données.',
  }),
  optOut('cortésmente', 'outlook', {
    language: 'es',
    text: 'Buenas tardes, les ruego que dejen de escribirme y borren mis datos. Gracias.',
  }),
  optOut('brevemente', 'apple', {
    language: 'it',
    text: 'Per favore toglietemi dalla lista, non mi scrivete più.',
  }),
  optOut('educadamente', 'gmail', {
    language: 'pt',
    text: 'Agradeço que retirem o meu contacto da vossa base de dados.',
  }),
  other(
    'by the header’s address',
    'de',
    'GMX',
    'opt_out',
    mail({
      from,
      to: LEAVE,
      subject: 'unsubscribe',
      text: '\n\n-- \nGesendet mit der GMX Mail App',
    }),
    { via: 'address' },
  ),

  // Forwards
  other(
    'to a colleague, us in copy',
    'en',
    'Gmail',
    'forwarded',
    mail({
      from,
      subject: 'Fwd: A shorter close',
      headers: [
        ['In-Reply-To', OUR_ID],
        ['References', OUR_ID],
      ],
      text: `Sam - worth a look? Ann in copy.\n\n---------- Forwarded message ---------\nFrom: Ann Acme <ann@outreach.example.com>\nDate: Wed, 25 Nov 2026 at 10:02\nSubject: A shorter close\nTo: Pat Muster <pat@example.net>\n\n${ours('en')}`,
    }),
  ),
  other(
    'an die Fachabteilung',
    'de',
    'Apple',
    'forwarded',
    mail({
      from,
      subject: 'Fwd: A shorter close',
      text: `Sam, übernimmst du?\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: Ann Acme <ann@outreach.example.com>\nBetreff: A shorter close\nDatum: 25. November 2026\nAn: pat@example.net\n\n${ours('de')}`,
    }),
  ),
];
