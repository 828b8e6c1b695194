import type { Language } from './fixture.ts';
import { ANSWERS, escapeHtml, htmlOf, mail } from './mime.ts';
import {
  APPLE_LINE,
  GMAIL_LINE,
  OURS,
  outlookBlock,
  quote,
  THUNDERBIRD_LINE,
  YAHOO_LINE,
} from './quotes.ts';
import { PERSON, type Written } from './written.ts';

const RE: Readonly<Record<Language, string>> = {
  en: 'Re: A shorter close',
  de: 'AW: A shorter close',
  fr: 'RE: A shorter close',
  es: 'RE: A shorter close',
  it: 'R: A shorter close',
  pt: 'RE: A shorter close',
  nl: 'RE: A shorter close',
};

/** Answers as mail programs write them, our mail quoted below. */
export const reply = {
  gmail: ({
    language,
    from = PERSON,
    subject = 'Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['Message-ID', '<CAF1x9q=+reply@mail.gmail.com>'], ...ANSWERS, ...headers],
      text: `${text}\n\n${GMAIL_LINE[language]}\n\n${quote(OURS[language])}\n`,
      html:
        `${htmlOf(text)}<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">` +
        `${escapeHtml(GMAIL_LINE[language])}<br></div><blockquote class="gmail_quote">${htmlOf(OURS[language])}</blockquote></div>`,
      encoding: 'quoted-printable',
    }),
  outlook: ({ language, from = PERSON, subject = RE[language], text, headers = [] }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Message-ID', '<DB9PR07MB1234@DB9PR07MB1234.eurprd07.prod.outlook.com>'],
        ...ANSWERS,
        ['Thread-Topic', 'A shorter close'],
        // Exchange writes it on people's mail as well: no sign of a machine.
        ['X-Auto-Response-Suppress', 'DR, OOF, AutoReply'],
        ['X-MS-Has-Attach', ''],
        ...headers,
      ],
      text: `${text}\n\n________________________________\n${outlookBlock(language).join('\n')}\n\n${OURS[language]}\n`,
      html:
        `<html><head><style>p {margin:0}</style></head><body>${htmlOf(text)}<hr style="width:98%">` +
        `<div id="divRplyFwdMsg">${outlookBlock(language)
          .map((line) =>
            line.replace(
              /^([^:]+:)(.*)$/,
              (_, label: string, rest: string) => `<b>${label}</b>${escapeHtml(rest)}<br>`,
            ),
          )
          .join('')}</div>${htmlOf(OURS[language])}</body></html>`,
      encoding: 'base64',
    }),
  /** HTML alone, as Outlook for the web may send it. */
  outlookHtml: ({ language, from = PERSON, subject = RE[language], text, headers = [] }: Written) =>
    mail({
      from,
      subject,
      headers: [...ANSWERS, ...headers],
      html:
        `<html><body><div class="WordSection1">${text
          .split('\n')
          .map(
            (line) =>
              `<p class="MsoNormal">${line === '' ? '&nbsp;' : escapeHtml(line)}<o:p></o:p></p>`,
          )
          .join('')}<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">` +
        `${outlookBlock(language).map(escapeHtml).join('<br>')}</p></div>${htmlOf(OURS[language])}</div></body></html>`,
    }),
  apple: ({
    language,
    from = PERSON,
    subject = 'Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['X-Mailer', 'Apple Mail (2.3826)'], ...ANSWERS, ...headers],
      text: `${text}\n\n> ${APPLE_LINE[language]}\n> \n${quote(OURS[language])}\n`.replace(
        `> ${APPLE_LINE[language]}`,
        `${APPLE_LINE[language]}\n`,
      ),
    }),
  thunderbird: ({
    language,
    from = PERSON,
    subject = 'Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['User-Agent', 'Mozilla Thunderbird'], ...ANSWERS, ...headers],
      // Written below what it answers, as many Thunderbird users do.
      text: `${THUNDERBIRD_LINE[language]}\n${quote(OURS[language])}\n\n${text}\n\n-- \nKim Doe\nExample Org\n`,
    }),
  yahoo: ({
    language,
    from = PERSON,
    subject = 'Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['X-Mailer', 'WebService/1.1.24 YahooMailIosMobile'], ...ANSWERS, ...headers],
      text: `${text}\n\n    ${YAHOO_LINE[language]}\n\n ${OURS[language].replaceAll('\n', '\n ')}\n`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
};
