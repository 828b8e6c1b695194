import { isUnsubscribeAddress } from '../address/unsubscribe-address.ts';
import type { InboundSign, OptOutMail } from './inbound-class.ts';
import { ABOUT_OPT_OUTS, OPT_OUT, OPT_OUT_WHOLE, POLITENESS } from './phrases/opt-out.ts';
import type { Reading } from './reading.ts';

/** Who writes more than this writes about something else as well. */
const MAX_WORDS = 120;
/** A body beside a subject that says it all. */
const MAX_WORDS_BESIDE_SUBJECT = 60;

const UNSUBSCRIBE_MAILBOX =
  /^(?:unsub|unsubscribe|list-unsubscribe|leave|optout|opt-out|abmelden|abmeldung|desinscription|desabonnement|baja|disiscrizione|cancelar)(?:[+@_.-]|$)/;

/** A mail to an address that is there for nothing else, and which no responder answers. */
export function classifyByAddress({ mail, subject, words, headers }: Reading): OptOutMail | null {
  const own = mail.recipients.some(isUnsubscribeAddress);
  const other = mail.recipients.some((address) => UNSUBSCRIBE_MAILBOX.test(address));
  if (!own && !other) return null;
  const says = isOptOutSubject(subject) || subject.includes('unsubscribe');
  const answersByItself = headers.some((sign) => sign !== 'list_headers' && sign !== 'null_sender');
  const counts = own ? says || !answersByItself : says || (subject === '' && words === 0);
  if (!counts) return null;
  const signs: InboundSign[] = ['opt_out_address', ...(says ? (['opt_out_subject'] as const) : [])];
  return { type: 'opt_out', via: 'address', confidence: says ? 0.99 : 0.9, signs };
}

/** A person who asks for no more mail, in the subject or in a short text; what is quoted is not asked. */
export function classifyByWords({ subject, own, words }: Reading): OptOutMail | null {
  const inSubject = isOptOutSubject(subject) && words <= MAX_WORDS_BESIDE_SUBJECT;
  const whole = isOptOutSubject(own);
  const inText = words <= MAX_WORDS && saysSo(own);
  if (!inSubject && !whole && !inText) return null;
  const signs: InboundSign[] = [
    ...(inSubject ? (['opt_out_subject'] as const) : []),
    ...(whole || inText ? (['opt_out_text'] as const) : []),
  ];
  const confidence = whole || inSubject || words <= 25 ? 0.95 : 0.85;
  return { type: 'opt_out', via: 'words', confidence, signs };
}

function saysSo(own: string): boolean {
  return OPT_OUT.some((pattern) => {
    const found = pattern.exec(own);
    if (found === null) return false;
    const sentence = sentenceAround(own, found.index);
    return !ABOUT_OPT_OUTS.test(sentence);
  });
}

function sentenceAround(text: string, at: number): string {
  const start = Math.max(
    text.lastIndexOf('. ', at),
    text.lastIndexOf('! ', at),
    text.lastIndexOf('? ', at),
  );
  const end = text.slice(at).search(/[.!?](?: |$)/);
  return text.slice(start + 1, end < 0 ? undefined : at + end + 1);
}

/** The whole of it, politeness and an answer's prefix aside. */
function isOptOutSubject(text: string): boolean {
  if (text.length > 200) return false;
  const bare = text
    .replace(/^(?:(?:re|aw|antw|sv|rif|res|tr|r) ?: ?)+/, '')
    .replaceAll(POLITENESS, ' ')
    .replaceAll(/[^a-z'-]+/g, ' ')
    .trim();
  return OPT_OUT_WHOLE.test(bare);
}
