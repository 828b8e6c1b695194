import { SESSION_LIMITS } from '@cadenza/database';
import { SCOPES_OF_ROLE, USER_ROLES, type UserRole } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBrowser, newUser, sessionOf, signedIn, type Browser } from './support/browser.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
let mine: Tenant;
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
});
afterAll(() => world.close());

const status = async (browser: Browser, path = '/v1/leads') =>
  (await browser.fetch('GET', path)).status;

async function sessionsOf(userId: string): Promise<number> {
  const rows = await world.rows('SELECT FROM sessions WHERE user_id = $1', [userId]);
  return rows.length;
}

describe('a session', () => {
  test.each(USER_ROLES)('of the role %s has its scopes', async (role) => {
    const { browser } = await signedIn(world, mine, role);
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body).toMatchObject({ scopes: SCOPES_OF_ROLE[role], user: { role } });
    const write = await browser.fetch('POST', '/v1/leads', { name: `Lead of ${role}` });
    expect(write.status).toBe(SCOPES_OF_ROLE[role].includes('write') ? 201 : 403);
    const admin = await status(browser, '/v1/api-keys');
    expect(admin).toBe(SCOPES_OF_ROLE[role].includes('admin') ? 200 : 403);
  });

  test('says who has signed in, for whom, and until when', async () => {
    const { browser, user } = await signedIn(world, mine);
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body).toEqual({
      tenant: { id: mine.id, name: `tenant ${mine.id}` },
      user: { id: user.userId, email: user.email, name: null, role: 'owner' },
      scopes: ['read', 'write', 'admin'],
      expiresAt: expect.any(String) as string,
      otherTenants: [],
    });
    const left = Date.parse(String(body['expiresAt'])) - Date.now();
    expect(Math.abs(left - SESSION_LIMITS.absoluteMs)).toBeLessThan(60_000);
  });

  test('says of a key whose it is', async () => {
    const { body } = await mine.api.get('/v1/session');
    expect(body).toMatchObject({ tenant: { id: mine.id }, user: null, expiresAt: null });
  });

  test('is kept by the hash of its token alone', async () => {
    const { browser, user } = await signedIn(world, mine);
    const token = browser.session() ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const [row] = await world.rows<{ text: string }>(
      'SELECT s::text AS text FROM sessions s WHERE user_id = $1',
      [user.userId],
    );
    expect(row?.text).not.toContain(token);
    expect(row?.text).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
  });

  test('is the actor of what its user does', async () => {
    const tenant = await world.tenant();
    const { browser, user } = await signedIn(world, tenant);
    await browser.fetch('POST', '/v1/leads', { name: 'L' });
    await browser.fetch('POST', '/v1/suppressions', { addresses: ['gone@example.com'] });
    const { body } = await tenant.api.get('/v1/audit');
    const actors = new Set(body.items?.map((one) => one['actor']));
    expect([...actors]).toEqual([`user:${user.userId}`]);
  });

  test('gives way to a key that comes with it', async () => {
    const { browser } = await signedIn(world, mine, 'owner');
    const reader = await mine.api.post('/v1/api-keys', { name: 'K', scopes: ['read'] });
    const authorization = `Bearer ${String(reader.body['key'])}`;
    // Nothing but a key could do so without an origin.
    const both = await browser.fetch('POST', '/v1/leads', { name: 'L' }, { authorization });
    expect(both.status).toBe(403);
    expect(both.body['detail']).toContain('API key');
    const wrong = { authorization: 'Bearer cdz_nothing' };
    expect((await browser.fetch('GET', '/v1/leads', undefined, wrong)).status).toBe(401);
  });

  test('makes keys that outlast it, and none that may do more than its role', async () => {
    const { browser } = await signedIn(world, mine, 'admin');
    const made = await browser.fetch('POST', '/v1/api-keys', { name: 'K', role: 'owner' });
    expect(made.status).toBe(201);
    expect(made.body['expiresAt']).toBeNull();
  });
});

