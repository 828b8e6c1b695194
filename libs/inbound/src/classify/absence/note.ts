import { findReturnDate, type ReturnDateContext } from '../../dates/return-date.ts';
import { RETURN } from '../../dates/cues.ts';
import { fold } from '../../text/fold.ts';
import { ENGAGEMENT } from '../phrases/people.ts';
import { hasAny } from '../reading.ts';
import { ABSENCES, ABSENCE_HINTS, ANSWERS, ASIDES, COURTESIES } from './index.ts';

/** A clause of a note of absence, by what it is about. */
type About = 'absence' | 'return' | 'hint' | 'aside' | 'nothing' | 'other';

interface Clause {
  /** As it was written. */
  readonly raw: string;
  readonly folded: string;
  /** It begins a sentence or a line. */
  readonly begins: boolean;
}

/** Notes are short, and what is read clause by clause as well. */
const MAX_NOTE = 1_500;
/** A line that is shorter than programs break lines at was ended by its writer. */
const BROKEN_AT = 45;
/** Numbers of days and abbreviations have a dot behind them that ends nothing. */
const SENTENCE_END =
  /(?<!(?<!\d)\d{1,2}|\b(?:inkl|einschl|dr|mr|mrs|lic|avv|ing|tel|t\.e\.m))[.!?;…]+(?=\s|$)/giu;
const CLAUSE_END =
  /,\s|\s[-–—]\s|:\s|\s(?=(?:but|and|so (?:please|i|we|she|he|you|it)|aber|und|daher|mais|et|donc|pero|(?<!il )y|quindi|dus|ma (?:il|la|lo|i|ci|per|non|mi|le|se|abbiamo|ho)|mas (?:o|a|nao|não|para|posso|temos)|maar (?:dit|het|ik|we|wij|de)|en (?:ik|we|wij))\s)/giu;

/** Lawyers' words, in any language: nobody says anything below them. */
const DISCLAIMER =
  /confidential|vertraulich|confidentiel|confidencial|riservat[oaei]|vertrouwelijk|intended (?:solely|only|recipient)|vorgesehene[rn]? empfanger|nicht der (?:richtige|beabsichtigte)|destinataire|destinatario|recu (?:ce message )?par erreur|recibido (?:este mensaje )?por error|ricevuto (?:questo messaggio )?per errore|(?:before|not) print|gedruckt|ausdrucken|antes de imprimir|imprimer ce|di stampare|afdrukken|amtsgericht|geschaftsfuhrer|registered (?:in|office)|rechtbank/;
const CONTACT =
  /[^\s@]@[a-z0-9-]+\.|(?:\d[ /.()-]{0,2}){6,}|\b(?:ext|tel|interno|poste|durchwahl|anexo|toestel)\b/;
const NAME_WORD =
  /^(?:[\p{Lu}\d&][\p{L}\d.'’&-]*|de|del|della|di|da|van|der|den|von|zu|of|and|und|et|y|e|du|la|en|[&|·–/-]),?$/u;

/**
 * Whether a text is a note of absence and nothing besides: whatever its clauses say is about being
 * away, coming back, a stand-in or emergencies. One that answers, asks, or speaks of somebody else's
 * absence, or of one that is over, is a person's.
 */
export function isWholeNote(own: string, context: ReturnDateContext): boolean {
  if (own.length > MAX_NOTE) return false;
  const all = clausesOf(own);
  const end = all.findIndex(({ folded }) => DISCLAIMER.test(folded));
  const clauses = end < 0 ? all : all.slice(0, end);
  if (clauses.some((clause, at) => isAnswer(clause, clauses[at + 1]))) return false;
  const kinds = clauses.map((clause) => aboutOf(clause, context));
  const has = (kind: About) => kinds.includes(kind);
  if (has('other')) return false;
  const pieces = kinds.filter((kind) => kind !== 'nothing').length;
  return has('absence') || (pieces > 1 && (has('hint') || has('return')));
}

function clausesOf(own: string): Clause[] {
  const lines = own.split('\n').map((line) => line.trim());
  const joined = lines.map((line) => (line.length < BROKEN_AT ? `${line}\n` : `${line} `)).join('');
  return joined
    .split('\n')
    .flatMap((line) => splitAfter(line, SENTENCE_END))
    .flatMap((sentence) =>
      splitAfter(sentence, CLAUSE_END).map((raw, at) => ({
        raw,
        folded: fold(raw)
          .replaceAll(/\s+/g, ' ')
          .replace(/^[¡¿"'( ]+/, ''),
        begins: at === 0,
      })),
    )
    .filter(({ raw }) => /\p{L}/u.test(raw));
}

function splitAfter(text: string, end: RegExp): string[] {
  const ends = [...text.matchAll(end)].map(({ index, 0: { length } }) => index + length);
  return [0, ...ends].map((from, at) => text.slice(from, ends[at]).trim());
}

/** `Is a lift stuck? Call the service.` asks nothing of whoever wrote. */
function isAnswer({ folded }: Clause, next: Clause | undefined): boolean {
  const isQuestion = folded.includes('?');
  const isUrgency = isQuestion && next !== undefined && hasAny(next.folded, ASIDES);
  if (isQuestion && !(isUrgency && folded.split(' ').length <= 8)) return true;
  // `Jo (jo@example.org) will be glad to help`.
  const engages = !folded.includes('@') && hasAny(folded.replaceAll('?', ''), ENGAGEMENT);
  return engages || hasAny(folded, ANSWERS);
}

function aboutOf({ raw, folded, begins }: Clause, context: ReturnDateContext): About {
  // Whatever it asks is answered by the clause behind it.
  if (folded.includes('?')) return 'nothing';
  if (hasAny(folded, ABSENCES)) return 'absence';
  const isDated = findReturnDate(folded, context) !== null;
  if (isDated && folded.search(RETURN) >= 0) return 'return';
  if (hasAny(folded, ABSENCE_HINTS)) return 'hint';
  if (isDated || CONTACT.test(folded) || hasAny(folded, ASIDES)) return 'aside';
  if (COURTESIES.some((courtesy) => folded.search(courtesy) === 0)) return 'nothing';
  const words = raw.split(/\s+/);
  // `Friday, 4 January`; `open round the clock, 24/7`.
  if (!begins && words.length <= 4 && /\d/.test(raw)) return 'nothing';
  // One capital letter begins any sentence.
  const isName = words.every((word) => NAME_WORD.test(word)) && words.length <= 8;
  const isWord = begins && words.length === 1 && /[.!]$/.test(raw);
  return isName && !isWord ? 'nothing' : 'other';
}
