import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { quote } from '../quotes.ts';
import { OURS } from './written.ts';

export const BLIND_ABSENCES_1: readonly Fixture[] = [
  {
    name: '031',
    language: 'en',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-08-10T08:15:21Z',
    facts: { returnDate: '2026-08-24' },
    raw: mail({
      from: 'Christine Doyle <christine.doyle@harborline-freight.example>',
      subject: 'Automatic reply: Your second warehouse',
      date: 'Mon, 10 Aug 2026 08:15:02 +0000',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-MS-Exchange-Parent-Message-Id', '<Zk3Q0pWnT2uYhB8dLr1vXa@geopod-ismtpd-4>'],
        ['x-ms-exchange-generated-message-source', 'Mailbox Rules Agent'],
        ['Content-Language', 'en-US'],
      ],
      text: `Hello,

Thank you for your email. I am currently on annual leave and will be back in the office on Monday 24 August. I won't be checking email.

For anything urgent please contact Tom Biddle (tom.biddle@harborline-freight.example).

Kind regards,
Christine
`,
      html: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>
<body><div style="font-family:Aptos">Hello,<br><br>Thank you for your email. I am currently on annual leave and will be back in the office on <b>Monday 24 August</b>. I won't be checking email.<br><br>For anything urgent please contact Tom Biddle (tom.biddle@harborline-freight.example).<br><br>Kind regards,<br>Christine</div>
</body></html>`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '032',
    language: 'en',
    system: 'blind',
    type: 'out_of_office',
    at: '2025-12-23T03:06:07Z',
    facts: { returnDate: '2026-01-03' },
    raw: mail({
      from: 'Dev Malhotra <dev@quillandcrane.example>',
      subject: 'Out of office Re: quick question',
      date: 'Mon, 22 Dec 2025 19:05:44 -0800',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-replied'],
        ['Precedence', 'bulk'],
        ['X-Autoreply', 'yes'],
      ],
      text: `Hi! I'm offline from Dec 22 through Jan 2 and unlikely to see this before then.
If it's a billing thing: ap@quillandcrane.example. Happy holidays!

-- 
Dev Malhotra
Quill & Crane
`,
      html: `<div dir="ltr">Hi! I&#39;m offline from Dec 22 through Jan 2 and unlikely to see this before then.<div>If it&#39;s a billing thing: <a href="mailto:ap@quillandcrane.example">ap@quillandcrane.example</a>. Happy holidays!</div>
</div>
<br>-- <br><div dir="ltr" class="gmail_signature">Dev Malhotra<br>Quill &amp; Crane</div>`,
    }),
  },
  {
    name: '033',
    language: 'en',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-04-27T08:31:58Z',
    facts: { returnDate: '2026-05-05' },
    raw: mail({
      from: 'Owen Rees <owen.rees@rees-timber.example>',
      subject: 'Re: Slotting at Rees Timber',
      date: 'Mon, 27 Apr 2026 09:31:19 +0100',
      headers: [...ANSWERS],
      text: `I'm away from my desk this week and back on 5th May. If your lorry is late ring
the yard on 01632 960118, otherwise I'll come back to you when I return.

Owen


> On 27 Apr 2026, at 09:30, Daniel Reeve <daniel@mail.northbeam.example> wrote:
>
${quote(OURS.en)}
`,
    }),
  },
  {
    name: '034',
    language: 'en',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-03-12T12:00:28Z',
    facts: { returnDate: null },
    raw: mail({
      from: 'Maternity Leave - Joanna Clegg <j.clegg@pennine-textiles.example>',
      subject: 'Joanna Clegg - maternity leave',
      date: 'Thu, 12 Mar 2026 12:00:10 +0000',
      headers: [
        ['Return-Path', '<>'],
        ['Auto-Submitted', 'auto-replied (zimbra; vacation)'],
        ['Precedence', 'bulk'],
      ],
      text: `I have now gone on maternity leave. My inbox is not monitored and messages are
not forwarded, so please resend yours to Adeel Khan, who is covering my role.

adeel.khan@pennine-textiles.example / ext. 2210
`,
    }),
  },
  {
    name: '035',
    language: 'en',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-08-31T09:45:26Z',
    facts: { returnDate: '2026-09-14' },
    raw: mail({
      from: 'Ingrid Halvorsen <ingrid.halvorsen@fjordline-seafood.example>',
      subject: 'Ingrid Halvorsen is out of the office (returning 14.09.2026)',
      date: 'Mon, 31 Aug 2026 11:45:00 +0200',
      headers: [['X-MIMETrack', 'Itemize by SMTP Server on MAIL02/FJORD']],
      text: `I will be out of the office starting  31.08.2026 and will not return until 14.09.2026.

I will respond to your message when I return. For questions on deliveries please call Bjørn.


Note: This is an automated response to your message  "Following up" sent on 31.08.2026 11:44:31.

This is the only notification you will receive while this person is away.
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '036',
    language: 'de',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-07-27T07:30:47Z',
    facts: { returnDate: '2026-08-17' },
    raw: mail({
      from: '"Krause, Martina" <martina.krause@oberland-energie.example>',
      subject: 'Automatische Antwort: Wartungsplanung',
      date: 'Mon, 27 Jul 2026 07:30:05 +0000',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-MS-Exchange-Organization-AuthAs', 'Internal'],
      ],
      text: `Sehr geehrte Damen und Herren,

vielen Dank für Ihre Nachricht. Ich bin ab dem 17.08.2026 wieder für Sie erreichbar. Ihre E-Mail wird nicht weitergeleitet und auch nicht gelöscht.

In dringenden Fällen wenden Sie sich bitte an instandhaltung@oberland-energie.example.

Mit freundlichen Grüßen
Martina Krause
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '037',
    language: 'de',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-05-26T04:58:49Z',
    facts: { returnDate: '2026-06-06' },
    raw: mail({
      from: 'Rüdiger Pohl <r.pohl@pohl-antriebe.example>',
      subject: 'Abwesenheitsnotiz',
      date: 'Tue, 26 May 2026 06:58:40 +0200',
      headers: [['X-Priority', '3']],
      text: `Guten Tag,

ich bin vom 26. Mai bis einschließlich 5. Juni nicht im Büro. E-Mails werden in
dieser Zeit nicht gelesen.

Für Bestellungen über 5.000 € bitte direkt Frau Nowak anrufen.

R. Pohl
`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '038',
    language: 'de',
    system: 'blind',
    type: 'out_of_office',
    at: '2025-12-23T15:20:18Z',
    facts: { returnDate: '2026-01-07' },
    raw: mail({
      from: 'Maschinenbau Ziegler <info@ziegler-maschinenbau.example>',
      subject: 'Betriebsferien Re: Kurz nachgefasst',
      date: 'Tue, 23 Dec 2025 16:20:00 +0100',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-replied (vacation)'],
        ['X-Sieve', 'Pigeonhole Sieve 0.5.21'],
        ['Precedence', 'bulk'],
      ],
      text: `Liebe Kunden und Geschäftspartner,

unser Betrieb bleibt über die Feiertage geschlossen. Ab Mittwoch, den 7. Januar, sind wir in alter Frische wieder für Sie da.

Wir wünschen Ihnen frohe Weihnachten und einen guten Rutsch!

Ihr Team von Ziegler Maschinenbau
`,
    }),
  },
  {
    name: '039',
    language: 'de',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-09-15T08:04:34Z',
    facts: { returnDate: '2026-09-28' },
    raw: mail({
      from: 'Deniz Aydın <deniz.aydin@rheinpack.example>',
      subject: 'Re: Kurze Frage zur Anlagenverfügbarkeit',
      date: 'Tue, 15 Sep 2026 10:04:17 +0200',
      headers: [...ANSWERS],
      html: `<html><body><p>Hallo,</p>
<p>ich bin bis zum 25.09. auf Dienstreise in den USA und lese meine Mails nur unregelmäßig. Ab Montag, 28.09., bin ich wieder am Platz.</p>
<p>I am travelling until 25 September with limited access to mail and will be back on 28 September.</p>
<p>Viele Grüße / Best regards<br>Deniz Aydın</p>
<hr><p style="font-size:9px">Rheinpack GmbH, Krefeld. Der Inhalt dieser E-Mail ist vertraulich. Sollten Sie nicht der vorgesehene Empfänger sein, löschen Sie bitte diese Nachricht.</p>
<blockquote type="cite">Am 15.09.2026 um 10:03 schrieb Lena Vogt:<br><br>Guten Tag Deniz Aydın, eine kurze Frage ...<br><br><a href="https://go.taktwerk.example/u/da4">Newsletter abbestellen</a></blockquote>
</body></html>`,
      encoding: 'base64',
    }),
  },
  {
    name: '040',
    language: 'de',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-02-18T07:40:49Z',
    facts: { returnDate: null },
    raw: mail({
      from: 'Dr. Annette Fürst <fuerst@uniklinik-westtal.example>',
      subject: 'Ich bin krank / Automatische Rückantwort',
      date: 'Wed, 18 Feb 2026 08:40:12 +0100',
      headers: [...ANSWERS, ['X-Autorespond', 'Re: Instandhaltung'], ['Precedence', 'auto_reply']],
      text: `Guten Tag,

ich bin derzeit erkrankt und kann Ihre Nachricht leider nicht beantworten. Wann ich zurück sein werde, steht noch nicht fest.

Bitte wenden Sie sich an das Sekretariat unter -4410.

A. Fürst
`,
      encoding: 'quoted-printable',
    }),
  },
];
