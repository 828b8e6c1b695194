import { phrases, type OptOutLanguage } from './phrases.ts';

const say = phrases({
  remove:
    'verwijder(?:t|en|d)?|te verwijderen|wis(?:t|sen)?|gewist|te wissen|schrap(?:t|pen)?|geschrapt|te schrappen|uitschrijven|uit te schrijven|uitgeschreven|uitsch?r?ijven|afmelden|af te melden|afgemeld',
  take: '<remove>|ha(?:al|alt|len)|gehaald|te halen|neem(?:t)?|nemen|genomen|doe(?:t|n)?|gooi(?:t|en)?|afhalen|af te halen|afgehaald',
  my: "mijn|m'n|mn|ons|onze|dit|deze|bovenstaande?",
  thing:
    '(?:e ?mail ?)?adres(?:sen)?|e?mail|e?mailadres(?:sen)?|naam|namen|gegevens|persoonsgegevens|contactgegevens|account|bedrijf|kantoor|organisatie|inschrijving|domein|afdeling|zaak|praktijk|firma',
  self: '(?:mij|me|ons) (?! ?(?:<thing>))|(?:<my>) ~2 (?:<thing>)|x@y',
  filler:
    'aub|svp|a u b|alsjeblieft|alstublieft|graag|maar|dan|ook|nu|direct|meteen|even|eens|dus|gelijk|onmiddellijk|permanent|per direct|u|je|jullie|jij|gelieve|wilt|wil|kunt|kun|zou|zoudt|kan|willen|kunnen|vriendelijk|hierbij|alle|volledig|helemaal|verder',
  list: '[a-z]{0,12}lij?st(?:en)?|bestand(?:en)?|[a-z]{0,8}bestand|database|databank|systeem|systemen|crm|mailings?|nieuwsbrief|nieuwsbrieven|adressenbestand|contacten|administratie|verzendlijst',
  third:
    'deelnemers?[a-z]{0,12}|gasten[a-z]{0,8}|wacht[a-z]{0,8}|prijs[a-z]{0,8}|prijzen[a-z]{0,8}|aanwezigheid[a-z]{0,8}|uitnodiging[a-z]{0,8}|stuk[a-z]{0,8}',
  leave:
    'afmeld(?:en|ing)|af te melden|afgemeld|uitschrijv(?:en|ing)|uit te schrijven|uitgeschreven|uitsch?r?ijven|opzeggen|opt out|unsubscribe',
  stop: 'stop(?:t|pen)?|hou(?:d|dt|den)? ~4 op|ophouden|op te houden|sta(?:ak|akt|ken)|te staken|onthoud(?:t|en)?|beeindig(?:t|en)?|zie(?:t|n)? ~3 af|genoeg van',
  write:
    'schrijven|schrijf|te schrijven|mail(?:t|en)?|te mailen|benader(?:t|en|d)?|te benaderen|contacteer(?:t)?|contacteren|te contacteren|gecontacteerd|gemaild|aangeschreven|benaderd|lastig(?: te)? ?(?:vallen|gevallen)?|spammen|spam|bel(?:t|len)?|stalken|bestoken',
  send: '<write>|stuur(?:t)?|sturen|te sturen|toesturen|toe te sturen|toegestuurd|gestuurd|zend(?:t|en)?|te zenden|gezonden|bericht(?:en)?',
  mail: 'e?mail(?:s|tjes|tje)?|berichten?|reclame|spam|nieuwsbrie(?:f|ven)|aanbiedingen|aanbieding|post|mailings?|reclamemails?|acquisitie|correspondentie|communicatie|offertes|contact|promoties|zulke mails?|benadering',
  no: 'geen|niets|niks|nooit|niet',
  more: 'meer|langer|nog|verdere?|voortaan|in de toekomst|in het vervolg|vanaf nu|ooit',
  want: 'wil|willen|wens(?:en)?|hoef|hoeven|wens|verlang|zou|liever|prefereer|heb|zit|zitten',
  please:
    'graag|gelieve|wilt? (?:u|je|jij|jullie)|kunt? (?:u|je|jij|jullie)|kan ik|kunnen (?:jullie|wij|we)|zou (?:u|je)|ik (?:wil|wens|zou|verzoek|vraag)|wij (?:willen|wensen|verzoeken|vragen)|we willen|verzoek(?:en)?|wil me|wil mij|hoe (?:kan|moet|kom) ik|svp|aub|a u b|alstublieft|alsjeblieft|vraag|gevraagd',
  others:
    'klant(?:en)?|gebruikers?|abonnees|mensen|medewerkers?|monteurs?|bewoners?|deelnemers?|ontvangers',
});

