import type { Fixture } from '../fixture.ts';
import { ANSWERS, LEAVE, mail } from '../mime.ts';
import { quote } from '../quotes.ts';
import { OURS } from './written.ts';

export const BLIND_OPT_OUTS_1: readonly Fixture[] = [
  {
    name: '061',
    language: 'en',
    system: 'blind',
    type: 'opt_out',
    at: '2026-02-03T19:22:48Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Karl Novak <knovak@blueridge-supply.example>',
      subject: 'Re: quick question',
      date: 'Tue, 3 Feb 2026 14:22:10 -0500',
      headers: [...ANSWERS],
      text: `Stop

Sent from my iPhone

> On Feb 3, 2026, at 2:15 PM, Daniel Reeve <daniel@mail.northbeam.example> wrote:
> 
${quote(OURS.en2)}
`,
    }),
  },
  {
    name: '062',
    language: 'en',
    system: 'blind',
    type: 'opt_out',
    at: '2026-04-21T10:04:27Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Beatrice Holloway <b.holloway@holloway-estates.example>',
      subject: 'RE: Your second warehouse',
      date: 'Tue, 21 Apr 2026 11:03:49 +0100',
      headers: [...ANSWERS],
      text: `Dear Mr Reeve,

Thank you for your message, which is clearly well meant. We are a firm of chartered surveyors and have no warehouse, second or otherwise. I should be grateful if you would take me off your mailing list and refrain from writing again.

With kind regards,

Beatrice Holloway MRICS

Holloway Estates LLP is regulated by RICS. If you are not the intended recipient please delete this mail.
`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '063',
    language: 'en',
    system: 'blind',
    type: 'opt_out',
    at: '2026-06-18T12:41:10Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'dale <dale.w@westmoreland-gravel.example>',
      subject: 'Re: Re: Following up',
      date: 'Thu, 18 Jun 2026 06:41:00 -0600',
      headers: [...ANSWERS],
      text: `fourth one of these. i dont know you, i dont have a warehose, quit emailing me or im reporting it as spam to your provider
`,
    }),
  },
  {
    name: '064',
    language: 'en',
    system: 'blind',
    type: 'opt_out',
    at: '2026-03-25T07:00:43Z',
    facts: { via: 'address' },
    raw: mail({
      from: 'Svetlana Petrenko <s.petrenko@altamed-devices.example>',
      to: LEAVE,
      subject: 'unsubscribe',
      date: 'Wed, 25 Mar 2026 09:00:15 +0200',
      text: `
`,
    }),
  },
  {
    name: '065',
    language: 'en',
    system: 'blind',
    type: 'opt_out',
    at: '2026-08-13T21:17:51Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Aidan Brophy <abrophy@brophy-dairy.example>',
      subject: 'Re: Tuesday?',
      date: 'Thu, 13 Aug 2026 22:17:35 +0100',
      headers: [...ANSWERS],
      html: `<div dir="auto">I’m on holiday in Portugal with my kids and you’re still popping up on my phone. <div dir="auto"><br></div>
<div dir="auto">Pls unsubscibe me from this, all of it. Also whoever gave you my personal number, that goes too.</div>
</div>
<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Thu, 13 Aug 2026, 18:00 Daniel Reeve, &lt;daniel@mail.northbeam.example&gt; wrote:<br></div>
<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">Hi Aidan, is Tuesday still good?<br><br>Unsubscribe</blockquote>
</div>`,
      encoding: 'base64',
    }),
  },
  {
    name: '066',
    language: 'de',
    system: 'blind',
    type: 'opt_out',
    at: '2026-01-29T07:52:08Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Friedhelm Große <f.grosse@grosse-stahlbau.example>',
      subject: 'AW: Wartungsplanung',
      date: 'Thu, 29 Jan 2026 08:51:33 +0100',
      headers: [...ANSWERS],
      text: `Sehr geehrte Damen und Herren,

hiermit widerspreche ich gemäß Art. 21 Abs. 2 DSGVO der Verarbeitung meiner Daten zu Zwecken der Direktwerbung. Teilen Sie mir bitte außerdem nach Art. 15 DSGVO mit, woher Sie meine Adresse haben. Die Antwort erwarte ich innerhalb eines Monats.

Hochachtungsvoll
Friedhelm Große
Geschäftsführer
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '067',
    language: 'de',
    system: 'blind',
    type: 'opt_out',
    at: '2026-05-12T10:31:02Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Melanie Kurz <m.kurz@kurz-dental.example>',
      subject: 'Re: Kurz nachgefasst',
      date: 'Tue, 12 May 2026 12:30:44 +0200',
      headers: [...ANSWERS],
      text: `Abmelden

Am 12.05.2026 um 12:02 schrieb Lena Vogt:
> Guten Tag Frau Kurz,
> haben Sie meine letzte Mail gesehen?
> --
> Keine Mails mehr? Hier abmelden: https://go.taktwerk.example/u/mk81
`,
    }),
  },
  {
    name: '068',
    language: 'de',
    system: 'blind',
    type: 'opt_out',
    at: '2026-07-02T17:45:34Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Bernd Osterloh-Kraft <osterlohkraft@kraft-kies.example>',
      subject: 'Re: Instandhaltung',
      date: 'Thu, 2 Jul 2026 19:44:51 +0200',
      headers: [...ANSWERS],
      text: `Jetzt reichts aber!!! Lassen Sie mich endlich in ruhe mit Ihrem Müll. Noch EINE mail und das geht zum Anwalt.
`,
    }),
  },
  {
    name: '069',
    language: 'de',
    system: 'blind',
    type: 'opt_out',
    at: '2026-02-05T14:15:38Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Judith Reinhardt <judith.reinhardt@moebelwerk-sued.example>',
      subject: 'AW: Ihre Anfrage',
      date: 'Thu, 5 Feb 2026 15:15:15 +0100',
      headers: [...ANSWERS],
      html: `<html><body lang=DE><div class=WordSection1><p class=MsoNormal>Hallo Frau Vogt,</p>
<p class=MsoNormal>&nbsp;</p>
<p class=MsoNormal>wir haben uns letzte Woche für einen Mitbewerber entschieden, trotzdem danke für das nette Telefonat im Dezember. Bitte nehmen Sie mich daher aus Ihrem Verteiler.</p>
<p class=MsoNormal>&nbsp;</p>
<p class=MsoNormal>Alles Gute für Taktwerk!</p>
<p class=MsoNormal>Judith Reinhardt</p>
<p class=MsoNormal><span style='font-size:8.0pt'>Pflichtangaben gemäß § 35a GmbHG: www.moebelwerk-sued.example/impressum</span></p>
</div>
</body></html>`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '070',
    language: 'de',
    system: 'blind',
    type: 'opt_out',
    at: '2026-03-19T09:00:15Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Urs Ämisegger <urs@aemisegger-treuhand.example>',
      subject: 'keine weiteren Mails',
      date: 'Thu, 19 Mar 2026 10:00:05 +0100',
      text: `Gruezi Frau Vogt

Bitte loeschen Sie meine Adresse aus Ihrer Datenbank, ich moechte von Ihnen
nichts mehr erhalten. Besten Dank.

Freundliche Gruesse
U. Aemisegger
`,
    }),
  },
  {
    name: '071',
    language: 'fr',
    system: 'blind',
    type: 'opt_out',
    at: '2026-03-04T08:25:25Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Maître Odile Ferrand <ferrand@cabinet-ferrand.example>',
      subject: 'RE: Vos notes de frais',
      date: 'Wed, 4 Mar 2026 09:25:17 +0100',
      headers: [...ANSWERS],
      text: `Madame,

Je n'ai jamais consenti à recevoir vos sollicitations. Je vous mets en demeure de cesser tout envoi à cette adresse et de procéder à l'effacement de mes données, conformément à l'article 17 du RGPD. À défaut, la CNIL sera saisie.

Je vous prie d'agréer, Madame, mes salutations distinguées.

O. Ferrand
Avocat à la Cour
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '072',
    language: 'fr',
    system: 'blind',
    type: 'opt_out',
    at: '2026-05-28T18:16:23Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Karim Haddad <karim@haddad-elec.example>',
      subject: 'Re: Relance',
      date: 'Thu, 28 May 2026 20:16:02 +0200',
      headers: [...ANSWERS],
      text: `desinscription svp

Envoye depuis mon telephone Orange
`,
    }),
  },
];
