import { bounceKindOfStatus, type BounceKind } from '@cadenza/domain';
import { fold } from '../text/fold.ts';
import { FULL_MAILBOX, NO_SUCH_PERSON, REFUSED_MAIL } from './phrases/bounces.ts';

/** Codes that only repeat that it failed. */
const VAGUE = /^5\.(?:[02346]\.0|5\.\d{1,3})$/;

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
  if (statusCode !== null && statusCode !== '5.0.0') return bounceKindOfStatus(statusCode);
  // 552: storage exceeded; 554 is used for policy as often as for anything else.
  return /\b55[013]\b/.test(words) ? 'hard' : 'soft';
}

/** The first enhanced status code of a failure in a text. */
export function statusCodeIn(text: string): string | null {
  return /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]{0,20}\d)/.exec(text)?.[0] ?? null;
}