describe('ends', () => {
  const ended: readonly [string, (browser: Browser, tenant: Tenant) => Promise<void>][] = [
    [
      'when it has not been used for hours',
      async () => {
        await world.rows(
          `UPDATE sessions SET last_used_at = now() - ($1 * interval '1 millisecond')`,
          [SESSION_LIMITS.idleMs],
        );
      },
    ],
    [
      'days after its user has signed in, however much it is used',
      async () => {
        await world.rows('UPDATE sessions SET expires_at = now()');
      },
    ],
    [
      'when its user signs out',
      async (browser) => {
        const answer = await browser.fetch('DELETE', '/v1/session');
        expect(answer.status).toBe(200);
        expect(browser.session()).toBeNull();
      },
    ],
    [
      'when its user is removed',
      async (browser, tenant) => {
        const { body } = await browser.fetch('GET', '/v1/session');
        const { id } = body['user'] as { id: string };
        expect((await tenant.api.delete(`/v1/users/${id}`)).status).toBe(200);
      },
    ],
    [
      'when its user has another role',
      async (browser, tenant) => {
        const { body } = await browser.fetch('GET', '/v1/session');
        const { id } = body['user'] as { id: string };
        const path = `/v1/users/${id}`;
        expect((await tenant.api.patch(path, { role: 'viewer' })).status).toBe(200);
      },
    ],
  ];

  test.each(ended)('%s', async (when, end) => {
    const tenant = await world.tenant();
    const { browser, user } = await signedIn(world, tenant, 'operator');
    const second = await sessionOf(world, user);
    const token = browser.session() ?? '';
    expect(await status(browser)).toBe(200);
    await end(browser, tenant);
    browser.cookies.set('cadenza', token);
    const refused = await browser.fetch('GET', '/v1/leads');
    expect(refused.status).toBe(401);
    expect(refused.body['detail']).toContain('sign in');
    expect(await status(second)).toBe(when.includes('signs out') ? 200 : 401);
  });

  test('not by another name', async () => {
    const { browser, user } = await signedIn(world, mine, 'operator');
    await mine.api.patch(`/v1/users/${user.userId}`, { name: 'N', role: 'operator' });
    expect(await status(browser)).toBe(200);
  });

  test('leave no row behind when somebody else signs in', async () => {
    const tenant = await world.tenant();
    const { user } = await signedIn(world, tenant);
    await world.rows('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [user.userId]);
    await signedIn(world, tenant);
    expect(await sessionsOf(user.userId)).toBe(0);
  });

  test('a stream that it has opened', async () => {
    const tenant = await world.tenant();
    const { browser, user } = await signedIn(world, tenant, 'viewer');
    const answer = await fetch(`${world.baseUrl}/v1/stream`, {
      headers: { cookie: `cadenza=${browser.session() ?? ''}` },
    });
    expect(answer.status).toBe(200);
    let told = '';
    const read = (async () => {
      for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? [])
        told += part;
    })();
    await vi.waitFor(() => expect(told).toContain('event: ready'), 20_000);
    await tenant.api.delete(`/v1/users/${user.userId}`);
    await read;
    expect(told).toContain('event: end');
  });
});

test('its use is written at most once a minute', async () => {
  const { browser, user } = await signedIn(world, mine);
  const version = async () =>
    (
      await world.rows<{ xmin: string }>('SELECT xmin::text FROM sessions WHERE user_id = $1', [
        user.userId,
      ])
    )[0]?.xmin;
  const first = await version();
  await status(browser);
  expect(await version()).toBe(first);
  await world.rows(
    `UPDATE sessions SET last_used_at = now() - interval '2 minutes' WHERE user_id = $1`,
    [user.userId],
  );
  const stale = await version();
  await status(browser);
  expect(await version()).not.toBe(stale);
});

describe('what changes something', () => {
  const origin = 'http://127.0.0.1';
  test.each([
    ['nothing', {}, 403],
    ['our origin', { origin }, 201],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['our host by another scheme', { origin: 'https://127.0.0.1' }, 403],
    ['our host at another port', { origin: `${origin}:8080` }, 403],
    ['no origin of a page', { origin: 'null' }, 403],
    ['a page of ours', { 'sec-fetch-site': 'same-origin' }, 201],
    ['a page of another host of the domain', { 'sec-fetch-site': 'same-site', origin }, 403],
    ['a page of elsewhere', { 'sec-fetch-site': 'cross-site', origin }, 403],
    ['no page at all', { 'sec-fetch-site': 'none' }, 403],
  ])('by a session must come from a page of ours: %s', async (what, headers, expected) => {
    const { browser } = await signedIn(world, mine);
    const body = { name: `Lead by ${what}` };
    expect((await browser.fetch('POST', '/v1/leads', body, headers)).status).toBe(expected);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is so whatever the method: %s', async (method) => {
    const { browser } = await signedIn(world, mine);
    const path = method === 'POST' ? '/v1/session/tenant' : '/v1/session';
    const answer = await browser.fetch(method, path, method === 'POST' ? {} : undefined, {});
    expect(answer.status).toBe(method === 'PUT' || method === 'PATCH' ? 404 : 403);
    expect(await status(browser)).toBe(200);
  });

  test('by a key needs no page', async () => {
    expect((await mine.api.post('/v1/leads', { name: 'By a key' })).status).toBe(201);
  });
});

