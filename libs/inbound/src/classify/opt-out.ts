import { isUnsubscribeAddress } from '../address/unsubscribe-address.ts';
import type { InboundSign, OptOutMail } from './inbound-class.ts';
import { asksForNoMore, isWholeOptOut } from './opt-out/index.ts';
import type { Reading } from './reading.ts';

/** Who writes more than this writes about something else as well. */
const MAX_WORDS = 200;
/** A body beside a subject that says it all. */
const MAX_WORDS_BESIDE_SUBJECT = 60;

const UNSUBSCRIBE_MAILBOX =
  /^(?:unsub|unsubscribe|list-unsubscribe|leave|optout|opt-out|abmelden|abmeldung|desinscription|desabonnement|baja|disiscrizione|cancelar|afmelden|uitschrijven)(?:[+@_.-]|$)/;

/** A mail to an address that is there for nothing else, and which no responder answers. */
export function classifyByAddress({ mail, subject, words, headers }: Reading): OptOutMail | null {
  const own = mail.recipients.some(isUnsubscribeAddress);
  const other = mail.recipients.some((address) => UNSUBSCRIBE_MAILBOX.test(address));
  if (!own && !other) return null;
  const says = isWholeOptOut(subject) || subject.includes('unsubscribe');
  const answersByItself = headers.some((sign) => sign !== 'list_headers' && sign !== 'null_sender');
  const counts = own ? says || !answersByItself : says || (subject === '' && words === 0);
  if (!counts) return null;
  const signs: InboundSign[] = ['opt_out_address', ...(says ? (['opt_out_subject'] as const) : [])];
  return { type: 'opt_out', via: 'address', confidence: says ? 0.99 : 0.9, signs };
}

/** A person who asks for no more mail, in the subject or in a short text; what is quoted is not asked. */
export function classifyByWords({ subject, split, words }: Reading): OptOutMail | null {
  const inSubject = isWholeOptOut(subject) && words <= MAX_WORDS_BESIDE_SUBJECT;
  const inSubjectAlone = words === 0 && asksForNoMore(subject);
  const inText = words <= MAX_WORDS && asksForNoMore(split.own);
  if (!inSubject && !inSubjectAlone && !inText) return null;
  const signs: InboundSign[] = [
    ...(inSubject || inSubjectAlone ? (['opt_out_subject'] as const) : []),
    ...(inText ? (['opt_out_text'] as const) : []),
  ];
  const confidence = inSubject || words <= 25 ? 0.95 : 0.85;
  return { type: 'opt_out', via: 'words', confidence, signs };
}
