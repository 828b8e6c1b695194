import { authenticateApiKey, parseApiKey, type AuthenticatedKey } from '@cadenza/database';
import type { Database } from '@cadenza/database';
import type { ApiScope } from '@cadenza/domain';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the request's key stands for; null where the route asks for none. */
    caller: AuthenticatedKey | null;
  }
}

/** Finds out who calls, before anything of the body is read. @throws HttpProblem */
export async function authenticate(db: Database, request: FastifyRequest): Promise<void> {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new HttpProblem(
      'unauthenticated',
      'The request has no Authorization header: expected "Authorization: Bearer cdz_…".',
    );
  }
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  const key = token === undefined ? null : parseApiKey(token);
  if (key === null) {
    throw new HttpProblem(
      'unauthenticated',
      'The Authorization header holds no API key of the form "Bearer cdz_…": it may be mistyped.',
    );
  }
  const caller = await authenticateApiKey(db, key.hash);
  if (caller === null) {
    throw new HttpProblem('unauthenticated', 'The API key is unknown, revoked or expired.');
  }
  request.caller = caller;
}

/** The caller, who must hold a scope. @throws HttpProblem */
export function callerWith(request: FastifyRequest, scope: ApiScope): AuthenticatedKey {
  const { caller } = request;
  if (caller === null) throw new Error('a route that needs a caller was reached without one');
  if (!caller.scopes.includes(scope)) {
    throw new HttpProblem('forbidden', `The API key lacks the scope "${scope}".`);
  }
  return caller;
}
