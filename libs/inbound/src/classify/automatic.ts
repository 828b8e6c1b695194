import { findReturnDate, type ReturnDateContext } from '../dates/return-date.ts';
import type { InboundMail } from '../mail.ts';
import { headerValue, offsetMinutes } from '../parse/header-fields.ts';
import { isMachine } from './header-signs.ts';
import type {
  AutoReplyMail,
  AutoReplyReason,
  ClassifyContext,
  InboundSign,
  OutOfOfficeMail,
} from './inbound-class.ts';
import {
  ABSENCE_HINTS,
  ABSENCES,
  isAbsenceSubject,
  isAutoSubject,
  isReceiptSubject,
  TEMPLATES,
} from './absence/index.ts';
import { isWholeNote } from './absence/note.ts';
import { ACKNOWLEDGEMENT, CHALLENGE, GONE, TICKET } from './phrases/machines.ts';
import { ENGAGEMENT } from './phrases/people.ts';
import { countOf, hasAny, type Reading } from './reading.ts';

/** Notes of absence are short; who writes more has something to say. */
const MAX_NOTE_WORDS = 250;

/** What answered by itself: out of office, or another machine; null where a person may have written. */
export function classifyAutomatic(
  reading: Reading,
  context: ClassifyContext,
): OutOfOfficeMail | AutoReplyMail | null {
  const { subject, headers, mail, split } = reading;
  const note = noteOf(reading);
  const machine = isMachine(headers);
  const autoSubject = isAutoSubject(subject) && (machine || !asksSomething(reading, note));
  const absenceSubject = isAbsenceSubject(subject);
  const absent = hasAny(note, ABSENCES);
  const personal = hasAny(note, ENGAGEMENT);
  const brief = reading.words <= MAX_NOTE_WORDS;
  const signs: InboundSign[] = [
    ...headers,
    ...(autoSubject ? (['auto_subject'] as const) : []),
    ...(absenceSubject ? (['out_of_office_subject'] as const) : []),
    ...(absent ? (['out_of_office_text'] as const) : []),
  ];

  if (machine || autoSubject) {
    const reason = machineReason(reading, note);
    if (reason === 'gone' && !absenceIsPlainer(note)) return gone(reading, note, signs);
    if (
      reason === 'challenge' ||
      (reason === 'ticket' && !(absenceSubject || (autoSubject && absent)))
    ) {
      return autoReply(reason, signs, machine ? 0.9 : 0.8);
    }
    const isMailing = headers.includes('list_headers') || headers.includes('machine_sender');
    const hinted = hasAny(note, ABSENCE_HINTS);
    const sure = absent ? 0.97 : absenceSubject ? 0.9 : hinted ? 0.8 : 0.7;
    const answer = away(reading, context, signs, machine ? sure : sure - 0.05);
    const isHint = hinted || autoSubject || answer.returnDate !== null;
    const isNote = isMailing
      ? absent && (absenceSubject || autoSubject)
      : absent || absenceSubject || (isHint && reason === null && brief);
    if (isNote) return answer;
    // Help desks mark what their people write by hand as automatic.
    const doubt = personal ? 0.25 : 0;
    return autoReply('other', withAcknowledgement(signs, note), (machine ? 0.85 : 0.75) - doubt);
  }
  if (headers.includes('list_headers') && !isPersonOnList(reading))
    return autoReply('bulk', signs, 0.75);

  // A note that is all about an absence is one, whatever stands around it.
  if (isWholeNote(split.own, datesOf(mail, context))) return away(reading, context, signs, 0.8);
  // Who quotes our mail has answered it by hand, where neither headers nor a subject tell otherwise.
  if (split.hasQuote && !absenceSubject) return null;
  if (absenceSubject && brief && !personal) {
    const answer = away(reading, context, signs, 0.85);
    if (absent || (answer.returnDate !== null && !isReply(subject))) return answer;
  }
  const templates = countOf(note, TEMPLATES);
  // People thank for a mail as well: it takes more to make a note of what may be an answer.
  if (absent && templates > 1 && brief && !personal && mail.text !== '') {
    return away(reading, context, signs, templates > 2 ? 0.8 : 0.7);
  }
  if (isWordedTicket(reading, note) && !personal) return autoReply('ticket', signs, 0.75);
  return null;
}

