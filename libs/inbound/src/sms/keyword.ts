import { fold } from '../text/fold.ts';

/** What a text message that is one word asks for. */
export type SmsKeyword = 'stop' | 'start' | 'help';

/**
 * The words, folded: those that carriers in the US know (CTIA Messaging Principles §5.1.2), and what
 * people write instead in German, French, Spanish, Italian and Portuguese.
 */
const WORDS: Readonly<Record<SmsKeyword, readonly string[]>> = {
  stop: [
    ...['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'opt out', 'optout'],
    ...['stopp', 'abmelden', 'abbestellen', 'kundigen', 'ende', 'keine sms'],
    ...['arret', 'arreter', 'desabonner', 'desinscrire', 'desinscription'],
    ...['baja', 'cancelar', 'parar', 'alto', 'detener'],
    ...['annulla', 'cancella', 'disiscrivi', 'disiscrivimi', 'basta', 'ferma'],
    ...['sair', 'remover', 'descadastrar', 'pare'],
  ],
  start: [
    ...['start', 'unstop', 'yes', 'subscribe'],
    ...['anmelden', 'weiter'],
    ...['reprendre', 'demarrer'],
    ...['alta', 'iniciar', 'reanudar'],
    ...['inizia', 'riprendi'],
    ...['comecar', 'voltar'],
  ],
  help: [
    ...['help', 'info'],
    ...['hilfe'],
    ...['aide', 'infos'],
    ...['ayuda'],
    ...['aiuto'],
    ...['ajuda'],
  ],
};

const BY_WORD: ReadonlyMap<string, SmsKeyword> = new Map(
  (['help', 'start', 'stop'] as const).flatMap((keyword) =>
    WORDS[keyword].map((word) => [word, keyword] as const),
  ),
);

/** Longer than any of them, with what may stand around it. */
const MOST_CHARACTERS = 40;

/**
 * What a text asks for that consists of one of the known words, in any case, with or without accents,
 * and with punctuation, quotes or blanks around it.
 *
 * @returns null for every other text: a word of these in a sentence may mean anything.
 */
export function smsKeywordOf(text: string): SmsKeyword | null {
  const trimmed = text.trim();
  if (trimmed.length > MOST_CHARACTERS) return null;
  const word = fold(trimmed)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return BY_WORD.get(word) ?? null;
}
