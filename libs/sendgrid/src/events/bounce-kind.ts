import { bounceKindOfStatus, type BounceKind } from '@cadenza/domain';

/** What a bounce says of itself. */
export interface BounceEvidence {
  /** SendGrid's `bounce_classification`. */
  readonly classification: string | null;
  /** Enhanced status code (RFC 3463), such as `5.1.1`. */
  readonly statusCode: string | null;
  /** SMTP reply code (RFC 5321 §4.2), such as 550. */
  readonly replyCode: number | null;
}

/**
 * SendGrid's classes that decide by themselves, in lower case
 * (https://www.twilio.com/docs/sendgrid/ui/analytics-and-reporting/bounce-and-block-classifications).
 * "Mailbox Unavailable" covers full mailboxes as well as closed ones, and "Unclassified" says
 * nothing, so the codes decide there.
 */
const KIND_BY_CLASSIFICATION: ReadonlyMap<string, BounceKind> = new Map([
  ['invalid address', 'hard'],
  ['technical', 'soft'],
  ['technical failure', 'soft'],
  ['reputation', 'refused'],
  ['content', 'refused'],
  ['frequency or volume too high', 'soft'],
]);

/**
 * How final a bounce is. The classification decides where it can, then the enhanced status code,
 * then the reply code. A bounce without any evidence is soft: nobody is suppressed for ever on
 * silence, and retries end after a few.
 */
export function bounceKind(evidence: BounceEvidence): BounceKind {
  const { classification, statusCode, replyCode } = evidence;
  const byClass = KIND_BY_CLASSIFICATION.get(classification?.trim().toLowerCase() ?? '');
  if (byClass !== undefined) return byClass;
  if (statusCode !== null) return bounceKindOfStatus(statusCode);
  // 552: storage exceeded; 554 is used for policy as often as for anything else.
  return replyCode === 550 || replyCode === 551 || replyCode === 553 ? 'hard' : 'soft';
}

/** The first enhanced status code in the texts, in the order given. */
export function findStatusCode(...texts: (string | null)[]): string | null {
  for (const text of texts) {
    const match = text?.match(/(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/);
    if (match) return match[0];
  }
  return null;
}

/** The SMTP reply code with which one of the texts begins. */
export function findReplyCode(...texts: (string | null)[]): number | null {
  for (const text of texts) {
    const match = text?.match(/^\s*([245]\d\d)(?=[\s\-:]|$)/);
    if (match) return Number(match[1]);
  }
  return null;
}
