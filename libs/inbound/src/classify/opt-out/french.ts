import { phrases, type OptOutLanguage } from './phrases.ts';

const say = phrases({
  remove:
    '(?:retir|enlev|supprim|effac)(?:ez|iez|er|e|es|ent|ee?s?|ions)|ray(?:ez|er|e)|rai[es]{1,2}|ot(?:ez|er)|radi(?:ez|er)|exclu(?:ez|re|s)|desinscri(?:vez|re|s|t)|desabonn(?:ez|er|e|es)|vir(?:ez|er|e)',
  take: '<remove>|sort(?:ez|ir|s)|efface|eliminer|eliminez',
  my: 'mon|ma|mes|notre|nos|cette|ces',
  self: "moi|me|m'|nous|(?:<my>) ~2 (?:adresses?|emails?|mails?|noms?|coordonnees|donnees|contacts?|informations|courriel|societe|compte)|donnees ~3 me concernant",
  // What may stand between the removing and the list: the writer, not a third thing.
  gap: "(?:(?:moi|me|m'|nous|<my>|l'|la|le|les|toutes?|tous|ci|dessus|dessous|adresses?|emails?|e|mails?|noms?|prenom|coordonnees|donnees|contacts?|informations|courriel|societe|entreprise|cabinet|agence|association|etablissement|compte|electronique|immediatement|definitivement|svp|merci|bien|rapidement|a|et|de|vouloir|x@y) ){0,9}",
  list: 'listes?|fichiers?|bases?|mailings?|newsletters?|diffusion|envois|contacts|registres?|carnet|prospection|crm|systemes?',
  leave: 'desinscri(?:re|ption|vez|s|t|ptions)|desabonn(?:er|ement|ez|e|es)|unsubscribe',
  stop: 'arret(?:ez|er|e|es)|cess(?:ez|er|e|es)|stopp(?:ez|er|e)|abstenir|abstenez|(?:mettre|mettez) (?:un terme|fin)|finissez|stop|evit(?:er|ez)',
  write:
    'ecri(?:re|vez|s|ve)|contact(?:er|ez|e|es)|sollicit(?:er|ez|e|es)|spamm(?:er|ez|e)|importun(?:er|ez|e)|relanc(?:er|ez|e)|harcel(?:er|ez|e)|demarch(?:er|ez|e)|recontact(?:er|ez|e)|derang(?:er|ez|e)|embet(?:er|ez|e)|mailer',
  send: '<write>|envoy(?:er|ez)|envoi(?:s|e|es)?|adress(?:er|ez|e|es)|transmett(?:re|ez)|sollicitations?|relances?|demarchage',
  mail: 'e?mails?|messages?|courriels?|courriers?|publicites?|pubs?|newsletters?|sollicitations?|demarchage|spams?|communications?|offres?|prospection|informations|propositions?|relances?|envois?',
  want: 'veux|souhaite|souhaitons|desire|desirons|voulons|voudrais|voudrions|aimerais|tiens|accepte',
  please:
    "merci (?:bien )?(?:de|d')|veuillez|pouvez vous|pourriez vous|peux tu|pourrais tu|priere (?:de|d')|je (?:vous )?(?:demande|prie|souhaite|veux|voudrais|desire|aimerais)|je vous (?:prie|demande|saurais)|demande (?:de|d'|a)|comment (?:puis je|faire|fait on|me|je)|svp|s' il vous plait|il faut",
  others: 'clients?|utilisateurs?|abonnes?|destinataires?|gens|prospects|personnes|salaries',
});

