import type { BounceKind } from '@cadenza/domain';
import { fold } from '../text/fold.ts';
import { FULL_MAILBOX, NO_SUCH_PERSON, REFUSED_MAIL } from './phrases/bounces.ts';

/**
 * Permanent codes of RFC 3463 and its registry (RFC 5248) that are not about the recipient's address
 * being gone. A whole subject is given as `5.3`, a single code as `5.2.2`, which wins.
 */
const KIND_BY_CODE: ReadonlyMap<string, BounceKind> = new Map([
  ['5.1.7', 'refused'], // the sender's address is malformed
  ['5.1.8', 'refused'], // the sender's system is unknown
  ['5.2.2', 'soft'], // mailbox full
  ['5.2.3', 'refused'], // message too long for the mailbox
  ['5.3', 'soft'], // the receiving system: full, not accepting
  ['5.3.4', 'refused'], // message too big for the system
  ['5.4.2', 'soft'], // bad connection
  ['5.4.5', 'soft'], // congestion
  ['5.4.6', 'soft'], // routing loop
  ['5.4.7', 'soft'], // delivery time expired
  ['5.5', 'soft'], // the SMTP dialogue
  ['5.6', 'refused'], // the message's content or media
  ['5.7', 'refused'], // security and policy: about sender or content
]);

/** Codes that only repeat that it failed. */
const VAGUE = /^5\.(?:\d{1,3}\.0|5\.\d{1,3})$/;

/**
 * How final a report of non-delivery is: by its enhanced status code, by the reason's words where the
 * code is vague or absent, and by the SMTP reply code. Soft where nothing tells: nobody is given up
 * for ever on silence.
 */
export function bounceKindOf(statusCode: string | null, reason: string | null): BounceKind {
  if (statusCode?.startsWith('4.')) return 'soft';
  const words = fold((reason ?? '').slice(0, 2_000)).replaceAll(/\s+/g, ' ');
  if (statusCode === null || VAGUE.test(statusCode)) {
    if (FULL_MAILBOX.test(words)) return 'soft';
    if (NO_SUCH_PERSON.test(words)) return 'hard';
    if (REFUSED_MAIL.test(words)) return 'refused';
  }
  if (statusCode !== null) {
    const subject = statusCode.slice(0, statusCode.lastIndexOf('.'));
    if (statusCode !== '5.0.0')
      return KIND_BY_CODE.get(statusCode) ?? KIND_BY_CODE.get(subject) ?? 'hard';
  }
  // 552: storage exceeded; 554 is used for policy as often as for anything else.
  return /\b55[013]\b/.test(words) ? 'hard' : 'soft';
}

/** The first enhanced status code of a failure in a text. */
export function statusCodeIn(text: string): string | null {
  return /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]{0,20}\d)/.exec(text)?.[0] ?? null;
}
