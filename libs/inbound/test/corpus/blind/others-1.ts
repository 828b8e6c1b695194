import type { Fixture } from '../fixture.ts';
import { bytes, OURS } from './written.ts';

export const BLIND_OTHERS_1: readonly Fixture[] = [
  {
    name: '106',
    language: 'en',
    system: 'blind',
    type: 'complaint',
    at: '2026-02-20T04:13:07Z',
    raw: bytes(`From: feedback@arf.mail.yahoo.com
To: abuse@mail.northbeam.example
Subject: FW: quick question
Date: Fri, 20 Feb 2026 04:12:50 +0000
Message-ID: <0b4f6ab2f43e88c3fa.589897@arf.mail.yahoo.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
	boundary="----=_Part_43idIuV2wM2b5D"

------=_Part_43idIuV2wM2b5D
Content-Type: text/plain; charset=us-ascii
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message from northbeam.example on Fri, 20 Feb 2026 04:10:12 +0000


------=_Part_43idIuV2wM2b5D
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Yahoo!-Mail-Feedback/2.0
Version: 0.1
Original-Mail-From: <bounces+8812-3c1a-lparr=yahoo.example@em.northbeam.example>
Original-Rcpt-To: lparr@yahoo.example
Received-Date: Fri, 20 Feb 2026 04:10:12 +0000
Reported-Domain: northbeam.example
Authentication-Results: dkim=pass (domain=northbeam.example)


------=_Part_43idIuV2wM2b5D
Content-Type: message/rfc822

Message-ID: <1egeyT4JGmADGPRdbOWUIZ@geopod-ismtpd-8>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: lparr@yahoo.example
Reply-To: in@answers.example
Subject: quick question
Date: Thu, 19 Feb 2026 16:02:00 +0000
Content-Type: text/plain; charset=us-ascii

Hello Louise,

just floating this to the top of your inbox. Did you have a chance to look at
the delivery numbers I sent before the holiday?

Daniel
--
Don't want these emails? Reply STOP or click to unsubscribe:
https://go.northbeam.example/u/77ab0c


------=_Part_43idIuV2wM2b5D--
`),
  },
  {
    name: '107',
    language: 'en',
    system: 'blind',
    type: 'complaint',
    at: '2026-05-02T19:30:13Z',
    raw: bytes(`From: Universal Feedback Loop <feedbackloop@fbl.cablenet.example>
To: in@answers.example
Subject: Abuse Report
Date: Sat, 2 May 2026 19:30:02 +0000
Message-ID: <6562f98d2c74bc3a37.358106@fbl.cablenet.example>
Precedence: list
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
	boundary="feedback-27715-1777750202"

--feedback-27715-1777750202
Content-Type: text/plain; charset=US-ASCII
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP 192.0.2.71 on Sat, 02 May 2026 14:22:10 -0500.
For information about this format please see RFC 5965.


--feedback-27715-1777750202
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: ReturnPathFBL/2.0
Version: 1
Source-IP: 192.0.2.71
Arrival-Date: Sat, 02 May 2026 14:22:10 -0500
Original-Rcpt-To: 1b5f3a0c9d8e7f66@redacted.example
Removal-Recipient: 1b5f3a0c9d8e7f66@redacted.example


--feedback-27715-1777750202
Content-Type: text/rfc822-headers

Message-ID: <LcrAkkDCQWgJSD1qsZYYKr@geopod-ismtpd-10>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: [redacted]
Subject: Following up
Date: Sat, 2 May 2026 19:22:05 +0000
List-Unsubscribe: <https://go.northbeam.example/u/rr9>


--feedback-27715-1777750202--
`),
  },
  {
    name: '108',
    language: 'de',
    system: 'blind',
    type: 'complaint',
    at: '2026-06-29T06:09:26Z',
    raw: bytes(`From: FBL <fbl-noreply@postmaster.freimail.example>
To: in@answers.example
Subject: =?utf-8?Q?Spam-Beschwerde_=C3=BCber_Ihre_Nachricht_=22Kurz_nachgefasst?=
 =?utf-8?Q?=22?=
Date: Mon, 29 Jun 2026 08:08:44 +0200
Message-ID: <d810859ac7f09e6e43.569879@postmaster.freimail.example>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
	boundary="----=_Part_PUEghpJKxXOLzD"

------=_Part_PUEghpJKxXOLzD
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Sehr geehrte Damen und Herren,

ein Nutzer hat die angehängte E-Mail als Spam markiert. Bitte entfernen Sie den
Empfänger aus Ihrem Verteiler.

Ihr Freimail Postmaster-Team


------=_Part_PUEghpJKxXOLzD
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Freimail-FBL/1.3
Version: 1
Original-Rcpt-To: sonja.tietz@freimail.example
Arrival-Date: Mon, 29 Jun 2026 07:59:00 +0200
Source-IP: 192.0.2.90


------=_Part_PUEghpJKxXOLzD
Content-Type: message/rfc822

Message-ID: <SyASPVSpHq9WtBGLOIYbx6@geopod-ismtpd-2>
From: Lena Vogt <lena.vogt@mail.taktwerk.example>
To: sonja.tietz@freimail.example
Reply-To: in@answers.example
Subject: Kurz nachgefasst
Date: Mon, 29 Jun 2026 05:58:51 +0000
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Guten Tag Frau Tietz,

ich wollte kurz nachfassen: Ist das Thema Instandhaltung bei Ihnen noch vor
dem Urlaub aktuell oder eher im Herbst?

Beste Grüße
Lena Vogt
--
Wenn Sie keine Nachrichten mehr erhalten möchten, antworten Sie mit "STOPP"
oder klicken Sie auf Abbestellen.


------=_Part_PUEghpJKxXOLzD--
`),
  },
  {
    name: '109',
    language: 'fr',
    system: 'blind',
    type: 'complaint',
    at: '2026-03-31T15:17:24Z',
    raw: bytes(`From: =?utf-8?B?Qm91Y2xlIGRlIHLDqXRyb2FjdGlvbg==?= <complaint@fbl.signal-courriel.example>
To: abuse@mail.orvalis.example
Subject: [FBL] Plainte utilisateur
Date: Tue, 31 Mar 2026 17:17:17 +0200
Message-ID: <1c642ea9a007f02cd8.533491@fbl.signal-courriel.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type="feedback-report";
	boundary="----=_Part_SnDSuDEY8r4RzF"

------=_Part_SnDSuDEY8r4RzF
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Un internaute a signalé le message ci-joint comme indésirable.


------=_Part_SnDSuDEY8r4RzF
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1.0
User-Agent: SignalCourriel/4.2
Original-Mail-From: bounces+99-aa@em.orvalis.example
Source-IP: 192.0.2.101
Incidents: 1


------=_Part_SnDSuDEY8r4RzF
Content-Type: message/rfc822

Message-ID: <NKTTQ65AEwFvd1pXam9bdp@geopod-ismtpd-5>
From: Camille Aubert <camille@mail.orvalis.example>
To: x-anonyme@fai.example
Reply-To: in@answers.example
Subject: Relance
Date: Tue, 31 Mar 2026 13:40:00 +0000
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${OURS.fr}


------=_Part_SnDSuDEY8r4RzF--
`),
  },
];
