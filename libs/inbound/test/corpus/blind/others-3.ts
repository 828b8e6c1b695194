import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { bytes } from './written.ts';

export const BLIND_OTHERS_3: readonly Fixture[] = [
  {
    name: '117',
    language: 'fr',
    system: 'blind',
    type: 'auto_reply',
    at: '2026-05-19T09:40:29Z',
    facts: { reason: 'ticket' },
    raw: mail({
      from: 'Support informatique <glpi@ch-valdoise.example>',
      subject: '[GLPI #0019442] Nouveau ticket : Vos notes de frais',
      date: 'Tue, 19 May 2026 11:40:00 +0200',
      headers: [
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'OOF, DR, NDR, RN, NRN'],
      ],
      html: `<html><body><p>Bonjour,</p>
<p>Votre demande a bien été enregistrée sous le numéro <b>0019442</b>. Un technicien la prendra en charge dans les meilleurs délais.</p>
<p>Titre : Vos notes de frais<br>Statut : Nouveau<br>Priorité : Moyenne</p>
<p>Merci de ne pas répondre à ce message automatique.</p>
</body></html>`,
      encoding: 'base64',
    }),
  },
  {
    name: '118',
    language: 'es',
    system: 'blind',
    type: 'auto_reply',
    at: '2026-02-27T08:29:40Z',
    facts: { reason: 'other' },
    raw: mail({
      from: 'Patricia Solís <psolis@aridosnorte.example>',
      subject: 'Cambio de dirección de correo',
      date: 'Fri, 27 Feb 2026 09:29:29 +0100',
      headers: [...ANSWERS, ['Precedence', 'auto_reply'], ['X-Autorespond', 'seguimiento']],
      text: `Esta dirección ha dejado de utilizarse. A partir de ahora escríbame, por favor, a patricia.solis@grupoaridos.example. Su mensaje no ha sido reenviado.

(Respuesta automática)
`,
    }),
  },
  {
    name: '119',
    language: 'it',
    system: 'blind',
    type: 'auto_reply',
    at: '2026-06-10T06:31:48Z',
    facts: { reason: 'receipt' },
    raw: bytes(`From: Lorenzo Tosi <l.tosi@tosipackaging.example>
To: in@answers.example
Subject: Letto: Due minuti?
Date: Wed, 10 Jun 2026 08:31:12 +0200
Message-ID: <b0b7d7822c8b50628f.637166@tosipackaging.example>
In-Reply-To: <xyhFyVF1YGFA2943xwgSI7@geopod-ismtpd-1>
References: <xyhFyVF1YGFA2943xwgSI7@geopod-ismtpd-1>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification;
	boundary="----=_Part_1IDzBzX1U2PXUu"

------=_Part_1IDzBzX1U2PXUu
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Il messaggio

   A: Lorenzo Tosi
   Oggetto: Due minuti?
   Inviato: mercoledì 10 giugno 2026 08:02:00 (UTC+01:00)

 è stato letto il mercoledì 10 giugno 2026 08:31:05 (UTC+01:00).


------=_Part_1IDzBzX1U2PXUu
Content-Type: message/disposition-notification

Reporting-UA: mail.tosipackaging.example; Microsoft Outlook 16.0
Final-recipient: RFC822; l.tosi@tosipackaging.example
Original-Message-ID: <xyhFyVF1YGFA2943xwgSI7@geopod-ismtpd-1>
Disposition: automatic-action/MDN-sent-automatically; displayed


------=_Part_1IDzBzX1U2PXUu--
`),
  },
  {
    name: '120',
    language: 'nl',
    system: 'blind',
    type: 'auto_reply',
    at: '2026-09-07T12:03:02Z',
    facts: { reason: 'ticket' },
    raw: mail({
      from: 'Servicedesk Hoogheemraadschap <servicedesk@hh-delftland.example>',
      subject: 'Ontvangstbevestiging melding M2609 0331',
      date: 'Mon, 7 Sep 2026 14:02:51 +0200',
      text: `Geachte heer/mevrouw,

Wij hebben uw bericht ontvangen en geregistreerd onder nummer M2609 0331. U
ontvangt binnen twee werkdagen antwoord. Wilt u uw melding annuleren, vermeld
dan dit nummer.

Dit is een automatisch gegenereerd bericht; u kunt hier niet op antwoorden.
`,
    }),
  },
];
