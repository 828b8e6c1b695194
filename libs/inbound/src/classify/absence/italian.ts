import { oneOf, type AbsenceLanguage } from './language.ts';

export const ITALIAN: AbsenceLanguage = {
  subject: oneOf(
    String.raw`fuori (?:ufficio|sede)`,
    String.raw`assen(?:te|za)\b`,
    String.raw`messaggio di assenza`,
    String.raw`(?:sono )?(?:in )?ferie\b`,
    String.raw`non in ufficio`,
  ),
  says: oneOf(
    String.raw`fuori (?:ufficio|sede|dall'ufficio)`,
    String.raw`(?:sono|saro|siamo|saremo) (?:attualmente |al momento |momentaneamente )?(?:assent[ei]|fuori|in (?:ferie|vacanza|viaggio|trasferta|maternita|malattia|congedo)|via|irreperibile)`,
    String.raw`assente (?:dall|fino|dal|per|nei)`,
    String.raw`in (?:ferie|vacanza) (?:fino|dal|e)`,
    String.raw`(?:durante|in) la mia assenza`,
    String.raw`durante (?:la mia|questo periodo di) assenza`,
    String.raw`accesso limitato (?:a|alla|alle)`,
    String.raw`(?:ufficio|uffici|azienda|studio) (?:e|sara|saranno|resteranno|rimarra|restera|sono|e') chius`,
    String.raw`non (?:sono|saro|siamo) (?:[a-z]{1,14} ){0,2}(?:in (?:ufficio|sede)|disponibil[ei]|raggiungibil[ei])`,
    String.raw`chius[oi] per`,
    String.raw`(?:sono|saro|mi trovo) (?:[a-z]{1,14} ){0,2}(?:in (?:permesso|congedo|ferie|malattia|trasferta|viaggio|maternita)|malat[oa]|ammalat[oa]|influenzat[oa])`,
    String.raw`in congedo (?:parentale|di maternita|per)`,
  ),
  hints: oneOf(
    String.raw`(?:ferie|malat[a-z]*|viaggio|trasferta|congresso|corso|fiera|festivita)\b`,
    String.raw`(?:assen(?:te|za|ti)|mio r(?:itorno|ientro)|chius[aeio]|chiusura|permesso|congedo)\b`,
    String.raw`(?:maternita|paternita|ponte|ospedale|ricoverat[oa]|convalescenza|riapr[a-z]*)\b`,
    String.raw`(?:saltuari[a-z]*|non disponibile|influenza)\b`,
  ),
  templates: [
    /\b(?:contattare|rivolgersi|rivolgetevi|si rivolga|potete (?:contattare|scrivere))/,
    /\b(?:(?:la )?(?:grazie|ringrazio) per (?:la|avermi|il|averci)|ho ricevuto)/,
    /\burgen(?:z[ae]|ti|te)\b/,
    /\b(?:messaggio|risposta) automatic[ao]/,
    /\bnon (?:verra|sara|saranno|verranno) (?:inoltrat|lett)/,
    /\b(?:rispondero|leggero|contattero)[^.!?]{0,50}\b(?:rientro|ritorno|possibile|rientrero)/,
    /\baccesso (?:molto )?limitato/,
  ],
  asides: oneOf(
    String.raw`(?:urgen(?:te|ti|za|ze)|nel frattempo)\b`,
    String.raw`(?:contatta(?:re|te)|rivolg[a-z]*|scriv(?:ere|ete) a|chiama(?:re|te) (?:il|in|al)|mi sostituisce|sostitu[a-z]*|si occupa|presidiat[a-z]*|segreteria|centralino|fare riferimento|potete (?:scrivere|chiamare|inviare))\b`,
    String.raw`(?:rispondero|risponderemo|rispondo|rispondiamo|leggero|leggeremo|ricontattero|provvedero)\b`,
    String.raw`(?:(?:leggo|controllo|leggero)[^?]{0,25}(?:posta|e-?mails?|mail|messaggi)|(?:posta|messaggi|mail) (?:non|sara|saranno|verra)|accesso|al (?:mio |nostro )?(?:rientro|ritorno))\b`,
    String.raw`(?:automatic[oa]|giorno lavorativo|part-?time|non lavoro|orari[o]?|riapr[a-z]*)\b`,
    String.raw`(?:torno|torniamo|tornero|torneremo|rientro|rientriamo|rientrero|riprend[a-z]*|ferie|chius[aeio]|chiusura|assen[a-z]*)\b`,
  ),
  courtesies: oneOf(
    String.raw`(?:ciao|salve|buon(?:giorno|asera|e|a)|gentil[ei]|egregi[oa]|car[oiae]|spett\.?|grazie|(?:la|vi) ringrazi[a-z]*|cordial[ei]|cordialmente|distinti|saluti|un saluto|auguri|ci scusiamo|mi scuso|buone)\b[^?]*`,
  ),
  answers: oneOf(
    String.raw`(?:ero|eravamo|sono (?:appena )?(?:tornat|rientrat|stat)[oa]|siamo stati)\b`,
    String.raw`(?:lui|lei|(?:il|la) (?:mi[oa]|nostr[oa]) (?:cap[oa]|soci[oa]|direttore|direttrice|titolare|responsabile|collega)|il collega|la collega) (?:e|sara|torna|rientra|[a-z]{1,3} [a-z]{1,12} [a-z]{1,12} e)\b`,
    String.raw`(?:mio capo|mia capa|mio socio)\b`,
    String.raw`(?:va bene|d'accordo|interess[a-z]*|preventivo|prezzo|contratto|proposta|offerta|numeri|in linea di massima|in linea di principio|riunione|demo|preferi[a-z]*|meglio|volentieri)\b`,
    String.raw`(?:guardo|guardero|vedo|le (?:faccio|dico|mando)|ti (?:chiamo|dico)|mand[ai](?:mi)?)\b`,
  ),
};
