import type { Fixture } from '../fixture.ts';
import { mail } from '../mime.ts';
import { bytes } from './written.ts';

export const BLIND_BOUNCES_1: readonly Fixture[] = [
  {
    name: '091',
    language: 'en',
    system: 'blind',
    type: 'bounce',
    at: '2026-02-11T08:02:36Z',
    facts: { recipients: [{ address: 'g.ashworth@ashworth-tools.example', kind: 'hard' }] },
    raw: bytes(`Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx2.ashworth-tools.example>
To: in@answers.example
Subject: Undelivered Mail Returned to Sender
Date: Wed, 11 Feb 2026 08:02:14 +0000
Message-ID: <38a00c68578a0b82a6.748086@mx2.ashworth-tools.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4Fz1Qk2xTdz9vB.1770796934/mx2.ashworth-tools.example"

This is a MIME-encapsulated message.

--4Fz1Qk2xTdz9vB.1770796934/mx2.ashworth-tools.example
Content-Type: text/plain; charset=us-ascii
Content-Transfer-Encoding: 7bit
Content-Description: Notification

This is the mail system at host mx2.ashworth-tools.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.

                   The mail system

<g.ashworth@ashworth-tools.example>: host 10.20.0.5[10.20.0.5] said: 550 5.1.1
    <g.ashworth@ashworth-tools.example>: Recipient address rejected: User
    unknown in virtual mailbox table (in reply to RCPT TO command)


--4Fz1Qk2xTdz9vB.1770796934/mx2.ashworth-tools.example
Content-Type: message/delivery-status
Content-Description: Delivery report

Reporting-MTA: dns; mx2.ashworth-tools.example
X-Postfix-Queue-ID: 4Fz1Qk2xTdz9vB
X-Postfix-Sender: rfc822; in@answers.example
Arrival-Date: Wed, 11 Feb 2026 08:02:13 +0000 (GMT)

Final-Recipient: rfc822; g.ashworth@ashworth-tools.example
Original-Recipient: rfc822;g.ashworth@ashworth-tools.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; 10.20.0.5
Diagnostic-Code: smtp; 550 5.1.1 <g.ashworth@ashworth-tools.example>: Recipient
    address rejected: User unknown in virtual mailbox table


--4Fz1Qk2xTdz9vB.1770796934/mx2.ashworth-tools.example
Content-Type: text/rfc822-headers
Content-Description: Undelivered Message Headers

Message-ID: <ZOBx6mJpVfMil7C9Zc7pp4@geopod-ismtpd-4>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: g.ashworth@ashworth-tools.example
Reply-To: Daniel Reeve <in@answers.example>
Subject: Your second warehouse
Date: Wed, 11 Feb 2026 08:02:09 +0000
List-Unsubscribe: <https://go.northbeam.example/u/ga1>, <mailto:u-rjpjcnaxbzpz34jvn2ea2pr53e@answers.cadenza-mail.example>
Content-Type: text/plain; charset=utf-8


--4Fz1Qk2xTdz9vB.1770796934/mx2.ashworth-tools.example--
`),
  },
  {
    name: '092',
    language: 'en',
    system: 'blind',
    type: 'bounce',
    at: '2026-03-18T14:33:29Z',
    facts: { recipients: [{ address: 'sales@lindqvist-cranes.example', kind: 'hard' }] },
    raw: mail({
      from: 'Mail Delivery System <Mailer-Daemon@server17.hostrunner.example>',
      subject: 'Mail delivery failed: returning message to sender',
      date: 'Wed, 18 Mar 2026 14:33:02 +0000',
      headers: [
        ['Return-Path', '<>'],
        ['X-Failed-Recipients', 'sales@lindqvist-cranes.example'],
        ['Auto-Submitted', 'auto-replied'],
      ],
      text: `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  sales@lindqvist-cranes.example
    No Such User Here

------ This is a copy of the message, including all the headers. ------

Return-path: <r-wa7mstqightjfcfwt3ahwblxwi@answers.cadenza-mail.example>
Received: from o7.sg.northbeam.example ([192.0.2.71])
	by server17.hostrunner.example with esmtps (TLS1.3)
	id 1w2kXZ-0004Pz-1c; Wed, 18 Mar 2026 14:33:01 +0000
Message-ID: <KxvsJVdrNx7leM39PSMs3f@geopod-ismtpd-7>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: sales@lindqvist-cranes.example
Subject: quick question
Date: Wed, 18 Mar 2026 14:32:55 +0000
Content-Type: text/plain; charset=us-ascii

Hi there,

who looks after your spare part store?

Daniel
Don't want these emails? Reply STOP.
`,
    }),
  },
  {
    name: '093',
    language: 'en',
    system: 'blind',
    type: 'bounce',
    at: '2026-05-06T17:21:18Z',
    facts: { recipients: [{ address: 'noah.feld@corvidlabs.example', kind: 'hard' }] },
    raw: bytes(`Return-Path: <>
From: postmaster@corvidlabs.example
To: in@answers.example
Subject: Undeliverable: Tuesday?
Date: Wed, 6 May 2026 17:20:40 +0000
Message-ID: <3f7bb1c4-11e4-4d1c-93d6-7a0a55e0d7d1@BL0PR0000.namprd12.prod.outlook.example>
X-MS-Exchange-Message-Is-Ndr: 
Auto-Submitted: auto-replied
In-Reply-To: <2eT117h7gA8FLxnwYnKC0k@geopod-ismtpd-7>
References: <2eT117h7gA8FLxnwYnKC0k@geopod-ismtpd-7>
Content-Language: en-US
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="_a41c7d3e-bf6f-4b7d-8f3f-21a6e43d02d3_"

--_a41c7d3e-bf6f-4b7d-8f3f-21a6e43d02d3_
Content-Type: multipart/alternative;
	boundary="----=_Part_u6hB3s1nzUgfNK"

------=_Part_u6hB3s1nzUgfNK
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Delivery has failed to these recipients or groups:

Noah.Feld@corvidlabs.example<mailto:Noah.Feld@corvidlabs.example>
The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message. If the problem continues, please contact your email admin.







Diagnostic information for administrators:

Generating server: BL0PR0000.namprd12.prod.outlook.example

Noah.Feld@corvidlabs.example
Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient Noah.Feld@corvidlabs.example not found by SMTP address lookup'


------=_Part_u6hB3s1nzUgfNK
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><body><p><b><font color="#000066" size="3" face="Arial">Delivery has failed to these recipients or groups:</font></b></p>
<p><a href="mailto:Noah.Feld@corvidlabs.example">Noah.Feld@corvidlabs.example</a><br>The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message. If the problem continues, please contact your email admin.</p>
<p><font color="#808080" size="2">Diagnostic information for administrators:<br>Generating server: BL0PR0000.namprd12.prod.outlook.example<br><br>Noah.Feld@corvidlabs.example<br>Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient Noah.Feld@corvidlabs.example not found by SMTP address lookup'</font></p>
</body></html>

------=_Part_u6hB3s1nzUgfNK--


--_a41c7d3e-bf6f-4b7d-8f3f-21a6e43d02d3_
Content-Type: message/delivery-status

Reporting-MTA: dns;BL0PR0000.namprd12.prod.outlook.example
Received-From-MTA: dns;BL6PEPF0000.mail.protection.outlook.example
Arrival-Date: Wed, 6 May 2026 17:20:38 +0000

Final-Recipient: rfc822;Noah.Feld@corvidlabs.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient Noah.Feld@corvidlabs.example not found by SMTP address lookup


--_a41c7d3e-bf6f-4b7d-8f3f-21a6e43d02d3_
Content-Type: message/rfc822

Message-ID: <2eT117h7gA8FLxnwYnKC0k@geopod-ismtpd-7>
From: Daniel Reeve <daniel@mail.northbeam.example>
To: Noah.Feld@corvidlabs.example
Subject: Tuesday?
Date: Wed, 6 May 2026 17:20:30 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Hi Noah,

I noticed you opened a second warehouse in Daventry. Most teams we talk to lose
about an hour per shift to bad slotting once a new site goes live.

Northbeam re-slots overnight and stops the walking. Would a 15 minute call next
Tuesday be a terrible idea?

Best,
Daniel

Daniel Reeve | Northbeam Ltd, 14 Quay Street, Bristol BS1 4DJ
You receive this email because of your role. If you'd rather not hear from us
again, unsubscribe here: https://go.northbeam.example/u/8f3kq2


--_a41c7d3e-bf6f-4b7d-8f3f-21a6e43d02d3_--
`),
  },
];
