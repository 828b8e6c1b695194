import type { FastifyRequest } from 'fastify';
import { tooLarge } from './utf8.ts';

/**
 * Reads a body without ending the connection where reading stops early: an answer must leave.
 *
 * @throws ImportFileError where it is said to be longer than this
 */
export function bodyOf(request: FastifyRequest, maxBytes: number): AsyncIterable<Uint8Array> {
  const declared = Number(request.headers['content-length']);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  return request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}
