import {
  authenticateApiKey,
  authenticateSession,
  hashOfSessionToken,
  parseApiKey,
  type AuthenticatedKey,
  type Database,
  type SessionRecord,
  type SignedInBy,
} from '@cadenza/database';
import { SCOPES_OF_ROLE, type ApiScope, type Id } from '@cadenza/domain';
import type { FastifyRequest } from 'fastify';
import { sessionCookie } from './cookies.ts';
import { demandOwnOrigin } from './own-origin.ts';
import { HttpProblem } from './problem.ts';

/** Whom a request stands for. */
export interface Caller {
  readonly tenantId: Id;
  /** As the audit log names it: `api_key:<id>`, `user:<id>`. */
  readonly actor: string;
  readonly scopes: readonly string[];
  /** Requests in a minute, of the caller and of its whole tenant; null: as the installation has it. */
  readonly requestsPerMinute: AuthenticatedKey['requestsPerMinute'];
  readonly credential: KeyCredential | SessionCredential;
}

export interface KeyCredential {
  readonly kind: 'key';
  readonly id: Id;
  /** Null: it does not expire. */
  readonly expiresAt: Date | null;
}

export interface SessionCredential extends SessionRecord {
  readonly kind: 'session';
  /** SHA-256 of its token. */
  readonly hash: Buffer;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where the route asks for nobody. */
    caller: Caller | null;
  }
}

/**
 * Makes what finds out who calls, before anything of the body is read: by an API key, or without one by
 * the cookie of a session. It throws HttpProblem.
 *
 * @param signInBy how people sign in here: sessions that were begun otherwise, as before that was set, are
 *   none.
 */
export function authentication(
  db: Database,
  { publicUrl, signInBy }: { readonly publicUrl: string; readonly signInBy: SignedInBy },
): (request: FastifyRequest) => Promise<void> {
  const cookie = sessionCookie(publicUrl);
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      request.caller = await holderOfKey(db, authorization);
      return;
    }
    const token = cookie.read(request);
    if (token === null) {
      throw new HttpProblem(
        'unauthenticated',
        'The request has no Authorization header: expected "Authorization: Bearer cdz_…", or the cookie of a session.',
      );
    }
    demandOwnOrigin(request, publicUrl);
    const caller = await holderOfSession(db, hashOfSessionToken(token));
    if (caller?.credential.proof.by !== signInBy) throw noCaller('session');
    request.caller = caller;
  };
}

/** @throws HttpProblem */
async function holderOfKey(db: Database, authorization: string): Promise<Caller> {
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  const key = token === undefined ? null : parseApiKey(token);
  if (key === null) {
    throw new HttpProblem(
      'unauthenticated',
      'The Authorization header holds no API key of the form "Bearer cdz_…": it may be mistyped.',
    );
  }
  const found = await authenticateApiKey(db, key.hash);
  if (found === null) throw noCaller('key');
  const { keyId, expiresAt, ...rest } = found;
  return {
    ...rest,
    actor: `api_key:${keyId}`,
    credential: { kind: 'key', id: keyId, expiresAt },
  };
}

/** What a request is answered whose key or session is not valid, or is so no longer. */
export function noCaller(kind: Caller['credential']['kind']): HttpProblem {
  return new HttpProblem(
    'unauthenticated',
    kind === 'key'
      ? 'The API key is unknown, revoked or expired.'
      : 'The session has ended, or never was: sign in.',
  );
}

/** Whom a session stands for, by the hash of its token; null where it is not valid. */
export async function holderOfSession(
  db: Database,
  hash: Buffer,
): Promise<(Caller & { readonly credential: SessionCredential }) | null> {
  const found = await authenticateSession(db, hash);
  if (found === null) return null;
  const { tenantRequestsPerMinute: tenant, ...session } = found;
  return {
    tenantId: session.tenantId,
    actor: `user:${session.userId}`,
    scopes: SCOPES_OF_ROLE[session.role],
    requestsPerMinute: { key: null, tenant },
    credential: { kind: 'session', hash, ...session },
  };
}

/** The caller, who must hold a scope. @throws HttpProblem */
export function callerWith(request: FastifyRequest, scope: ApiScope): Caller {
  const { caller } = request;
  if (caller === null) throw new Error('a route that needs a caller was reached without one');
  if (!caller.scopes.includes(scope)) {
    throw new HttpProblem('forbidden', `${nameOf(caller)} lacks the scope "${scope}".`);
  }
  return caller;
}

/** Nobody gives what they have not, or takes it from others. @throws HttpProblem */
export function demandScopes(caller: Caller, scopes: readonly ApiScope[]): void {
  const lacking = scopes.filter((one) => !caller.scopes.includes(one));
  if (lacking.length === 0) return;
  throw new HttpProblem(
    'forbidden',
    `${nameOf(caller)} lacks ${lacking.map((one) => `"${one}"`).join(' and ')}, and cannot give it.`,
  );
}

/** Who called, in the words of an answer. */
export function nameOf({ credential }: Caller): string {
  return credential.kind === 'key' ? 'The API key' : 'The user';
}
