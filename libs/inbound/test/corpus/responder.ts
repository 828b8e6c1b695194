import { ANSWERS, htmlOf, mail } from './mime.ts';
import { PERSON, type Written } from './written.ts';

/** Responders of the large systems. */
export const responder = {
  exchange: ({
    from = PERSON,
    subject = 'Automatic reply: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-MS-Exchange-Inbox-Rules-Loop', 'kim@example.org'],
        ...ANSWERS,
        ...headers,
      ],
      html: `<html><body>${htmlOf(text)}</body></html>`,
      encoding: 'quoted-printable',
    }),
  gmail: ({
    from = PERSON,
    subject = 'Out of office Re: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Auto-Submitted', 'auto-replied'],
        ['Precedence', 'bulk'],
        ['X-Autoreply', 'yes'],
        ...ANSWERS,
        ...headers,
      ],
      text,
    }),
  zimbra: ({ from = PERSON, subject = 'Re: A shorter close', text, headers = [] }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Return-Path', '<>'],
        ['Auto-Submitted', 'auto-replied (zimbra; vacation)'],
        ['Precedence', 'bulk'],
        ...headers,
      ],
      text,
      encoding: 'base64',
    }),
  notes: ({
    from = PERSON,
    subject = 'Kim Doe is out of the office',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Auto-Submitted', 'auto-replied'],
        ['X-Mailer', 'Lotus Domino Release 9.0.1FP10'],
        ...headers,
      ],
      text,
      charset: 'iso-8859-1',
    }),
  gmx: ({
    from = PERSON,
    subject = 'Automatische Antwort: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['Auto-Submitted', 'auto-replied'], ['X-UI-Loop', 'V01:x'], ...headers],
      text,
      encoding: 'quoted-printable',
    }),
  orange: ({
    from = PERSON,
    subject = 'Réponse automatique : A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({
      from,
      subject,
      headers: [['X-Autorespond', 'A shorter close'], ['Precedence', 'junk'], ...headers],
      text,
    }),
  icloud: ({ from = PERSON, subject = 'Re: A shorter close', text, headers = [] }: Written) =>
    mail({
      from,
      subject,
      headers: [
        ['Auto-Submitted', 'auto-replied (vacation)'],
        ['X-Autoreply', 'yes'],
        ...ANSWERS,
        ...headers,
      ],
      text,
    }),
  yahoo: ({
    from = PERSON,
    subject = 'Automatic reply: A shorter close',
    text,
    headers = [],
  }: Written) =>
    mail({ from, subject, headers: [['X-Yahoo-Newman-Property', 'vacation'], ...headers], text }),
  /** One that says nothing of itself in its headers. */
  bare: ({ from = PERSON, subject = 'Out of office', text, headers = [] }: Written) =>
    mail({ from, subject, headers, text }),
};