export const FRENCH: OptOutLanguage = {
  whole: say(
    '^(?:me |se |nous )?(?:<leave>)(?: moi| nous)?(?: (?:de |a )?(?:la |votre |cette )?(?:<list>|<mail>))?$',
    '^(?:retirez|supprimez|enlevez|effacez|rayez) (?:moi|nous)$|^a supprimer$|^stop (?:aux |a vos |les |vos |a ces |ces )?(?:<mail>)$|^suppression$',
    "^(?:plus|pas) (?:de |d' )(?:<mail>)$|^assez$",
  ),
  requests: say(
    '<please> ~3 etre ~1 (?:retire|supprime|desinscrit|desabonne|enleve|efface|radie)[es]{0,2}',
    "n' ~1 (?:autorise|autorisons|ai ~1 autorise|consens) ~2 ~~4 (?:utilis*|usage|donnees|envois?|demarchage|contact*|sollicit*|prospection)",
    '(?:<remove>) <gap><self>',
    "(?:moi|me|m'|nous) ~1 (?:<remove>)",
    '<take> <gap>(?:de|des|du|dans) ~3 <list>',
    '<please> ~4 <leave>',
    "(?:moi|me|m'|nous) ~1 <leave>",
    '(?:<remove>|suppression|effacement|retrait) ~7 (?:<my>|personnelles|concernant) ~2 (?:donnees|coordonnees|adresse|nom|informations)',
    '(?:<remove>|suppression|effacement) ~6 donnees ~4 (?:concernant|personnelles)',
    '(?:rgpd|gdpr|cnil) ~~9 (?:<remove>|suppression|effacement|opposition)',
    '(?:oppose|opposons|opposition) ~6 (?:utilisation|traitement|prospection|donnees|reception|recevoir|usage|demarchage)',
    "droit (?:d' |a l' |a la )(?:opposition|oubli|effacement|suppression)",
    '(?:retire|retirons|revoque) ~2 consentement',
    '(?:laiss|fich|fout)(?:ez|e|er|ons) ~1 (?:moi|nous|me) ~2 (?:tranquilles?|en paix|la paix)',
    '(?:laissez|fichez|foutez) (?:moi|nous)',
    "liste (?:rouge|noire|d' opposition)",
  ),
  refusals: say(
    "(?:ne (?:pas|plus|jamais)|inutile (?:de|d')|pas la peine (?:de|d')|eviter? (?:de|d')) ~1 (?:me|nous|m') <write>",
    'refus(?:e|ons) ~3 (?:<mail>|recevoir|<send>)',
    '(?:suspend|interromp|annul|cess|arret)[a-z]{1,4} ~2 (?:envois?|reception|abonnement)',
    "(?:ne |n' )?insistez (?:pas|plus)",
    'sans ~2 (?:mon|notre) (?:accord|consentement)',
    "<stop> ~4 (?:de |d' |vos |les |ces |cet |tout |toute )~3 (?:<send>|<mail>)",
    '<stop> ~1 tout(?:e|es)? ~1 (?:contacts?|correspondance|<send>|<mail>)',
    '<stop> de (?:<self> )?recevoir',
    '<stop> ~1 (?:vos|ces|tout|toute|cet) ~2 (?:<send>|<mail>)',
    'ne (?:<self> )?~1 (?:plus|jamais) ~4 (?:<send>)',
    "(?:ne|n') ~2 (?:<send>) ~2 (?:plus|jamais|rien)",
    "ne (?:me|nous|m') (?:<write>) (?:pas|plus)",
    "(?:ne|n') ~1 (?:<want>) (?:pas|plus|aucun*|jamais) ~2 (?:recevoir|recevoir) ~4 (?:<mail>|rien|vous|votre|vos)",
    "(?:ne|n') ~1 (?:<want>) (?:plus|jamais|aucunement) ~3 (?:recevoir|etre|entendre|figurer|faire|avoir|vos|votre|de vos)",
    "(?:ne|n') ~1 (?:<want>) (?:pas|plus) ~1 (?:etre|figurer|que vous) ~2 (?:contact*|sollicit*|demarch*|dans|sur|relanc*|m'|me|nous)",
    'ne (?:plus|jamais) ~2 (?:recevoir|figurer|apparaitre|etre (?:contact*|sollicit*|demarch*))',
    "^(?:svp |merci |et |donc ){0,3}(?:plus|pas) (?:de |d' |aucun*)(?: ?)~1 <mail>",
    "^(?:m'|me|nous) (?:<send>) plus",
    "(?:assez|marre|ras le bol) (?:de |d' )~2 (?:<mail>|recevoir)",
  ),
  deferred: say(
    "avant|jusqu'|d' ici|tant que|par telephone|par courrier|cette semaine|aujourd'hui|la semaine prochaine|pour l' instant",
  ),
  contrary: say(
    'hesite[a-z]{0,2} (?:pas|surtout pas)|pas (?:a )?hesiter',
    'ne ~1 (?:<self> )?(?:<take>) ~1 (?:pas|surtout|jamais)',
    'ne (?:pas|surtout pas) ~2 <take>',
    '(?:<leave>) ~3 (?:webinaire|evenement|formation|seminaire|reunion|salon)|par erreur ~3 (?:<leave>)|annul[a-z]{1,3} ~3 (?:<leave>)',
    "(?:<stop>) ~1 (?:surtout )?pas|listes? (?:des? |d' )(?:participants?|invites?|attente|prix|presence|inscrits|courses|taches)",
    '<others> ~4 (?:<leave>|<remove>)|(?:<leave>|<remove>) ~3 <others>',
    "(?:taux|lien|bouton|page|gestion) (?:de |d' )<leave>",
    'si vous ~4 (?:souhaitez|desirez|voulez|preferez|etes|avez recu)',
    '(?:de la|du|de cette) (?:boucle|copie|conversation|reunion|invitation)',
  ),
  inquiry: say(
    '(?:peut on|pouvons nous|puis je|est il possible|est ce que|comment|combien|quel[a-z]{0,3}|peuvent ils) (?!(?:puis je|faire|je) ~2 <leave>)',
    '(?:peut on|pouvons nous|est il possible|est ce que|combien)',
  ),
  politeness: say(
    "merci|svp|stp|s' il (?:vous|te) plait|bonjour|bonsoir|salut|cordialement|je vous prie|madame|monsieur|immediatement|maintenant|ann|d' avance|bien",
  ),
};
