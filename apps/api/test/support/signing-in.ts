import { newId } from '@cadenza/domain';
import { createIssuer, type Account, type Issuer } from '@cadenza/testing/oidc-issuer';
import { expect } from 'vitest';
import { createOidcSignIn } from '../../src/sign-in/oidc.ts';
import { newUser, type Browser, type Shown } from './browser.ts';
import { createWorld, type Tenant, type World } from './world.ts';

const PUBLIC_URL = 'http://127.0.0.1';
export const CLIENT = {
  clientId: 'cadenza',
  clientSecret: 'a secret of the client',
  redirectUri: `${PUBLIC_URL}/v1/sign-in/callback`,
};
/** The cookie of a sign-in that has begun. */
export const BEGUN = 'cadenza-sign-in';

/** An API at which people sign in at an issuer on this machine. */
export interface SigningIn {
  readonly issuer: Issuer;
  readonly world: World;
  /** Goes to the issuer, and comes back with its answer, which has not been shown to the API yet. */
  answered(browser: Browser, account: Account | null, query?: string): Promise<string>;
  signIn(browser: Browser, account: Account | null, query?: string): Promise<Shown>;
  /** An operator of a tenant, of a new one by default, with the address of an account. */
  userOf(
    account: { readonly email: string },
    tenant?: Tenant,
  ): Promise<{ readonly userId: string; readonly tenantId: string }>;
  identityOf(
    userId: string,
  ): Promise<{ oidc_issuer: string | null; oidc_subject: string | null } | undefined>;
  /** Lets the issuer be as it should be again. */
  mend(): void;
  close(): Promise<void>;
}

export async function startSigningIn(): Promise<SigningIn> {
  const issuer = await createIssuer(CLIENT);
  const world = await createWorld({ oidc: createOidcSignIn({ ...CLIENT, issuer: issuer.url }) });

  async function answered(browser: Browser, account: Account | null, query = ''): Promise<string> {
    issuer.account = account;
    const begun = await browser.fetch('GET', `/v1/sign-in${query}`);
    expect(begun.status).toBe(303);
    return pathOf(await issuer.visit(begun.headers.get('location') ?? ''));
  }

  return {
    issuer,
    world,
    answered,
    signIn: async (browser, account, query) =>
      browser.fetch('GET', await answered(browser, account, query)),
    userOf: async (account, tenant) =>
      newUser(world, tenant ?? (await world.tenant()), 'operator', account.email),
    async identityOf(userId) {
      const [row] = await world.rows<{ oidc_issuer: string | null; oidc_subject: string | null }>(
        'SELECT oidc_issuer, oidc_subject FROM users WHERE id = $1',
        [userId],
      );
      return row;
    },
    mend() {
      issuer.account = null;
      issuer.tamper = null;
      issuer.isAway = false;
    },
    async close() {
      await world.close();
      await issuer.close();
    },
  };
}

/** Somebody whom the issuer knows. */
export function person(
  over: Partial<Account> = {},
): Required<Pick<Account, 'sub' | 'email'>> & Account {
  const account = { sub: newId(), email: `${newId()}@people.example`, email_verified: true };
  return { ...account, ...over };
}

/** A path of the API, out of an address that the issuer sends to. */
export function pathOf(location: string): string {
  const { pathname, search, origin } = new URL(location);
  expect(origin).toBe(PUBLIC_URL);
  return `${pathname}${search}`;
}

/** What the API answers, and that nobody has been signed in by it. */
export function refusal(browser: Browser, { status, body }: Shown): readonly [number, string] {
  expect(browser.session()).toBeNull();
  return [status, String(body['detail'])];
}

/** Puts something else into the cookie of a sign-in that has begun. */
export function changeBegun(browser: Browser, over: Readonly<Record<string, string>>): void {
  const text = Buffer.from(browser.cookies.get(BEGUN) ?? '', 'base64url').toString();
  const changed = JSON.stringify({ ...(JSON.parse(text) as object), ...over });
  browser.cookies.set(BEGUN, Buffer.from(changed).toString('base64url'));
}
