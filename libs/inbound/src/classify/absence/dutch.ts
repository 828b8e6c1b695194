import { oneOf, type AbsenceLanguage } from './language.ts';

export const DUTCH: AbsenceLanguage = {
  subject: oneOf(
    String.raw`afwezig(?:heid[a-z]*)?\b`,
    String.raw`(?:ik ben |wij zijn )?niet (?:op kantoor|aanwezig|bereikbaar|op het werk)`,
    String.raw`(?:ik ben |wij zijn |we zijn )?(?:met|op) (?:vakantie|verlof)\b`,
    String.raw`(?:ouderschaps|zwangerschaps|ziekte|zorg|bevallings|vaderschaps|geboorte)?verlof\b`,
    String.raw`(?:zomer|kerst)?vakantie\b`,
    String.raw`(?:ik werk (?:niet )?op|gesloten|vakantiesluiting|kerstsluiting|jaarlijkse sluiting)\b`,
  ),
  says: oneOf(
    String.raw`(?:ben|zijn|is|was ik) (?:ik |wij |we )?(?:[a-z0-9/]{1,14} ){0,8}(?:afwezig|niet (?:op kantoor|aanwezig|bereikbaar|aan het werk|in de zaak)|met (?:vakantie|verlof|[a-z]{4,16}verlof|ziekteverlof)|op (?:vakantie|reis|zakenreis|verlof|cursus|een beurs|een congres|training|wintersport))\b`,
    String.raw`(?:ben|zijn) (?:ik |wij |we )?(?:[a-z0-9/]{1,14} ){0,5}(?:ziek|weg|onderweg|buitenshuis|vrij|verhinderd|slecht bereikbaar|beperkt bereikbaar)\b`,
    String.raw`afwezig (?:van|tot|t\.?e\.?m|t/m|vanaf|op|wegens|en)`,
    String.raw`(?:tijdens|bij|gedurende) (?:mijn|onze) (?:afwezigheid|vakantie|verlof)`,
    String.raw`(?:momenteel|tijdelijk|op dit moment|thans|nu) (?:[a-z]{1,14} ){0,3}(?:afwezig|ziek|niet (?:op kantoor|aanwezig|bereikbaar)|met (?:vakantie|[a-z]{0,14}verlof)|op vakantie)\b`,
    String.raw`(?:kantoor|winkel|zaak|bedrijf|praktijk|wij|we|kantoren|atelier|showroom|werkplaats) (?:is|zijn|blijft|blijven) (?:[a-z0-9/]{1,14} ){0,6}(?:gesloten|dicht)\b`,
    String.raw`gesloten (?:van|tot|wegens|voor|op)\b`,
    String.raw`(?:met|in) (?:zwangerschaps|ouderschaps|ziekte|bevallings|vaderschaps|geboorte|zorg)verlof\b`,
    String.raw`geniet (?:ik )?(?:momenteel |nu )?van (?:mijn|een|wat|onze) (?:[a-z]{1,14} ){0,2}(?:vakantie|vrije|verlof|rust)`,
    String.raw`(?:beperkt|geen|weinig|slechts) (?:toegang tot|bereik)`,
    String.raw`(?:ziek|thuis) (?:gemeld|en niet)|bedrijfsvakantie\b`,
    String.raw`(?:beperkt|niet|moeilijk|slecht) bereikbaar (?:van|tot|op|per|deze)\b`,
  ),
  hints: oneOf(
    String.raw`(?:[a-z]{0,14}vakantie|[a-z]{0,14}verlof|ziek|beurs|congres|cursus|opleiding|training|zakenreis)\b`,
    String.raw`(?:afwezig[a-z]*|gesloten|dicht|vrij|feestdagen|sluiting|onbereikbaar|niet bereikbaar)\b`,
    String.raw`(?:mijn terugkeer|werkdag|ziekenhuis|operatie|herstel|piste|niet aanwezig|niet op kantoor)\b`,
    String.raw`(?:neem[t]? (?:voor mij )?waar|vervang(?:t|en|er|ing)|waarnem[a-z]*)\b`,
  ),
  templates: [
    /\b(?:neem|neemt u|kunt u|kun je|gelieve)[^.!?]{0,40}(?:contact op|contact (?:op )?(?:te )?nemen|terecht|wenden|bellen|mailen)/,
    /\b(?:dank|bedankt|hartelijk dank|dank (?:u|je)(?: wel)?) voor (?:uw|je|het)/,
    /\b(?:spoed|dringend[e]?|noodgevallen|urgent[e]?)\b/,
    /\bautomatisch (?:antwoord|gegenereerd|bericht|verzonden)/,
    /\bwordt niet (?:automatisch )?(?:doorgestuurd|gelezen|beantwoord)/,
    /\b(?:beantwoord(?:en)?|reageer|antwoord|lees)[^.!?]{0,60}\b(?:terug|terugkeer|mogelijk|daarna|werkdag|weer)/,
    /\b(?:beperkt|geen|weinig) (?:toegang|bereikbaar)/,
  ],
  asides: oneOf(
    String.raw`(?:spoed|dringend[e]?|urgent[e]?|noodgeval(?:len)?|intussen|ondertussen|in de tussentijd|calamiteit(?:en)?)\b`,
    String.raw`(?:contact op|contact opnemen|terecht (?:bij|kunt)|bel (?!me|mij)|bellen (?:met|naar)|mail (?:naar|dan)|stuur (?:gerust|dan)|wenden|neemt? (?:[a-z]{1,14} ){0,4}waar|vervang(?:t|er|ster|ing)|overgenomen|helpt|bereikbaar (?:op|via)|storingsdienst|collega'?s)\b`,
    String.raw`(?:beantwoord|beantwoorden|reageer|reageren|antwoord|antwoorden|lees|lezen|pak)\b[^?]{0,60}(?:daarna|terug|terugkomst|terugkeer|weer|mogelijk|op|mijn|uw|je)`,
    String.raw`(?:(?:mail|mails|bericht|berichten|mailbox) (?:wordt|worden|lees|niet)|lees (?:mijn|uw|je|de|af)|bereik|toegang|bij (?:mijn )?terugkomst|na mijn vakantie|zodra ik)\b`,
    String.raw`(?:automatisch[e]?|werkdag(?:en)?|werk(?: ik)? (?:niet )?(?:op )?(?:ma|di|wo|do|vr)|parttime|openingstijden|kantooruren|heropen[a-z]*)`,
    String.raw`(?:weer|terug|vakantie|verlof|afwezig|gesloten|dicht|niet (?:aanwezig|bereikbaar|op kantoor))\b`,
  ),
  courtesies: oneOf(
    String.raw`(?:hoi|hai|hallo|beste|geachte|dag|goede(?:ndag|morgen|middag)|goeiedag|dank|bedankt|hartelijk[e]?|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg|fijne|prettige|wij wensen|we wensen|excuses|sorry|onze excuses|tot dan)\b[^?]*`,
  ),
  answers: oneOf(
    String.raw`(?:was|waren) (?:[a-z]{1,14} ){0,4}(?:ziek|weg|met|op|afwezig|vrij|niet)\b|(?:net |pas |weer )?terug van\b`,
    String.raw`(?:hij|zij|die|(?:mijn|onze) (?:baas|chef|collega|directeur|manager|partner|vrouw|man)|[a-z]+) is (?:[a-z0-9]{1,14} ){0,4}(?:weg|terug|met vakantie|op reis|ziek|afwezig|vrij)\b`,
    String.raw`(?:mijn|onze) (?:baas|chef|directeur)\b`,
    String.raw`(?:ja|akkoord|interess[a-z]*|geinteresseerd|offerte|prijs|budget|contract|voorstel|cijfers|in principe|afspraak|demo|liever|beter|uitkomt|prima|goed idee)\b`,
    String.raw`(?:kijk|kijken) (?:ik|we|wij)\b|(?:stuur|mail) (?:me|mij|maar|het)\b`,
  ),
};
