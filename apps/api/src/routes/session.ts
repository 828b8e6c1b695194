import { usersOfSession } from '@cadenza/database';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import type { Caller, SessionCredential } from '../http/caller.ts';
import { sessionCookie } from '../http/cookies.ts';
import { id } from '../http/fields.ts';
import { HttpProblem, notFound } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';
import { signIn, signOut } from '../sign-in/begin-session.ts';
import { session, viewOf } from '../sign-in/session-view.ts';

const tag = 'Signing in';

function sessionOf({ credential }: Caller): SessionCredential {
  if (credential.kind === 'session') return credential;
  throw new HttpProblem('forbidden', 'An API key has no session: this is for who has signed in.');
}

/** What whoever has signed in does with the session itself: every role may. */
export function sessionRoutes({
  db,
  settings,
}: Pick<ApiDeps, 'db' | 'settings'>): readonly Route[] {
  const { publicUrl } = settings;
  const cookie = sessionCookie(publicUrl);
  return [
    route({
      method: 'GET',
      path: '/session',
      operation: 'getSession',
      tag,
      summary: 'Who calls, for which tenant, and with which scopes',
      response: session,
      handle: ({ caller }) => viewOf(db, caller),
    }),
    route({
      method: 'POST',
      path: '/session/tenant',
      operation: 'switchTenant',
      replacesSession: true,
      tag,
      scope: 'read',
      summary: 'Go on as the same person’s user of another tenant, with a new session',
      body: z.strictObject({ tenantId: id }),
      response: session,
      async handle({ caller, body: { tenantId }, request, reply }) {
        const { hash, proof, expiresAt } = sessionOf(caller);
        const users = (await usersOfSession(db, hash)).filter((one) => one.tenantId === tenantId);
        const next = await signIn({ db, publicUrl }, { request, reply }, users, {
          proof,
          // Or whoever changes to and fro would never have to sign in again.
          expiresAt,
        });
        if (next === null) throw notFound('tenant of yours', tenantId);
        return viewOf(db, next);
      },
    }),
    route({
      method: 'DELETE',
      path: '/session',
      operation: 'deleteSession',
      tag,
      scope: 'read',
      summary: 'Sign out',
      response: z.strictObject({}),
      async handle({ caller, reply }) {
        await signOut(db, sessionOf(caller));
        cookie.clear(reply);
        return {};
      },
    }),
  ];
}
