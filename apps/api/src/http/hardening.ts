import { newId } from '@cadenza/domain';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem } from './problem.ts';

/** A year, in seconds. */
const HSTS_SECONDS = 31_536_000;
/** Seconds for which a browser may remember what it may ask from another origin. */
const PREFLIGHT_SECONDS = 600;
/** Headers of answers that a page of another origin may read. */
const EXPOSED = [
  'ETag',
  'Idempotency-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
];

/** Of an answer to what has not come as far as a route, as `harden` has them for all others. */
export const STRICT_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export interface Hardening {
  /** Reached by https alone, so that browsers may be told to keep to it. */
  readonly https: boolean;
  /** Origins whose pages may call the API; none: nobody's. */
  readonly corsOrigins: readonly string[];
}

/**
 * Headers by which browsers make nothing of an answer but what it is, on each of them: the pages for
 * unsubscribing and downloads set a policy of their own in its place. Pages of other origins read
 * nothing, unless their origin is on the list; cookies are never theirs to send.
 */
export function harden(app: FastifyInstance, { https, corsOrigins }: Hardening): void {
  app.register(helmet, {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: https ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  });
  if (corsOrigins.length > 0) {
    app.register(cors, {
      origin: [...corsOrigins],
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [
        'Authorization',
        'Content-Type',
        'Idempotency-Key',
        'If-Match',
        'If-None-Match',
      ],
      exposedHeaders: EXPOSED,
      maxAge: PREFLIGHT_SECONDS,
      strictPreflight: true,
    });
  }
}

/** The answer to bytes that are no request: Node gives up on them before there is one. */
export function refuseNoRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = problemOfBytes(error.code);
  const id = newId();
  const body = JSON.stringify(problem.document(id));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(STRICT_HEADERS).map(([name, value]) => `${name}: ${value}`),
    `x-request-id: ${id}`,
    'Connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

function problemOfBytes(code: string | undefined): HttpProblem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpProblem(
        'headers-too-large',
        `The path and the headers are too large: expected at most ${maxHeaderSize} bytes.`,
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpProblem('timed-out', 'The request did not come in time.');
    default:
      return new HttpProblem('invalid-request', 'This is no HTTP request.');
  }
}
