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
import { OIDC_PATHS, registerOidc } from './oidc.ts';
import { signIn } from '../sign-in/begin-session.ts';
import { passwordCheck } from '../sign-in/password-check.ts';
import { viewOf } from '../sign-in/session-view.ts';

export const LOCAL_SIGN_IN_PATH = '/v1/sign-in/local';
export const SIGN_IN_METHOD_PATH = '/v1/sign-in/method';

/** Bytes: an address and a password. */
const BODY_LIMIT = 4_096;

/** How people sign in here: what a page asks before it asks them. */
export const signInMethod = z.strictObject({
  method: z.enum(['oidc', 'password']),
  path: z.string().meta({ description: 'Where to send them, or where to post what they say.' }),
});

/** What a person signs in with where there is no issuer of OpenID Connect. */
export const credentials = z.strictObject({
  email,
  // What is too short is as wrong as any other: what was chosen has been looked at when it was set.
  password: z.string().min(1).max(PASSWORD_LENGTH.max),
});

type SignInDeps = Pick<ApiDeps, 'db' | 'settings' | 'standIn' | 'oidc' | 'logger'>;

/** How people sign in: what needs no caller yet. */
export function registerSignIn(app: FastifyInstance, deps: SignInDeps): void {
  const { db, oidc, standIn } = deps;
  const { publicUrl } = deps.settings;
  takeJson(app);
  registerOidc(app, deps);
  app.get(SIGN_IN_METHOD_PATH, async () =>
    oidc === null
      ? { method: 'password', path: LOCAL_SIGN_IN_PATH }
      : { method: 'oidc', path: OIDC_PATHS.begin },
  );
  const matchingPassword = passwordCheck(db);
  const countTry = signInLimiter(app);

  app.post(LOCAL_SIGN_IN_PATH, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    if (oidc !== null) {
      throw new HttpProblem(
        'not-found',
        `People sign in here at ${OIDC_PATHS.begin}: OIDC_ISSUER is set.`,
      );
    }
    // As for a session: nobody shall be signed in as somebody else by a page of another's.
    demandOwnOrigin(request, publicUrl);
    const { email: address, password } = validated(credentials, request.body);
    await countTry(request, reply, standIn(address));
    const passwordDigest = await matchingPassword(address, password);
    const caller =
      passwordDigest === null
        ? null
        : await signIn({ db, publicUrl }, { request, reply }, await usersOfAddress(db, address), {
            proof: { by: 'password', passwordDigest },
          });
    if (caller === null) {
      throw new HttpProblem('not-signed-in', 'The address or the password is wrong.');
    }
    return reply.type(JSON_TYPE).send(JSON.stringify(await viewOf(db, caller)));
  });
}
