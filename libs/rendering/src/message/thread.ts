import { MAX_HEADER_LINE } from './header-values.ts';

/** An identifier of a message (RFC 5322 §3.6.4); some reports leave the angle brackets out. */
const MESSAGE_ID = /^<?([!-;=?A-~]+@[!-;=?A-~]+)>?$/;
const REPLY = /^re:/i;

/**
 * The subject of an answer: `Re: ` before one that does not begin so already (RFC 5322 §3.6.5). A
 * subject that would not fit its line then stays as it is.
 */
export function replySubject(subject: string): string {
  const reply = REPLY.test(subject) ? subject : `Re: ${subject}`;
  return fits('Subject', reply) ? reply : subject;
}

/**
 * The headers that put a message behind earlier ones.
 *
 * @param messageIds Message-IDs of the thread so far, the oldest first; null for one that is not
 *   known. What has not the form of one counts as not known.
 * @returns no headers where the last message's is not known. Of a thread too long for one line the
 *   first message and the latest are named.
 */
export function threadHeaders(
  messageIds: readonly (string | null)[],
): Readonly<Record<string, string>> {
  const ids = messageIds.map(messageIdOf);
  const last = ids.at(-1) ?? null;
  if (last === null || !fits('In-Reply-To', last)) return {};
  const known = ids.filter((id) => id !== null);
  while (known.length > 1 && !fits('References', known.join(' '))) {
    known.splice(known.length > 2 ? 1 : 0, 1);
  }
  return { 'In-Reply-To': last, References: known.join(' ') };
}

function messageIdOf(value: string | null): string | null {
  const inner = MESSAGE_ID.exec(value ?? '')?.[1];
  return inner === undefined ? null : `<${inner}>`;
}

function fits(name: string, value: string): boolean {
  return name.length + 2 + value.length <= MAX_HEADER_LINE;
}
