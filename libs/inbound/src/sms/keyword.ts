import {
  SMS_KEYWORDS,
  SMS_LANGUAGES,
  type SmsKeyword,
  type SmsLanguage,
  type SmsWord,
} from '@cadenza/domain';
import { fold } from '../text/fold.ts';

/**
 * The words, folded: those that carriers in the US know (CTIA Messaging Principles §5.1.2) and the FCC
 * names (47 CFR 64.1200(a)(10)), and what people write instead in other languages.
 */
const WORDS: Readonly<Record<SmsKeyword, Readonly<Record<SmsLanguage, readonly string[]>>>> = {
  stop: {
    en: [
      ...['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke'],
      ...['opt out', 'optout'],
    ],
    de: ['stopp', 'abmelden', 'abbestellen', 'kundigen', 'ende', 'keine sms'],
    fr: ['arret', 'arreter', 'desabonner', 'desinscrire', 'desinscription'],
    es: ['baja', 'cancelar', 'parar', 'alto', 'detener'],
    it: ['annulla', 'cancella', 'disiscrivi', 'disiscrivimi', 'basta', 'ferma'],
    pt: ['sair', 'remover', 'descadastrar', 'pare'],
  },
  start: {
    en: ['start', 'unstop', 'yes', 'subscribe'],
    de: ['anmelden', 'weiter'],
    fr: ['reprendre', 'demarrer'],
    es: ['alta', 'iniciar', 'reanudar'],
    it: ['inizia', 'riprendi'],
    pt: ['comecar', 'voltar'],
  },
  help: {
    en: ['help', 'info'],
    de: ['hilfe'],
    fr: ['aide', 'infos'],
    es: ['ayuda'],
    it: ['aiuto'],
    pt: ['ajuda'],
  },
};

const BY_WORD: ReadonlyMap<string, SmsWord> = new Map(
  SMS_KEYWORDS.flatMap((keyword) =>
    SMS_LANGUAGES.flatMap((language) =>
      WORDS[keyword][language].map((word) => [word, { keyword, language }] as const),
    ),
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
export function smsWordOf(text: string): SmsWord | null {
  const trimmed = text.trim();
  if (trimmed.length > MOST_CHARACTERS) return null;
  const word = fold(trimmed)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return BY_WORD.get(word) ?? null;
}
