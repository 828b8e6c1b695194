import type { BounceKind } from './events.ts';

/**
 * Permanent codes of RFC 3463 and its registry (RFC 5248) that are not about the recipient's
 * address being gone. A whole subject is given as `5.3`, a single code as `5.2.2`, which wins.
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

/** How final a bounce is by its enhanced status code (RFC 3463), such as `5.1.1`. */
export function bounceKindOfStatus(statusCode: string): BounceKind {
  if (!statusCode.startsWith('5.')) return 'soft';
  const subject = statusCode.slice(0, statusCode.lastIndexOf('.'));
  return KIND_BY_CODE.get(statusCode) ?? KIND_BY_CODE.get(subject) ?? 'hard';
}
