import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { quote } from '../quotes.ts';
import { OURS } from './written.ts';

export const BLIND_OPT_OUTS_3: readonly Fixture[] = [
  {
    name: '085',
    language: 'it',
    system: 'blind',
    type: 'opt_out',
    at: '2026-02-02T17:10:38Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Ing. Carlo Visconti <c.visconti@viscontiprogetti.example>',
      subject: 'RE: telefonata',
      date: 'Mon, 2 Feb 2026 18:10:10 +0100',
      headers: [...ANSWERS],
      html: `<html><body><p style="margin:0">Buonasera,</p>
<p style="margin:0">ringrazio per la telefonata di stamattina ma non abbiamo esigenze in tal senso. Come detto a voce, vi chiedo di togliere il mio nominativo dalla vostra mailing list.</p>
<p style="margin:0">&nbsp;</p>
<p style="margin:0">Cordialmente<br>Ing. Carlo Visconti</p>
<br><p style="font-size:8pt">Siamo chiusi il venerdì pomeriggio. Rispetta l'ambiente: non stampare questa mail.</p>
</body></html>`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '086',
    language: 'nl',
    system: 'blind',
    type: 'opt_out',
    at: '2026-02-19T12:40:30Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Henk Scholten <henk@scholtenbv.example>',
      subject: 'Re: Planning monteurs',
      date: 'Thu, 19 Feb 2026 13:40:26 +0100',
      headers: [...ANSWERS],
      text: `Afmelden aub

Verstuurd vanaf mijn iPad

> Op 19 feb 2026 om 13:22 heeft Sanne de Boer <sanne@mail.kadesoft.example> het volgende geschreven:
> 
${quote(OURS.nl)}
`,
    }),
  },
  {
    name: '087',
    language: 'nl',
    system: 'blind',
    type: 'opt_out',
    at: '2026-04-30T07:09:43Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Mr. Eva Terpstra <e.terpstra@terpstra-notarissen.example>',
      subject: 'RE: Kwartiertje?',
      date: 'Thu, 30 Apr 2026 09:09:38 +0200',
      headers: [...ANSWERS],
      text: `Geachte mevrouw De Boer,

Dank voor uw bericht. Ons kantoor heeft geen monteurs in dienst. Ik verzoek u vriendelijk mij niet meer te benaderen en mijn gegevens uit uw bestand te verwijderen.

Met vriendelijke groet,
mr. E.J. Terpstra, kandidaat-notaris
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '088',
    language: 'nl',
    system: 'blind',
    type: 'opt_out',
    at: '2026-06-02T05:20:50Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Dirk Coppens <dirk.coppens@coppensdak.example>',
      subject: 'Re: opvolging',
      date: 'Tue, 2 Jun 2026 07:20:45 +0200',
      headers: [...ANSWERS],
      text: `Zeg, hoe dikwijls moet ik het nog zeggen? GEEN MAILS MEER STUREN. Volgende keer
is het klacht bij de GBA.
`,
    }),
  },
  {
    name: '089',
    language: 'nl',
    system: 'blind',
    type: 'opt_out',
    at: '2026-03-27T15:58:17Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Saskia Vermeer <saskia@vermeertuinen.example>',
      subject: 'Re: Offerte?',
      date: 'Fri, 27 Mar 2026 16:58:11 +0100',
      headers: [...ANSWERS],
      html: `<html><body><div>Hai Sanne,</div>
<div><br></div>
<div>Ik stop per 1 april met mijn bedrijf (met pensioen, jippie!), dus planning wordt vooral: koffie op het terras ☕. Haal je me van de lijst af? Dan blijft m'n mailbox lekker leeg.</div>
<div><br></div>
<div>Succes met jullie mooie product,</div>
<div>Saskia</div>
</body></html>`,
    }),
  },
  {
    name: '090',
    language: 'nl',
    system: 'blind',
    type: 'opt_out',
    at: '2026-07-09T20:06:06Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Youssef El Amrani <y.elamrani@amranischoonmaak.example>',
      to: 'Sanne de Boer <sanne@mail.kadesoft.example>',
      subject: 'uitschrijven',
      date: 'Thu, 9 Jul 2026 22:05:59 +0200',
      text: `wil me uitschijven, link werkt niet. please remove me thx
`,
    }),
  },
];
