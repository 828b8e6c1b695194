/** The words around a date that tell what it is to somebody who is away. Patterns for folded text. */

/** Between such a word and its date. */
const FILLER =
  '(?: (?:the|voraussichtlich|vsl\\.?|probably|approximately|about|waarschijnlijk|ongeveer|including|at least|den|dem|zum|einschl\\.?|le|el|il|o|ao|a|dia|early|late))*';

const adjacent = (words: string) => new RegExp(`(?<![a-z])(?:${words})${FILLER}[ :]*$`);

/** The last day away: back the day after. */
export const UNTIL_INCLUDED = adjacent(
  'through|thru|up to and including|until and including|till and including|bis einschliesslich|' +
    'bis und mit|bis inklusive|bis inkl\\.?|bis einschl\\.?|bis zum ablauf des|tot en met|t/m|t\\.?e\\.?m\\.?',
);
export const INCLUDED_AFTER =
  /^,? ?\(?(?:inclusive|incl\.?|included|einschliesslich|inklusive|inkl\.?|inclus|incluid[oa]|incluso|compres[oa]|inbegrepen)\b/;

/** The end of the absence, by whatever the writer counts. */
export const UNTIL = adjacent(
  "until|till|til|'til|bis|bis zum|jusqu'au|jusqu'a|jusqu'en|hasta|hasta el|fino al|fino a|" +
    "fino all'|sino al|ate|ate ao|ate a|ate o|tot",
);

/** The beginning of the absence, or of the presence where the sentence is about coming back. */
export const FROM = adjacent(
  'from|starting|starting on|beginning|as of|as from|since|between|vom|von|ab|seit|zwischen|du|' +
    'a partir du|a compter du|des|depuis le|entre|entre le|del|desde|desde el|a partir del|dal|a partire dal|tra il|da|a partir de|entre os dias|de|van|vanaf|sinds|tussen',
);

/** A day on which the person is away. */
export const ON = adjacent('on|am|le|el|il|em|no dia|en|op');

/** Joins two days that are no span without a word such as `between` before them. */
export const AND = /^[ ,]*(?:e|y|et|and|und|en)(?: |$)/;
export const BETWEEN = adjacent(
  'between|zwischen|entre|entre le|entre los?|entre os dias|tra|tra il|fra|fra il|tussen',
);

/** What joins both ends of a span, between two dates. */
export const SPAN = new RegExp(
  '^[ ,]*(?:-|to|through|thru|bis|bis zum|bis einschliesslich|au|al|a|ate|ao|e|y|et|and|und|tot|tot en met|t/m|t\\.?e\\.?m\\.?|en)' +
    '(?: (?:and including|einschliesslich|zum))?(?: (?:the|den|dem|le|el|il|o|dia))?[ ,]*$',
);

/** Coming back, said before the date or the whole sentence over. */
export const RETURN =
  /\b(?:back(?! to you)|re-?open(?:s|ing)?|pick(?:ing)? (?:this|it|things) up|first day|returning|returns?(?! (?:your|the|my) (?:call|form|mail|message))|available again|reachable again|(?:in|to) the office again|resum(?:e|es|ing)|i(?:'ll| will) (?:reply|respond|answer|reach out|get back)|normal service|wieder|antworte[nt]?|offnen|oeffnen|zuruck|zurueck|ruckkehr|retour|reviens|reviendrai|revenons|rentre|rentrerai|a nouveau|reprise|reprendr[a-z]{1,4}|reprend[a-z]{0,3}|rouvr[a-z]{1,5}|reouverture|de nouveau|repondr(?:ai|ons)|vuelta|regres[a-z]{1,6}|vuelvo|volvere|volvemos|volveremos|retorn[a-z]{1,6}|(?:re)?incorpor[a-z]{1,8}|reanud[a-z]{1,6}|reabr[a-z]{1,6}|reapertura|respondere(?:mos)?|contestare(?:mos)?|retom[a-z]{1,6}|de nuevo|rientr[a-z]{1,5}|riapr[a-z]{1,6}|riapertura|riprend[a-z]{1,6}|rispondero|risponderemo|torno|tornero|torneremo|tornera|ritorn[a-z]{1,6}|di nuovo|nuovamente|regress[a-z]{1,6}|reabert[a-z]{1,3}|responderei|responderemos|volto|voltarei|voltamos|voltaremos|volta|novamente|terug|weer|heropen[a-z]{1,3}|terugkeer|opnieuw)\b/g;

/** Coming back, said after the date. */
export const RETURN_AFTER =
  /^[ ,)]*(?:an )?(?:(?:bin|sind|stehe|werde|wird|ben|zijn) )?(?:(?:ich|wir|er|sie|ik|wij|we) )?(?:[a-z]{1,20} ){0,3}(?:wieder|zuruck|zurueck|weer|terug)\b|^[ ,]*(?:(?:on |upon |at )?my return|when i (?:return|am back)|nach meiner ruckkehr|a mon retour|a mi (?:vuelta|regreso)|al mio r(?:ientro|itorno)|(?:no|ao) meu regresso|i(?:'ll| will) (?:be back|return)|je serai de retour|je reviens|estare de vuelta|volvere|saro di nuovo|rientrero|tornero|estarei de volta|voltarei|regresso|(?:ben|zijn) (?:ik|wij|we) (?:er )?(?:weer|terug)|pak ik)\b/;

/** Being away. */
export const AWAY =
  /\b(?:out|away|leave|vacation|holidays?|closed|unavailable|absent|travell?ing|not (?:be )?(?:in|available)|urlaub|abwesend|nicht (?:im|am|in|erreichbar)|ausser haus|verreist|geschlossen|absente?s?|conges?|vacances|deplacement|fermee?s?|ausentes?|vacaciones|fuera|cerrad[oa]s?|viaje|assent[ei]|ferie|fuori|chius[oaie]|ferias|fora|fechad[oa]s?|viagem|afwezig|vakantie|verlof|gesloten|ziek|niet (?:op kantoor|aanwezig|bereikbaar)|weg)\b/;
