import type { Hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { tooLarge } from './utf8.ts';

/**
 * Reads a body without ending the connection where reading stops early: an answer must leave. Where
 * somebody wants the digest of the body, it takes in what is read.
 *
 * @throws ImportFileError where it is said to be longer than this
 */
export function bodyOf(request: FastifyRequest, maxBytes: number): AsyncIterable<Uint8Array> {
  const declared = Number(request.headers['content-length']);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const bytes: AsyncIterable<Uint8Array> = request.raw.iterator({ destroyOnReturn: false });
  return request.bodyDigest === null ? bytes : digested(bytes, request.bodyDigest);
}

async function* digested(
  bytes: AsyncIterable<Uint8Array>,
  digest: Hash,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    digest.update(chunk);
    yield chunk;
  }
}
