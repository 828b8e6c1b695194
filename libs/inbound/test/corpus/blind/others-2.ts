import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { bytes, OURS } from './written.ts';

export const BLIND_OTHERS_2: readonly Fixture[] = [
  {
    name: '110',
    language: 'de',
    system: 'blind',
    type: 'forwarded',
    at: '2026-02-25T09:09:24Z',
    raw: mail({
      from: 'Brigitte Thoma <b.thoma@thoma-druckguss.example>',
      to: 'Andreas Weigl <a.weigl@thoma-druckguss.example>',
      subject: 'WG: Wartungsplanung',
      date: 'Wed, 25 Feb 2026 10:09:09 +0100',
      headers: [...ANSWERS, ['Cc', 'in@answers.example']],
      text: `Andreas, ist das was für dich? Würde ich mir mal anschauen.

Gruß Brigitte

Von: Lena Vogt <lena.vogt@mail.taktwerk.example>
Gesendet: Mittwoch, 25. Februar 2026 09:02
An: Brigitte Thoma
Betreff: Wartungsplanung

Guten Tag Frau Thoma,

in vielen Werken liegt die Wartungsplanung noch in Excel. Mit Taktwerk sehen
Sie, welche Anlage als nächste stehen bleibt, bevor sie es tut.

Hätten Sie kommende Woche 20 Minuten für ein Gespräch?

Viele Grüße
Lena Vogt

Taktwerk GmbH, Neckarstraße 41, 70190 Stuttgart
Sie möchten keine weiteren E-Mails von uns? Hier abmelden:
https://go.taktwerk.example/u/k39fd
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '111',
    language: 'en',
    system: 'blind',
    type: 'forwarded',
    at: '2026-05-11T14:44:54Z',
    raw: mail({
      from: 'Stuart Mackie <stuart@mackie-coldstore.example>',
      to: 'Eilidh Ross <eilidh@mackie-coldstore.example>, in@answers.example',
      subject: 'Fwd: Your second warehouse',
      date: 'Mon, 11 May 2026 15:44:20 +0100',
      headers: [...ANSWERS],
      text: `Eilidh, one for you I think. Copied Daniel so you two can sort out a time.

Stuart

---------- Forwarded message ---------
From: Daniel Reeve <daniel@mail.northbeam.example>
Date: Mon, 11 May 2026 at 14:00
Subject: Your second warehouse
To: <stuart@mackie-coldstore.example>


Hi Stuart,

I noticed you opened a second warehouse in Daventry. Most teams we talk to lose
about an hour per shift to bad slotting once a new site goes live.

Northbeam re-slots overnight and stops the walking. Would a 15 minute call next
Tuesday be a terrible idea?

Best,
Daniel

Daniel Reeve | Northbeam Ltd, 14 Quay Street, Bristol BS1 4DJ
You receive this email because of your role. If you'd rather not hear from us
again, unsubscribe here: https://go.northbeam.example/u/8f3kq2
`,
      html: `<div dir="ltr">Eilidh, one for you I think. Copied Daniel so you two can sort out a time.<div><br></div>
<div>Stuart</div>
</div>
<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <strong class="gmail_sendername" dir="auto">Daniel Reeve</strong> <span dir="auto">&lt;daniel@mail.northbeam.example&gt;</span><br>Date: Mon, 11 May 2026 at 14:00<br>Subject: Your second warehouse<br>To: &lt;stuart@mackie-coldstore.example&gt;<br></div>
<br><br>Hi Stuart,<br><br>I noticed you opened a second warehouse in Daventry. Would a 15 minute call next Tuesday be a terrible idea?<br><br>Best,<br>Daniel<br><small>If you'd rather not hear from us again, <a href="https://go.northbeam.example/u/sm4">unsubscribe here</a></small></div>`,
    }),
  },
  {
    name: '112',
    language: 'fr',
    system: 'blind',
    type: 'forwarded',
    at: '2026-04-23T06:56:27Z',
    raw: mail({
      from: 'Agnès Poulain <agnes.poulain@coop-laitiere-orne.example>',
      subject: 'TR: Relance',
      date: 'Thu, 23 Apr 2026 08:56:01 +0200',
      headers: [...ANSWERS, ['Cc', 'Compta <compta@coop-laitiere-orne.example>']],
      text: `Bonjour,

Je transmets à notre service comptabilité qui reviendra vers vous si besoin.

A. Poulain

-------- Message transféré --------
Sujet : Relance
Date : Wed, 22 Apr 2026 17:00:00 +0200
De : Camille Aubert <camille@mail.orvalis.example>
Pour : agnes.poulain@coop-laitiere-orne.example

Bonjour Madame Poulain,

Vos équipes passent-elles encore leurs vendredis à saisir des notes de frais ?
Orvalis lit les reçus et remplit tout le reste.

Seriez-vous disponible 15 minutes jeudi prochain ?

Bien cordialement,
Camille Aubert
Orvalis SAS - 8 rue des Tanneurs, 59000 Lille
Vous ne souhaitez plus recevoir nos messages ? Se désinscrire :
https://go.orvalis.example/u/q81xz
`,
      encoding: 'base64',
    }),
  },
  {
    name: '113',
    language: 'es',
    system: 'blind',
    type: 'forwarded',
    at: '2026-06-03T17:12:12Z',
    raw: mail({
      from: 'Vicente Lloret <vlloret@naranjaslloret.example>',
      to: 'Amparo <amparo@naranjaslloret.example>',
      subject: 'RV: Rutas de reparto',
      date: 'Wed, 3 Jun 2026 19:12:00 +0200',
      headers: [['Cc', 'in@answers.example']],
      text: `Amparo, míratelo tú que llevas los camiones. La chica va en copia.

Enviado desde mi iPhone

Inicio del mensaje reenviado:

> De: Marta Ruiz <marta@mail.veloxia.example>
> Asunto: Rutas de reparto
> Fecha: 3 de junio de 2026, 9:00:12 CEST
> Para: vlloret@naranjaslloret.example
> 
> Hola, Vicente:
>
> He visto que repartís en toda la Comunidad de Madrid. Con Veloxia las rutas se
> recalculan solas cuando se cancela una entrega.
>
> ¿Te encajaría una llamada de 15 minutos esta semana?
>
> Un saludo,
> Marta Ruiz
> Veloxia S.L., C/ Alcalá 210, 28028 Madrid
> Si no desea recibir más correos, puede darse de baja aquí:
> https://go.veloxia.example/u/mm20s
`,
    }),
  },
  {
    name: '114',
    language: 'nl',
    system: 'blind',
    type: 'forwarded',
    at: '2026-01-22T08:05:56Z',
    raw: bytes(`From: Receptie Van Loon <receptie@vanloontechniek.example>
To: in@answers.example,
	Gerard van Loon <g.vanloon@vanloontechniek.example>
Subject: FW: Planning monteurs
Date: Thu, 22 Jan 2026 09:05:33 +0100
Message-ID: <10bfe2c1ab5c5cde42.078680@vanloontechniek.example>
In-Reply-To: <uko3ROS7jhxLe0q6hfXRmZ@geopod-ismtpd-10>
References: <uko3ROS7jhxLe0q6hfXRmZ@geopod-ismtpd-10>
MIME-Version: 1.0
Content-Type: multipart/mixed;
	boundary="----=_Part_0w3ICzodjJjbXL"

------=_Part_0w3ICzodjJjbXL
Content-Type: text/plain; charset=us-ascii
Content-Transfer-Encoding: 7bit

Doorgestuurd naar Gerard, hij gaat over de planning.

Receptie


------=_Part_0w3ICzodjJjbXL
Content-Type: message/rfc822
Content-Disposition: attachment; filename="Planning monteurs.eml"

Message-ID: <8x1vjTDZbairsTMGYGWKyS@geopod-ismtpd-1>
From: Sanne de Boer <sanne@mail.kadesoft.example>
To: receptie@vanloontechniek.example
Subject: Planning monteurs
Date: Thu, 22 Jan 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

${OURS.nl}


------=_Part_0w3ICzodjJjbXL--
`),
  },
  {
    name: '115',
    language: 'en',
    system: 'blind',
    type: 'auto_reply',
    at: '2026-03-09T12:01:07Z',
    facts: { reason: 'ticket' },
    raw: mail({
      from: 'Brightwell Support <support@brightwell.zendesk.example>',
      subject: '[Request received] Your second warehouse',
      date: 'Mon, 9 Mar 2026 12:01:01 +0000',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-Zendesk-From-Account-Id', '1a2b3c4'],
      ],
      text: `##- Please type your reply above this line -##

Your request (48213) has been received and is being reviewed by our support staff.

To add additional comments, reply to this email. To stop receiving updates on
this ticket, visit https://brightwell.zendesk.example/hc/requests/48213

--------------------------------
This email is a service from Brightwell.
`,
    }),
  },
  {
    name: '116',
    language: 'de',
    system: 'blind',
    type: 'auto_reply',
    at: '2026-04-13T10:15:06Z',
    facts: { reason: 'gone' },
    raw: mail({
      from: 'Simon Hechler <s.hechler@aqualyt-filter.example>',
      subject: 'Automatische Antwort: Kurz nachgefasst',
      date: 'Mon, 13 Apr 2026 10:14:50 +0000',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
      ],
      text: `Guten Tag,

Herr Hechler ist seit dem 31. März nicht mehr für die Aqualyt Filter GmbH tätig. Dieses Postfach wird nicht mehr gelesen und zum 30.06.2026 gelöscht.

Bitte wenden Sie sich künftig an vertrieb@aqualyt-filter.example.
`,
      encoding: 'quoted-printable',
    }),
  },
];
