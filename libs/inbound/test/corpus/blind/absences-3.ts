import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { quote } from '../quotes.ts';
import { OURS } from './written.ts';

export const BLIND_ABSENCES_3: readonly Fixture[] = [
  {
    name: '053',
    language: 'it',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-04-02T16:01:10Z',
    facts: { returnDate: '2026-04-07' },
    raw: mail({
      from: 'Segreteria Studio Legale Manin <segreteria@studiomanin.example>',
      subject: 'Chiusura dello studio',
      date: 'Thu, 2 Apr 2026 18:00:59 +0200',
      headers: [['X-MIMETrack', 'Serialize by Router on SRV1/MANIN']],
      text: `Lo Studio rimarrà chiuso per le festività pasquali e riaprirà martedì 7 aprile 2026.

I termini in scadenza saranno presidiati dall'avv. Manin.
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '054',
    language: 'it',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-02-26T10:12:40Z',
    facts: { returnDate: null },
    raw: mail({
      from: 'Davide Conti <davide@contigrafica.example>',
      subject: 'Re: Nubilo',
      date: 'Thu, 26 Feb 2026 11:12:13 +0100',
      headers: [...ANSWERS],
      text: `Salve,

questa è una risposta automatica: sono in congedo di paternità (è nata Bianca!) e al momento non leggo le e-mail. Potete rivolgervi a Nicoletta, interno 12.

Davide

Il 26/02/2026 11:10, Paolo Ferri ha scritto:
> Buongiorno Davide, ci siamo sentiti a gennaio...
> Se non desidera più essere contattato risponda CANCELLAMI
`,
      charset: 'iso-8859-1',
      encoding: 'base64',
    }),
  },
  {
    name: '055',
    language: 'it',
    system: 'blind',
    type: 'out_of_office',
    at: '2025-12-29T07:08:28Z',
    facts: { returnDate: '2026-01-12' },
    raw: mail({
      from: 'Ornella Pace <o.pace@provincia-valnerina.example>',
      subject: 'assenza dal servizio',
      date: 'Mon, 29 Dec 2025 08:08:08 +0100',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-replied (zimbra; vacation)'],
        ['Precedence', 'bulk'],
        ['X-Originating-IP', '[10.0.4.17]'],
      ],
      html: `<html><body><div>Si comunica che la sottoscritta è assente dal servizio fino a domenica 11 gennaio e riprenderà l'attività il 12/01/2026.</div>
<div><br></div>
<div>Le comunicazioni ufficiali vanno inviate all'indirizzo PEC dell'Ente.</div>
<div>Ornella Pace</div>
</body></html>`,
    }),
  },
  {
    name: '056',
    language: 'nl',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-07-20T06:45:17Z',
    facts: { returnDate: '2026-08-10' },
    raw: mail({
      from: 'Marieke van Dongen <m.vandongen@dongentransport.example>',
      subject: 'Automatisch antwoord: Planning monteurs',
      date: 'Mon, 20 Jul 2026 06:45:12 +0000',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-MS-Exchange-Generated-Message-Source', 'Mailbox Rules Agent'],
      ],
      text: `Beste lezer,

Ik geniet van mijn vakantie en ben maandag 10 augustus weer op kantoor. Je mail wordt niet doorgestuurd.

Voor spoed: planning@dongentransport.example of 030 - 000 11 22.

Groet,
Marieke
`,
      html: `<html><body><p>Beste lezer,</p>
<p>Ik geniet van mijn vakantie en ben maandag 10 augustus weer op kantoor. Je mail wordt niet doorgestuurd.</p>
<p>Voor spoed: planning@dongentransport.example of 030 - 000 11 22.</p>
<p>Groet,<br>Marieke</p>
</body></html>`,
      encoding: 'base64',
    }),
  },
  {
    name: '057',
    language: 'nl',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-05-04T07:19:36Z',
    facts: { returnDate: '2026-05-09' },
    raw: mail({
      from: 'Pieter De Smedt <pieter.desmedt@desmedt-ramen.example>',
      subject: 'Afwezig / Absent / Out of office',
      date: 'Mon, 4 May 2026 09:19:30 +0200',
      text: `Ik ben afwezig t.e.m. 8 mei 2026 en zal uw bericht daarna beantwoorden.
Je suis absent jusqu'au 8 mai 2026 et je répondrai à votre message à mon retour.
I am out of the office up to and including 8 May 2026.

Pieter De Smedt
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '058',
    language: 'nl',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-03-06T16:32:04Z',
    facts: { returnDate: '2026-03-16' },
    raw: mail({
      from: 'Ruud Jaspers <rjaspers@jaspers-lift.example>',
      subject: 'Re: Kwartiertje?',
      date: 'Fri, 6 Mar 2026 17:31:22 +0100',
      headers: [...ANSWERS],
      text: `Hoi, ik zit tot en met volgende week op de piste. Vanaf 16 maart ben ik er weer.
Is er een lift stuk? Bel dan de storingsdienst, 24/7 bereikbaar.

Ruud

> Op 6 mrt. 2026, om 17:30 heeft Sanne de Boer <sanne@mail.kadesoft.example> het volgende geschreven:
> 
${quote(OURS.nl)}
`,
    }),
  },
  {
    name: '059',
    language: 'nl',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-09-02T08:10:50Z',
    facts: { returnDate: null },
    raw: mail({
      from: 'Femke Bakker <f.bakker@zorggroep-ijssel.example>',
      subject: 'Ik werk op maandag, dinsdag en donderdag',
      date: 'Wed, 2 Sep 2026 10:10:40 +0200',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-replied'],
        ['X-Auto-Response-Suppress', 'All'],
      ],
      text: `Dank voor uw bericht. Op woensdag en vrijdag ben ik niet aanwezig; ik lees uw
mail op mijn eerstvolgende werkdag.

Femke Bakker, roosterplanner
`,
    }),
  },
  {
    name: '060',
    language: 'nl',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-08-12T11:50:06Z',
    facts: { returnDate: '2026-11-02' },
    raw: mail({
      from: 'Thijs Wouda <thijs.wouda@woudawater.example>',
      subject: 'Ouderschapsverlof Re: Offerte',
      date: 'Wed, 12 Aug 2026 13:50:00 +0200',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-replied (vacation)'],
        ['Precedence', 'bulk'],
        ['X-Sieve', 'CMU Sieve 3.0'],
      ],
      text: `Hallo,

In verband met ouderschapsverlof ben ik t/m eind oktober niet bereikbaar. Op 2 november pak ik de draad weer op – en dan zijn er waarschijnlijk 2.000 ongelezen mails, dus stuur gerust een herinnering.

Mijn taken zijn overgenomen door Jelle Postma.

Groet, Thijs
`,
    }),
  },
];
