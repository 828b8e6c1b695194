import { phrases, type OptOutLanguage } from './phrases.ts';

const say = phrases({
  remove:
    'loe?sch(?:en|t|e)?|zu loe?schen|geloe?scht|entfern(?:en|t|e)?|streich(?:en|t|e)?|gestrichen|tilg(?:en|t|e)|austragen|auszutragen|ausgetragen|herausnehmen|rausnehmen|herauszunehmen|rauszunehmen|herausgenommen|sperr(?:en|t|e)',
  take: '<remove>|nehm(?:en|t)|nimm|genommen|trag(?:en|t|e)?|schmeiss(?:en|t)?|werfen|werft|wirf|hol(?:en|t)?|raus|heraus|runter',
  my: 'mein(?:e|en|em|er|es)?|unser(?:e|en|em|er|es)?|diese(?:r|n|m|s)?|mir|uns',
  thing:
    '(?:e?mail ?)?(?:adressen?|daten|namen?|kontakt|kontaktdaten|email|mail|angaben|mailadressen?|emailadressen?|konto|eintrag|datensatz|firma|personenbezogenen?)',
  self: 'mich|uns|<my> ~2 <thing>',
  // What may stand between the removing and the list: the writer, not a third thing.
  gap: '(?:(?:mich|uns|<my>|die|der|den|das|dem|alle[rsnm]?|beiden?|obige[nr]?|oben|unten|genannte[nr]?|stehende[nr]?|folgende[nr]?|<thing>|kanzlei|praxis|unternehmen|betrieb|bue?ro|abteilung|absender|sofort|umgehend|unverzue?glich|bitte|daher|deshalb|doch|endlich|sie|ihr|ich|wir|hiermit|auch|einfach|jetzt|komplett|vollstae?ndig|gerne?|also|mal|noch|und|zu|moe?chten?|koe?nnen|koe?nnten|koe?nnt|wollen|will|wue?rden|darum|hoe?flich|freundlich|dann|nun|wieder|ab|heute|x@y) ){0,9}',
  home: '(?:(?:aus|von|vom|ihr(?:er|em|en)?|eure[mnr]?|deine[mnr]?|der|den|dem|<list>|<thing>|zu|in|bei|ihnen) ){0,6}',
  list: '[a-z]{0,12}verteilern?|[a-z]{0,12}verteilerlisten?|[a-z]{0,12}listen?|[a-z]{0,12}kartei|[a-z]{0,12}datenbank(?:en)?|[a-z]{0,12}bestand|systeme?n?|newslettern?|crm|[a-z]{0,12}datei|mailings?|unterlagen|kontakten?|speicher',
  leave:
    'abmelden|abmeldung|abzumelden|abgemeldet|abbestell(?:en|ung|e|t)|abzubestellen|austragen|austragung|unsubscribe|abbestellt',
  stop: 'unterlass(?:en|t|e|ung)?|einstellen|einzustellen|stell(?:en|t|e)? ~6 ein|hoe?r(?:en|t|e)? ~4 auf|aufhoe?ren|aufzuhoe?ren|abzusehen|absehen|seh(?:en|t) ~6 ab|verzicht(?:en|et|e)|verschon(?:en|t|e)|lass(?:en|t)? ~5 (?:sein|bleiben)|stoppen|stoppt|beenden|beendet|schluss mit|genug von',
  write:
    'schreib(?:en|t|e|st)?|anschreiben|anzuschreiben|angeschrieben|kontaktier(?:en|t|e|st)?|belae?stig(?:en|t|e|ungen|ung)?|nerv(?:en|t|st)|mailen|melden|behelligen|behelligt|spammen|anmailen|beworben',
  send: '<write>|schick(?:en|t|e|st)?|zuschicken|zuzuschicken|send(?:en|et|e|est)?|zusenden|zuzusenden|zusendung(?:en)?|zugesandt|zugeschickt|[a-z]{0,10}kontaktaufnahmen?|[a-z]{0,10}kontakt[a-z]{0,10}',
  mail: 'e?mails?|nachrichten?|[a-z]{0,10}werbung|[a-z]{0,10}werbe[a-z]{2,12}|werbemails?|newsletter|zuschriften|anschreiben|spam|angebote?|zusendung(?:en)?|kontaktaufnahmen?|kontaktversuche|kontakt|post|mailings?|anfragen|akquise[a-z]{0,9}|schreiben|belae?stigung(?:en)?|infos?',
  no: 'kein(?:e|en|er|erlei)?|nichts|nie|niemals|nicht',
  more: 'mehr|wieder|weiter(?:e|en|er|hin|s)?|kue?nftig(?:e|en)?|zukue?nftig|ferner|jemals|lae?nger',
  want: 'moe?chten?|will|wollen|wue?nschen?|brauchen?|bitten?|verlangen?|legen?|habe',
  please:
    'bitten?|moe?chten?|will|wollen|wue?nsche|koe?nnen sie|koe?nnten sie|kann ich|wie|hiermit|ersuche|fordern?',
  others:
    '[a-z]{0,10}kund(?:en|in|innen)|nutzer|mandanten|empfae?nger|mitarbeiter|abonnenten|leute|buchungen|anwender',
});

