import type { Fixture, Language } from './fixture.ts';
import { mail, OUR_ID, word } from './mime.ts';
import { ours } from './quotes.ts';
import { reply } from './reply.ts';
import type { Written } from './written.ts';

function human(
  name: string,
  system: keyof typeof reply,
  written: Written,
  own = written.text,
): Fixture {
  const { language } = written;
  return { name, language, system, raw: reply[system](written), type: 'human', reply: own };
}

const plain = (name: string, language: Language, raw: string, own?: string): Fixture => ({
  name,
  language,
  system: 'other',
  raw,
  type: 'human',
  ...(own === undefined ? {} : { reply: own }),
});

/** What people answer. Many name holidays, removing, stopping or machines, and are people all the same. */
export const REPLIES: readonly Fixture[] = [
  human('interest', 'gmail', {
    language: 'en',
    text: 'Hi Ann,\n\nsounds interesting. Could you send me a price list?\n\nKim',
  }),
  human('interest', 'outlook', {
    language: 'en',
    text: 'Hello Ann,\n\nyes, please call me on Tuesday.\n\nBest regards\nKim',
  }),
  human('no interest', 'apple', { language: 'en', text: 'Not for us at the moment, thanks.' }),
  human('an answer below', 'thunderbird', {
    language: 'en',
    text: 'We close in four days already. What would change?',
  }),
  human('no interest', 'yahoo', { language: 'en', text: 'No thank you.' }),
  human('short', 'outlookHtml', { language: 'en', text: 'Yes.' }),
  human('was on holiday', 'gmail', {
    language: 'en',
    text: "I was on vacation, let's talk Monday.",
  }),
  human('will be on holiday', 'gmail', {
    language: 'en',
    text: "I'm out of the office until Thursday, but happy to talk after that. Could you send some times?",
  }),
  human('out of office in passing', 'outlook', {
    language: 'en',
    text: "Thanks for your email. I'm on leave next week. Can we speak the week after? Your proposal looks good.",
  }),
  human('laughing', 'gmail', {
    language: 'en',
    text: "I couldn't stop laughing at your subject line. Well done! Tell me more.",
  }),
  human('about unsubscribe links', 'gmail', {
    language: 'en',
    text: 'Does your product add the one-click unsubscribe link by itself? Our unsubscribe rate is too high.',
  }),
  human('removing from a call', 'outlook', {
    language: 'en',
    text: 'Please remove me from the cc, Jim is the right person. I added him here.',
  }),
  human('somebody has left, says a colleague', 'gmail', {
    language: 'en',
    from: 'Jo Roe <jo@example.org>',
    text: 'Hi Ann, Kim no longer works here. I have taken over from him, so your mail reached me. What is it about?',
  }),
  human('through a mailing list', 'gmail', {
    language: 'en',
    text: 'We would look at it in January.',
    headers: [
      ['List-Id', '<sales.example.org>'],
      ['List-Post', '<mailto:sales@example.org>'],
      ['Precedence', 'list'],
    ],
  }),
  human(
    'a phone',
    'gmail',
    { language: 'en', text: 'Call me tomorrow\n\nSent from my iPhone' },
    'Call me tomorrow',
  ),
  human(
    'a signature',
    'apple',
    {
      language: 'en',
      text: 'Happy to talk.\n\n-- \nKim Doe\nHead of Finance\nPlease do not send me any faxes',
    },
    'Happy to talk.',
  ),
  human('a ticket in passing', 'outlook', {
    language: 'en',
    text: 'Could you open a support ticket with your team? Our case number was 48213 last time.',
  }),
  human('an auto reply as a topic', 'gmail', {
    language: 'en',
    text: 'Is this an automatic reply? Are you a real person?',
  }),

  human('Interesse', 'gmail', {
    language: 'de',
    text: 'Hallo Ann,\n\nklingt spannend. Können Sie mir Unterlagen schicken?\n\nViele Grüße\nKim',
  }),
  human('Interesse', 'outlook', {
    language: 'de',
    text: 'Guten Tag,\n\nbitte rufen Sie mich am Dienstag an.\n\nMit freundlichen Grüßen\nKim Doe',
  }),
  human('kein Bedarf', 'apple', { language: 'de', text: 'Kein Bedarf, danke.' }),
  human('Antwort darunter', 'thunderbird', {
    language: 'de',
    text: 'Wir schließen schon in vier Tagen ab. Was würde sich ändern?',
  }),
  human('kein Interesse', 'yahoo', { language: 'de', text: 'Für uns leider nicht interessant.' }),
  human('war im Urlaub', 'outlookHtml', {
    language: 'de',
    text: 'Ich war im Urlaub und komme erst jetzt dazu. Passt Ihnen Montag?',
  }),
  human('ist bald im Urlaub', 'gmail', {
    language: 'de',
    text: 'Ab nächster Woche bin ich im Urlaub. Können wir vorher noch telefonieren?',
  }),
  human(
    'Handy',
    'gmail',
    { language: 'de', text: 'Gerne am Montag!\n\nVon meinem iPhone gesendet' },
    'Gerne am Montag!',
  ),
  human('über das Abmelden', 'gmail', {
    language: 'de',
    text: 'Wie hoch ist bei Ihnen die Abmeldequote? Das würde mich interessieren.',
  }),

  human('intérêt', 'gmail', {
    language: 'fr',
    text: "Bonjour Ann,\n\ncela m'intéresse. Pourriez-vous m'appeler mardi ?\n\nCordialement\nKim",
  }),
  human('intérêt', 'outlook', {
    language: 'fr',
    text: 'Bonjour,\n\nmerci de me recontacter en janvier.\n\nBien à vous',
  }),
  human("pas d'intérêt", 'apple', {
    language: 'fr',
    text: 'Merci, mais nous avons déjà un prestataire.',
  }),
  human('dessous', 'thunderbird', { language: 'fr', text: 'Nous clôturons déjà en quatre jours.' }),
  human('retour de congés', 'yahoo', {
    language: 'fr',
    text: "J'étais en congés, parlons-en lundi.",
  }),

  human('interés', 'gmail', {
    language: 'es',
    text: 'Hola Ann:\n\nme interesa. ¿Podría enviarme más información?\n\nUn saludo',
  }),
  human('interés', 'outlook', {
    language: 'es',
    text: 'Buenos días,\n\nllámeme el martes, por favor.',
  }),
  human('sin interés', 'apple', { language: 'es', text: 'Gracias, pero ya tenemos proveedor.' }),
  human('estuvo de vacaciones', 'yahoo', {
    language: 'es',
    text: 'Estuve de vacaciones. ¿Hablamos el lunes?',
  }),
  human('debajo', 'thunderbird', { language: 'es', text: 'Cerramos ya en cuatro días.' }),

  human('interesse', 'gmail', {
    language: 'it',
    text: 'Buongiorno Ann,\n\nmi interessa. Può inviarmi i prezzi?\n\nCordiali saluti',
  }),
  human('interesse', 'outlook', { language: 'it', text: 'Mi chiami martedì, grazie.' }),
  human('ferie finite', 'apple', { language: 'it', text: 'Ero in ferie, sentiamoci lunedì.' }),
  human('sotto', 'thunderbird', { language: 'it', text: 'Chiudiamo già in quattro giorni.' }),

  human('interesse', 'gmail', {
    language: 'pt',
    text: 'Olá Ann,\n\ntenho interesse. Pode enviar uma proposta?\n\nCumprimentos',
  }),
  human('interesse', 'outlook', { language: 'pt', text: 'Podemos falar na terça-feira?' }),
  human('férias acabadas', 'apple', {
    language: 'pt',
    text: 'Estive de férias, vamos falar na segunda-feira.',
  }),
  human('em baixo', 'yahoo', { language: 'pt', text: 'Obrigado, mas já temos fornecedor.' }),

  plain(
    'answers between the lines',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re: A shorter close',
      headers: [['In-Reply-To', OUR_ID]],
      text: `On 25 Nov 2026, at 10:02, Ann Acme <ann@outreach.example.com> wrote:\n> would a shorter close interest you?\n\nYes.\n\n> We do it for 40 firms like yours.\n\nWhich ones?\n`,
    }),
    'Yes.\n\nWhich ones?',
  ),
  plain(
    'a broken attribution',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re: A shorter close',
      headers: [['In-Reply-To', OUR_ID]],
      text: 'Sure, go on.\n\nOn Wed, Nov 25, 2026 at 10:02 AM Ann Acme, Head of Sales at Acme Ltd\n<ann@outreach.example.com>\nwrote:\n\n> Hello,\n> unsubscribe: https://x.test\n',
    }),
    'Sure, go on.',
  ),
  plain(
    'an answer below a quote without marks is kept with it',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re: A shorter close',
      headers: [['In-Reply-To', OUR_ID]],
      text: 'On 25 Nov 2026, at 10:02, Ann Acme <ann@outreach.example.com> wrote:\n\nWould a shorter close interest you?\n\nYes it would.',
    }),
    'On 25 Nov 2026, at 10:02, Ann Acme <ann@outreach.example.com> wrote:\n\nWould a shorter close interest you?\n\nYes it would.',
  ),
  plain(
    'an old Outlook',
    'de',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'AW: A shorter close',
      headers: [['In-Reply-To', OUR_ID]],
      text: `Passt mir gut.\n\n-----Ursprüngliche Nachricht-----\nVon: Ann Acme\nGesendet: Mittwoch, 25. November 2026 10:02\nAn: Kim\nBetreff: A shorter close\n\n${ours('de')}`,
      charset: 'iso-8859-1',
    }),
    'Passt mir gut.',
  ),
  plain(
    'somebody quotes and mentions a bounce',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re: Undelivered Mail Returned to Sender',
      headers: [['In-Reply-To', '<x@example.org>']],
      text: 'Your last mail bounced here: user unknown. Use this address instead. What did you want to tell us?',
    }),
  ),
  plain(
    'nothing but a quote',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: word('Re: A shorter close'),
      headers: [['In-Reply-To', OUR_ID]],
      text: `On 25/11/2026 10:02, Ann Acme wrote:\n> Hello\n> Unsubscribe: https://x.test\n`,
    }),
  ),
  plain(
    'an accepted meeting',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Accepted: Call with Acme @ Mon Nov 30, 2026',
      headers: [['In-Reply-To', OUR_ID]],
      text: 'Kim Doe has accepted this invitation.',
    }),
  ),
  plain(
    'to a list that people write to',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Your mail to our team',
      headers: [
        ['List-Id', '<team.example.org>'],
        ['List-Post', '<mailto:team@example.org>'],
        ['Precedence', 'list'],
      ],
      text: 'We had a look and would like to see it.',
    }),
  ),
  plain(
    'quotes themselves in words',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re: A shorter close',
      headers: [['In-Reply-To', OUR_ID]],
      text: 'Hello Ann,\n\nas I wrote on 25.11.2026:\n\nwe close in four days.',
    }),
    'Hello Ann,\n\nas I wrote on 25.11.2026:\n\nwe close in four days.',
  ),
  plain(
    'a journey',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re: A shorter close',
      headers: [['In-Reply-To', OUR_ID]],
      text: 'Could you come along?\n\nFrom: London\nTo: Paris\nDate: 3 December\n\nI pay.',
    }),
    'Could you come along?\n\nFrom: London\nTo: Paris\nDate: 3 December\n\nI pay.',
  ),
  plain(
    'two thoughts with a line between',
    'en',
    mail({
      from: 'Kim <kim@example.org>',
      subject: 'Re: A shorter close',
      headers: [['In-Reply-To', OUR_ID]],
      text: `Yes.\n--\n${'And one more thing.\n'.repeat(9)}`,
    }),
    `Yes.\n--\n${'And one more thing.\n'.repeat(9)}`.trim(),
  ),
];
