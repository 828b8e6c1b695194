import type { InboundMail } from '../mail.ts';
import { headerValue } from '../parse/header-fields.ts';
import { classifyAutomatic } from './automatic.ts';
import { classifyDeliveryStatus, classifyWordedBounce } from './bounce.ts';
import { classifyFeedback } from './complaint.ts';
import { classifyForwarded } from './forwarded.ts';
import type {
  AutoReplyMail,
  ClassifyContext,
  HumanMail,
  InboundClass,
  InboundSign,
} from './inbound-class.ts';
import { classifyByAddress, classifyByWords } from './opt-out.ts';
import { readMail, type Reading } from './reading.ts';

/**
 * What a mail is, by rules: reports of machines first, then what headers say of machines, then words.
 * A person's mail is never given up for less than evidence of a machine, and what is quoted is never
 * taken for theirs.
 */
export function classifyInbound(mail: InboundMail, context: ClassifyContext): InboundClass {
  const reported = classifyFeedback(mail) ?? classifyDeliveryStatus(mail) ?? readReceipt(mail);
  if (reported !== null) return reported;
  const reading = readMail(mail);
  return (
    classifyByAddress(reading) ??
    classifyWordedBounce(reading) ??
    automatic(reading, context) ??
    classifyByWords(reading) ??
    classifyForwarded(reading) ??
    human(reading)
  );
}

/**
 * Help desks mark what their people write as automatic: what they object to counts all the same, where
 * nothing else tells what the machine had to say.
 */
function automatic(reading: Reading, context: ClassifyContext): InboundClass | null {
  const answer = classifyAutomatic(reading, context);
  const isOpen = answer?.type === 'auto_reply' && answer.reason === 'other';
  return (isOpen && isAnswer(reading.mail) ? classifyByWords(reading) : null) ?? answer;
}

const isAnswer = ({ inReplyTo, references }: InboundMail) =>
  inReplyTo.length > 0 || references.length > 0;

/** A receipt for having displayed a mail (RFC 8098), or another report that a program made. */
function readReceipt(mail: InboundMail): AutoReplyMail | null {
  const contentType = headerValue(mail.headers, 'content-type')?.toLowerCase() ?? '';
  const isReport = contentType.startsWith('multipart/report');
  const isReceipt = mail.attachments.some(
    (part) => part.contentType === 'message/disposition-notification',
  );
  if (!isReceipt && !(isReport && contentType.includes('disposition-notification'))) return null;
  return {
    type: 'auto_reply',
    reason: 'receipt',
    alternativeContact: null,
    confidence: 0.95,
    signs: ['read_receipt'],
  };
}

function human({ mail, words, headers }: Reading): HumanMail {
  const answersMail = isAnswer(mail);
  const signs: InboundSign[] = [
    ...headers,
    ...(answersMail ? (['answers_a_mail'] as const) : []),
    words > 0 ? 'own_words' : 'no_words',
  ];
  const doubts = (words === 0 ? 0.3 : 0) + (headers.length > 0 ? 0.2 : 0);
  return { type: 'human', confidence: (answersMail ? 0.95 : 0.85) - doubts, signs };
}
