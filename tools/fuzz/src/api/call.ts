import { request, type Agent } from 'node:http';
import type { Body, GeneratedRequest } from './requests.ts';

/** A request as it goes over the wire. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

export interface Answer {
  readonly status: number;
  /** Without parameters; empty where the answer names none. */
  readonly contentType: string;
  readonly etag: string | null;
  /** Empty for streams, which do not end. */
  readonly text: string;
}

/** Milliseconds in which an answer must have come. */
const TIMEOUT_MS = 30_000;

/** Writes a request out whose places are filled. */
export function callOf(path: string, one: GeneratedRequest): Call {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeLoosely(String(one.params[name])),
  );
  const query = one.query
    .map(([name, value]) => `${encodeLoosely(name)}=${encodeLoosely(String(value))}`)
    .join('&');
  const body = one.body === null ? null : bytesOf(one.body);
  return {
    method: one.method,
    path: `${filled}${query === '' ? '' : `?${query}`}`,
    headers: {
      ...one.headers,
      ...(one.contentType === null ? {} : { 'content-type': one.contentType }),
      ...(body === null ? {} : { 'content-length': String(body.length) }),
    },
    body,
  };
}

/** As a URL must have it, but for escapes that a text brings along: they stay as wrong as they are. */
function encodeLoosely(text: string): string {
  return /^(?:\.\.|%)[\w%./]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

function bytesOf(body: Body): Buffer {
  if ('bytes' in body) return Buffer.from(body.bytes);
  return Buffer.from('text' in body ? body.text : (JSON.stringify(body.json) ?? ''));
}

/** Bytes of a body from which on it may be cut off by a refusal, before that has been read. */
const LARGE = 100_000;

/**
 * @returns null where the API closed the connection on a large body: it is refused without being read.
 * @throws Error where the connection broke otherwise, or nothing came in time.
 */
export function send(
  agent: Agent,
  baseUrl: string,
  { method, path, headers, body }: Call,
): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl);
    const call = request(
      { agent, hostname, port, method, path, headers, timeout: TIMEOUT_MS },
      (answer) => {
        const chunks: Buffer[] = [];
        const contentType = answer.headers['content-type']?.split(';')[0]?.trim() ?? '';
        const end = () =>
          resolve({
            status: answer.statusCode ?? 0,
            contentType,
            etag: answer.headers.etag ?? null,
            text: Buffer.concat(chunks).toString(),
          });
        if (contentType === 'text/event-stream') {
          end();
          answer.destroy();
          return;
        }
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', end);
      },
    );
    call.once('timeout', () => call.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    call.once('error', (error: NodeJS.ErrnoException) => {
      const isCutOff = error.code === 'EPIPE' || error.code === 'ECONNRESET';
      if (isCutOff && (body?.length ?? 0) >= LARGE) resolve(null);
      else reject(error);
    });
    call.end(body ?? undefined);
  });
}
