import { newId } from '@cadenza/domain';
import { createIssuer, type Account, type Issuer } from '@cadenza/testing/oidc-issuer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiDeps } from '../src/deps.ts';
import { FAILURES_PER_ADDRESS } from '../src/http/request-limits.ts';
import { createOidcSignIn } from '../src/sign-in/oidc.ts';
import { createBrowser, newUser, signedIn, type Browser, type Shown } from './support/browser.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

const PUBLIC_URL = 'http://127.0.0.1';
const CLIENT = {
  clientId: 'cadenza',
  clientSecret: 'a secret of the client',
  redirectUri: `${PUBLIC_URL}/v1/sign-in/callback`,
};
const BEGUN = 'cadenza-sign-in';

let issuer: Issuer;
let world: World;
beforeAll(async () => {
  issuer = await createIssuer(CLIENT);
  world = await createWorld({ oidc: createOidcSignIn({ ...CLIENT, issuer: issuer.url }) });
});
afterAll(async () => {
  await world.close();
  await issuer.close();
});
beforeEach(() => {
  issuer.account = null;
  issuer.tamper = null;
  issuer.isAway = false;
});

/** Somebody whom the issuer knows. */
function person(over: Partial<Account> = {}): Required<Pick<Account, 'sub' | 'email'>> & Account {
  const account = { sub: newId(), email: `${newId()}@people.example`, email_verified: true };
  return { ...account, ...over };
}

/** A path of the API, out of an address that the issuer sends to. */
function pathOf(location: string): string {
  const { pathname, search, origin } = new URL(location);
  expect(origin).toBe(PUBLIC_URL);
  return `${pathname}${search}`;
}

/** Goes to the issuer, and comes back with its answer, which has not been shown to the API yet. */
async function answered(browser: Browser, account: Account | null, query = ''): Promise<string> {
  issuer.account = account;
  const begun = await browser.fetch('GET', `/v1/sign-in${query}`);
  expect(begun.status).toBe(303);
  return pathOf(await issuer.visit(begun.headers.get('location') ?? ''));
}

async function signIn(browser: Browser, account: Account | null, query = ''): Promise<Shown> {
  return browser.fetch('GET', await answered(browser, account, query));
}

async function identityOf(userId: string) {
  const [row] = await world.rows<{ oidc_issuer: string | null; oidc_subject: string | null }>(
    'SELECT oidc_issuer, oidc_subject FROM users WHERE id = $1',
    [userId],
  );
  return row;
}

async function userOf(account: { readonly email: string }, tenant?: Tenant) {
  return newUser(world, tenant ?? (await world.tenant()), 'operator', account.email);
}

/** What the API answers, and that nobody has been signed in by it. */
function refusal(browser: Browser, { status, body }: Shown): readonly [number, string] {
  expect(browser.session()).toBeNull();
  return [status, String(body['detail'])];
}

test('a user signs in, is sent on, and is bound to the identity', async () => {
  const ada = person();
  const tenant = await world.tenant();
  const { userId } = await userOf(ada, tenant);
  const browser = createBrowser(world);
  const answer = await signIn(browser, ada, '?returnTo=/campaigns%3Fstatus=active');
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    '/campaigns?status=active',
  ]);
  const { body } = await browser.fetch('GET', '/v1/session');
  expect(body).toMatchObject({ tenant: { id: tenant.id }, user: { id: userId } });
  expect(await identityOf(userId)).toEqual({ oidc_issuer: issuer.url, oidc_subject: ada.sub });
  expect(browser.cookies.has(BEGUN)).toBe(false);
  const audit = await tenant.api.get('/v1/audit');
  expect(audit.body.items).toMatchObject([
    { action: 'user.signed_in', after: { by: 'oidc' }, actor: `user:${userId}` },
    { action: 'user.identity_bound', changed: ['oidc_issuer', 'oidc_subject'] },
  ]);
  expect(JSON.stringify(audit.body) + world.logged.join('')).not.toContain(ada.email);
});

test('the browser is sent with a state, a nonce and a challenge of its own, and keeps the rest', async () => {
  const locations: URL[] = [];
  for (let n = 0; n < 2; n += 1) {
    const answer = await createBrowser(world).fetch('GET', '/v1/sign-in');
    locations.push(new URL(answer.headers.get('location') ?? ''));
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^cadenza-sign-in=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
      ) as string,
    ]);
  }
  const [first, second] = locations.map(({ searchParams }) => Object.fromEntries(searchParams));
  expect(first).toMatchObject({
    response_type: 'code',
    client_id: CLIENT.clientId,
    redirect_uri: CLIENT.redirectUri,
    scope: 'openid email',
    code_challenge_method: 'S256',
  });
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(first?.[name]).toMatch(/^[\w-]{43}$/);
    expect(first?.[name]).not.toBe(second?.[name]);
  }
});

