import { DEFAULT_INBOUND_LIMITS } from '../limits.ts';
import type { InboundMail } from '../mail.ts';
import { htmlToText } from '../parse/html-text.ts';
import { splitReply, type SplitReply } from './split-reply.ts';

/**
 * What the person wrote, without the thread that is quoted and without a signature. Where it is not
 * certain what is quoted, it stays: a mail without any words of its own comes back whole.
 */
export function replyText(mail: InboundMail): string {
  const { own } = splitMail(mail);
  return own === '' ? mail.text.trim() : own;
}

/**
 * A mail's text taken apart. Some programs mark what they quote in the HTML alone, so that this tells
 * more.
 */
export function splitMail(mail: InboundMail): SplitReply {
  const { html, text } = mail;
  const marked = /^>/m.test(text) || html === null || !/<blockquote/i.test(html);
  return splitReply(marked ? text : htmlToText(html, DEFAULT_INBOUND_LIMITS.maxTextLength));
}
