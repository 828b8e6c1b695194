import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { quote } from '../quotes.ts';
import { OURS } from './written.ts';

export const BLIND_PEOPLE_1: readonly Fixture[] = [
  {
    name: '001',
    language: 'en',
    system: 'blind',
    type: 'human',
    at: '2026-03-03T10:14:56Z',
    raw: mail({
      from: 'Fiona Hargreaves <fiona.hargreaves@hargreaves-dist.example>',
      subject: 'Re: Your second warehouse in Daventry',
      date: 'Tue, 3 Mar 2026 10:14:22 +0000',
      headers: [...ANSWERS],
      text: `Daniel,

Not a terrible idea at all. Tuesday is out for me, we have auditors in, but
Wednesday 11th after 2pm works. One thing: please stop assuming it is only
Daventry, we run three sites and the Corby one is the real headache.

Can you remove the Rugby site from whatever list you're working off? We closed
it in 2024.

Fiona

> On 3 Mar 2026, at 08:02, Daniel Reeve <daniel@mail.northbeam.example> wrote:
>
${quote(OURS.en)}
`,
    }),
  },
  {
    name: '002',
    language: 'en',
    system: 'blind',
    type: 'human',
    at: '2026-01-06T16:40:25Z',
    raw: mail({
      from: 'Marcus Oyelaran <m.oyelaran@kestrelfoods.example>',
      subject: 'RE: delivery numbers',
      date: 'Tue, 6 Jan 2026 16:40:09 +0000',
      headers: [...ANSWERS, ['X-MS-Has-Attach', ''], ['x-originating-ip', '[10.14.2.9]']],
      text: `Hi Daniel

Sorry, I was out of the office over Christmas and only just back at my desk today. Your mail went unread I'm afraid.

The delivery failure rate you quote looks high to me – ours is nearer 3%. Where did you get 8 from?

Marcus Oyelaran
Head of Logistics
Kestrel Foods plc

This email and any files transmitted with it are confidential and intended solely for the addressee. If you have received this message in error please notify the sender and delete this e-mail from your system. Kestrel Foods plc may monitor traffic. To unsubscribe from Kestrel marketing please visit our website.

________________________________
From: Daniel Reeve <daniel@mail.northbeam.example>
Sent: 06 January 2026 09:01
To: Marcus Oyelaran
Subject: delivery numbers

${OURS.en2}
`,
      html: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt} --></style>
</head>
<body lang="EN-GB"><div class="WordSection1">
<p class="MsoNormal">Hi Daniel</p>
<p class="MsoNormal">&nbsp;</p>
<p class="MsoNormal">Sorry, I was out of the office over Christmas and only just back at my desk today. Your mail went unread I'm afraid.</p>
<p class="MsoNormal">&nbsp;</p>
<p class="MsoNormal">The delivery failure rate you quote looks high to me – ours is nearer 3%. Where did you get 8 from?</p>
<p class="MsoNormal">&nbsp;</p>
<p class="MsoNormal"><b>Marcus Oyelaran</b><br>Head of Logistics<br>Kestrel Foods plc</p>
<p style="font-size:8pt;color:gray">This email and any files transmitted with it are confidential and intended solely for the addressee. If you have received this message in error please notify the sender and delete this e-mail from your system. Kestrel Foods plc may monitor traffic. To unsubscribe from Kestrel marketing please visit our website.</p>
<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> Daniel Reeve &lt;daniel@mail.northbeam.example&gt;<br><b>Sent:</b> 06 January 2026 09:01<br><b>To:</b> Marcus Oyelaran<br><b>Subject:</b> delivery numbers</p>
</div>
<p class="MsoNormal">Hello Marcus,</p>
<p class="MsoNormal">just floating this to the top of your inbox. Did you have a chance to look at the delivery numbers I sent before the holiday?</p>
<p>Daniel<br>--<br>Don't want these emails? Reply STOP or click to <a href="https://go.northbeam.example/u/77ab0c">unsubscribe</a></p>
</div>
</body></html>`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '003',
    language: 'en',
    system: 'blind',
    type: 'human',
    at: '2026-05-20T01:33:58Z',
    raw: mail({
      from: 'Priya Raman <priya@loomandlight.example>',
      subject: 'Re: quick question',
      date: 'Tue, 19 May 2026 21:33:51 -0400',
      headers: [...ANSWERS],
      text: `no thanks, we already cancelled a tool like this last year. nice mail tho

Sent from my iPhone
`,
    }),
  },
  {
    name: '004',
    language: 'en',
    system: 'blind',
    type: 'human',
    at: '2026-08-05T06:58:11Z',
    raw: mail({
      from: 'Gareth Pugh <gpugh@severnvalve.example>',
      subject: 'Re: Following up',
      date: 'Wed, 5 Aug 2026 07:58:00 +0100',
      headers: [...ANSWERS],
      text: `Hi Daniel,

I'm on annual leave until the 17th so typing this from a very wet campsite in
Wales, forgive the brevity. Short answer yes, interested. My out of office
probably told you something different just now :)

Call me on the Tuesday after I'm back, mobile is best: 07700 900142.

G.

On Wed, 5 Aug 2026 at 07:30, Daniel Reeve <daniel@mail.northbeam.example> wrote:

> Hi Gareth, any thoughts on the below?
>
> Unsubscribe: https://go.northbeam.example/u/lp330
`,
    }),
  },
  {
    name: '005',
    language: 'en',
    system: 'blind',
    type: 'human',
    at: '2026-06-11T18:05:50Z',
    raw: mail({
      from: 'Helen Achterberg <hachterberg@tri-county-parts.example>',
      subject: 'Automatic reply rules - your demo',
      date: 'Thu, 11 Jun 2026 13:05:44 -0500',
      headers: [...ANSWERS],
      text: `Daniel — two questions before I put this in front of our ops board:

1. If a picker hits "stop" on the handheld, does the run get cancelled or parked?
2. Can your system send an automatic reply to the carrier when a delivery cannot be completed? Right now we get an "undeliverable" mail from their side for every refused pallet and somebody has to read them all.

If both are a yes, don't unsubscribe us from the waiting list just yet.

Helen
`,
      encoding: 'base64',
    }),
  },
  {
    name: '006',
    language: 'de',
    system: 'blind',
    type: 'human',
    at: '2026-02-10T10:27:34Z',
    raw: mail({
      from: 'Holger Brandt <h.brandt@brandt-walzen.example>',
      subject: 'AW: Wartungsplanung bei Brandt Walzen',
      date: 'Tue, 10 Feb 2026 11:27:18 +0100',
      headers: [...ANSWERS, ['Content-Language', 'de']],
      text: `Sehr geehrte Frau Vogt,

vielen Dank für Ihre Nachricht. Grundsätzlich ist das für uns interessant, wir haben
erst letzte Woche wieder eine Linie abstellen müssen, weil ein Lager gefressen hat.

Nächste Woche bin ich allerdings nicht im Haus (Messe in Nürnberg). Passt Ihnen
Dienstag, der 24.02., um 10 Uhr?

Mit freundlichen Grüßen

Holger Brandt
Leiter Instandhaltung

Brandt Walzen GmbH & Co. KG
Amtsgericht Siegen HRA 0000
Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat
sind, informieren Sie bitte den Absender und löschen Sie diese E-Mail.

-----Ursprüngliche Nachricht-----
Von: Lena Vogt <lena.vogt@mail.taktwerk.example>
Gesendet: Dienstag, 10. Februar 2026 08:30
An: Brandt, Holger
Betreff: Wartungsplanung bei Brandt Walzen

${OURS.de}
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '007',
    language: 'de',
    system: 'blind',
    type: 'human',
    at: '2026-06-23T15:03:18Z',
    raw: mail({
      from: 'Sabine Lindner <lindner@lindner-feinblech.example>',
      subject: 'Re: Kurz nachgefasst',
      date: 'Tue, 23 Jun 2026 17:02:40 +0200',
      headers: [...ANSWERS],
      text: `Hallo Frau Vogt,

eher im Herbst. Im August haben wir drei Wochen Betriebsferien, da ist hier
niemand, und im Juli ist die halbe Mannschaft im Urlaub. Melden Sie sich gern
wieder ab Mitte September – bis dahin weiß ich auch, ob das Budget gestrichen
wird oder nicht.

Schöne Grüße
S. Lindner

Am 23.06.26 um 14:11 schrieb Lena Vogt:
${quote(OURS.de2)}
`,
    }),
  },
  {
    name: '008',
    language: 'de',
    system: 'blind',
    type: 'human',
    at: '2026-04-16T07:45:17Z',
    raw: mail({
      from: '"Kuhlmann, Jens" <jens.kuhlmann@nordhafen-umschlag.example>',
      subject: 'AW: Ihre Abmeldung vom Webinar',
      date: 'Thu, 16 Apr 2026 09:45:03 +0200',
      headers: [...ANSWERS],
      html: `<html><body><div style="font-family:Calibri,sans-serif;font-size:11pt">Moin Frau Vogt,<br><br>das war ein Versehen: Ich wollte mich nicht vom Webinar abmelden, sondern nur den Termin verschieben. Können Sie die Abmeldung bitte rückgängig machen? Den Kollegen Petersen können Sie dafür von der Teilnehmerliste streichen, der hat an dem Tag frei.<br><br>Ist die Aufzeichnung hinterher abrufbar?<br><br>Gruß<br>Jens Kuhlmann<br><br><span style="font-size:8pt;color:#777">Nordhafen Umschlag AG · Vorstand: Dr. Imke Thaden · Bitte prüfen Sie, ob diese Mail wirklich gedruckt werden muss.</span></div>
</body></html>`,
      encoding: 'base64',
    }),
  },
  {
    name: '009',
    language: 'de',
    system: 'blind',
    type: 'human',
    at: '2026-07-28T06:12:21Z',
    raw: mail({
      from: 'Thomas Egger <t.egger@egger-seilbahnen.example>',
      subject: 'Re: Instandhaltung',
      date: 'Tue, 28 Jul 2026 08:12:00 +0200',
      headers: [...ANSWERS],
      text: `Servus,

kein Bedarf, wir machen das selber.

LG Thomas Egger
Gesendet von meinem Samsung Galaxy Smartphone.
`,
    }),
  },
];
