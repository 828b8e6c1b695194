import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Account } from './account.ts';
import { createRouter, type Route } from './api/route.ts';
import { BAD_JSON, errorAnswer, INVALID_GRANT, type ApiAnswer } from './api-error.ts';
import type { Faults, FaultSpec } from './faults.ts';
import { faultTarget, MAIL_LIMIT_BYTES, mailInput, type MailEndpoint } from './mail-endpoint.ts';
import { readBody } from './read-body.ts';

const CONTROL_PREFIX = '/_emulator';
const MAIL_PATH = '/v3/mail/send';
const API_LIMIT_BYTES = 4 * 1024 * 1024;

/** The HTTP side: reads, lets faults strike, asks the endpoint, answers. */
export function createHttpServer(parts: {
  readonly account: Account;
  readonly faults: Faults;
  readonly mail: MailEndpoint;
  readonly routes: readonly Route[];
}): Server {
  const { account, faults, mail } = parts;
  const match = createRouter(parts.routes);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    if (path === MAIL_PATH && request.method === 'POST') {
      await handleMail(request, response);
    } else {
      await handleApi(request, response, path, mark < 0 ? '' : target.slice(mark + 1));
    }
  }

  async function handleMail(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = mailInput(request.headers, await readBody(request, MAIL_LIMIT_BYTES));
    const strikes = faults.any ? faults.strike(faultTarget(MAIL_PATH, input)) : [];
    const fault = await decide(strikes);
    if (fault === null) {
      write(response, mail.send(input));
      return;
    }
    switch (fault.kind) {
      case 'respond': {
        const answer = faultAnswer(fault);
        mail.refused(input, answer.status, 'fault: respond');
        write(response, answer);
        return;
      }
      case 'drop_before_accept':
        mail.refused(input, null, 'fault: drop_before_accept');
        request.socket.destroy();
        return;
      case 'accept_then_drop':
        mail.send(input);
        request.socket.destroy();
        return;
      case 'accept_then_respond': {
        const answer = mail.send(input);
        write(response, answer.status < 300 ? errorAnswer(fault.status, 'internal error') : answer);
        return;
      }
    }
  }

  async function handleApi(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
  ): Promise<void> {
    const raw = await readBody(request, API_LIMIT_BYTES);
    const control = path === CONTROL_PREFIX || path.startsWith(`${CONTROL_PREFIX}/`);
    if (!control) {
      const fault = await decide(faults.strike({ path, recipients: [], subject: '' }));
      if (fault?.kind === 'respond') {
        write(response, faultAnswer(fault));
        return;
      }
      if (fault !== null) {
        request.socket.destroy();
        return;
      }
      if (!account.authorizes(request.headers.authorization)) {
        write(response, errorAnswer(401, INVALID_GRANT));
        return;
      }
    }
    const found = match(request.method ?? 'GET', path);
    if (found.route === null) {
      write(
        response,
        found.pathKnown || path === MAIL_PATH
          ? errorAnswer(405, 'method not allowed')
          : errorAnswer(404, 'not found'),
      );
      return;
    }
    let body: unknown;
    try {
      // The official client sends `{}` or nothing with GET and DELETE: both are no body.
      if (raw !== null && raw.length > 0) body = JSON.parse(raw.toString('utf8'));
    } catch {
      write(response, errorAnswer(400, BAD_JSON));
      return;
    }
    const answer = await found.route.handle({
      params: found.params,
      query: new URLSearchParams(query),
      body,
    });
    if (answer.lines === undefined) {
      write(response, answer);
      return;
    }
    response.writeHead(answer.status, { 'Content-Type': 'application/x-ndjson' });
    await pipeline(Readable.from(answer.lines), response);
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent || request.socket.destroyed) {
        request.socket.destroy();
        return;
      }
      write(response, errorAnswer(500, `emulator error: ${String(error)}`));
    });
  });
  server.on('connection', (socket) => {
    if (faults.strikesConnection()) socket.resetAndDestroy();
  });
  return server;
}

type DecidingFault = Exclude<FaultSpec, { kind: 'slow' | 'reset_on_connect' }>;

/** Sits out the slow ones and returns the one that decides. */
async function decide(strikes: readonly FaultSpec[]): Promise<DecidingFault | null> {
  let deciding: DecidingFault | null = null;
  for (const fault of strikes) {
    if (fault.kind === 'slow') await pause(fault.delayMs);
    else if (fault.kind !== 'reset_on_connect') deciding ??= fault;
  }
  return deciding;
}

const MESSAGES: Readonly<Record<number, string>> = {
  401: INVALID_GRANT,
  403: 'access forbidden',
  429: 'too many requests',
};

function faultAnswer(fault: FaultSpec & { kind: 'respond' }): ApiAnswer {
  const message = fault.message ?? MESSAGES[fault.status] ?? 'internal error';
  const answer = errorAnswer(fault.status, message);
  if (fault.status !== 429) return answer;
  const seconds = Math.ceil(fault.resetInSeconds ?? 1);
  const reset = fault.resetForm === 'seconds' ? seconds : Math.floor(Date.now() / 1_000) + seconds;
  return {
    ...answer,
    headers: {
      'X-RateLimit-Limit': '600',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': String(reset),
    },
  };
}

function write(response: ServerResponse, answer: ApiAnswer): void {
  if (answer.body === undefined) {
    if (answer.status === 204) response.writeHead(204, answer.headers);
    else response.writeHead(answer.status, { ...answer.headers, 'Content-Length': '0' });
    response.end();
    return;
  }
  const body = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
  });
  response.end(body);
}
