import { fold } from '../../text/fold.ts';

/** One sentence, normalized: words with single blanks, commas as words of their own, nothing else. */
export interface Sentence {
  readonly words: string;
  readonly count: number;
  readonly isQuestion: boolean;
}

/** A line that is shorter than programs break lines at was ended by its writer. */
const BROKEN_AT = 45;
/** A person's sentence is no longer; patterns are not asked to look through more. */
const MAX_LENGTH = 600;
const MAX_SENTENCES = 60;

/** Abbreviations, before which a point ends nothing. */
const ENDS =
  /(?<!\b(?:art|abs|nr|no|mr|mrs|ms|dr|st|hr|fr|sr|sra|srta|z\.b|d\.h|bzw|inkl|ca|etc|e\.g|i\.e|n))(?:[.!?;…]+(?=\s|$)|:(?=\s))/;

/** A person's words as sentences. Lines with links are left out: they are footers, not wishes. */
export function sentencesOf(own: string): Sentence[] {
  const lines = fold(own)
    .split('\n')
    .map((line) => line.trim());
  const joined = lines
    .filter((line) => !/https?:\/\/|\bwww\./.test(line))
    .map((line) => (line.length < BROKEN_AT ? `${line}\n` : `${line} `))
    .join('');
  return joined
    .split('\n')
    .flatMap((part) => splitAtEnds(part))
    .slice(0, MAX_SENTENCES)
    .map(sentence)
    .filter(({ count }) => count > 0);
}

function splitAtEnds(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  for (let end = ENDS.exec(rest); end !== null; end = ENDS.exec(rest)) {
    const at = end.index + end[0].length;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...parts, rest];
}

function sentence(text: string): Sentence {
  const words = normalized(text.slice(0, MAX_LENGTH));
  const count = words === '' ? 0 : words.split(' ').filter((word) => word !== ',').length;
  return { words, count, isQuestion: text.trimEnd().endsWith('?') };
}

/** One word, whatever dots it holds. */
const ADDRESS = /[^\s@<>,;:()]{1,64}@[a-z0-9.-]{1,190}/g;

/** French and Italian articles and pronouns stand apart, and so do pronouns behind a hyphen. */
export function normalized(text: string): string {
  return fold(text)
    .replaceAll(ADDRESS, ' x@y ')
    .replaceAll(/\be-(?=mail)/g, 'e')
    .replaceAll(
      /\b(d|l|m|t|s|n|j|c|qu|jusqu|dell|dall|nell|all|sull|un|quest|com)'(?=[a-z]{2})/g,
      "$1' ",
    )
    .replaceAll(/[^a-z0-9', @]+/g, ' ')
    .replaceAll(',', ' , ')
    .replaceAll(/(?:^[ ,]+|[ ,]+$)/g, '')
    .replaceAll(/ {2,}/g, ' ');
}
