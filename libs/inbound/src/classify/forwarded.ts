import type { ForwardedMail, InboundSign } from './inbound-class.ts';
import type { Reading } from './reading.ts';

const FORWARD_SUBJECT = /^(?:fwd?|wg|tr|rv|enc|i|doorst|vs|fs) ?: ?/;
const REPLY_SUBJECT = /^(?:re|aw|antw|rep|r|rif|res|ynt|sv) ?: ?/;

/** A person passes a mail on: by the subject and a mail within, or by the mark of a forward. */
export function classifyForwarded({ mail, subject, split }: Reading): ForwardedMail | null {
  const prefixed = FORWARD_SUBJECT.test(subject);
  const block = split.hasForward || (prefixed && split.hasQuote);
  const embedded = mail.original !== null;
  const marked = split.hasForward && !REPLY_SUBJECT.test(subject);
  if (!(prefixed && (block || embedded)) && !marked) return null;
  const signs: InboundSign[] = [
    ...(prefixed ? (['forward_subject'] as const) : []),
    ...(block ? (['forward_block'] as const) : []),
    ...(embedded ? (['embedded_mail'] as const) : []),
  ];
  return { type: 'forwarded', confidence: prefixed ? 0.9 : 0.8, signs };
}
