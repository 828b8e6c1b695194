import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { quote } from '../quotes.ts';
import { OURS } from './written.ts';

export const BLIND_PEOPLE_3: readonly Fixture[] = [
  {
    name: '019',
    language: 'es',
    system: 'blind',
    type: 'human',
    at: '2026-08-18T18:55:32Z',
    raw: mail({
      from: 'Begoña Urrutia <begona@urrutia-hielos.example>',
      subject: 'Re: ¿Seguimos en contacto?',
      date: 'Tue, 18 Aug 2026 20:55:02 +0200',
      headers: [...ANSWERS],
      text: `Marta, perdona el silencio: hemos tenido cerrado por vacaciones hasta ayer y tengo el buzón lleno, 800 correos sin leer y la mitad devueltos porque el servidor se quedó sin espacio.

No dejes de escribirme, que el tema me interesa. ¿El miércoles por la tarde?

Bego
`,
      encoding: 'base64',
    }),
  },
  {
    name: '020',
    language: 'es',
    system: 'blind',
    type: 'human',
    at: '2026-03-30T09:02:27Z',
    raw: mail({
      from: 'Luis Fajardo <l.fajardo@logisticafajardo.example>',
      subject: 'Fwd: llamada',
      date: 'Mon, 30 Mar 2026 11:02:11 +0200',
      headers: [...ANSWERS],
      text: `Marta, al final el asunto se ha liado y por eso pone "Fwd", te contesto a ti
directamente: el lunes de Pascua es festivo aqui, mejor el martes 7 a las 11.
Llamame al fijo y no al movil, que el movil lo tengo apagado cuando estoy fuera
de la oficina.

Luis
`,
    }),
  },
  {
    name: '021',
    language: 'it',
    system: 'blind',
    type: 'human',
    at: '2026-02-17T08:33:39Z',
    raw: mail({
      from: 'Elena Greco <e.greco@studiogreco.example>',
      subject: 'R: Fatturazione elettronica',
      date: 'Tue, 17 Feb 2026 09:33:29 +0100',
      headers: [...ANSWERS],
      text: `Buongiorno Ferri,

la prossima settimana sono fuori ufficio da mercoledì, ma lunedì o martedì possiamo sentirci. Mi dica Lei.

Un dubbio: se un cliente annulla una fattura già inviata, il vostro sistema la cancella o la storna? E si può interrompere l'invio allo SDI?

Cordiali saluti
dott.ssa Elena Greco

Le informazioni contenute in questa comunicazione sono riservate. Chi la ricevesse per errore è pregato di cancellarla e di avvisare il mittente (D.Lgs. 196/2003 e Reg. UE 2016/679).

Da: Paolo Ferri <paolo@mail.nubilo.example>
Inviato: martedì 17 febbraio 2026 08:45
A: e.greco@studiogreco.example
Oggetto: Fatturazione elettronica

${OURS.it}
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '022',
    language: 'it',
    system: 'blind',
    type: 'human',
    at: '2026-06-04T17:22:06Z',
    raw: mail({
      from: 'Gianni Moretto <gianni@morettoinfissi.example>',
      subject: 'Re: Due minuti?',
      date: 'Thu, 4 Jun 2026 19:22:00 +0200',
      headers: [...ANSWERS],
      text: `grazie ma siamo gia' a posto cosi', buon lavoro

Inviato da iPhone

> Il giorno 4 giu 2026, alle ore 18:50, Paolo Ferri <paolo@mail.nubilo.example> ha scritto:
> 
> Buonasera Gianni, ha due minuti domani?
> Non vuoi piu' ricevere queste e-mail? Disiscriviti
`,
    }),
  },
  {
    name: '023',
    language: 'it',
    system: 'blind',
    type: 'human',
    at: '2026-07-20T13:08:45Z',
    raw: mail({
      from: "Francesca Dell'Orto <f.dellorto@ceramichebrianza.example>",
      subject: 'Re: Nubilo per Ceramiche Brianza',
      date: 'Mon, 20 Jul 2026 15:08:41 +0200',
      headers: [...ANSWERS],
      text: `Ciao Paolo,

scusa il ritardo, sono appena rientrata dalle ferie. Ho letto tutto sotto l'ombrellone.

Mi piace, ma ad agosto l'azienda è chiusa per tre settimane e fino al rientro (24/8) non si firma niente. Ci risentiamo ai primi di settembre? Non cancellarmi dalla demo del 9.

F.

Il giorno lun 20 lug 2026 alle ore 10:30 Paolo Ferri <paolo@mail.nubilo.example> ha scritto:

${quote(OURS.it)}
`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '024',
    language: 'it',
    system: 'blind',
    type: 'human',
    at: '2026-04-28T08:50:28Z',
    raw: mail({
      from: 'Ufficio Acquisti <acquisti@tecnoforni.example>',
      subject: 'RE: richiesta informazioni',
      date: 'Tue, 28 Apr 2026 10:50:13 +0200',
      headers: [...ANSWERS],
      text: `Spett.le Nubilo,

in merito alla Vostra del 27 c.m. Vi chiediamo cortesemente di inviarci:
- listino aggiornato;
- condizioni di consegna e di recesso;
- elenco delle referenze (rimuovendo quelle non più attive).

L'offerta dovrà pervenire entro il 15/05; oltre tale data l'ufficio è chiuso per inventario e non potrà più ricevere comunicazioni fino a giugno.

Distinti saluti
Ufficio Acquisti
Tecnoforni S.p.A.
`,
      charset: 'iso-8859-1',
      encoding: 'base64',
    }),
  },
  {
    name: '025',
    language: 'it',
    system: 'blind',
    type: 'human',
    at: '2026-03-10T13:14:25Z',
    raw: mail({
      from: 'Walter Plattner <walter@plattner-holz.example>',
      subject: 'Re: Fatture / Rechnungen',
      date: 'Tue, 10 Mar 2026 14:14:14 +0100',
      headers: [...ANSWERS],
      text: `Buongiorno, grazie, ci interessa. Però il programma deve essere bilingue, qui in Alto Adige metà dei clienti vuole la Rechnung auf Deutsch, sonst stellen die die Zahlung ein. È possibile?

Saluti / Grüße
Walter Plattner
`,
    }),
  },
  {
    name: '026',
    language: 'nl',
    system: 'blind',
    type: 'human',
    at: '2026-01-13T15:39:38Z',
    raw: mail({
      from: 'Jeroen Hofstra <jeroen@hofstra-installatie.example>',
      subject: 'Re: Planning monteurs',
      date: 'Tue, 13 Jan 2026 16:39:27 +0100',
      headers: [...ANSWERS],
      text: `Hoi Sanne,

Whiteboard klopt haha, en het hangt er al sinds 2009. Kwartiertje kan, volgende
week donderdag ben ik afwezig maar vrijdag na de lunch is prima.

Kun je Klaas van de lijst halen trouwens? Die stopt per 1 februari, zijn
opvolger is Mirjam en die moet erbij.

Jeroen

Op di 13 jan 2026 om 11:20 schreef Sanne de Boer <sanne@mail.kadesoft.example>:

${quote(OURS.nl)}
`,
    }),
  },
  {
    name: '027',
    language: 'nl',
    system: 'blind',
    type: 'human',
    at: '2026-05-26T08:18:01Z',
    raw: mail({
      from: 'Anouk Verschueren <anouk.verschueren@bouwgroep-zenne.example>',
      subject: 'RE: Opvolging',
      date: 'Tue, 26 May 2026 10:17:50 +0200',
      headers: [...ANSWERS],
      text: `Dag Sanne

Ik was vorige week met verlof, vandaar mijn laat antwoord. We zijn voorlopig niet op zoek naar iets nieuws – het lopende contract is pas opzegbaar in 2027.

Mvg
Anouk

Dit bericht kan vertrouwelijke informatie bevatten. Indien u niet de bestemmeling bent, gelieve het te verwijderen en ons te verwittigen.

Van: Sanne de Boer <sanne@mail.kadesoft.example>
Verzonden: dinsdag 26 mei 2026 8:30
Aan: Verschueren Anouk
Onderwerp: Opvolging

${OURS.nl}
`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '028',
    language: 'nl',
    system: 'blind',
    type: 'human',
    at: '2026-04-02T19:05:04Z',
    raw: mail({
      from: 'W. Kramer <w.kramer@kramer-koeltechniek.example>',
      subject: 'Re: demo',
      date: 'Thu, 2 Apr 2026 21:04:33 +0200',
      headers: [...ANSWERS],
      html: `<html><body><div dir="ltr" style="font-family:Aptos,sans-serif">Nee dank je.</div>
<div id="ms-outlook-mobile-signature"><br>Outlook voor iOS downloaden</div>
<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>Van:</b> Sanne de Boer<br><b>Verzonden:</b> donderdag 2 april 2026 20:41<br><b>Onderwerp:</b> demo</div>
<div>Beste heer Kramer, zullen we een demo plannen?<br><br><a href="https://go.kadesoft.example/u/kk2">Afmelden</a></div>
</body></html>`,
    }),
  },
];
