import PostalMime, { type Email } from 'postal-mime';
import { DEFAULT_INBOUND_LIMITS, type InboundLimits } from '../limits.ts';
import type { InboundAttachment, InboundFlaw, InboundMail } from '../mail.ts';
import { assemble, type InboundEnvelope } from './assemble.ts';
import { headerFields } from './header-fields.ts';

/**
 * Reads a raw mail. Never fails: what is wrong with it, or had to be left out, is in `flaws`.
 *
 * @param limits what it may cost; those not given are `DEFAULT_INBOUND_LIMITS`.
 * @param envelope what the SMTP dialogue said, where it is known besides.
 */
export async function parseMime(
  raw: Uint8Array,
  limits: Partial<InboundLimits> = {},
  envelope: InboundEnvelope | null = null,
): Promise<InboundMail> {
  const all = { ...DEFAULT_INBOUND_LIMITS, ...limits };
  const flaws: InboundFlaw[] = raw.length > all.maxBytes ? ['too_large'] : [];
  const bytes = raw.subarray(0, all.maxBytes);
  const excess = excessOf(bytes, all);
  if (excess !== null) return bareMail(bytes, all, envelope, [...flaws, excess]);
  try {
    const email = await PostalMime.parse(unflowed(bytes), {
      forceRfc822Attachments: true,
      maxNestingDepth: all.maxDepth,
      maxHeadersSize: all.maxHeaderBytes,
    });
    const parts = {
      headers: email.headers.map(({ key, value }) => ({ name: key, value })),
      text: email.text ?? null,
      html: email.html ?? null,
      attachments: email.attachments.map(attachmentOf),
      envelope,
      flaws,
    };
    return assemble(parts, all);
  } catch (error) {
    return bareMail(bytes, all, envelope, [...flaws, flawOf(error)]);
  }
}

/**
 * The parser joins flowed lines across the end of a quote, which RFC 3676 §4.5 forbids, and by which a
 * person's words would become part of what they quote: it is not told that they flow.
 */
function unflowed(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = [...text.toString('latin1').matchAll(/;[ \t\r\n]{0,8}format="?flowed/gi)];
  if (places.length === 0) return bytes;
  const copy = Uint8Array.from(bytes);
  for (const { index, 0: found } of places) copy[index + found.length - 1] = 'x'.charCodeAt(0);
  return copy;
}

/** Text may hold lines that look like boundaries (`--`, rulers, patches): some are free for each part. */
const BOUNDARIES_PER_PART = 10;
/** Each line costs the parser far more than its bytes: encoded parts have 76 in one. */
const FREE_LINES = 50_000;
const BYTES_PER_LINE = 60;

function excessOf(bytes: Uint8Array, limits: InboundLimits): InboundFlaw | null {
  let lines = 0;
  let boundaries = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    lines += 1;
    if (bytes[at + 1] === 45 && bytes[at + 2] === 45) boundaries += 1;
  }
  if (lines > FREE_LINES + bytes.length / BYTES_PER_LINE) return 'too_many_lines';
  return boundaries > limits.maxParts * BOUNDARIES_PER_PART ? 'too_many_parts' : null;
}

function attachmentOf(part: Email['attachments'][number]): InboundAttachment {
  const content =
    typeof part.content === 'string'
      ? new TextEncoder().encode(part.content)
      : new Uint8Array(part.content);
  return {
    filename: part.filename,
    contentType: part.mimeType.toLowerCase(),
    size: content.length,
    contentId: part.contentId?.replaceAll(/[<>\s]/g, '') ?? null,
    disposition: part.disposition,
    content,
  };
}

function flawOf(error: unknown): InboundFlaw {
  const message = error instanceof Error ? error.message : '';
  if (message.includes('nesting depth')) return 'too_deep';
  return message.includes('header size') ? 'headers_too_large' : 'unreadable';
}

/** Headers, and the body as it stands: all that can be told of a mail that cannot be taken apart. */
function bareMail(
  bytes: Uint8Array,
  limits: InboundLimits,
  envelope: InboundEnvelope | null,
  flaws: readonly InboundFlaw[],
): InboundMail {
  const shown = bytes.subarray(0, limits.maxHeaderBytes + limits.maxTextLength);
  const text = new TextDecoder().decode(shown).replaceAll(/\r\n?/g, '\n');
  const end = text.indexOf('\n\n');
  const parts = {
    headers: headerFields(end < 0 ? text : text.slice(0, end), limits.maxHeaders + 1),
    text: end < 0 ? '' : text.slice(end + 2),
    html: null,
    attachments: [],
    envelope,
    flaws,
  };
  return assemble(parts, limits);
}