test('whoever is no user of any tenant is told so, and gets no session', async () => {
  const browser = createBrowser(world);
  const [status, detail] = refusal(browser, await signIn(browser, person()));
  expect(status).toBe(403);
  expect(detail).toContain('no user of any tenant');
});

test('a person enters the first tenant, is bound in all, and goes on in another', async () => {
  const ada = person();
  const [one, other] = [await world.tenant(), await world.tenant()];
  await userOf(ada, one);
  const second = await userOf(ada, other);
  const browser = createBrowser(world);
  await signIn(browser, ada);
  const { body } = await browser.fetch('GET', '/v1/session');
  expect(body).toMatchObject({ tenant: { id: one.id }, otherTenants: [{ id: other.id }] });
  expect(await identityOf(second.userId)).toMatchObject({ oidc_subject: ada.sub });
  const switched = await browser.fetch('POST', '/v1/session/tenant', { tenantId: other.id });
  expect(switched.body).toMatchObject({ tenant: { id: other.id }, user: { id: second.userId } });
});

describe('the identity counts, not the address', () => {
  test('once bound, a user signs in with whatever address', async () => {
    const ada = person();
    const { userId } = await userOf(ada);
    await signIn(createBrowser(world), ada);
    const browser = createBrowser(world);
    await signIn(browser, { ...ada, email: `${newId()}@married.example` });
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body).toMatchObject({ user: { id: userId, email: ada.email } });
  });

  test('nobody else who gets the address later', async () => {
    const ada = person();
    const { userId } = await userOf(ada);
    await signIn(createBrowser(world), ada);
    const browser = createBrowser(world);
    const heir = person({ email: ada.email });
    expect(refusal(browser, await signIn(browser, heir))[0]).toBe(403);
    expect(await identityOf(userId)).toMatchObject({ oidc_subject: ada.sub });
  });

  test('nor whoever another issuer calls the same', async () => {
    const ada = person();
    await userOf(ada);
    await signIn(createBrowser(world), ada);
    const other = await createIssuer(CLIENT);
    try {
      const oidc = createOidcSignIn({ ...CLIENT, issuer: other.url });
      const browser = createBrowser({ ...world, baseUrl: await variant(world, { oidc }) });
      other.account = ada;
      const begun = await browser.fetch('GET', '/v1/sign-in');
      const back = await other.visit(begun.headers.get('location') ?? '');
      expect(refusal(browser, await browser.fetch('GET', pathOf(back)))[0]).toBe(403);
    } finally {
      await other.close();
    }
  });

  test('of another tenant that has made a user of the address since, the heir is one', async () => {
    const ada = person();
    await userOf(ada);
    await signIn(createBrowser(world), ada);
    const later = await world.tenant();
    const { userId } = await userOf(ada, later);
    const heir = person({ email: ada.email });
    const browser = createBrowser(world);
    await signIn(browser, heir);
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body).toMatchObject({ user: { id: userId }, otherTenants: [] });
  });

  test('two users of one person in one tenant are not both bound', async () => {
    const ada = person();
    const tenant = await world.tenant();
    const first = await userOf(ada, tenant);
    await signIn(createBrowser(world), ada);
    const moved = { ...ada, email: `${newId()}@second.example` };
    const second = await userOf(moved, tenant);
    const browser = createBrowser(world);
    await signIn(browser, moved);
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body).toMatchObject({ user: { id: first.userId } });
    expect(await identityOf(second.userId)).toMatchObject({ oidc_subject: null });
  });
});

describe('nobody is signed in by an address that', () => {
  test.each([
    ['is not verified', { email_verified: false }],
    ['is not said to be verified', { email_verified: undefined }],
    ['is said so in another form', { email_verified: 'true' }],
    ['is said so by a number', { email_verified: 1 }],
    ['is none', { email: 'nobody' }],
  ])('%s', async (_what, over) => {
    const ada = person();
    const { userId } = await userOf(ada);
    const browser = createBrowser(world);
    const [status, detail] = refusal(browser, await signIn(browser, { ...ada, ...over }));
    expect(status).toBe(403);
    expect(detail).toContain('email_verified');
    expect(await identityOf(userId)).toMatchObject({ oidc_subject: null });
  });
});

