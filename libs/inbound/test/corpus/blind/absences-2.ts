import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';

export const BLIND_ABSENCES_2: readonly Fixture[] = [
  {
    name: '041',
    language: 'fr',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-08-03T09:00:49Z',
    facts: { returnDate: '2026-08-24' },
    raw: mail({
      from: 'Sandrine Coulomb <s.coulomb@meca-rhone.example>',
      subject: 'Réponse automatique : Vos notes de frais',
      date: 'Mon, 3 Aug 2026 09:00:21 +0000',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-MS-Exchange-Generated-Message-Source', 'Mailbox Rules Agent'],
      ],
      text: `Bonjour,

Je suis en congés jusqu'au 23 août inclus, sans accès à ma messagerie. Vous pouvez joindre ma collègue Karine Petit au 04 00 00 12 34.

Cordialement,
Sandrine Coulomb
`,
      html: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head>
<body><p>Bonjour,</p>
<p>Je suis en congés jusqu'au 23 août inclus, sans accès à ma messagerie. Vous pouvez joindre ma collègue Karine Petit au 04 00 00 12 34.</p>
<p>Cordialement,<br>Sandrine Coulomb</p>
</body></html>`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '042',
    language: 'fr',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-05-13T16:31:05Z',
    facts: { returnDate: '2026-05-18' },
    raw: mail({
      from: 'Gaëlle Morvan <gaelle.morvan@presquile-conserves.example>',
      subject: 'Absente Re: 15 minutes jeudi ?',
      date: 'Wed, 13 May 2026 18:30:30 +0200',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-replied'],
        ['Precedence', 'bulk'],
        ['X-Autoreply', 'yes'],
      ],
      text: `Bonjour et merci pour votre mail !
Nous faisons le pont de l'Ascension : le bureau rouvre lundi 18 mai.
Pas d'urgence vitale dans la conserve de sardines, je vous réponds à ce moment-là :-)
Gaëlle
`,
    }),
  },
  {
    name: '043',
    language: 'fr',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-02-16T07:13:13Z',
    facts: { returnDate: '2026-03-02' },
    raw: mail({
      from: 'Christophe Delmas <cdelmas@ville-auriac.example>',
      subject: "Message d'absence",
      date: 'Mon, 16 Feb 2026 08:12:45 +0100',
      headers: [
        ['Auto-Submitted', 'auto-replied (zimbra; vacation)'],
        ['Precedence', 'bulk'],
      ],
      text: `Je suis absent du 14/02 au 01/03. Votre message sera traité à mon retour le 02/03/2026.

En cas d'urgence : standard 05 00 00 40 40.

Christophe Delmas
Direction des finances
`,
      encoding: 'base64',
    }),
  },
  {
    name: '044',
    language: 'fr',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-06-15T21:01:41Z',
    facts: { returnDate: null },
    raw: mail({
      from: 'Pauline Arnaud <pauline@arnaud-traiteur.example>',
      subject: 'Re: Relance',
      date: 'Mon, 15 Jun 2026 23:01:09 +0200',
      headers: [...ANSWERS],
      text: `Bonjour, je suis actuellement en conge maternite. Merci de transmettre toutes
vos demandes a contact@arnaud-traiteur.example, ce mail n'est plus consulte
pendant mon absence. Pauline

> Bonjour Pauline, je me permets de revenir vers vous.
> Pour vous desinscrire, cliquez ici : https://go.orvalis.example/u/pa9
`,
    }),
  },
  {
    name: '045',
    language: 'fr',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-12-21T09:10:33Z',
    facts: { returnDate: '2027-01-04' },
    raw: mail({
      from: 'Atelier Vasseur <bonjour@atelier-vasseur.example>',
      subject: 'Fermeture annuelle',
      date: 'Mon, 21 Dec 2026 10:10:10 +0100',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-replied'],
        ['X-Auto-Response-Suppress', 'OOF, AutoReply'],
      ],
      html: `<html><body style="font-family:Georgia"><p>Chers clients,</p>
<p>L’atelier est fermé pour les fêtes. Réouverture le lundi 4 janvier à 9 h. Aucune commande ne sera expédiée d’ici là.</p>
<p>Toute l’équipe vous souhaite de belles fêtes !</p>
</body></html>`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '046',
    language: 'es',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-08-04T08:23:00Z',
    facts: { returnDate: '2026-09-01' },
    raw: mail({
      from: 'Marisol Cuenca <mcuenca@aceitesdelsur.example>',
      subject: 'Respuesta automática: Rutas de reparto',
      date: 'Tue, 4 Aug 2026 08:22:33 +0000',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-MS-Exchange-Generated-Message-Source', 'Mailbox Rules Agent'],
      ],
      text: `Buenos días:

Estaré de vacaciones durante el mes de agosto y me reincorporo el 1 de septiembre. Si es urgente, escriban a pedidos@aceitesdelsur.example.

Un saludo,
Marisol Cuenca

AVISO LEGAL: este mensaje es confidencial. Si lo ha recibido por error, elimínelo. Puede solicitar la baja de nuestras comunicaciones en lopd@aceitesdelsur.example.
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '047',
    language: 'es',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-03-30T11:13:44Z',
    facts: { returnDate: '2026-04-06' },
    raw: mail({
      from: 'Iván Robles <ivan.robles@tallerrobles.example>',
      subject: 'Fuera de la oficina Re: seguimiento',
      date: 'Mon, 30 Mar 2026 13:13:13 +0200',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-replied'],
        ['Precedence', 'bulk'],
        ['X-Autoreply', 'yes'],
      ],
      text: `¡Hola! En Semana Santa cerramos: del 30 de marzo al 5 de abril no habrá nadie por aquí. A la vuelta contestamos a todo.

Iván – Taller Robles
`,
    }),
  },
  {
    name: '048',
    language: 'es',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-07-06T15:14:11Z',
    facts: { returnDate: '2026-07-20' },
    raw: mail({
      from: 'Consuelo Arce <carce@municipiosanfelipe.example>',
      subject: 'Re: Propuesta',
      date: 'Mon, 6 Jul 2026 09:14:00 -0600',
      headers: [...ANSWERS],
      text: `Por el momento me encuentro fuera de la oficina, con acceso limitado al correo.
Regreso el lunes 20 de julio. Cualquier pendiente con la Lic. Teresa Mora.

Saludos cordiales
Consuelo Arce
`,
    }),
  },
  {
    name: '049',
    language: 'es',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-05-21T08:40:39Z',
    facts: { returnDate: null },
    raw: mail({
      from: 'Raquel Domínguez <rdominguez@cartonajesdelebro.example>',
      subject: 'Baja médica',
      date: 'Thu, 21 May 2026 10:40:28 +0200',
      headers: [['Auto-Submitted', 'auto-replied (vacation)']],
      text: `Buenos días:

En estos momentos estoy de baja por enfermedad y no puedo atender su correo. Mientras tanto se ocupa de mis asuntos Pilar Gracia (pgracia@cartonajesdelebro.example).

Disculpen las molestias.
`,
      encoding: 'base64',
    }),
  },
  {
    name: '050',
    language: 'es',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-01-02T10:06:10Z',
    facts: { returnDate: '2026-01-08' },
    raw: mail({
      from: 'Juguetes Marimar <hola@juguetesmarimar.example>',
      subject: 'Estamos de vacaciones',
      date: 'Fri, 2 Jan 2026 11:05:50 +0100',
      headers: [...ANSWERS],
      html: `<html><body><center><h2>&iexcl;Gracias por escribirnos!</h2>
</center><p>Despu&eacute;s de una Navidad de locos nos tomamos unos d&iacute;as. Volvemos el jueves 8 de enero, cuando los Reyes ya hayan pasado.</p>
<p>Los pedidos hechos en la web saldr&aacute;n ese mismo d&iacute;a. Si quieres cancelar uno, espera a entonces.</p>
</body></html>`,
    }),
  },
  {
    name: '051',
    language: 'it',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-08-06T14:02:30Z',
    facts: { returnDate: '2026-08-31' },
    raw: mail({
      from: 'Roberto Salvi <r.salvi@salvimeccanica.example>',
      subject: 'Risposta automatica: Fatturazione elettronica',
      date: 'Thu, 6 Aug 2026 14:02:11 +0000',
      headers: [
        ...ANSWERS,
        ['Auto-Submitted', 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['X-MS-Exchange-Generated-Message-Source', 'Mailbox Rules Agent'],
      ],
      text: `Gentile interlocutore,

l'azienda resterà chiusa per ferie dal 7 al 30 agosto. Risponderò alla Sua e-mail al mio rientro, lunedì 31 agosto.

Cordiali saluti
Roberto Salvi

Prima di stampare pensa all'ambiente. Se hai ricevuto questo messaggio per errore ti preghiamo di cancellarlo.
`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '052',
    language: 'it',
    system: 'blind',
    type: 'out_of_office',
    at: '2026-06-08T07:30:17Z',
    facts: { returnDate: '2026-06-13' },
    raw: mail({
      from: 'Chiara Bonetti <chiara.bonetti@lariofood.example>',
      subject: 'Fuori ufficio Re: Due minuti?',
      date: 'Mon, 8 Jun 2026 09:30:00 +0200',
      headers: [...ANSWERS, ['Auto-Submitted', 'auto-replied'], ['Precedence', 'bulk']],
      text: `Ciao, sono in fiera a Monaco fino al 12 giugno compreso e leggo poco la posta.
Per urgenze chiamate in sede.
Chiara
`,
    }),
  },
];
