import {
  beginSession,
  createDatabase,
  createPool,
  createSessionToken,
  deleteUser,
  digestOfPassword,
  hashPassword,
  inTenants,
  setPasswordHash,
} from '@cadenza/database';
import { openRequestCounters } from '@cadenza/runtime';
import { createStandIn } from '@cadenza/domain';
import { sql } from 'kysely';
import { randomBytes, scryptSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SIGN_IN_TRIES } from '../src/http/request-limits.ts';
import { createBrowser, newUser, type Browser } from './support/browser.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

const PASSWORD = 'a staple in the horse’s battery';
const PATH = '/v1/sign-in/local';

let world: World;
let mine: Tenant;
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
});
afterAll(() => world.close());

/** As of any other password, but that it is compared at once. */
function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const hash = scryptSync(password.normalize('NFKC'), salt, 32, { N: 1_024, r: 8, p: 1 });
  return `$scrypt$ln=10,r=8,p=1$${text(salt)}$${text(hash)}`;
}

/** Gives an address a password, as the command line does. */
async function withPassword(email: string, passwordHash = cheapHash(PASSWORD)): Promise<void> {
  const owner = createDatabase(createPool({ url: world.adminUrl, poolSize: 1 }));
  try {
    await owner.transaction().execute(async (trx) => {
      await sql`SET LOCAL ROLE cadenza_claimer`.execute(trx);
      await setPasswordHash(trx, email, passwordHash);
    });
  } finally {
    await owner.destroy();
  }
}

async function person(tenant = mine): Promise<{ readonly email: string; readonly userId: string }> {
  const user = await newUser(world, tenant, 'operator');
  await withPassword(user.email);
  return user;
}

const signIn = (browser: Browser, email: string, password = PASSWORD) =>
  browser.fetch('POST', PATH, { email, password });

/** An API whose counters of tries begin at nothing. */
async function fresh(): Promise<Browser> {
  return createBrowser({ ...world, baseUrl: await variant(world, {}) });
}

test('a password signs its user in, with a new session in a cookie', async () => {
  const { email, userId } = await person();
  const browser = await fresh();
  const answer = await signIn(browser, ` ${email.toUpperCase()}`);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ tenant: { id: mine.id }, user: { id: userId, email } });
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^cadenza=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    ) as string,
  ]);
  expect((await browser.fetch('GET', '/v1/leads')).status).toBe(200);
  const read = await mine.api.get(`/v1/users/${userId}`);
  expect(read.body['signedInAt']).toEqual(expect.any(String));
});

test('with https the cookie is of this host alone', async () => {
  const { email } = await person();
  const publicUrl = 'https://outreach.example.com';
  const settings = { ...world.deps.settings, publicUrl };
  const baseUrl = await variant(world, { settings });
  const browser = createBrowser({ baseUrl, deps: { ...world.deps, settings } });
  const answer = await signIn(browser, email);
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-cadenza=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    ) as string,
  ]);
});

test('signing in and out is audited', async () => {
  const tenant = await world.tenant();
  const { email, userId } = await person(tenant);
  const browser = await fresh();
  await signIn(browser, email);
  await browser.fetch('DELETE', '/v1/session');
  const { body } = await tenant.api.get('/v1/audit');
  const actor = `user:${userId}`;
  expect(body.items).toMatchObject([
    { actor, action: 'user.signed_out', entity: 'user', entityId: userId },
    { actor, action: 'user.signed_in', after: { by: 'password' } },
  ]);
  expect(JSON.stringify(body) + world.logged.join('')).not.toContain(email);
});

