import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { quote } from '../quotes.ts';
import { OURS } from './written.ts';

export const BLIND_PEOPLE_2: readonly Fixture[] = [
  {
    name: '010',
    language: 'de',
    system: 'blind',
    type: 'human',
    at: '2025-12-04T13:20:51Z',
    raw: mail({
      from: 'Ute Weidenfeller <u.weidenfeller@klinikverbund-saar.example>',
      subject: 'Antwort: Wartung Medizintechnik',
      date: 'Thu, 4 Dec 2025 14:20:31 +0100',
      headers: [['X-MIMETrack', 'Serialize by Router on SBNOTES01/KVS(Release 12.0.2)']],
      text: `Guten Tag Frau Vogt,

ich bin für die Medizintechnik leider nicht mehr zuständig, das macht seit
Oktober Herr Dr. Backes (Tel. 0681 / 555-0142). Er ist noch bis Mitte Dezember
in Elternzeit, schreiben Sie ihm also besser erst danach.

Den Vertrag mit unserem bisherigen Anbieter haben wir übrigens gekündigt.

Mit freundlichen Grüßen
Ute Weidenfeller



Von:    "Lena Vogt" <lena.vogt@mail.taktwerk.example>
An:     u.weidenfeller@klinikverbund-saar.example
Datum:  04.12.2025 09:00
Betreff:        Wartung Medizintechnik



${OURS.de}
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '011',
    language: 'fr',
    system: 'blind',
    type: 'human',
    at: '2026-01-20T09:03:04Z',
    raw: mail({
      from: 'Hélène Lefort <helene.lefort@ateliers-lefort.example>',
      subject: 'RE: Vos notes de frais',
      date: 'Tue, 20 Jan 2026 10:02:55 +0100',
      headers: [...ANSWERS],
      text: `Bonjour Madame Aubert,

Jeudi je suis absente, je serai en déplacement à Lyon. En revanche vendredi matin me conviendrait.

Une question avant : que se passe-t-il quand un salarié supprime un reçu par erreur ? Chez notre prestataire actuel, impossible d'arrêter une saisie en cours, c'est pénible.

Cordialement,
Hélène Lefort
DAF

Ce message et ses pièces jointes sont confidentiels. Si vous l'avez reçu par erreur, merci de le supprimer et d'en avertir l'expéditeur.

De : Camille Aubert <camille@mail.orvalis.example>
Envoyé : mardi 20 janvier 2026 09:00
À : LEFORT Hélène
Objet : Vos notes de frais

${OURS.fr}
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '012',
    language: 'fr',
    system: 'blind',
    type: 'human',
    at: '2026-04-09T16:47:33Z',
    raw: mail({
      from: 'Bruno Castaing <b.castaing@castaing-tp.example>',
      subject: 'Re: Relance',
      date: 'Thu, 9 Apr 2026 18:47:12 +0200',
      headers: [...ANSWERS],
      text: `Pas intéressé merci

Envoyé de mon iPhone

> Le 9 avr. 2026 à 17:30, Camille Aubert <camille@mail.orvalis.example> a écrit :
> 
> Bonjour Bruno, je me permets de vous relancer...
> Se désabonner : https://go.orvalis.example/u/bb31
`,
    }),
  },
  {
    name: '013',
    language: 'fr',
    system: 'blind',
    type: 'human',
    at: '2026-06-30T09:11:26Z',
    raw: mail({
      from: 'Nadia Benkirane <nadia.benkirane@coop-sud.example>',
      subject: 'Re: Orvalis / Coop Sud',
      date: 'Tue, 30 Jun 2026 11:11:08 +0200',
      headers: [...ANSWERS],
      text: `Bonjour Camille,

Merci pour la proposition. Quelques remarques :
 - retirez la ligne « support 24/7 », nous n'en avons pas besoin ;
 - peut-on se désengager, ou résilier, à tout moment ? Je ne trouve rien dans les CGV ;
 - n'arrêtez surtout pas l'essai en cours, l'équipe s'en sert.

Je pars en congés le 10 juillet, donc si l'on peut signer avant, tant mieux.

Bien à vous,
Nadia

Le mar. 30 juin 2026 à 09:05, Camille Aubert <camille@mail.orvalis.example> a écrit :

> Bonjour Nadia, voici la proposition promise (PDF).
>
> --
> Pour ne plus recevoir nos e-mails : https://go.orvalis.example/u/nb00
`,
      html: `<div dir="ltr"><div>Bonjour Camille,</div>
<div><br></div>
<div>Merci pour la proposition. Quelques remarques :</div>
<ul><li>retirez la ligne « support 24/7 », nous n'en avons pas besoin ;</li>
<li>peut-on se désengager, ou résilier, à tout moment ? Je ne trouve rien dans les CGV ;</li>
<li>n'arrêtez surtout pas l'essai en cours, l'équipe s'en sert.</li>
</ul>
<div>Je pars en congés le 10 juillet, donc si l'on peut signer avant, tant mieux.</div>
<div><br></div>
<div>Bien à vous,</div>
<div>Nadia</div>
</div>
<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Le mar. 30 juin 2026 à 09:05, Camille Aubert &lt;<a href="mailto:camille@mail.orvalis.example">camille@mail.orvalis.example</a>&gt; a écrit :<br></div>
<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">Bonjour Nadia, voici la proposition promise (PDF).<br><br>--<br><a href="https://go.orvalis.example/u/nb00">Pour ne plus recevoir nos e-mails</a></blockquote>
</div>`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '014',
    language: 'fr',
    system: 'blind',
    type: 'human',
    at: '2026-03-17T14:30:19Z',
    raw: mail({
      from: 'Secrétariat Mairie de Brissac <secretariat@mairie-brissac.example>',
      subject: 'Re: démonstration',
      date: 'Tue, 17 Mar 2026 15:30:00 +0100',
      headers: [...ANSWERS],
      text: `Bonjour,

M. le Maire me charge de vous répondre. Il est absent toute cette semaine mais
il souhaite vous recevoir à son retour. Le budget est plafonné à 1 500 € par an.

Quelles sont vos disponibilités fin mars ?

Bien cordialement,
Le secrétariat

----- Mail original -----
De: "Camille Aubert" <camille@mail.orvalis.example>
À: "secretariat" <secretariat@mairie-brissac.example>
Envoyé: Lundi 16 Mars 2026 09:15:00
Objet: démonstration

${OURS.fr}
`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '015',
    language: 'fr',
    system: 'blind',
    type: 'human',
    at: '2025-11-25T07:06:05Z',
    raw: mail({
      from: 'Yann Le Goff <ylegoff@armor-fret.example>',
      subject: 'Re: 15 minutes ?',
      date: 'Tue, 25 Nov 2025 08:05:37 +0100',
      headers: [...ANSWERS],
      text: `D'ou tenez-vous mon adresse ? Je ne me souviens pas m'etre inscrit a quoi que ce
soit. Repondez-moi d'abord la-dessus, ensuite on verra pour les 15 minutes.

YLG
`,
    }),
  },
  {
    name: '016',
    language: 'es',
    system: 'blind',
    type: 'human',
    at: '2026-02-24T11:48:39Z',
    raw: mail({
      from: 'Javier Ortega <jortega@frutasortega.example>',
      subject: 'Re: Rutas de reparto',
      date: 'Tue, 24 Feb 2026 12:48:19 +0100',
      headers: [...ANSWERS],
      text: `Hola Marta:

Pues me pillas bien, justo ayer se nos cancelaron cuatro entregas y el camión
iba vacío. El jueves a las 9:30 puedo. La semana que viene no, que estoy de
vacaciones en la nieve con los críos.

¿Hay permanencia o me puedo dar de baja cuando quiera?

Javi

El mar, 24 feb 2026 a las 9:00, Marta Ruiz (<marta@mail.veloxia.example>) escribió:

${quote(OURS.es)}
`,
    }),
  },
  {
    name: '017',
    language: 'es',
    system: 'blind',
    type: 'human',
    at: '2026-05-07T15:22:06Z',
    raw: mail({
      from: 'Rocío Peñalver <rocio.penalver@mensajeria-levante.example>',
      subject: 'RE: Propuesta Veloxia',
      date: 'Thu, 7 May 2026 17:21:45 +0200',
      headers: [...ANSWERS],
      html: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head>
<body><p class="MsoNormal">Buenas tardes, Marta:</p>
<p class="MsoNormal">Hemos estudiado la propuesta. Por favor, elimina de la lista las tres furgonetas de Elche, que ya están dadas de baja, y mándame otra vez el precio.</p>
<p class="MsoNormal">Quedo a la espera.</p>
<p class="MsoNormal">Rocío Peñalver<br>Jefa de Tráfico</p>
<p class="MsoNormal" style="font-size:7.5pt;color:green">Antes de imprimir este mensaje, piense en el medio ambiente. En cumplimiento del RGPD le informamos de que puede ejercer sus derechos de acceso, rectificación, supresión y oposición, o solicitar no recibir más comunicaciones, en lopd@mensajeria-levante.example. Si ha recibido este mensaje por error, bórrelo.</p>
</body></html>`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '018',
    language: 'es',
    system: 'blind',
    type: 'human',
    at: '2026-07-14T14:10:30Z',
    raw: mail({
      from: 'Andrés Quiroga <aquiroga@distribuidoraandina.example>',
      subject: 'Re: seguimiento',
      date: 'Tue, 14 Jul 2026 09:10:00 -0500',
      headers: [...ANSWERS],
      text: `Por ahora no nos interesa, gracias. Quizas el proximo anio cuando termine el
contrato con el proveedor actual.

Enviado desde mi BlackBerry
`,
    }),
  },
];
