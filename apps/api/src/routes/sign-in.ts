import { usersOfAddress } from '@cadenza/database';
import { PASSWORD_LENGTH } from '@cadenza/domain';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { email } from '../http/fields.ts';
import { JSON_TYPE } from '../http/idempotency.ts';
import { takeJson } from '../http/json-body.ts';
import { demandOwnOrigin } from '../http/own-origin.ts';
import { HttpProblem } from '../http/problem.ts';
import { signInLimiter } from '../http/request-limits.ts';
import { validated } from '../http/validate.ts';
import { signIn } from '../sign-in/begin-session.ts';
import { passwordCheck } from '../sign-in/password-check.ts';
import { viewOf } from '../sign-in/session-view.ts';

export const SIGN_IN_PATH = '/v1/sign-in';
export const LOCAL_SIGN_IN_PATH = `${SIGN_IN_PATH}/local`;

/** Bytes: an address and a password. */
const BODY_LIMIT = 4_096;

/** What a person signs in with where there is no issuer of OpenID Connect. */
export const credentials = z.strictObject({
  email,
  // What is too short is as wrong as any other: what was chosen has been looked at when it was set.
  password: z.string().min(1).max(PASSWORD_LENGTH.max),
});

type SignInDeps = Pick<ApiDeps, 'db' | 'settings' | 'standIn'>;

/** How people sign in: what needs no caller yet. */
export function registerSignIn(
  app: FastifyInstance,
  { db, settings: { publicUrl }, standIn }: SignInDeps,
): void {
  takeJson(app);
  const isPasswordOf = passwordCheck(db);
  const countTry = signInLimiter(app);

  app.post(LOCAL_SIGN_IN_PATH, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    // As for a session: nobody shall be signed in as somebody else by a page of another's.
    demandOwnOrigin(request, publicUrl);
    const { email: address, password } = validated(credentials, request.body);
    await countTry(request, reply, standIn(address));
    const matches = await isPasswordOf(address, password);
    const users = matches ? await usersOfAddress(db, address) : [];
    const caller = await signIn({ db, publicUrl }, { request, reply }, users, {
      signedInBy: 'password',
    });
    if (caller === null) {
      throw new HttpProblem('not-signed-in', 'The address or the password is wrong.');
    }
    return reply.type(JSON_TYPE).send(JSON.stringify(await viewOf(db, caller)));
  });
}
