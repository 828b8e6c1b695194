import { newId } from '@cadenza/domain';
import { createIssuer, type Issuer } from '@cadenza/testing/oidc-issuer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiDeps } from '../src/deps.ts';
import { FAILURES_PER_ADDRESS } from '../src/http/request-limits.ts';
import { createOidcSignIn } from '../src/sign-in/oidc.ts';
import { createBrowser, signedIn } from './support/browser.ts';
import {
  BEGUN,
  CLIENT,
  pathOf,
  person,
  refusal,
  startSigningIn,
  type SigningIn,
} from './support/signing-in.ts';
import { variant, type World } from './support/world.ts';

let here: SigningIn;
let world: World;
let issuer: Issuer;
beforeAll(async () => {
  here = await startSigningIn();
  ({ world, issuer } = here);
});
afterAll(() => here.close());
beforeEach(() => here.mend());

test('a user signs in, is sent on, and is bound to the identity', async () => {
  const ada = person();
  const tenant = await world.tenant();
  const { userId } = await here.userOf(ada, tenant);
  const browser = createBrowser(world);
  const answer = await here.signIn(browser, ada, '?returnTo=/campaigns%3Fstatus=active');
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    '/campaigns?status=active',
  ]);
  const { body } = await browser.fetch('GET', '/v1/session');
  expect(body).toMatchObject({ tenant: { id: tenant.id }, user: { id: userId } });
  expect(await here.identityOf(userId)).toEqual({ oidc_issuer: issuer.url, oidc_subject: ada.sub });
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
  const [status, detail] = refusal(browser, await here.signIn(browser, person()));
  expect(status).toBe(403);
  expect(detail).toContain('no user of any tenant');
});

test('a person enters the first tenant, is bound in all, and goes on in another', async () => {
  const ada = person();
  const [one, other] = [await world.tenant(), await world.tenant()];
  await here.userOf(ada, one);
  const second = await here.userOf(ada, other);
  const browser = createBrowser(world);
  await here.signIn(browser, ada);
  const { body } = await browser.fetch('GET', '/v1/session');
  expect(body).toMatchObject({ tenant: { id: one.id }, otherTenants: [{ id: other.id }] });
  expect(await here.identityOf(second.userId)).toMatchObject({ oidc_subject: ada.sub });
  const switched = await browser.fetch('POST', '/v1/session/tenant', { tenantId: other.id });
  expect(switched.body).toMatchObject({ tenant: { id: other.id }, user: { id: second.userId } });
});

describe('the identity counts, not the address', () => {
  test('once bound, a user signs in with whatever address', async () => {
    const ada = person();
    const { userId } = await here.userOf(ada);
    await here.signIn(createBrowser(world), ada);
    const browser = createBrowser(world);
    await here.signIn(browser, { ...ada, email: `${newId()}@married.example` });
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body).toMatchObject({ user: { id: userId, email: ada.email } });
  });

  test('nobody else who gets the address later', async () => {
    const ada = person();
    const { userId } = await here.userOf(ada);
    await here.signIn(createBrowser(world), ada);
    const browser = createBrowser(world);
    const heir = person({ email: ada.email });
    expect(refusal(browser, await here.signIn(browser, heir))[0]).toBe(403);
    expect(await here.identityOf(userId)).toMatchObject({ oidc_subject: ada.sub });
  });

  test('nor whoever another issuer calls the same', async () => {
    const ada = person();
    await here.userOf(ada);
    await here.signIn(createBrowser(world), ada);
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
    await here.userOf(ada);
    await here.signIn(createBrowser(world), ada);
    const later = await world.tenant();
    const { userId } = await here.userOf(ada, later);
    const heir = person({ email: ada.email });
    const browser = createBrowser(world);
    await here.signIn(browser, heir);
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body).toMatchObject({ user: { id: userId }, otherTenants: [] });
  });

  test('two users of one person in one tenant are not both bound', async () => {
    const ada = person();
    const tenant = await world.tenant();
    const first = await here.userOf(ada, tenant);
    await here.signIn(createBrowser(world), ada);
    const moved = { ...ada, email: `${newId()}@second.example` };
    const second = await here.userOf(moved, tenant);
    const browser = createBrowser(world);
    await here.signIn(browser, moved);
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body).toMatchObject({ user: { id: first.userId } });
    expect(await here.identityOf(second.userId)).toMatchObject({ oidc_subject: null });
  });
});

test('a session that was there before ends, and a planted one is not taken on', async () => {
  const [ada, bob] = [person(), person()];
  await here.userOf(ada);
  await here.userOf(bob);
  const browser = createBrowser(world);
  const planted = 'A'.repeat(43);
  browser.cookies.set('cadenza', planted);
  await here.signIn(browser, ada);
  const first = browser.session() ?? '';
  expect(first).not.toBe(planted);
  await here.signIn(browser, bob);
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
    const [status, detail] = refusal(browser, await here.signIn(browser, person()));
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
      await here.userOf(ada);
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
  await here.userOf(ada);
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
  expect((await here.signIn(browser, ada)).status).toBe(303);
});
