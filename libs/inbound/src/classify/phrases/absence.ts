/** What people say who are away, in six languages. Patterns for folded text on one line. */

/** Subjects that responders put before, or instead of, that of the mail they answer. */
export const AUTO_SUBJECT =
  /^(?:\[?auto(?:matic|mated|matically generated)?[- ]?(?:reply|response|answer)\b|autoreply|automat(?:ic|ed) (?:reply|response)|automatische (?:antwort|ruckantwort|ruckmeldung)|automatisch[a-z]{0,2} (?:antwort|abwesenheit)|autom\. antwort|reponse automatique|(?:auto)?respuesta automatica|autorespuesta|respuesta automatica|risposta automatica|risponditore automatico|resposta automatica|auto-?resposta)/;

export const ABSENCE_SUBJECT =
  /^(?:\[?(?:i am |i'm |currently )?out[- ]of[- ](?:the )?office\b|ooo\b|on (?:annual |parental |maternity |paternity |sick )?leave\b|(?:on |annual )?(?:vacation|holiday)s?\b|away (?:from|until)|abwesenheit|abwesend|ausser haus|nicht im (?:buro|hause?)|ich bin (?:derzeit |zur ?zeit |momentan )?(?:nicht|im urlaub|abwesend)|urlaub\b|im urlaub|bin im urlaub|absence\b|message d'absence|(?:notification|avis) d'absence|absente?\b|en conges?\b|en vacances|fuera de (?:la )?oficina|fuera del despacho|ausente\b|ausencia|mensaje de ausencia|aviso de ausencia|de vacaciones|fuori (?:ufficio|sede)|assente\b|assenza|messaggio di assenza|in ferie|ferie\b|fora do escritorio|mensagem de ausencia|aviso de ausencia|de ferias|ferias\b|estou ausente)/;

/** Says in so many words, in the present or the future, that the writer is away. */
export const ABSENCE =
  /\b(?:out of (?:the |my |our )?office|out[- ]of[- ]office|\booo\b|(?:am|are|i'm|be|is|currently) (?:currently |presently |now |still )?(?:away|out|absent|unavailable|travell?ing|abroad|off work|offline)\b|away from (?:the |my )?(?:office|desk|e-?mail|inbox|computer)|on (?:[a-z]{1,12} ){0,2}(?:leave|vacation|holidays?|pto|sabbatical)\b|(?:not|no longer) (?:be )?(?:in the office|at my desk|available until|available from|available between|reading e-?mails?|checking (?:my )?e-?mails?)|(?:limited|no|intermittent|restricted|sporadic) (?:or no )?access to (?:my |the )?(?:e-?mails?|inbox|messages|internet)|(?:office|company|business|offices|studio|shop) (?:is|are|will be|remains?) (?:currently )?closed|we(?:'re| are| will be) closed)/;

export const ABSENCE_DE =
  /\b(?:(?:nicht|ausser) (?:im|in meinem|in unserem) (?:buro|hause?|betrieb)|ausser haus|im (?:[a-z]{1,14} )?(?:urlaub|mutterschutz)|in (?:[a-z]{1,14} )?(?:elternzeit|urlaub)|auf (?:dienst|geschafts)reise|abwesend|abwesenheit|nicht (?:personlich )?(?:erreichbar|anwesend|am platz|am arbeitsplatz|verfugbar|im dienst)|unterwegs und|krankgeschrieben|(?:eingeschrankt|nur sporadisch|keinen) (?:erreichbar|zugriff|zugang)|keinen (?:zugriff|zugang) auf (?:meine|mein) (?:e-?mails?|postfach|mails)|(?:betriebsferien|betriebsurlaub|geschlossen)|ich bin (?:erst )?(?:wieder )?ab [^.!?]{3,30} wieder)\b/;

export const ABSENCE_FR =
  /\b(?:absente?s? (?:du |de |jusqu|pour|actuellement|et|en|ce)|(?:suis|serai|sommes|serons) (?:actuellement |momentanement |egalement )?(?:absente?s?|en conges?|en vacances|en deplacement|en formation|en arret|indisponible|injoignable|hors du bureau)|en conges? (?:jusqu|du|maternite|parental|maladie|annuels?)|actuellement (?:absente?|en conges?|en vacances|en deplacement)|en mon absence|pendant (?:mon|cette) absence|durant (?:mon|cette) absence|hors du bureau|(?:un )?acces limite a (?:ma|mes)|(?:bureaux?|entreprise|societe|agence|etude|cabinet) (?:est|sont|sera|seront) fermee?s?|de retour (?:le|au bureau|a partir))\b/;

export const ABSENCE_ES =
  /\b(?:fuera de (?:la |mi )?oficina|fuera del (?:despacho|pais)|(?:estoy|estare|me encuentro|me encontrare|estamos|estaremos) (?:actualmente |ahora )?(?:ausente|fuera|de (?:vacaciones|viaje|baja|permiso|licencia)|de baja|sin acceso|disfrutando)|ausente (?:de|hasta|del|por)|(?:durante|en) mi ausencia|acceso limitado (?:a|al)|(?:oficina|empresa|nuestras oficinas|oficinas) (?:esta|estara|permanecera|permaneceran|estaran|estan) cerrad|de vacaciones (?:hasta|del|desde|y)|permiso de (?:maternidad|paternidad))/;

export const ABSENCE_IT =
  /\b(?:fuori (?:ufficio|sede|dall'ufficio)|(?:sono|saro|siamo|saremo) (?:attualmente |al momento |momentaneamente )?(?:assent[ei]|fuori|in (?:ferie|vacanza|viaggio|trasferta|maternita|malattia|congedo)|via|irreperibile)|assente (?:dall|fino|dal|per|nei)|in (?:ferie|vacanza) (?:fino|dal|e)|(?:durante|in) la mia assenza|durante (?:la mia|questo periodo di) assenza|accesso limitato (?:a|alla|alle)|(?:ufficio|uffici|azienda|studio) (?:e|sara|saranno|resteranno|rimarra|restera|sono|e') chius)/;

export const ABSENCE_PT =
  /\b(?:fora do (?:escritorio|pais)|(?:estou|estarei|encontro-me|estamos|estaremos|me encontro) (?:atualmente |de momento |neste momento )?(?:ausente|fora|de (?:ferias|licenca|baixa|folga)|em (?:viagem|ferias|licenca)|a viajar|viajando|sem acesso|indisponivel)|ausente (?:do|ate|de|por|entre)|(?:durante|na) (?:a )?minha ausencia|acesso limitado (?:a|ao)|(?:escritorio|empresa|escritorios) (?:esta|estara|estarao|estao) (?:encerrad|fechad)|de ferias (?:ate|de|entre|e)|licenca (?:de )?(?:maternidade|paternidade|parental))/;

export const ABSENCES: readonly RegExp[] = [
  ABSENCE,
  ABSENCE_DE,
  ABSENCE_FR,
  ABSENCE_ES,
  ABSENCE_IT,
  ABSENCE_PT,
];

/** Words that say as much where a machine is known to have answered, and nothing in a person's mail. */
export const ABSENCE_WORDS =
  /\b(?:vacations?|holidays?|leave|sick|ill|unwell|sabbatical|days off|time off|travell?ing|conference|trade fair|training|workshop|seminar|off-?site|away|absen(?:t|ce)|closed|closure|shutdown|urlaub|resturlaub|krank|erkrankt|krankheit|messe|dienstreise|geschaftsreise|fortbildung|schulung|seminar|kur|reha|feiertage|ruckkehr|zuruck bin|abwesen(?:d|heit)|geschlossen|conges?|vacances|repos|seminaire|stage|salon|malade|maladie|deplacement|formation|mon retour|fermee?s?|fermeture|vacaciones|permiso|enferm[oa]|viaje|congreso|curso|formacion|feria|puente|festivo|ausen(?:te|cia)|mi (?:vuelta|regreso)|cerrad[oa]s?|ferie|malattia|viaggio|trasferta|congresso|corso|fiera|festivita|assen(?:te|za)|mio r(?:itorno|ientro)|chius[aeio]|chiusura|ferias|doente|viagem|formacao|feira|feriado|licenca|meu regresso|encerrad[oa]s?|fechad[oa]s?)\b/;

/** What stands in notes that are written once for everybody, and hardly in answers to one person. */
export const TEMPLATES: readonly RegExp[] = [
  /\b(?:thank you|thanks|many thanks) for (?:your|the|contacting|getting in touch|writing|reaching out)[^.!?]{0,30}/,
  /\b(?:limited|no|intermittent|sporadic) (?:or no )?access to/,
  /\b(?:will|shall|'ll) (?:respond|reply|answer|get back to you|attend|be back in touch)[^.!?]{0,60}\b(?:return|possible|back|soon)/,
  /\b(?:urgent|emergenc|immediate (?:assistance|attention|help)|needs? assistance)/,
  /\b(?:will not|won't|not) be (?:forwarded|read|monitored|checked)/,
  /\b(?:automatic|automated|automatically generated) (?:reply|response|message|e-?mail)/,
  /\b(?:vielen dank|danke|herzlichen dank) fur (?:ihre|deine|die) (?:nachricht|e-?mail|mail|anfrage)/,
  /\b(?:dringend|in eiligen|in wichtigen|in notfallen)/,
  /\bwird nicht (?:automatisch )?(?:weitergeleitet|gelesen|bearbeitet)/,
  /\b(?:automatische|automatisch generierte|automatisch erstellte) (?:antwort|nachricht|e-?mail)/,
  /\b(?:merci (?:de|pour) (?:votre|m'avoir|ton)|j'ai bien recu|(?:en cas d'|pour toute )urgence|message automatique|reponse automatique|ne sera pas (?:transfere|lu))/,
  /\b(?:gracias por (?:su|tu|contactar|escribir)|he recibido su|urgen(?:te|cia)|mensaje automatico|respuesta automatica|no sera (?:reenviado|leido))/,
  /\b(?:grazie per (?:la|avermi|il|averci)|ho ricevuto|urgenz[ae]|urgenti|messaggio automatico|risposta automatica|non verra (?:inoltrat|lett))/,
  /\b(?:obrigad[oa] (?:pel[oa]|por)|agradeco (?:o|a)|urgen(?:te|cia)|mensagem automatica|resposta automatica|nao sera (?:reencaminhad|lid))/,
];
