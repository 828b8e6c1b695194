import { DUTCH } from './dutch.ts';
import { ENGLISH } from './english.ts';
import { FRENCH } from './french.ts';
import { GERMAN } from './german.ts';
import { ITALIAN } from './italian.ts';
import type { OptOutLanguage } from './phrases.ts';
import { PORTUGUESE } from './portuguese.ts';
import { normalized, sentencesOf, type Sentence } from './sentences.ts';
import { SPANISH } from './spanish.ts';

const LANGUAGES: readonly OptOutLanguage[] = [
  ENGLISH,
  GERMAN,
  FRENCH,
  SPANISH,
  ITALIAN,
  PORTUGUESE,
  DUTCH,
];

/** Whole messages are no longer. */
const MAX_WHOLE = 200;

/** Whether a text asks for no more mail, in one of its sentences. */
export function asksForNoMore(own: string): boolean {
  return sentencesOf(own).some(
    (sentence) => LANGUAGES.some((one) => says(one, sentence)) && !isContrary(sentence),
  );
}

/** In any language: `remove me` is Portuguese as well. */
function isContrary({ words }: Sentence): boolean {
  return LANGUAGES.some(({ contrary }) => contrary.some((pattern) => pattern.test(words)));
}

function says(language: OptOutLanguage, { words, isQuestion, count }: Sentence): boolean {
  // A form may ask for the end where a further word might stand.
  const has = (patterns: readonly RegExp[]) =>
    patterns.some((pattern) => pattern.test(`${words} `));
  if (count <= 8 && isWhole(language, words)) return true;
  const wants = has(language.requests) || (has(language.refusals) && !has(language.deferred));
  return wants && !(isQuestion && has(language.inquiry));
}

/** Whether a text is nothing but such a wish, politeness and an answer's prefix aside. */
export function isWholeOptOut(text: string): boolean {
  if (text.length > MAX_WHOLE) return false;
  const words = normalized(text.replace(/^(?:(?:re|aw|antw|sv|rif|res|tr|r|wg) ?: ?)+/i, ''));
  return LANGUAGES.some((language) => isWhole(language, words));
}

function isWhole({ whole, politeness }: OptOutLanguage, words: string): boolean {
  const bare = politeness
    .reduce((rest, pattern) => rest.replaceAll(new RegExp(pattern, 'g'), ' '), words)
    .replaceAll(/[ ,]+/g, ' ')
    .trim();
  return whole.some((pattern) => pattern.test(bare));
}
