import {
  beginSession,
  createSessionToken,
  endSession,
  hashOfSessionToken,
  inTenants,
  recordAudit,
  SESSION_LIMITS,
  type Database,
  type SessionProof,
  type UserReference,
} from '@cadenza/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { holderOfSession, type Caller, type SessionCredential } from '../http/caller.ts';
import { sessionCookie } from '../http/cookies.ts';

export interface SessionDeps {
  readonly db: Database;
  readonly publicUrl: string;
}

export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Signs somebody in as the first of these users who is still there: with a token of its own, whatever
 * the request came with, and the session that it came with ends.
 *
 * @returns null where none of them is there any more.
 */
export async function signIn(
  { db, publicUrl }: SessionDeps,
  { request, reply }: Exchange,
  users: readonly UserReference[],
  session: { readonly proof: SessionProof; readonly expiresAt?: Date },
): Promise<Caller | null> {
  const cookie = sessionCookie(publicUrl);
  const former = cookie.read(request);
  for (const user of users) {
    const { token, hash } = createSessionToken();
    const begun = await inTenants(db, [user.tenantId], async (trx) => {
      const id = await beginSession(trx, user, { ...session, hash });
      if (id === null) return false;
      await recordAudit(trx, user.tenantId, {
        actor: `user:${user.userId}`,
        action: 'user.signed_in',
        entity: 'user',
        entityId: user.userId,
        before: null,
        after: { by: session.proof.by },
      });
      return true;
    });
    const caller = begun ? await holderOfSession(db, hash) : null;
    if (caller === null) continue;
    const before = former === null ? null : await holderOfSession(db, hashOfSessionToken(former));
    if (before !== null) await signOut(db, before.credential);
    cookie.set(reply, token, SESSION_LIMITS.absoluteMs / 1_000);
    return caller;
  }
  return null;
}

/** Ends a session. */
export async function signOut(
  db: Database,
  { tenantId, sessionId, userId }: SessionCredential,
): Promise<void> {
  await inTenants(db, [tenantId], async (trx) => {
    if (!(await endSession(trx, tenantId, sessionId))) return;
    await recordAudit(trx, tenantId, {
      actor: `user:${userId}`,
      action: 'user.signed_out',
      entity: 'user',
      entityId: userId,
      before: null,
      after: null,
    });
  });
}