export const GERMAN: OptOutLanguage = {
  whole: say(
    '^(?:(?:mich |uns |wieder |sofort ){0,3}(?:<leave>|<remove>|raus)(?: sie)?(?: mich| uns)?)$',
    '^(?:<mail>|<list>) (?:<leave>)$',
    '^(?:aus|vom|von) ~2 <list> (?:<take>|<leave>)$',
    '^(?:keine?|nie) (?:<mail>)(?: mehr)?$|^nicht mehr (?:<send>)$|^schluss$|^stopp?$',
  ),
  requests: say(
    '(?:keine?|nie|niemals) ~3 (?:erlaubnis|einwilligung|zustimmung|genehmigung) ~~6 (?:<send>|<mail>|daten|kontakt*)',
    '<remove> ~~8 gespeichert',
    '(?:<want>|bitte) ~6 (?:geloe?scht|entfernt|gestrichen|abgemeldet|ausgetragen|genommen) (?:zu )?werden',
    '<remove> (?:sie )?<gap><self>',
    '<self> <gap><home><gap><remove>',
    '<take> <gap>(?:aus|von|vom) ~3 <list>',
    '(?:(?:^|, )(?:(?:hallo|kein|interesse|nicht|interessiert|nein|danke) ){0,3}<gap>|<self> <gap>)(?:aus|von|vom) ~3 <list> ~3 <take>',
    '(?:trag(?:en|t)?) (?:sie )?<gap>aus(?= ?$| ,)',
    '(?:nehm(?:en|t)|nimm|trag(?:en|t)?|schmeiss(?:en|t)?) (?:sie )?(?:mich|uns) ~4 (?:aus|raus|heraus|runter)',
    'meld(?:en|et|e)? (?:sie |ich |wir )?(?:mich|uns) ~4 ab(?= ?$| ,| (?:bitte|vom|von|und))',
    '<please> ~6 <leave>',
    '<leave> (?:sie )?(?:mich|uns)',
    '(?:bitte|um) ~2 (?:loe?schung|austragung|abmeldung|streichung|entfernung|abbestellung)',
    '^(?:bitte )?(?:alles |sofort |umgehend )?(?:<remove>|<leave>)$',
    '<my> ~6 daten ~~9 <remove>',
    '(?:dsgvo|datenschutz*|bdsg) ~~9 (?:<remove>|loe?schung)',
    '(?:daten|alles) ~3 (?:von|ueber|uber|zu) (?:mir|mich|uns) ~4 <remove>',
    '(?:daten|angaben) ~~9 (?:<remove>|loe?schung) ~~4 (?:bestae?tigen|$)',
    'loe?sch(?:en|t|ung) ~4 (?:daten|diese)',
    '(?:widersprech*|widerspruch|widerspreche|widerruf*|untersag*|verbiet*|verbitte*) ~~9 (?:nutzung|verwendung|verarbeitung|speicherung|daten|[a-z]{0,10}werbung|werbe[a-z]{1,10}|zusendung(?:en)?|einwilligung|[a-z]{0,8}kontakt[a-z]{0,12}|adresse|email|mails?)',
    'lass(?:en|t)? (?:sie )?(?:mich|uns) ~2 (?:in ruhe|in frieden)',
    'verschon(?:en|t|e) (?:sie )?(?:mich|uns)',
    '(?:hau|haut|hauen|verpiss|verpisst) ~2 (?:ab|dich|euch)',
    '(?:setz(?:en|t)?) ~5 (?:sperrliste|blacklist|robinsonliste)',
  ),
  refusals: say(
    'lehn(?:e|en) ~~4 (?:<mail>|<send>) ~3 ab',
    'nicht ~2 (?:<more>) ~3 (?:bekommen|erhalten|empfangen)',
    '<stop> ~~8 (?:<send>|<mail>)',
    '(?:<send>|<mail>) ~~6 <stop>',
    'stell(?:en|t|e)? ~3 (?:<send>|<mail>) ~4 ein',
    'seh(?:en|t) ~4 von ~4 (?:<send>|<mail>) ~3 ab',
    'bitte ~3 unterlassen|unterlassen sie',
    '<send> (?:sie )?(?:mich|mir|uns|sich)? ?~3 (?:nicht|nie|nichts|keine?) ~1 <more>',
    '(?:mich|mir|uns) ~3 (?:nicht|nie|nichts|keine?) ~1 <more> ~4 <send>',
    '(?:nicht|nie) (?:<more>) ~3 (?:kontaktiert|angeschrieben|belae?stigt|anzuschreiben|kontaktieren|zu schreiben|beworben)',
    '<want> ~5 (?:nichts|nicht|keine?(?:n|r|rlei)?) ~8 (?:hoe?ren|erhalten|bekommen|empfangen|kriegen|lesen|zugeschickt|zugesandt|kontaktiert|angeschrieben)',
    '(?:moe?chten?|will|wollen|wue?nschen?|bitte) ~4 keine?(?:n|r|rlei)? ~3 <mail>',
    'keine?(?:n|r|rlei)? ~3 <mail> ~2 (?:mehr|dieser art|von ihnen|zusenden|zu senden|schicken|senden|erwue?nscht|gewue?nscht)',
    'keine? (?:weiteren?|solchen?|kue?nftigen?) ~2 <mail>',
    '<mail> ~4 (?:unerwue?nscht|nicht erwue?nscht|nicht gewue?nscht)',
    '(?:nicht|kein) ~4 (?:einverstanden|einwilligung|zugestimmt|interesse) ~~6 (?:<mail>|zusendung|erhalten|erhalt)',
  ),
  deferred: say(
    'erst|bevor|vor (?!allem)[a-z0-9]{2,12}|solange|telefonisch|per post|diese woche|nae?chste woche|heute|noch',
    '(?:habe?n?|hatten?|kamen?|finde|fand) ~4 keine? ~2 <mail> ~3 (?:bekommen|erhalten|gefunden|gesehen|mehr da)',
  ),
  contrary: say(
    '(?:zoe?ger[a-z]{1,2}|scheuen|vergess[a-z]{1,2}) ~3 nicht|nicht ~2 zoe?gern',
    '<self> (?:bitte )?nicht ~4 (?:<take>|<list>)',
    '(?:<take>) (?:sie )?<self> (?:bitte )?nicht',
    'nicht ~4 (?:<leave>)',
    '(?:<leave>) ~5 (?:rue?ckgae?ngig|stornieren|zurue?cknehmen|versehen[a-z]{0,6})|versehen[a-z]{0,6} ~5 (?:<leave>)|(?:webinar|termin|veranstaltung|schulung|seminar|workshop|messe|kurs) ~3 (?:<leave>)',
    '<others> ~4 (?:<leave>|<remove>)|(?:<leave>|<remove>) ~3 <others>',
    '(?:wenn|falls|sofern|sollten) sie ~5 (?:moe?chten|wue?nschen|wollen|nicht der)',
    'abmelde[a-z]{3,12}',
    '(?:teilnehmer|gaeste|gaste|warte|preis|stueck|stuck|einkaufs|anwesenheits|mangel|maengel|referenz|aufgaben|artikel)[a-z]{0,6}listen?',
    '(?:hoe?r|hoe?ren|hoe?rt) ~2 (?:bitte |bloss |ja )?nicht (?:auf|damit auf)',
    'in ~3 <list> ~2 (?:auf|ein|hinein|aufnehmen|lassen)',
  ),
  inquiry: say(
    'wie (?:lange|viele?|oft|werden|wird|funktioniert|geht)',
    '(?:kann|koe?nnen|darf|muss|muessen|mue?ssen|laesst|lae?sst|lassen|gibt|wie|was|ist|sind) (?:man|wir|es|sich|unsere|die|das|der|ihr (?:tool|system|produkt)|viele|hoch)(?! ~4 <leave>)',
  ),
  politeness: say(
    'bitte|danke|vielen dank|besten dank|hallo|guten tag|moin|servus|sofort|umgehend|gruss|gruesse|mfg|lg|vg|mit|freundlichen|viele|ann|sehr geehrte damen und herren|jetzt',
  ),
};