export const DUTCH: OptOutLanguage = {
  whole: say(
    '^(?:(?:me |mij |ons |gelijk |direct ){0,3}(?:<leave>|verwijderen|verwijder|afmelden)(?: me| mij| ons)?)$',
    '^(?:<mail>|<list>) (?:<leave>)$',
    '^(?:van|uit) ~2 <list>(?: ~1 (?:<take>|af))?$',
    '^(?:geen|nooit) (?:verdere |meer )?(?:<mail>)(?: meer| sturen| meer sturen)?$',
    '^(?:niet|nooit) meer (?:<send>)$|^stop(?: ermee| daarmee| hiermee)?$|^genoeg$|^rot op$',
  ),
  requests: say(
    '<remove> (?:(?:<filler>) ){0,4}(?:<self>)',
    '(?:<self>) ?(?:(?:<filler>|van|uit|<list>|uw|je|jullie|de|voor|deze|<mail>) ){0,7}(?:<remove>)',
    '<take> (?:(?:<filler>) ){0,4}(?:<self>) ?~2 (?:van|uit) ~3 (?:<list>)',
    '(?:<self>) ?~3 (?:van|uit) ~3 (?:<list>)',
    '(?:^|, |^en )(?:(?:<filler>|geen|interesse|<please>) ){0,5}(?:van|uit) ~2 <list> (?:<take>)',
    '(?:^|, )(?:(?:<filler>|<please>) ){1,5}(?:van|uit) (?:uw|je|jullie|de|deze) ~1 <list> ?$',
    '(?:ik|wij|we) ~2 van (?:deze|die|uw|jullie|je|de) ~1 (?:<list>|<mail>) ~1 af',
    '(?:kom|raak|geraak) ik ~1 van ~2 (?:<mail>|<list>) af',
    '(?:meld|schrijf|schrijft|meldt) ~1 (?:mij|me|ons) ~2 (?:af|uit)(?= ?$| ,| (?:voor|van|aub|svp|bij|en|graag|bitte|a u b))',
    '<please> ~4 (?:me|mij|ons) ~4 (?:<leave>)',
    '(?:graag|gelieve|svp|aub|verzoek tot) ~2 (?:<leave>)',
    '(?:ik|wij|we) (?:wil|willen|wens|wensen|zou|moet|probeer|meld|meldde) ~2 (?:mij|me|ons) ~3 (?:<leave>)',
    '(?:wil) (?:me|mij) (?:<leave>)',
    '(?:avg|gdpr|artikel 17|art 17|artikel 21|art 21) ~~9 (?:<remove>|verwijdering|wissing|bezwaar)',
    '(?:<remove>|verwijdering|wissing) ~6 (?:persoonsgegevens|mijn gegevens|onze gegevens)',
    '(?:bezwaar|verzet) ~4 (?:tegen|gebruik|verwerking)',
    '(?:trek|trekken) ~3 toestemming ~2 in|toestemming ~1 in(?:trekken)?',
    'recht (?:op|om) (?:vergetelheid|verwijdering|bezwaar)|recht van (?:bezwaar|verzet)',
    'laat ~1 (?:me|mij|ons) ~2 met rust',
    '(?:rot|sodemieter|donder|flikker) ~1 op',
    '(?:zwarte lijst|blokkeerlijst|suppressielijst|blacklist)',
    '(?:geen|nooit|zonder) ~4 toestemming ~~6 (?:<send>|<mail>|gegeven|$)',
    '(?:vraag|gevraagd|verzoek|verzocht) ~4 (?:mij|me|ons) ~2 (?:<leave>)',
  ),
  refusals: say(
    '<want> ~4 (?:geen|niets|niks) ~3 (?:<more> )?~3 (?:ontvangen|te ontvangen|krijgen|te krijgen|horen|lezen|hebben)',
    '(?:wil|willen|wens|wensen|hoef|hoeven) ~3 (?:niet|nooit) ~1 (?:meer|langer) ~3 (?:<send>|ontvangen|te ontvangen|krijgen|te krijgen|hebben)',
    '(?:wil|willen|hoef|hoeven|wens|wensen) (?:dit|deze|die|zulke) ~2 (?:niet|nooit) ~1 (?:meer )?~1 (?:ontvangen|te ontvangen|krijgen|te krijgen|hebben)',
    '(?:zit|zitten) ~2 niet ~1 te wachten op ~2 (?:<mail>)',
    '(?:geen|nooit) (?:<mail>) (?:meer|sturen|te sturen|dan|graag)',
    '(?:geen|nooit) (?:verdere|nieuwe|andere|zulke|dergelijke|ongevraagde) ~1 (?:<mail>)',
    '(?:wil|willen|wens|wensen) ~2 (?:geen) ~2 (?:<mail>)',
    '(?:geen|nooit) ~2 (?:<mail>) ~2 (?:meer)',
    '(?:<send>) ~1 (?:mij|me|ons|hierheen) ~1 (?:niets|niks|niet|geen|nooit) ~2 (?:<more>)',
    '(?:<send>) ~1 (?:mij|me|ons) ~2 (?:in de toekomst|voortaan|in het vervolg) ~1 (?:niet|niets|geen)',
    '(?:mij|me|ons) ~2 (?:niet|nooit|niets|niks) ~1 (?:meer|langer|verder) ~2 (?:te )?(?:<send>)',
    '(?:niet|nooit) ~1 (?:meer|langer|verder) (?:te )?(?:<write>)',
    '(?:mij|me|ons) ~1 niet (?:meer|langer) (?:op|in) ~2 (?:<list>)',
    '(?:geen|nooit) ~1 (?:contact) ~2 (?:meer|op met|opnemen|op te nemen)',
    '<stop> (?:(?:<filler>) ){0,3}(?:met|van) ~2 (?:<write>|sturen|<mail>|te mailen|te sturen|dit|deze)',
    '<stop> (?:dit|deze|die) ~1 (?:<mail>)',
    '<stop> ~2 (?:mij|me|ons) ~2 (?:te )?(?:<send>)',
    '(?:liever|niet) ~2 (?:niet|nooit) (?:meer|langer) (?:benaderd|gemaild|gecontacteerd)',
    'zie(?:n|t)? ~2 af van ~3 (?:<mail>|contact)',
  ),
  deferred: say(
    'voor (?!deze|uw|je|jullie|altijd|eens|goed)[a-z0-9]{2,12}|tot|totdat|zolang|telefonisch|deze week|volgende week|vandaag|pas',
    '(?:heb|hebben|had|hadden|kregen|krijgen) ~4 (?:geen) ~2 (?:<mail>) ~3 (?:gehad|ontvangen|gekregen|gezien)',
  ),
  contrary: say(
    '(?:aarzel|twijfel|schroom|vergeet) ~2 niet',
    '(?:mij|me|ons|<self>) ~1 (?:nog )?niet ~3 (?:van|uit|af)',
    '(?:<others>) ~4 (?:<leave>|<remove>)|(?:<leave>|<remove>) ~3 (?:<others>)',
    '(?:van|uit) ~2 (?:<third>)',
    '(?:webinar|beurs|cursus|training|workshop|bijeenkomst|afspraak|demo) ~2 (?:<leave>)|(?:per ongeluk|abusievelijk) ~3 (?:<leave>)|(?:<leave>) ~4 (?:ongedaan|terugdraaien|per ongeluk)',
    'afmeld(?:link|knop|pagina|percentage)',
    '(?:indien|als|wanneer|mocht) (?:u|je) ~5 (?:wenst|wilt|wil|liever|niet de)',
    '(?:<stop>) ~1 niet (?:met|om)|niet (?:te )?stoppen (?:met|om)',
    '(?:van|uit) (?:de|het|deze) (?:cc|kopie|afspraak|vergadering|gesprek|agenda|offerte)',
  ),
  inquiry: say(
    '(?:kan|kunnen|mag|moet|hoe|wat|hoeveel|is|zijn|worden|wordt|gaat) (?:een|de|het|onze|wij|we|men|er|jullie (?:systeem|tool|product)|veel|lang|dat|die|klanten)(?! ~4 (?:<leave>))',
    'stop (?:je|jij|u|jullie) ',
  ),
  politeness: say(
    'aub|svp|a u b|graag|alstublieft|alsjeblieft|bedankt|dank|dank (?:u|je)|hallo|hoi|beste|goedendag|dag|groeten|groet|mvg|met vriendelijke groet|direct|onmiddellijk|nu|ann|maar|geen interesse|please',
  ),
};