/** People put the words of responders before their own: `Automatic reply rules - your demo`. */
function asksSomething({ split }: Reading, note: string): boolean {
  return split.own.includes('?') && hasAny(note, ENGAGEMENT) && !hasAny(note, ABSENCES);
}

/** The responder's own words: what it quotes of our mail says nothing of it. */
function noteOf({ own, text }: Reading): string {
  return own === '' ? text.slice(0, 2_000) : own;
}

type MachineReason = Exclude<AutoReplyReason, 'receipt' | 'bulk'>;

function machineReason({ subject }: Reading, note: string): MachineReason | null {
  if (hasAny(note, GONE)) return 'gone';
  if (hasAny(`${subject} ${note}`, CHALLENGE)) return 'challenge';
  if (hasAny(`${subject} ${note}`, TICKET)) return 'ticket';
  return hasAny(note, ACKNOWLEDGEMENT) || isReceiptSubject(subject) ? 'other' : null;
}

/** `I am not in the office until Monday. My colleague no longer works here.` is about coming back. */
function absenceIsPlainer(note: string): boolean {
  const places = (patterns: readonly RegExp[]) =>
    patterns.map((pattern) => note.search(pattern)).filter((at) => at >= 0);
  const absence = Math.min(...places(ABSENCES));
  return Number.isFinite(absence) && absence < Math.min(...places(GONE));
}

function isWordedTicket({ subject }: Reading, note: string): boolean {
  const numbered = /[[(#][^\])]{0,20}\d{3,}/.test(subject) || /\b(?:ticket|case)\b/.test(subject);
  return numbered && hasAny(note, TICKET) && hasAny(note, ACKNOWLEDGEMENT);
}

/** It answers a mail, or was written to a list on which people write to each other (RFC 2369 §3.4). */
function isPersonOnList({ mail, subject }: Reading): boolean {
  const post = headerValue(mail.headers, 'list-post')?.trim().toUpperCase();
  const discusses = post !== undefined && !post.startsWith('NO');
  const answers = mail.inReplyTo.length > 0 || mail.references.length > 0;
  return answers || discusses || isReply(subject);
}

const isReply = (subject: string) => /^(?:re|aw|r|rif|res|sv|antw) ?:/.test(subject);

function withAcknowledgement(signs: readonly InboundSign[], note: string): InboundSign[] {
  return hasAny(note, ACKNOWLEDGEMENT) ? [...signs, 'acknowledgement'] : [...signs];
}

/** How dates are read that this mail names. */
function datesOf(mail: InboundMail, { now, timezone }: ClassifyContext): ReturnDateContext {
  const zone = /([+-]\d{4}|\b[a-z]{3,4})[ )]{0,3}(?:\([^)]{0,40}\))?$/i.exec(
    (headerValue(mail.headers, 'date') ?? '').slice(0, 120).trim(),
  );
  const offset = zone?.[1] === undefined ? null : offsetMinutes(zone[1]);
  return { now, offset, ...(timezone === undefined ? {} : { timezone }) };
}

function away(
  { mail, split }: Reading,
  context: ClassifyContext,
  signs: readonly InboundSign[],
  confidence: number,
): OutOfOfficeMail {
  const words = split.own === '' ? mail.text : split.own;
  const returnDate = findReturnDate(`${words}\n. ${mail.subject}`, datesOf(mail, context));
  return {
    type: 'out_of_office',
    returnDate,
    confidence,
    signs: returnDate === null ? signs : [...signs, 'return_date'],
  };
}

function autoReply(
  reason: AutoReplyReason,
  signs: readonly InboundSign[],
  confidence: number,
): AutoReplyMail {
  const named = reason === 'ticket' || reason === 'challenge' ? [...signs, reason] : signs;
  return { type: 'auto_reply', reason, alternativeContact: null, confidence, signs: named };
}

const ADDRESS = /[a-z0-9._%+'-]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24}/g;

function gone({ mail }: Reading, note: string, signs: readonly InboundSign[]): AutoReplyMail {
  const known = new Set([mail.from?.address, ...mail.recipients]);
  const named = (note.slice(0, 8_000).match(ADDRESS) ?? []).find((address) => !known.has(address));
  return {
    type: 'auto_reply',
    reason: 'gone',
    alternativeContact: named ?? null,
    confidence: 0.9,
    signs: [...signs, 'gone'],
  };
}
