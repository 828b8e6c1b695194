import { fold } from '../text/fold.ts';
import {
  beginsHeaderBlock,
  isAttribution,
  isFooter,
  isForwardMark,
  isOriginalMark,
  isRuler,
  mayBeginAttribution,
} from './marks.ts';

/** A mail's text, taken apart. */
export interface SplitReply {
  /** What stands above, between and below what is quoted, without a signature; may be empty. */
  readonly own: string;
  /** A mail that was passed on begins in it. */
  readonly hasForward: boolean;
  readonly hasQuote: boolean;
}

/** An attribution is broken into no more lines. */
const ATTRIBUTION_LINES = 4;
/** A signature is no longer. Behind a mark without its blank, which may only part two thoughts: */
const SIGNATURE_LINES = 25;
const BARE_SIGNATURE_LINES = 8;

interface Line {
  readonly raw: string;
  readonly folded: string;
  readonly quoted: boolean;
}

/**
 * Takes a text apart where it is certain. Behind an attribution, lines without marks are somebody's
 * own words if others have marks (an answer between the lines, or below them), and quoted if none
 * has.
 */
export function splitReply(text: string): SplitReply {
  // Folding keeps the line ends, and is cheaper for all lines at once.
  const folded = fold(text)
    .split('\n')
    .map((line) => line.trim());
  const lines: readonly Line[] = text.split('\n').map((raw, at) => {
    const line = folded[at] ?? '';
    return { raw, folded: line, quoted: line.startsWith('>') };
  });
  const own: Line[] = [];
  let hasQuote = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined) break;
    if (line.quoted) {
      hasQuote = true;
      continue;
    }
    const attribution = attributionLength(folded, at);
    if (attribution > 0) {
      hasQuote = true;
      const rest = lines.slice(at + attribution);
      if (!quotesFollow(rest)) return done(own, true, false);
      at += attribution - 1;
      continue;
    }
    if (isForwardMark(line.folded)) return done(own, true, true);
    if (isOriginalMark(line.folded) || beginsHeaderBlock(folded, at)) {
      return done(own, true, false);
    }
    own.push(line);
  }
  return done(own, hasQuote, false);
}

function attributionLength(folded: readonly string[], at: number): number {
  const first = folded[at] ?? '';
  if (isAttribution(first)) return 1;
  if (!mayBeginAttribution(first)) return 0;
  let joined = first;
  for (let count = 2; count <= ATTRIBUTION_LINES; count += 1) {
    const next = folded[at + count - 1];
    if (next === undefined || next === '' || next.startsWith('>')) return 0;
    joined = `${joined} ${next}`;
    if (isAttribution(joined)) return count;
  }
  return 0;
}

/** Whether the next line with words in it bears a mark. */
function quotesFollow(lines: readonly Line[]): boolean {
  return lines.find(({ folded }) => folded !== '')?.quoted ?? false;
}

function done(own: readonly Line[], hasQuote: boolean, hasForward: boolean): SplitReply {
  return { own: withoutSignature(own), hasQuote, hasForward };
}

function withoutSignature(lines: readonly Line[]): string {
  const words = lines.filter(({ folded }) => !isFooter(folded));
  const mark = words.findIndex(({ folded }) => folded === '--');
  const hasWordsAbove = words.slice(0, Math.max(mark, 0)).some(({ folded }) => folded !== '');
  const most = words[mark]?.raw === '-- ' ? SIGNATURE_LINES : BARE_SIGNATURE_LINES;
  const below = words.slice(mark + 1).filter(({ folded }) => folded !== '').length;
  const isSignature = hasWordsAbove && below <= most;
  const kept = mark >= 0 && isSignature ? words.slice(0, mark) : words;
  const end = kept.findLastIndex(({ folded }) => folded !== '' && !isRuler(folded));
  return kept
    .slice(0, end + 1)
    .map(({ raw }) => raw.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