describe('an answer of the issuer', () => {
  async function ready() {
    const ada = person();
    await userOf(ada);
    const browser = createBrowser(world);
    return { ada, browser };
  }

  test('is taken once: a code that comes again is none', async () => {
    const { ada, browser } = await ready();
    const back = await answered(browser, ada);
    const begun = browser.cookies.get(BEGUN) ?? '';
    expect((await browser.fetch('GET', back)).status).toBe(303);
    const thief = createBrowser(world);
    expect(refusal(thief, await thief.fetch('GET', back))[0]).toBe(400);
    // Even with all that the browser had.
    thief.cookies.set(BEGUN, begun);
    expect(refusal(thief, await thief.fetch('GET', back))[0]).toBe(400);
  });

  test('is of no use in another browser', async () => {
    const { ada, browser } = await ready();
    const back = await answered(browser, ada);
    const other = createBrowser(world);
    await other.fetch('GET', '/v1/sign-in');
    expect(refusal(other, await other.fetch('GET', back))[0]).toBe(400);
  });

  test.each([
    ['another state', (back: string) => back.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`)],
    ['no state', (back: string) => back.replace(/&?state=[^&]+/, '')],
    ['no code', (back: string) => back.replace(/code=[^&]+&?/, '')],
    ['another code', (back: string) => back.replace(/code=[^&]+/, `code=${'A'.repeat(43)}`)],
    ['another issuer', (back: string) => back.replace(/iss=[^&]+/, 'iss=https://evil.example')],
    ['the code twice', (back: string) => `${back}&code=A`],
    ['the state twice', (back: string) => `${back}&state=A`],
  ])('with %s is refused', async (_what, change) => {
    const { ada, browser } = await ready();
    const back = await answered(browser, ada);
    const changed = change(back);
    expect(changed).not.toBe(back);
    const [status] = refusal(browser, await browser.fetch('GET', changed));
    expect(status).toBe(400);
    expect(browser.cookies.has(BEGUN)).toBe(false);
  });

  test('whose nonce is not the browser’s is refused', async () => {
    const { ada, browser } = await ready();
    const back = await answered(browser, ada);
    const kept = JSON.parse(
      Buffer.from(browser.cookies.get(BEGUN) ?? '', 'base64url').toString(),
    ) as object;
    const other = JSON.stringify({ ...kept, nonce: 'A'.repeat(43) });
    browser.cookies.set(BEGUN, Buffer.from(other).toString('base64url'));
    expect(refusal(browser, await browser.fetch('GET', back))[0]).toBe(502);
  });

  test('to whose challenge the browser has not the verifier is refused', async () => {
    const { ada, browser } = await ready();
    const back = await answered(browser, ada);
    const kept = JSON.parse(
      Buffer.from(browser.cookies.get(BEGUN) ?? '', 'base64url').toString(),
    ) as object;
    const other = JSON.stringify({ ...kept, verifier: 'A'.repeat(43) });
    browser.cookies.set(BEGUN, Buffer.from(other).toString('base64url'));
    expect(refusal(browser, await browser.fetch('GET', back))[0]).toBe(400);
  });

  test.each([
    ['another nonce', { claims: { nonce: 'A'.repeat(43) } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['another client', { claims: { aud: 'another' } }],
    ['a time that is over', { claims: { exp: 1_700_000_000 } }],
    ['another signature', { signature: 'foreign' }],
    ['no signature', { signature: 'none' }],
    ['nothing but that', { signature: 'missing token' }],
  ] as const)('whose ID token has %s is refused', async (_what, tamper) => {
    const { ada, browser } = await ready();
    issuer.tamper = tamper;
    const [status] = refusal(browser, await signIn(browser, ada));
    expect(status).toBe(502);
  });

  test('whose claims were changed with the issuer’s own key is taken, so that the test says something', async () => {
    const { ada, browser } = await ready();
    issuer.tamper = { claims: { extra: true } };
    expect((await signIn(browser, ada)).status).toBe(303);
  });

  test('that says no is passed on', async () => {
    const { browser } = await ready();
    const [status, detail] = refusal(browser, await signIn(browser, null));
    expect(status).toBe(403);
    expect(detail).toContain('access_denied');
  });
});

describe('a place to return to', () => {
  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    'javascript:alert(1)',
    'evil',
    '@evil.example',
    '',
  ])('is no other origin: %j', async (returnTo) => {
    const browser = createBrowser(world);
    const query = new URLSearchParams({ returnTo }).toString();
    const answer = await browser.fetch('GET', `/v1/sign-in?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body['problems']).toMatchObject([{ path: 'query.returnTo' }]);
    expect(browser.cookies.size).toBe(0);
  });

  test('is none that was put into the cookie, either', async () => {
    const ada = person();
    await userOf(ada);
    const browser = createBrowser(world);
    const back = await answered(browser, ada);
    const kept = JSON.parse(
      Buffer.from(browser.cookies.get(BEGUN) ?? '', 'base64url').toString(),
    ) as object;
    const other = JSON.stringify({ ...kept, returnTo: '//evil.example' });
    browser.cookies.set(BEGUN, Buffer.from(other).toString('base64url'));
    expect((await browser.fetch('GET', back)).headers.get('location')).toBe('/');
  });
});

