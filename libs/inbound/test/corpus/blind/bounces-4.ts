import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { bytes } from './written.ts';

export const BLIND_BOUNCES_4: readonly Fixture[] = [
  {
    name: '102',
    language: 'en',
    system: 'blind',
    type: 'bounce',
    at: '2026-01-29T04:47:49Z',
    facts: { recipients: [{ address: 'orders@bayou-hydraulics.example', kind: 'refused' }] },
    raw: bytes(`Return-Path: <>
From: Mail Delivery Subsystem <MAILER-DAEMON@gw.bayou-hydraulics.example>
To: in@answers.example
Subject: Returned mail: see transcript for details
Date: Wed, 28 Jan 2026 22:47:30 -0600
Message-ID: <202601290447.60T4lUx1018823@gw.bayou-hydraulics.example>
Auto-Submitted: auto-generated (failure)
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="60T4lUx1018823.1769662050/gw.bayou-hydraulics.example"

--60T4lUx1018823.1769662050/gw.bayou-hydraulics.example
Content-Type: text/plain

The original message was received at Wed, 28 Jan 2026 22:47:29 -0600
from o3.sg.northbeam.example [192.0.2.73]

   ----- The following addresses had permanent fatal errors -----
<orders@bayou-hydraulics.example>
    (reason: 554 5.7.1 Message rejected due to content policy)

   ----- Transcript of session follows -----
... while talking to filter.bayou-hydraulics.example.:
>>> DATA
<<< 554 5.7.1 Message rejected due to content policy
554 5.0.0 Service unavailable


--60T4lUx1018823.1769662050/gw.bayou-hydraulics.example
Content-Type: message/delivery-status

Reporting-MTA: dns; gw.bayou-hydraulics.example
Received-From-MTA: DNS; o3.sg.northbeam.example
Arrival-Date: Wed, 28 Jan 2026 22:47:29 -0600

Final-Recipient: RFC822; orders@bayou-hydraulics.example
Action: failed
Status: 5.7.1
Remote-MTA: DNS; filter.bayou-hydraulics.example
Diagnostic-Code: SMTP; 554 5.7.1 Message rejected due to content policy
Last-Attempt-Date: Wed, 28 Jan 2026 22:47:30 -0600


--60T4lUx1018823.1769662050/gw.bayou-hydraulics.example
Content-Type: text/rfc822-headers

Message-ID: <qZKvpN2VuxDHeap222bhUd@geopod-ismtpd-3>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: orders@bayou-hydraulics.example
Subject: quick question
Date: Thu, 29 Jan 2026 04:47:20 +0000


--60T4lUx1018823.1769662050/gw.bayou-hydraulics.example--
`),
  },
  {
    name: '103',
    language: 'nl',
    system: 'blind',
    type: 'bounce',
    at: '2026-04-08T06:34:05Z',
    facts: { recipients: [{ address: 'm.elzinga@elzinga-metaal.example', kind: 'hard' }] },
    raw: mail({
      from: 'Mailbeheer <postmaster@elzinga-metaal.example>',
      subject: 'Onbestelbaar: Planning monteurs',
      date: 'Wed, 8 Apr 2026 08:33:49 +0200',
      headers: [...ANSWERS, ['Return-Path', '<>']],
      html: `<html><body><p style="font-family:Tahoma"><b>De bezorging bij de volgende geadresseerden of groepen is mislukt:</b></p>
<p><a href="mailto:m.elzinga@elzinga-metaal.example">m.elzinga@elzinga-metaal.example</a><br>Het ingevoerde e-mailadres is niet gevonden. Controleer het e-mailadres van de geadresseerde en probeer het bericht opnieuw te verzenden.</p>
<p style="color:gray;font-size:8pt">Diagnostische gegevens voor beheerders:<br>Genererende server: EXCH01.elzinga.local<br>m.elzinga@elzinga-metaal.example<br>#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##</p>
</body></html>`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '104',
    language: 'de',
    system: 'blind',
    type: 'bounce',
    at: '2026-03-03T06:21:45Z',
    facts: { recipients: [{ address: 'jhuber@landratsamt-inntal.example', kind: 'hard' }] },
    raw: bytes(`Return-Path: <>
From: "Mailer-Daemon" <Mailer-Daemon@gwia.landratsamt-inntal.example>
To: in@answers.example
Subject: Message status - undeliverable
Date: Tue, 3 Mar 2026 07:21:11 +0100
Message-ID: <2b1f477622d91b0fdb.240258@gwia.landratsamt-inntal.example>
X-Mailer: GroupWise Internet Agent 18.4.2
MIME-Version: 1.0
Content-Type: multipart/mixed;
	boundary="=__Part8F2A01C7.0__="

--=__Part8F2A01C7.0__=
Content-Type: text/plain; charset=US-ASCII
Content-Transfer-Encoding: 7bit

The attached file had the following undeliverable recipient(s):
JHuber@landratsamt-inntal.example
  User unknown (D101)


--=__Part8F2A01C7.0__=
Content-Type: message/rfc822

Message-ID: <gi64GyFn8JSqH0UKcCiR3w@geopod-ismtpd-2>
From: Lena Vogt <lena.vogt@mail.taktwerk.example>
To: JHuber@landratsamt-inntal.example
Subject: Wartung im Fuhrpark
Date: Tue, 3 Mar 2026 06:21:00 +0000
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Guten Tag Herr Huber,

wer kümmert sich bei Ihnen um den Fuhrpark?

Lena Vogt
Keine weiteren E-Mails? Abmelden: https://go.taktwerk.example/u/jh2


--=__Part8F2A01C7.0__=--
`),
  },
  {
    name: '105',
    language: 'fr',
    system: 'blind',
    type: 'bounce',
    at: '2026-06-16T10:01:06Z',
    facts: { recipients: [{ address: 'contact@menuiserie-touraine-ex.example', kind: 'hard' }] },
    raw: mail({
      from: 'MAILER-DAEMON@sortie4.courrielpro.example',
      subject: 'Échec de remise de votre message',
      date: 'Tue, 16 Jun 2026 12:00:33 +0200',
      headers: [['Return-Path', '<>']],
      text: `Désolé, nous n'avons pas pu remettre votre message à l'adresse suivante.

<contact@menuiserie-touraine-ex.example> :
Impossible de trouver le serveur de messagerie du domaine (host not found, NXDOMAIN). Abandon après 5 jours.

--- En-têtes du message d'origine ci-dessous ---

De : Camille Aubert <camille@mail.orvalis.example>
À : contact@menuiserie-touraine-ex.example
Objet : Relance
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
];
