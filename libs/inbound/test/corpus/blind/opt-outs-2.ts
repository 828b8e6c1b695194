import type { Fixture } from '../fixture.ts';
import { ANSWERS, mail } from '../mime.ts';
import { quote } from '../quotes.ts';
import { OURS } from './written.ts';

export const BLIND_OPT_OUTS_2: readonly Fixture[] = [
  {
    name: '073',
    language: 'fr',
    system: 'blind',
    type: 'opt_out',
    at: '2026-01-15T16:55:56Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Sylvie Guérin <sylvie.guerin@guerin-fleurs.example>',
      subject: 'Re: 15 minutes jeudi ?',
      date: 'Thu, 15 Jan 2026 17:55:40 +0100',
      headers: [...ANSWERS],
      text: `Bonjour Camille,

C'est gentil mais nous sommes trois dans la boutique et nos notes de frais tiennent sur un ticket de métro :)
Merci de me retirer de vos listes, je n'aurai pas l'usage de vos prochains messages.

Bonne continuation,
Sylvie

Le jeu. 15 janv. 2026 à 14:00, Camille Aubert a écrit :
${quote(OURS.fr)}
`,
      encoding: 'base64',
    }),
  },
  {
    name: '074',
    language: 'fr',
    system: 'blind',
    type: 'opt_out',
    at: '2026-06-09T05:07:14Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'P. Roussel <p.roussel@roussel-autocars.example>',
      subject: 'STOP',
      date: 'Tue, 9 Jun 2026 07:07:07 +0200',
      headers: [...ANSWERS],
      text: `STOP
`,
    }),
  },
  {
    name: '075',
    language: 'fr',
    system: 'blind',
    type: 'opt_out',
    at: '2026-08-28T11:31:37Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Denis Marchal <d.marchal@fonderie-marchal.example>',
      subject: 'RE: Re: Relance',
      date: 'Fri, 28 Aug 2026 13:31:18 +0200',
      headers: [...ANSWERS],
      html: `<html><body><p>Ça fait cinq relances. J’étais en vacances, je rentre, et qu’est-ce que je trouve&nbsp;? Encore vous. Fichez-moi la paix une bonne fois pour toutes, ne m’écrivez plus.</p>
<p>Marchal</p>
<p>________________________________<br><b>De :</b> Camille Aubert<br><b>Envoyé :</b> vendredi 28 août 2026 09:00<br><b>Objet :</b> Re: Relance</p>
<p>Bonjour Denis, de retour de vacances ?</p>
</body></html>`,
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '076',
    language: 'es',
    system: 'blind',
    type: 'opt_out',
    at: '2026-02-12T09:33:25Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Gonzalo Prieto <gprieto@vinosprieto.example>',
      subject: 'Re: Rutas de reparto',
      date: 'Thu, 12 Feb 2026 10:33:20 +0100',
      headers: [...ANSWERS],
      text: `BAJA
`,
    }),
  },
  {
    name: '077',
    language: 'es',
    system: 'blind',
    type: 'opt_out',
    at: '2026-04-15T14:03:11Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Nuria Camps <ncamps@campsassessors.example>',
      subject: 'RE: Propuesta',
      date: 'Wed, 15 Apr 2026 16:02:48 +0200',
      headers: [...ANSWERS],
      text: `Buenas tardes, Marta:

Le agradezco el interés, pero somos una asesoría y no repartimos nada. Le ruego que no nos envíe más correos comerciales ni a esta dirección ni a la de mis compañeros.

Atentamente,
Nuria Camps
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '078',
    language: 'es',
    system: 'blind',
    type: 'opt_out',
    at: '2026-07-22T13:50:17Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Ernesto Villalobos <ernesto.v@ferreteriavillalobos.example>',
      subject: 'Re: seguimiento',
      date: 'Wed, 22 Jul 2026 08:50:00 -0500',
      headers: [...ANSWERS],
      text: `ya dejen de estar molestando con sus correos, no me interesa y no les di permiso. sáquenme de su lista YA

Enviado desde mi Huawei
`,
    }),
  },
  {
    name: '079',
    language: 'es',
    system: 'blind',
    type: 'opt_out',
    at: '2026-05-29T10:13:10Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Delegado de Protección de Datos <dpd@hospitalsanandres.example>',
      subject: 'Ejercicio del derecho de supresión',
      date: 'Fri, 29 May 2026 12:12:31 +0200',
      text: `Estimados señores:

En nombre de nuestra empleada D.ª Amparo Giner (amparo.giner@hospitalsanandres.example), ejercemos el derecho de oposición al tratamiento de sus datos con fines de mercadotecnia directa (art. 21 RGPD). Rogamos cesen los envíos a la citada dirección y confirmen por escrito la supresión de los datos.

Atentamente,
El Delegado de Protección de Datos
`,
      encoding: 'base64',
    }),
  },
  {
    name: '080',
    language: 'es',
    system: 'blind',
    type: 'opt_out',
    at: '2026-01-23T20:09:51Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Lola Benavides <lola@benavidesmoda.example>',
      subject: 'Re: ¿Una llamada?',
      date: 'Fri, 23 Jan 2026 21:09:09 +0100',
      headers: [...ANSWERS],
      html: `<div dir="ltr">Hola guapa, q no tengo furgonetas ni nada jajaja, me podr&iacute;as borrar de la lista de env&iacute;os? mil gracias y suerte!!</div>
<br><div class="gmail_quote"><div dir="ltr">El vie, 23 ene 2026 a las 18:00, Marta Ruiz (&lt;marta@mail.veloxia.example&gt;) escribi&oacute;:</div>
<blockquote class="gmail_quote">Hola, Lola: &iquest;te encajar&iacute;a una llamada?</blockquote>
</div>`,
    }),
  },
  {
    name: '081',
    language: 'it',
    system: 'blind',
    type: 'opt_out',
    at: '2026-03-11T07:38:25Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Sergio Baldi <s.baldi@baldimarmi.example>',
      subject: 'R: Fatturazione elettronica',
      date: 'Wed, 11 Mar 2026 08:38:12 +0100',
      headers: [...ANSWERS],
      text: `Cancellatemi.

Baldi
`,
    }),
  },
  {
    name: '082',
    language: 'it',
    system: 'blind',
    type: 'opt_out',
    at: '2026-05-05T10:22:26Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Marta Zanella <zanella@zanellacommercialisti.example>',
      subject: 'Re: Due minuti?',
      date: 'Tue, 5 May 2026 12:21:56 +0200',
      headers: [...ANSWERS],
      text: `Egregio Dott. Ferri,

ai sensi dell'art. 21 GDPR mi oppongo all'uso del mio indirizzo per finalità promozionali e La invito a non contattarmi ulteriormente.

Distinti saluti
Marta Zanella

Il presente messaggio è destinato al solo indirizzario in epigrafe. In caso di ricezione per errore si prega di eliminarlo.
`,
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
    }),
  },
  {
    name: '083',
    language: 'it',
    system: 'blind',
    type: 'opt_out',
    at: '2026-06-25T19:47:11Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Tonino <tonino@autofficinatonino.example>',
      subject: 'Re: Re: Nubilo',
      date: 'Thu, 25 Jun 2026 21:47:03 +0200',
      headers: [...ANSWERS],
      text: `ma basta!!! non voglio ricevere piu niente da voi , avete rotto

Inviato da Libero Mail per Android

> Il 25 giugno 2026 alle 19:00 Paolo Ferri <paolo@mail.nubilo.example> ha scritto:
> Ciao Tonino, ultimo tentativo, promesso!
`,
    }),
  },
  {
    name: '084',
    language: 'it',
    system: 'blind',
    type: 'opt_out',
    at: '2026-04-14T08:20:51Z',
    facts: { via: 'words' },
    raw: mail({
      from: 'Lucia Ferraro <lucia.ferraro@agriturismoferraro.example>',
      subject: 'Disiscrizione',
      date: 'Tue, 14 Apr 2026 10:20:30 +0200',
      text: `Buongiorno, ho provato a cliccare sul link in fondo alla vostra mail ma si apre una pagina bianca. Potete disiscrivermi voi? Grazie mille, Lucia
`,
      encoding: 'base64',
    }),
  },
];
