import {
  bindIdentity,
  inTenants,
  recordAudit,
  usersOfIdentity,
  type Database,
  type Identity,
  type UserReference,
} from '@cadenza/database';
import { showValue } from '@cadenza/domain';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { createCookie } from '../http/cookies.ts';
import { HttpProblem, notAsExpected } from '../http/problem.ts';
import { issuerLimiter } from '../http/request-limits.ts';
import { validated } from '../http/validate.ts';
import { signIn } from '../sign-in/begin-session.ts';
import { HOME, returnPath } from '../sign-in/return-to.ts';

export const OIDC_PATHS = { begin: '/v1/sign-in', callback: '/v1/sign-in/callback' } as const;

/** Seconds that somebody may take at the issuer. */
const PATIENCE_SECONDS = 600;

/** What the browser keeps of a sign-in that is under way. */
const underWay = z.strictObject({
  state: z.string().min(20),
  nonce: z.string().min(20),
  verifier: z.string().min(40),
  returnTo: z.string(),
});

const query = z.strictObject({ returnTo: z.string().optional() });

type OidcDeps = Pick<ApiDeps, 'db' | 'settings' | 'oidc' | 'logger'>;

/** Signing in at the issuer of OpenID Connect, where there is one: both are pages that a browser goes to. */
export function registerOidc(
  app: FastifyInstance,
  { db, oidc, settings: { publicUrl }, logger }: OidcDeps,
): void {
  const cookie = createCookie('cadenza-sign-in', publicUrl);
  // Each is a request of the issuer, which nobody shall have made without end.
  const count = issuerLimiter(app);
  const issuer = () => {
    if (oidc !== null) return oidc;
    throw new HttpProblem(
      'not-found',
      'People sign in here with a password, at POST /v1/sign-in/local: OIDC_ISSUER is not set.',
    );
  };

  app.get(OIDC_PATHS.begin, async (request, reply) => {
    const { returnTo: wanted = HOME } = validated(query, request.query, ['query']);
    const returnTo = returnPath(wanted, publicUrl);
    if (returnTo === null) {
      throw notAsExpected([
        {
          path: 'query.returnTo',
          code: 'invalid_value',
          message: `${showValue(wanted)}: expected a path of this origin, such as /campaigns`,
        },
      ]);
    }
    const provider = issuer();
    await count(request, reply);
    const { location, transaction } = await provider.begin();
    const kept = Buffer.from(JSON.stringify({ ...transaction, returnTo })).toString('base64url');
    cookie.set(reply, kept, PATIENCE_SECONDS);
    return reply.redirect(location, 303);
  });

  app.get(OIDC_PATHS.callback, async (request, reply) => {
    const provider = issuer();
    const begun = begunIn(cookie.read(request));
    await count(request, reply);
    // What has been answered once is over, whatever came of it.
    cookie.clear(reply);
    const { search } = new URL(request.url, publicUrl);
    const { identity, email } = await provider.finish(new URLSearchParams(search), begun);
    if (email === null) {
      throw new HttpProblem(
        'forbidden',
        'The identity provider does not say that it has verified your e-mail address (email_verified): nobody is signed in by one that is not.',
      );
    }
    const users = await boundUsers(db, identity, email);
    const caller = await signIn({ db, publicUrl }, { request, reply }, users, {
      proof: { by: 'oidc' },
    });
    if (caller === null) {
      logger.info({ requestId: request.id }, 'somebody signed in who is no user');
      throw new HttpProblem(
        'forbidden',
        'You have signed in, and are no user of any tenant here. An owner or an admin of yours can make you one, with the address by which the identity provider knows you.',
      );
    }
    return reply.redirect(returnPath(begun.returnTo, publicUrl) ?? HOME, 303);
  });
}

/** @throws HttpProblem where the browser has begun nothing. */
function begunIn(kept: string | null): z.output<typeof underWay> {
  try {
    const json: unknown = JSON.parse(Buffer.from(kept ?? '', 'base64url').toString());
    return underWay.parse(json);
  } catch {
    throw new HttpProblem(
      'invalid-request',
      `No sign-in is under way in this browser, or it has taken more than ${PATIENCE_SECONDS / 60} minutes: begin again at ${OIDC_PATHS.begin}.`,
    );
  }
}

/** The users of an identity, those among them that it has not been bound to before. */
async function boundUsers(
  db: Database,
  identity: Identity,
  email: string,
): Promise<UserReference[]> {
  const bound: UserReference[] = [];
  for (const user of await usersOfIdentity(db, identity, email)) {
    const { tenantId, userId } = user;
    const outcome = await inTenants(db, [tenantId], async (trx) => {
      const result = await bindIdentity(trx, user, identity);
      if (result === 'bound') {
        await recordAudit(trx, tenantId, {
          actor: `user:${userId}`,
          action: 'user.identity_bound',
          entity: 'user',
          entityId: userId,
          before: null,
          after: null,
          changed: ['oidc_issuer', 'oidc_subject'],
        });
      }
      return result;
    });
    if (outcome !== 'another') bound.push(user);
  }
  return bound;
}
