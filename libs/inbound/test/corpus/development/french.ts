import type { Fixture } from '../fixture.ts';
import { mail } from '../mime.ts';
import { away, gone, human, optOut, other } from '../cases.ts';

const from = 'Kim Doe <kim@example.org>';

export const FRENCH: readonly Fixture[] = [
  optOut(
    'RGPD',
    'fr',
    'outlook',
    "Madame,\n\nconformément à l'article 17 du RGPD, je vous demande d'effacer l'ensemble des données me concernant.\n\nCordialement,\nKim Doe",
  ),
  optOut('tu', 'fr', 'gmail', 'Salut Ann, enlève-moi de ta liste stp.'),
  optOut('enlever', 'fr', 'apple', 'Pouvez-vous enlever mon adresse de vos fichiers ? Merci.'),
  optOut('stop', 'fr', 'yahoo', 'STOP'),
  optOut(
    'cessez',
    'fr',
    'outlookHtml',
    'Je ne suis pas intéressé. Cessez vos envois, je vous prie.',
  ),
  optOut('arrêter', 'fr', 'gmail', "Merci d'arrêter de m'envoyer des mails."),
  optOut(
    'plus de sollicitation',
    'fr',
    'thunderbird',
    'Nous ne donnerons pas suite. Nous vous remercions de ne plus nous adresser de sollicitations commerciales.',
  ),
  optOut(
    'opposition',
    'fr',
    'outlook',
    "Je m'oppose à l'utilisation de mon adresse à des fins de prospection.",
  ),
  other(
    'objet',
    'fr',
    'other',
    'opt_out',
    mail({ from, subject: 'Désabonnement', text: 'Merci.' }),
    { via: 'words' },
  ),
  human(
    'reste',
    'fr',
    'gmail',
    'Ne me retirez surtout pas de la liste, vos messages sont utiles. Pas de budget cette année.',
  ),
  human(
    'clients',
    'fr',
    'outlook',
    'Comment nos clients peuvent-ils se désabonner avec votre outil ?',
  ),
  human(
    'pièce jointe',
    'fr',
    'apple',
    'Pouvez-vous supprimer la pièce jointe et renvoyer le message ?',
  ),
  human(
    'absent lundi',
    'fr',
    'gmail',
    'Je serai absent lundi et mardi, appelez-moi plutôt mercredi matin.',
  ),
  human(
    'clause',
    'fr',
    'outlook',
    "C'est le service achats qui décide.\n\nKim Doe\n\nCe message est confidentiel. Si vous n'êtes pas le destinataire, merci de le supprimer et d'en avertir l'expéditeur.",
  ),
  human(
    'pas encore',
    'fr',
    'yahoo',
    'Ne nous contactez pas avant janvier, nous sommes en plein audit. Ensuite avec plaisir.',
  ),
  away(
    'pont',
    'fr',
    'exchange',
    '2026-11-30',
    "L'agence fait le pont et rouvrira ses portes lundi 30 novembre.",
    'Réponse automatique : A shorter close',
  ),
  away(
    'arrêt maladie',
    'fr',
    'orange',
    null,
    "En arrêt maladie pour une durée indéterminée, je ne pourrai pas vous répondre. Merci de vous adresser à l'accueil.",
  ),
  away(
    'déplacement',
    'fr',
    'gmail',
    '2026-12-05',
    "En déplacement à l'étranger jusqu'au 4 décembre inclus, je consulte peu ma messagerie.",
    'Re: A shorter close',
  ),
  away('du au', 'fr', 'zimbra', '2027-01-04', 'Je serai en congés du 19/12/2026 au 03/01/2027.'),
  away(
    'maternité',
    'fr',
    'exchange',
    '2027-04-06',
    'Actuellement en congé maternité, je serai de nouveau parmi vous le 6 avril 2027. Jo Roe (jo@example.org) assure mon remplacement.',
    'Réponse automatique : A shorter close',
  ),
  away(
    'sans en-tête',
    'fr',
    'bare',
    '2026-12-07',
    'Bonjour, je vous remercie de votre message. Absente jusqu’au 7 décembre, je vous répondrai dès mon retour.',
    "Message d'absence : A shorter close",
  ),
  gone(
    'quitté',
    'fr',
    'exchange',
    'jo@example.org',
    "Je ne fais plus partie des effectifs d'Example depuis le 1er octobre. Votre interlocutrice est désormais Jo Roe : jo@example.org.",
    'Réponse automatique : A shorter close',
  ),
];