test('a session that was there before ends, and a planted one is not taken on', async () => {
  const [ada, bob] = [person(), person()];
  await userOf(ada);
  await userOf(bob);
  const browser = createBrowser(world);
  const planted = 'A'.repeat(43);
  browser.cookies.set('cadenza', planted);
  await signIn(browser, ada);
  const first = browser.session() ?? '';
  expect(first).not.toBe(planted);
  await signIn(browser, bob);
  for (const token of [planted, first]) {
    const old = createBrowser(world);
    old.cookies.set('cadenza', token);
    expect((await old.fetch('GET', '/v1/leads')).status).toBe(401);
  }
});

describe('where the issuer', () => {
  test('is away, a 502 says so, and it is asked again the next time', async () => {
    const oidc = createOidcSignIn({ ...CLIENT, issuer: issuer.url });
    const browser = createBrowser({ ...world, baseUrl: await variant(world, { oidc }) });
    issuer.isAway = true;
    const answer = await browser.fetch('GET', '/v1/sign-in');
    expect(answer.status).toBe(502);
    expect(answer.body['type']).toBe('urn:problem-type:cadenza:issuer-failed');
    issuer.isAway = false;
    expect((await browser.fetch('GET', '/v1/sign-in')).status).toBe(303);
  });

  test('refuses our secret, a 502 says who it was', async () => {
    const oidc = createOidcSignIn({ ...CLIENT, issuer: issuer.url, clientSecret: 'wrong' });
    const browser = createBrowser({ ...world, baseUrl: await variant(world, { oidc }) });
    const [status, detail] = refusal(browser, await signIn(browser, person()));
    expect(status).toBe(502);
    expect(detail).toContain(new URL(issuer.url).host);
  });

  test('knows a client without a secret, PKCE serves alone', async () => {
    const open = { ...CLIENT, clientSecret: null };
    const other = await createIssuer(open);
    try {
      const oidc = createOidcSignIn({ ...open, issuer: other.url });
      const browser = createBrowser({ ...world, baseUrl: await variant(world, { oidc }) });
      const ada = person();
      await userOf(ada);
      other.account = ada;
      const begun = await browser.fetch('GET', '/v1/sign-in');
      const back = await other.visit(begun.headers.get('location') ?? '');
      expect((await browser.fetch('GET', pathOf(back))).status).toBe(303);
    } finally {
      await other.close();
    }
  });
});

test('there is one way to sign in, and it says which', async () => {
  const get = async (deps: Partial<ApiDeps>, path: string) =>
    createBrowser({ ...world, baseUrl: await variant(world, deps) }).fetch('GET', path);
  const path = '/v1/sign-in/method';
  expect((await get({}, path)).body).toEqual({ method: 'oidc', path: '/v1/sign-in' });
  const local = { oidc: null };
  expect((await get(local, path)).body).toEqual({ method: 'password', path: '/v1/sign-in/local' });
  expect((await get(local, '/v1/sign-in')).status).toBe(404);
  expect((await get(local, '/v1/sign-in/callback')).status).toBe(404);
  const body = { email: 'ada@example.com', password: 'a staple in a battery' };
  expect((await createBrowser(world).fetch('POST', '/v1/sign-in/local', body)).status).toBe(404);
});

test('a session by a password ends where people sign in at an issuer', async () => {
  const { browser, user } = await signedIn(world, await world.tenant());
  expect((await browser.fetch('GET', '/v1/session')).status).toBe(401);
  const before = createBrowser({ ...world, baseUrl: await variant(world, { oidc: null }) });
  for (const [name, value] of browser.cookies) before.cookies.set(name, value);
  expect((await before.fetch('GET', '/v1/session')).body).toMatchObject({
    user: { id: user.userId },
  });
});

test('nobody is kept from signing in by requests of others at the same address', async () => {
  const oidc = createOidcSignIn({ ...CLIENT, issuer: issuer.url });
  const baseUrl = await variant(world, { oidc });
  const browser = createBrowser({ ...world, baseUrl });
  const ada = person();
  await userOf(ada);
  const asked = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
    (await fetch(`${baseUrl}${path}`, { headers })).status;
  const many = async (path: string, headers?: Readonly<Record<string, string>>) =>
    new Set(
      await Promise.all(
        Array.from({ length: FAILURES_PER_ADDRESS + 1 }, () => asked(path, headers)),
      ),
    );
  // With a wrong key; and coming back without having begun.
  expect(await many('/v1/leads', { authorization: 'Bearer cdz_wrong' })).toEqual(
    new Set([401, 429]),
  );
  expect(await many('/v1/sign-in/callback?code=1&state=2')).toEqual(new Set([400]));
  expect((await signIn(browser, ada)).status).toBe(303);
});