describe('another password', () => {
  test('ends what was begun with the one before, in every tenant', async () => {
    const { email } = await person();
    const other = await world.tenant();
    await newUser(world, other, 'operator', email);
    const browser = await fresh();
    expect((await signIn(browser, email)).status).toBe(200);
    await withPassword(email, cheapHash('quite another staple'));
    const answers = [
      await browser.fetch('GET', '/v1/leads'),
      await browser.fetch('POST', '/v1/session/tenant', { tenantId: other.id }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  test('lets nobody in who had given the one before while it was set', async () => {
    const { email, userId } = await person();
    const before = cheapHash(PASSWORD);
    await withPassword(email, before);
    // As a try goes on that has been found right just before.
    await withPassword(email, cheapHash('quite another staple'));
    const { token, hash } = createSessionToken();
    const proof = { by: 'password', passwordDigest: digestOfPassword(before) } as const;
    await inTenants(world.db, [mine.id], (trx) =>
      beginSession(trx, { tenantId: mine.id, userId }, { hash, proof }),
    );
    const browser = await fresh();
    browser.cookies.set('cadenza', token);
    expect((await browser.fetch('GET', '/v1/leads')).status).toBe(401);
  });
});

test('what is wrong is answered alike, whatever it is', async () => {
  const { email } = await person();
  await withPassword(email, await hashPassword(PASSWORD));
  const withoutOne = await newUser(world, mine, 'viewer');
  const browser = await fresh();
  const answers = [
    await signIn(browser, email, 'another password than this'),
    await signIn(browser, 'nobody@people.example'),
    await signIn(browser, withoutOne.email),
  ].map(({ status, body }) => ({ status, ...body, instance: null }));
  expect(answers[0]).toMatchObject({
    status: 401,
    type: 'urn:problem-type:cadenza:not-signed-in',
  });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(browser.session()).toBeNull();
  // Nor does it take longer, or shorter: the same work is done.
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let n = 0; n < 2; n += 1) {
    for (const [kind, address] of [
      ['known', email],
      ['unknown', `n${n}@people.example`],
    ] as const) {
      const from = performance.now();
      await signIn(browser, address, 'another password than this');
      times[kind].push(performance.now() - from);
    }
  }
  const [known, unknown] = [Math.min(...times.known), Math.min(...times.unknown)];
  // On a machine that does other things as well; an answer without that work comes in a hundredth.
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(4);
});

test.each([
  ['no body', undefined, ''],
  ['no password', { email: 'a@example.com' }, 'password'],
  ['an empty password', { email: 'a@example.com', password: '' }, 'password'],
  ['no address', { email: 'nobody', password: PASSWORD }, 'email'],
  ['more than that', { email: 'a@example.com', password: PASSWORD, tenantId: 'x' }, 'tenantId'],
])('%s is refused by its form', async (_what, body, path) => {
  const answer = await createBrowser(world).fetch('POST', PATH, body);
  expect(answer.status).toBe(400);
  expect(answer.body['problems']).toMatchObject([{ path }]);
  expect(answer.text).not.toContain(PASSWORD);
});

test('a password that is refused by its form is not shown', async () => {
  const long = `${'secret '.repeat(40)}!`;
  const answer = await createBrowser(world).fetch('POST', PATH, {
    email: 'a@example.com',
    password: long,
  });
  expect(answer.status).toBe(400);
  expect(answer.text + world.logged.join('')).not.toContain('secret secret');
});

test('pages of others sign nobody in, and no form does', async () => {
  const { email } = await person();
  const body = { email, password: PASSWORD };
  for (const headers of [{}, { origin: 'https://evil.example' }]) {
    const answer = await createBrowser(world).fetch('POST', PATH, body, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
  const form = await fetch(`${world.baseUrl}${PATH}`, {
    method: 'POST',
    headers: { origin: 'http://127.0.0.1' },
    body: new URLSearchParams(body),
  });
  expect(form.status).toBe(415);
});

test('a token that was there before is not made a session, and the session before ends', async () => {
  const first = await person();
  const second = await person();
  const browser = await fresh();
  const planted = 'A'.repeat(43);
  browser.cookies.set('cadenza', planted);
  await signIn(browser, first.email);
  const own = browser.session() ?? '';
  expect(own).not.toBe(planted);
  await signIn(browser, second.email);
  for (const token of [planted, own]) {
    const other = createBrowser(world);
    other.cookies.set('cadenza', token);
    expect((await other.fetch('GET', '/v1/leads')).status).toBe(401);
  }
});

test('of several tenants the first one is entered, and the others are told', async () => {
  const [one, other] = [await world.tenant(), await world.tenant()];
  const { email } = await person(one);
  await newUser(world, other, 'viewer', email);
  const { body } = await signIn(await fresh(), email);
  expect(body).toMatchObject({ tenant: { id: one.id }, otherTenants: [{ id: other.id }] });
});

test('the password of nobody is forgotten', async () => {
  const [one, other] = [await world.tenant(), await world.tenant()];
  const first = await person(one);
  const second = await newUser(world, other, 'viewer', first.email);
  const kept = async () =>
    (await world.rows('SELECT FROM passwords WHERE email = $1', [first.email])).length;
  await one.api.delete(`/v1/users/${first.userId}`);
  expect(await kept()).toBe(1);
  expect((await signIn(await fresh(), first.email)).body).toMatchObject({
    tenant: { id: other.id },
  });
  await other.api.delete(`/v1/users/${second.userId}`);
  expect(await kept()).toBe(0);
  expect((await signIn(await fresh(), first.email)).status).toBe(401);
});

test('a password goes with the last two users of its address, though they are removed at once', async () => {
  const [one, other] = [await world.tenant(), await world.tenant()];
  const { email, userId } = await person(one);
  const second = await newUser(world, other, 'viewer', email);
  let removed: Promise<unknown> | undefined;
  await inTenants(world.db, [one.id], async (trx) => {
    await deleteUser(trx, one.id, userId);
    removed = other.api.delete(`/v1/users/${second.userId}`);
    // It is done, or waits for this one.
    await Promise.race([
      removed,
      vi.waitFor(async () =>
        expect(await world.rows('SELECT FROM pg_locks WHERE NOT granted')).toHaveLength(1),
      ),
    ]);
  });
  expect(await removed).toMatchObject({ status: 200 });
  expect(await world.rows('SELECT FROM passwords WHERE email = $1', [email])).toEqual([]);
});

test('a person of several tenants enters the one that was entered last', async () => {
  const [one, other] = [await world.tenant(), await world.tenant()];
  const { email } = await person(one);
  await newUser(world, other, 'viewer', email);
  const browser = await fresh();
  const entered = async () => {
    const { body } = await signIn(browser, email);
    return (body['tenant'] as { id: string }).id;
  };
  expect(await entered()).toBe(one.id);
  await browser.fetch('POST', '/v1/session/tenant', { tenantId: other.id });
  expect(await entered()).toBe(other.id);
  await newUser(world, mine, 'viewer', email);
  expect(await entered()).toBe(other.id);
});

test('nobody tries passwords while nobody can count', async () => {
  const { email } = await person();
  const quiet = { warn: () => undefined, error: () => undefined, info: () => undefined };
  const requestCounters = openRequestCounters(
    { redisUrl: 'redis://127.0.0.1:1', log: quiet },
    { installationId: 'test' },
  );
  onTestFinished(() => requestCounters.close());
  const browser = createBrowser({ ...world, baseUrl: await variant(world, { requestCounters }) });
  const { status, headers } = await signIn(browser, email);
  expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  expect(browser.session()).toBeNull();
});

describe('a flood', () => {
  test('of tries for one account is refused, the right password too, and no other account', async () => {
    const { email } = await person();
    const other = await person();
    const browser = await fresh();
    for (let n = 0; n < SIGN_IN_TRIES.perAccount; n += 1) {
      expect((await signIn(browser, email, `a wrong password ${n}`)).status).toBe(401);
    }
    const refused = await signIn(browser, email);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn(browser, other.email)).status).toBe(200);
  });

  test('of tries at once holds no more memory than a few of them', async () => {
    const { email } = await person();
    await withPassword(email, await hashPassword(PASSWORD));
    const standIn = createStandIn('a secret for tests, of 32 bytes or more');
    const baseUrl = await variant(world, {
      // Every try is of an account of its own.
      standIn: (address) => standIn(`${address} ${Math.random()}`),
    });
    const browsers = Array.from({ length: 60 }, () => createBrowser({ ...world, baseUrl }));
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const answers = await Promise.all(browsers.map((one) => signIn(one, email)));
    clearInterval(watch);
    const counted = (status: number) => answers.filter((one) => one.status === status).length;
    expect(counted(200) + counted(503)).toBe(60);
    expect(counted(503)).toBeGreaterThan(0);
    expect(counted(200)).toBeGreaterThan(2);
    // Sixty would take 7.5 GiB.
    expect(most - before).toBeLessThan(700 * 2 ** 20);
    expect(answers.find((one) => one.status === 503)?.headers.get('retry-after')).toBe('5');
  });
});
