import type { HandOffDeadline } from '@cadenza/domain';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionPool } from './connection-pool.ts';
import { deadlinePassed, untilDeadline } from './deadline.ts';

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** After it nothing is written; `null` where nobody minds. */
  readonly deadline: HandOffDeadline | null;
  /** Bytes of the answer's body that are kept; what follows is not read. */
  readonly maxBodyBytes: number;
}

/**
 * What became of a request.
 *
 * - `answered`: a status line came. The body may be cut short; the status stands all the same.
 * - `not_written`: certainly not a byte of it left this process.
 * - `no_answer`: bytes were written, and no readable answer came.
 */
export type ExchangeResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  | {
      readonly kind: 'not_written';
      readonly cause: 'deadline_passed' | 'connection_failed';
      readonly reason: string;
    }
  | { readonly kind: 'no_answer'; readonly reason: string };

export interface Exchange {
  readonly result: Promise<ExchangeResult>;
  /** Ends the exchange if nothing is written yet; otherwise the answer is waited for. */
  giveUpUnlessWritten(reason: string): void;
}

/** Runs one request on one connection, once. It is never repeated, whatever happens. */
export function runExchange(
  pool: ConnectionPool,
  request: ExchangeRequest,
  timeouts: { readonly connectTimeoutMs: number; readonly totalTimeoutMs: number },
): Exchange {
  const outcome = Promise.withResolvers<ExchangeResult>();
  const timers = new Set<NodeJS.Timeout>();
  let settled = false;
  let written = false;
  let answer: ReturnType<typeof collectAnswer> | null = null;
  const clientRequest = pool.open(request.method, request.path, request.headers);

  const settle = (result: ExchangeResult, keepConnection = false): void => {
    if (settled) return;
    settled = true;
    for (const timer of timers) clearTimeout(timer);
    // A peer that answered early may never read the rest: that connection is of no more use.
    if (!keepConnection || !clientRequest.writableFinished) clientRequest.destroy();
    outcome.resolve(result);
  };
  const fail = (
    reason: string,
    cause: 'deadline_passed' | 'connection_failed' = 'connection_failed',
  ): void => {
    if (answer !== null) settle(answer());
    else if (written) settle({ kind: 'no_answer', reason });
    else settle({ kind: 'not_written', cause, reason });
  };
  const after = (ms: number, action: () => void): void => {
    timers.add(setTimeout(action, Math.min(ms, 2_147_483_647)).unref());
  };
  const clearTimers = (): void => {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  };
  const failPastDeadline = (): void =>
    fail('the deadline of the hand-off passed before a connection was ready', 'deadline_passed');

  const write = (socket: Socket): void => {
    if (settled) return;
    if (socket.destroyed || !socket.writable) return fail('the connection closed before use');
    if (request.deadline !== null && deadlinePassed(request.deadline)) return failPastDeadline();
    // From here to the end of the function is one tick: what was checked still holds.
    const before = socket.bytesWritten;
    if (request.body === null) clientRequest.end();
    else clientRequest.end(request.body);
    // `bytesWritten` counts bytes that wait in the socket's buffers too, and so errs on the safe
    // side: bytes that may have left are taken to have left.
    written = socket.bytesWritten > before;
    if (!written) return fail('the connection took no byte');
    clearTimers();
    after(timeouts.totalTimeoutMs, () =>
      fail(`no answer within ${timeouts.totalTimeoutMs} ms of the write`),
    );
  };

  clientRequest.on('socket', (socket) => {
    const kind = pool.whenReady(socket, () => write(socket));
    if (kind === 'fresh') {
      after(timeouts.connectTimeoutMs, () =>
        fail(`no connection within ${timeouts.connectTimeoutMs} ms`),
      );
    }
  });
  clientRequest.on('response', (response) => {
    answer = collectAnswer(response, request.maxBodyBytes, (result, complete) =>
      settle(result, complete),
    );
  });
  clientRequest.on('error', (error) => fail(describe(error)));
  clientRequest.on('close', () => fail('the connection closed without an answer'));
  if (request.deadline !== null) after(untilDeadline(request.deadline) + 1, failPastDeadline);

  return {
    result: outcome.promise,
    giveUpUnlessWritten(reason) {
      if (!written) fail(reason);
    },
  };
}

/** Reads the body up to the cap. The returned function gives the answer as far as it has come. */
function collectAnswer(
  response: IncomingMessage,
  maxBodyBytes: number,
  done: (result: ExchangeResult, complete: boolean) => void,
): () => ExchangeResult {
  const chunks: Buffer[] = [];
  let size = 0;
  const soFar = (): ExchangeResult => ({
    kind: 'answered',
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  });
  response.on('data', (chunk: Buffer) => {
    const room = maxBodyBytes - size;
    chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    size += chunk.length;
    if (size > maxBodyBytes) done(soFar(), false);
  });
  response.on('end', () => done(soFar(), true));
  response.on('error', () => done(soFar(), false));
  return soFar;
}

function describe(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  // An AggregateError of several addresses tried has no message of its own.
  return [code, error.message].filter((part) => part !== null && part !== '').join(': ');
}
