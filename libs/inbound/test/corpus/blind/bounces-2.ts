import type { Fixture } from '../fixture.ts';
import { bytes, OURS } from './written.ts';

export const BLIND_BOUNCES_2: readonly Fixture[] = [
  {
    name: '094',
    language: 'de',
    system: 'blind',
    type: 'bounce',
    at: '2026-01-14T09:10:49Z',
    facts: { recipients: [{ address: 'v.siebert@siebert-hydraulik.example', kind: 'refused' }] },
    raw: bytes(`Return-Path: <>
From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@siebert-hydraulik.example>
To: in@answers.example
Subject: Unzustellbar: Wartungsplanung
Date: Wed, 14 Jan 2026 09:10:11 +0000
Message-ID: <3bd8c63903ce584bf8.077260@siebert-hydraulik.example>
X-MS-Exchange-Message-Is-Ndr: 
Auto-Submitted: auto-replied
Content-Language: de-DE
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="----=_Part_QOo4JSmiLOlOOK"

------=_Part_QOo4JSmiLOlOOK
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>
<body><p><b>Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:</b></p>
<p><a href="mailto:v.siebert@siebert-hydraulik.example">v.siebert@siebert-hydraulik.example</a><br>Ihre Nachricht kann nicht zugestellt werden, weil die Zustellung an diese Adresse eingeschränkt ist.</p>
<p><small>Diagnoseinformationen für Administratoren:<br>Generierender Server: AM9PR0000.eurprd05.prod.outlook.example<br>v.siebert@siebert-hydraulik.example<br>Remote server returned '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group'</small></p>
</body></html>

------=_Part_QOo4JSmiLOlOOK
Content-Type: message/delivery-status

Reporting-MTA: dns;AM9PR0000.eurprd05.prod.outlook.example
Arrival-Date: Wed, 14 Jan 2026 09:10:09 +0000

Final-Recipient: rfc822;v.siebert@siebert-hydraulik.example
Action: failed
Status: 5.7.133
Diagnostic-Code: smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group
X-Display-Name: v.siebert@siebert-hydraulik.example


------=_Part_QOo4JSmiLOlOOK
Content-Type: message/rfc822

Message-ID: <bCL1gzlQuX7Ncl9drDNg4o@geopod-ismtpd-1>
From: Lena Vogt <lena.vogt@mail.taktwerk.example>
To: v.siebert@siebert-hydraulik.example
Subject: Wartungsplanung
Date: Wed, 14 Jan 2026 09:10:00 +0000
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${OURS.de}


------=_Part_QOo4JSmiLOlOOK--
`),
  },
  {
    name: '095',
    language: 'en',
    system: 'blind',
    type: 'bounce',
    at: '2026-06-25T10:14:20Z',
    facts: { recipients: [{ address: 'tara.quist@mossandpine.example', kind: 'hard' }] },
    raw: bytes(`Return-Path: <>
Received: by 2002:a05:6a20:3d8e:b0:1f5:0:0 with SMTP id g14mr0; Thu, 25 Jun 2026 03:14:09 -0700 (PDT)
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: in@answers.example
Subject: Delivery Status Notification (Failure)
Date: Thu, 25 Jun 2026 03:14:09 -0700
Message-ID: <667a9be1.170a0220.b5f2c.0000.GMR@mx.google.com>
X-Failed-Recipients: tara.quist@mossandpine.example
Auto-Submitted: auto-replied
References: <2d7mVPOwr2UWy8f5cLofRb@geopod-ismtpd-6>
In-Reply-To: <2d7mVPOwr2UWy8f5cLofRb@geopod-ismtpd-6>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="000000000000c8d19d061b8fd1aa"

--000000000000c8d19d061b8fd1aa
Content-Type: multipart/alternative;
	boundary="----=_Part_ErWjc9AW9WDAhT"

------=_Part_ErWjc9AW9WDAhT
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: 7bit


** Address not found **

Your message wasn't delivered to tara.quist@mossandpine.example because the address couldn't be found, or is unable to receive mail.

Learn more here: https://support.google.com/mail/?p=NoSuchUser

The response was:

550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. For more information, go to https://support.google.com/mail/?p=NoSuchUser d9443c01a7336-1f9eb5f0sor4401 - gsmtp


------=_Part_ErWjc9AW9WDAhT
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: 7bit

<html><head><style>* {font-family:Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif;}</style></head><body><table><tr><td><h2>Address not found</h2>Your message wasn't delivered to <a style="color:#212121;text-decoration:none"><b>tara.quist@mossandpine.example</b></a> because the address couldn't be found, or is unable to receive mail.</td></tr></table></body></html>

------=_Part_ErWjc9AW9WDAhT--


--000000000000c8d19d061b8fd1aa
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Thu, 25 Jun 2026 03:14:08 -0700 (PDT)
X-Original-Message-ID: <2d7mVPOwr2UWy8f5cLofRb@geopod-ismtpd-6>

Final-Recipient: rfc822; tara.quist@mossandpine.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
 550-5.1.1 double-checking the recipient's email address for typos or
 550-5.1.1 unnecessary spaces. gsmtp
Last-Attempt-Date: Thu, 25 Jun 2026 03:14:09 -0700 (PDT)


--000000000000c8d19d061b8fd1aa
Content-Type: message/rfc822

Message-ID: <2d7mVPOwr2UWy8f5cLofRb@geopod-ismtpd-6>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: tara.quist@mossandpine.example
Subject: Moss & Pine
Date: Thu, 25 Jun 2026 10:14:00 +0000
Content-Type: text/plain; charset=us-ascii

Hi Tara, saw your new shop opened. Congratulations!

Daniel
Unsubscribe: https://go.northbeam.example/u/tq3


--000000000000c8d19d061b8fd1aa--
`),
  },
  {
    name: '096',
    language: 'es',
    system: 'blind',
    type: 'bounce',
    at: '2026-03-24T12:44:40Z',
    facts: { recipients: [{ address: 'compras@talleresbahia.example', kind: 'soft' }] },
    raw: bytes(`Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: in@answers.example
Subject: Delivery Status Notification (Failure)
Date: Tue, 24 Mar 2026 05:44:20 -0700
Message-ID: <68021ab4.050a0220.1d11f.0000.GMR@mx.google.com>
X-Failed-Recipients: compras@talleresbahia.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="00000000000055c0f30630a1d8b2"

--00000000000055c0f30630a1d8b2
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

** La bandeja de entrada del destinatario está llena **

Tu mensaje no se ha entregado a compras@talleresbahia.example. La bandeja de entrada está llena o está recibiendo demasiados mensajes en este momento.

Obtén más información aquí: https://support.google.com/mail/?p=OverQuotaPerm

La respuesta fue:

452 4.2.2 The recipient's inbox is out of storage space. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaTemp - gsmtp

--00000000000055c0f30630a1d8b2
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Sat, 21 Mar 2026 05:40:01 -0700 (PDT)
X-Original-Message-ID: <8PhvE9D2YostwEoJAsOgve@geopod-ismtpd-6>

Final-Recipient: rfc822; compras@talleresbahia.example
Action: failed
Status: 4.2.2
Diagnostic-Code: smtp; 452-4.2.2 The recipient's inbox is out of storage space. gsmtp
Last-Attempt-Date: Tue, 24 Mar 2026 05:44:20 -0700 (PDT)


--00000000000055c0f30630a1d8b2
Content-Type: message/rfc822

Message-ID: <8PhvE9D2YostwEoJAsOgve@geopod-ismtpd-6>
From: Marta Ruiz <marta@mail.veloxia.example>
To: compras@talleresbahia.example
Subject: Rutas de reparto
Date: Sat, 21 Mar 2026 12:39:58 +0000
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${OURS.es}


--00000000000055c0f30630a1d8b2--
`),
  },
];
