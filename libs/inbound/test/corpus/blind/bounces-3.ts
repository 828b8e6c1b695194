import type { Fixture } from '../fixture.ts';
import { mail } from '../mime.ts';
import { bytes } from './written.ts';

export const BLIND_BOUNCES_3: readonly Fixture[] = [
  {
    name: '097',
    language: 'en',
    system: 'blind',
    type: 'bounce',
    at: '2026-04-30T11:09:32Z',
    facts: { recipients: [{ address: 'ronald@millpond-feeds.example', kind: 'hard' }] },
    raw: mail({
      from: 'MAILER-DAEMON@ns1.millpond-feeds.example',
      subject: 'failure notice',
      date: 'Thu, 30 Apr 2026 11:09:07 +0000',
      headers: [
        ['Return-Path', '<>'],
        ['Received', '(qmail 22811 invoked for bounce); 30 Apr 2026 11:09:07 -0000'],
      ],
      text: `Hi. This is the qmail-send program at ns1.millpond-feeds.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ronald@millpond-feeds.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <r-fko7fdrvzmm3ll7kntwyqeg5vp@answers.cadenza-mail.example>
Received: (qmail 22809 invoked from network); 30 Apr 2026 11:09:07 -0000
Message-ID: <wHhBr0M6jMfY8Oo0wLYfcM@geopod-ismtpd-1>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: ronald@millpond-feeds.example
Subject: Re: Following up
Date: Thu, 30 Apr 2026 11:09:01 +0000

Hi Ronald,
should I stop writing? A one-word reply is fine.
Daniel
`,
    }),
  },
  {
    name: '098',
    language: 'fr',
    system: 'blind',
    type: 'bounce',
    at: '2026-02-09T09:31:41Z',
    facts: { recipients: [{ address: 'mchevallier@verrerie-chevallier.example', kind: 'hard' }] },
    raw: mail({
      from: 'Administrateur système <postmaster@verrerie-chevallier.example>',
      to: 'Camille Aubert <camille@mail.orvalis.example>',
      subject: 'Non remis : Vos notes de frais',
      date: 'Mon, 9 Feb 2026 10:31:00 +0100',
      headers: [
        ['Return-Path', '<>'],
        ['X-MS-Embedded-Report', ''],
      ],
      text: `Votre message

  À :       mchevallier@verrerie-chevallier.example
  Objet :   Vos notes de frais
  Envoyé :  lun. 9 févr. 2026 10:30:41 +0100

n'a pas atteint le(s) destinataire(s) suivant(s) :

mchevallier@verrerie-chevallier.example le lun. 9 févr. 2026 10:30:58 +0100
    Le nom du destinataire n'est pas reconnu
	L'ID MTS du message d'origine est : c=fr;a= ;p=verrerie;l=SRVMAIL-260209093058Z-1184
    MSEXCH:IMS:VERRERIE:SIEGE:SRVMAIL 0 (000C05A6) Unknown Recipient
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '099',
    language: 'de',
    system: 'blind',
    type: 'bounce',
    at: '2026-07-15T11:06:13Z',
    facts: { recipients: [{ address: 'einkauf@lorenz-glas.example', kind: 'soft' }] },
    raw: bytes(`Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@relay.hostingwerk.example>
To: in@answers.example
Subject: =?utf-8?B?VmVyesO2Z2VydGUgWnVzdGVsbHVuZyAvIERlbGF5ZWQgTWFpbCAoc3RpbGwg?=
 =?utf-8?B?YmVpbmcgcmV0cmllZCk=?=
Date: Wed, 15 Jul 2026 13:05:58 +0200
Message-ID: <0006a0ab4c7034ad67.593318@relay.hostingwerk.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4Wk8R11ZzRz2y.1784113558/relay.hostingwerk.example"

--4Wk8R11ZzRz2y.1784113558/relay.hostingwerk.example
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dies ist das Mailsystem auf relay.hostingwerk.example.

####################################################################
# DIES IST NUR EINE WARNUNG. SIE MÜSSEN IHRE NACHRICHT NICHT ERNEUT #
# SENDEN.                                                          #
####################################################################

Ihre Nachricht konnte seit 4 Stunden nicht zugestellt werden. Es wird weitere
5 Tage lang versucht, sie zuzustellen.

<einkauf@lorenz-glas.example>: connect to mail.lorenz-glas.example[192.0.2.144]:25:
    Connection timed out


--4Wk8R11ZzRz2y.1784113558/relay.hostingwerk.example
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.hostingwerk.example
X-Postfix-Queue-ID: 4Wk8R11ZzRz2y
Arrival-Date: Wed, 15 Jul 2026 08:59:12 +0200 (CEST)

Final-Recipient: rfc822; einkauf@lorenz-glas.example
Original-Recipient: rfc822;einkauf@lorenz-glas.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.lorenz-glas.example[192.0.2.144]:25: Connection timed out
Will-Retry-Until: Mon, 20 Jul 2026 08:59:12 +0200 (CEST)


--4Wk8R11ZzRz2y.1784113558/relay.hostingwerk.example
Content-Type: text/rfc822-headers

Message-ID: <I77aULI1onW2t6S21qrEqL@geopod-ismtpd-7>
From: Lena Vogt <lena.vogt@mail.taktwerk.example>
To: einkauf@lorenz-glas.example
Subject: Kurz nachgefasst
Date: Wed, 15 Jul 2026 06:59:05 +0000


--4Wk8R11ZzRz2y.1784113558/relay.hostingwerk.example--
`),
  },
  {
    name: '100',
    language: 'it',
    system: 'blind',
    type: 'bounce',
    at: '2026-05-20T14:16:32Z',
    facts: { recipients: [{ address: 'info@panificiorossetti.example', kind: 'soft' }] },
    raw: mail({
      from: 'Servizio di posta <mailer-daemon@smtp-in3.postasicura.example>',
      subject: 'Mancata consegna della posta',
      date: 'Wed, 20 May 2026 16:16:16 +0200',
      headers: [
        ['Return-Path', '<>'],
        ['Auto-Submitted', 'auto-generated'],
      ],
      text: `Questo è un messaggio generato automaticamente dal server di posta.

Il messaggio inviato a:

   <info@panificiorossetti.example>

non è stato recapitato perché la casella del destinatario è piena:

   552 5.2.2 Mailbox full / quota exceeded

--- Intestazioni del messaggio originale ---
Message-ID: <Sx9eAImruMsICTaq7VlQxW@geopod-ismtpd-3>
From: Paolo Ferri <paolo@mail.nubilo.example>
To: info@panificiorossetti.example
Subject: Due minuti?
Date: Wed, 20 May 2026 14:16:02 +0000
`,
    }),
  },
  {
    name: '101',
    language: 'en',
    system: 'blind',
    type: 'bounce',
    at: '2026-08-19T08:58:25Z',
    facts: { recipients: [{ address: 'akemp@stirlingmarine.example', kind: 'hard' }] },
    raw: bytes(`Return-Path: <>
From: Postmaster@stirlingmarine.example
To: in@answers.example
Subject: DELIVERY FAILURE: User akemp (akemp@stirlingmarine.example) not listed in Domino Directory
Date: Wed, 19 Aug 2026 09:58:12 +0100
Message-ID: <cbc117e14012865317.505552@stirlingmarine.example>
X-Mailer: HCL Domino Release 12.0.2FP3
X-MIMETrack: Serialize by Router on DOM1/Stirling
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="==IFJRGLKFGIR25201654UHRUHIHD"

--==IFJRGLKFGIR25201654UHRUHIHD
Content-Type: text/plain; charset=US-ASCII
Content-Transfer-Encoding: 7bit

Your message

  Subject: Your second warehouse

was not delivered to:

  akemp@stirlingmarine.example

because:

  User akemp (akemp@stirlingmarine.example) not listed in Domino Directory




--==IFJRGLKFGIR25201654UHRUHIHD
Content-Type: message/delivery-status

Reporting-MTA: dns;dom1.stirlingmarine.example

Final-Recipient: rfc822;akemp@stirlingmarine.example
Action: failed
Status: 5.1.1
Diagnostic-Code: X-Notes; User akemp (akemp@stirlingmarine.example) not listed in Domino Directory


--==IFJRGLKFGIR25201654UHRUHIHD
Content-Type: message/rfc822

Message-ID: <5dpevym6js5QkkwJJvlXyU@geopod-ismtpd-8>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: akemp@stirlingmarine.example
Subject: Your second warehouse
Date: Wed, 19 Aug 2026 08:58:02 +0000
Content-Type: text/plain; charset=us-ascii

Hi Alan,

I noticed you opened a second warehouse in Daventry. Most teams we talk to lose
about an hour per shift to bad slotting once a new site goes live.

Northbeam re-slots overnight and stops the walking. Would a 15 minute call next
Tuesday be a terrible idea?

Best,
Daniel

Daniel Reeve | Northbeam Ltd, 14 Quay Street, Bristol BS1 4DJ
You receive this email because of your role. If you'd rather not hear from us
again, unsubscribe here: https://go.northbeam.example/u/8f3kq2


--==IFJRGLKFGIR25201654UHRUHIHD--
`),
  },
];
