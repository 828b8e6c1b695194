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
};
