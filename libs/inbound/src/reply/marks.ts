/** How mail programs begin what they quote, in seven languages. Patterns for folded lines. */

/**
 * The line above a quoted mail: `On …, Ann wrote:`, as Gmail, Apple Mail, Yahoo, Thunderbird and the
 * Outlook apps write it. It may have been broken into several lines, which are joined before.
 */
const ATTRIBUTIONS: readonly RegExp[] = [
  /^on [^\n]{6,300} wrote ?:$/,
  /^(?:am|vor|um) [^\n]{6,300} (?:schrieb|geschrieben)(?: [^\n]{1,200})? ?:$/,
  /^le [^\n]{6,300} a ecrit ?:$/,
  /^el [^\n]{6,300} escribio ?:$/,
  /^il (?:giorno )?[^\n]{6,300} ha scritto ?:$/,
  /^(?:em|no dia|a|na) [^\n]{6,300} escreveu ?:$/,
  /^op [^\n]{6,300} (?:schreef|het volgende geschreven)(?: [^\n]{1,200})? ?:$/,
  /^[^\n]{3,200} (?:schreef op) [^\n]{6,120} ?:$/,
  /^[^\n]{3,200} (?:wrote|schrieb|a ecrit|escribio|ha scritto|escreveu)(?: (?:on|am|le|el|il|em) [^\n]{6,120})? ?:$/,
];

/** Programs write the time or the address; people write `As I wrote on 25 November:`, and go on. */
const TIME_OR_ADDRESS = /@|\b\d{1,2}[:h]\d\d\b/;

export function isAttribution(line: string): boolean {
  return (
    line.length <= 420 &&
    line.endsWith(':') &&
    TIME_OR_ADDRESS.test(line) &&
    ATTRIBUTIONS.some((pattern) => pattern.test(line))
  );
}

/** Whether an attribution may begin in this line, to be ended in one of the next. */
export function mayBeginAttribution(line: string): boolean {
  return /^(?:on|am|le|el|il|em|no dia|op) /.test(line) && /\d/.test(line);
}

const ORIGINAL_WORDS =
  "original message|ursprungliche nachricht|original-nachricht|originalnachricht|message d'origine|" +
  'message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|origineel bericht|original appointment';
const ORIGINAL = new RegExp(`^[-_* ]{2,40}(?:${ORIGINAL_WORDS})[-_* ]{2,40}:?$`);

const FORWARDED_WORDS =
  'forwarded message|weitergeleitete nachricht|message transfere|mensaje reenviado|' +
  'messaggio inoltrato|mensagem (?:re)?encaminhada|doorgestuurd bericht|forwarded by [^\\n]{1,80}|begin forwarded message';
const FORWARDED = new RegExp(`^[-_* ]{2,40}(?:${FORWARDED_WORDS})[-_* ]{0,40}:?$`);
const APPLE_FORWARDED =
  /^(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|debut du message (?:transfere|reexpedie)|inicio del mensaje reenviado|inizio messaggio inoltrato|inicio da mensagem (?:re)?encaminhada|begin doorgestuurd bericht) ?:$/;

/** `-----Original Message-----`, as Outlook and others write it. */
export const isOriginalMark = (line: string): boolean => ORIGINAL.test(line);

/** The mark above a mail that is passed on. */
export const isForwardMark = (line: string): boolean =>
  FORWARDED.test(line) || APPLE_FORWARDED.test(line);

const LABELS: Readonly<Record<'from' | 'sent' | 'to' | 'subject', RegExp>> = {
  from: /^\*?(?:from|von|van|de|da|expediteur|mittente|remitente)\*? ?:\*? ?\S/,
  sent: /^\*?(?:sent|date|gesendet|datum|envoye(?: le)?|enviado(?: el| em)?|verzonden|fecha|inviato|data)\*? ?:/,
  to: /^\*?(?:to|an|aan|a|para|destinataire|per)\*? ?:/,
  subject: /^\*?(?:subject|betreff|onderwerp|objet|asunto|oggetto|assunto)\*? ?:/,
};

/** Lines in which the headers of a quoted mail stand together. */
const BLOCK_LINES = 8;

/**
 * Whether a block of headers begins in this line: `From:`, and soon `Subject:` with `Sent:` or `To:`.
 * Without a subject it may be a journey.
 */
export function beginsHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!LABELS.from.test(lines[at] ?? '')) return false;
  const next = lines.slice(at + 1, at + BLOCK_LINES).map((line) => line.replace(/^>+ ?/, ''));
  const has = (label: keyof typeof LABELS) => next.some((line) => LABELS[label].test(line));
  return has('subject') && (has('sent') || has('to'));
}

/** A line that a phone or an app adds by itself. */
const FOOTER =
  /^(?:sent from (?:my |outlook|yahoo|mail|the all-new|gmx|proton|samsung|aol|iphone)|get outlook for|von meinem [a-z]|gesendet (?:von|mit) |diese nachricht wurde von meinem|holen sie sich outlook|envoye (?:de|depuis|a partir de) |telecharger outlook|obtenez outlook|enviado (?:desde|do|a partir do|de) |obtener outlook|descarga outlook|inviato (?:da|dal) |verstuurd (?:vanaf|via|met) |verzonden (?:vanaf|via|met) |outlook voor |download outlook|scarica outlook|ottieni outlook|obter o outlook|obtenha o outlook)[^\n]{0,100}$/;
export const isFooter = (line: string): boolean => line.length <= 140 && FOOTER.test(line);

/** A line that only rules something off. */
export const isRuler = (line: string): boolean => /^[-_=*]{5,}$/.test(line);