describe('a token', () => {
  test.each([
    ['made up', 'A'.repeat(43)],
    ['empty', ''],
    ['of another form', `' OR true --`],
    ['longer than any', 'A'.repeat(4_000)],
  ])('that is %s opens nothing', async (_what, token) => {
    const browser = createBrowser(world);
    browser.cookies.set('cadenza', token);
    expect(await status(browser)).toBe(401);
  });

  test('in the cookie of https is not taken on http, nor the other way round', async () => {
    const { browser } = await signedIn(world, mine);
    const token = browser.session() ?? '';
    const settings = { ...world.deps.settings, publicUrl: 'https://outreach.example.com' };
    const baseUrl = await variant(world, { settings });
    const ask = async (base: string, name: string) =>
      (await fetch(`${base}/v1/leads`, { headers: { cookie: `${name}=${token}` } })).status;
    expect(await ask(world.baseUrl, '__Host-cadenza')).toBe(401);
    expect(await ask(baseUrl, 'cadenza')).toBe(401);
    expect(await ask(baseUrl, '__Host-cadenza')).toBe(200);
  });
});

describe('of another tenant', () => {
  test('a session opens nothing', async () => {
    const theirs = await world.tenant();
    const lead = await theirs.api.post('/v1/leads', { name: 'Theirs' });
    const user = await newUser(world, theirs, 'viewer');
    const { browser } = await signedIn(world, mine);
    expect(await status(browser, `/v1/leads/${String(lead.body.id)}`)).toBe(404);
    expect(await status(browser, `/v1/users/${user.userId}`)).toBe(404);
    expect((await browser.fetch('DELETE', `/v1/users/${user.userId}`)).status).toBe(404);
  });

  test('nobody becomes a user by asking for it', async () => {
    const theirs = await world.tenant();
    const { browser } = await signedIn(world, mine);
    const foreign = await browser.fetch('POST', '/v1/session/tenant', { tenantId: theirs.id });
    const none = '01890a5d-ac96-774b-bcce-b302099a8057';
    const unknown = await browser.fetch('POST', '/v1/session/tenant', { tenantId: none });
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(foreign.body['detail']).toBe(String(unknown.body['detail']).replace(none, theirs.id));
  });

  test('a person goes on with the role that the person has there', async () => {
    const theirs = await world.tenant();
    const { browser, user } = await signedIn(world, mine, 'admin');
    await newUser(world, theirs, 'viewer', user.email);
    const before = browser.session();
    const { body } = await browser.fetch('GET', '/v1/session');
    expect(body['otherTenants']).toEqual([
      { id: theirs.id, name: `tenant ${theirs.id}`, role: 'viewer' },
    ]);
    const gone = await browser.fetch('POST', '/v1/session/tenant', { tenantId: theirs.id });
    expect(gone.body).toMatchObject({
      tenant: { id: theirs.id },
      user: { role: 'viewer' satisfies UserRole },
      otherTenants: [{ id: mine.id, role: 'admin' }],
      // No longer than the person had.
      expiresAt: body['expiresAt'],
    });
    expect(browser.session()).not.toBe(before);
    expect((await browser.fetch('POST', '/v1/leads', { name: 'L' })).status).toBe(403);
    expect(await sessionsOf(user.userId)).toBe(0);
    const old = createBrowser(world);
    old.cookies.set('cadenza', before ?? '');
    expect(await status(old)).toBe(401);
  });

  test('a person who is removed there has it no more', async () => {
    const theirs = await world.tenant();
    const { browser, user } = await signedIn(world, mine, 'admin');
    const other = await newUser(world, theirs, 'viewer', user.email);
    await theirs.api.delete(`/v1/users/${other.userId}`);
    expect((await browser.fetch('GET', '/v1/session')).body['otherTenants']).toEqual([]);
  });
});

test('no key has a session to switch or to end', async () => {
  const body = { tenantId: mine.id };
  expect((await mine.api.post('/v1/session/tenant', body)).status).toBe(403);
  expect((await mine.api.delete('/v1/session')).status).toBe(403);
});

test('requests of a session count against a limit of their own, and its tenant’s', async () => {
  const tenant = await world.tenant();
  const { browser } = await signedIn(world, tenant);
  const settings = { ...world.deps.settings, requestsPerMinute: { perKey: 2, perTenant: 3 } };
  const baseUrl = await variant(world, { settings });
  const other = createBrowser({ ...world, baseUrl });
  for (const [name, value] of browser.cookies) other.cookies.set(name, value);
  expect([await status(other), await status(other), await status(other)]).toEqual([200, 200, 429]);
});
