import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** A file, as the handler of a download gives it. */
export interface Download {
  readonly filename: string;
  /** Bytes in all. */
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const download = z.object({
  filename: z.string(),
  size: z.int(),
  bytes: z.custom<AsyncIterable<Uint8Array>>(),
});

/** Bytes after which is asked again whether the caller still may. */
const ASKED_EACH = 1_048_576;

/**
 * Answers with a file that somebody else made: whatever it says that it is, a browser is to save it
 * and to make nothing of it.
 *
 * @param demandHeld throws where what the request came with has ended: the connection is cut then.
 */
export function sendDownload(
  reply: FastifyReply,
  answer: unknown,
  demandHeld: () => Promise<void>,
): FastifyReply {
  const { filename, size, bytes } = download.parse(answer);
  return reply
    .headers({
      'content-disposition': disposition(filename),
      'content-length': size,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    })
    .type('application/octet-stream')
    .send(Readable.from(whileHeld(bytes, demandHeld)));
}

async function* whileHeld(
  bytes: AsyncIterable<Uint8Array>,
  demandHeld: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let unasked = 0;
  for await (const chunk of bytes) {
    unasked += chunk.length;
    if (unasked >= ASKED_EACH) {
      await demandHeld();
      unasked = 0;
    }
    yield chunk;
  }
}

const LONGEST_NAME = 200;

/** With a name that every client reads, and the true one (RFC 6266, RFC 8187). */
function disposition(filename: string): string {
  const name = Array.from(filename.toWellFormed().replaceAll(/[\p{Cc}/\\]/gu, '_'))
    .slice(0, LONGEST_NAME)
    .join('');
  const ascii = name.replaceAll(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
