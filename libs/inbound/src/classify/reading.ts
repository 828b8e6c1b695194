import { splitMail } from '../reply/reply-text.ts';
import type { SplitReply } from '../reply/split-reply.ts';
import type { InboundMail } from '../mail.ts';
import { fold } from '../text/fold.ts';
import { headerSigns } from './header-signs.ts';
import type { InboundSign } from './inbound-class.ts';

/** A mail as the rules look at it. */
export interface Reading {
  readonly mail: InboundMail;
  /** Folded, on one line. */
  readonly subject: string;
  /** The whole text, folded, on one line. */
  readonly text: string;
  readonly split: SplitReply;
  /** The person's own words, folded, on one line. */
  readonly own: string;
  /** Number of words in `own`. */
  readonly words: number;
  readonly headers: readonly InboundSign[];
}

/** What decides stands at the beginning; longer mails are read as far as this. */
const MAX_READ = 20_000;

export function readMail(mail: InboundMail): Reading {
  const split = splitMail(mail);
  const own = oneFoldedLine(split.own);
  return {
    mail,
    subject: oneFoldedLine(mail.subject.slice(0, 1_000)),
    text: oneFoldedLine(mail.text),
    split,
    own,
    words: own === '' ? 0 : own.split(' ').length,
    headers: headerSigns(mail),
  };
}

function oneFoldedLine(text: string): string {
  return fold(text.slice(0, MAX_READ)).replaceAll(/\s+/g, ' ').trim();
}

/** Whether one of the patterns is found. */
export function hasAny(text: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

/** How many of the patterns are found. */
export function countOf(text: string, patterns: readonly RegExp[]): number {
  return patterns.filter((pattern) => pattern.test(text)).length;
}
