import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiRoutes } from '../src/routes/index.ts';
import { newUser, signedIn, type Browser } from './support/browser.ts';
import { createClient, type Client } from './support/client.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let mine: Tenant;
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
});
afterAll(() => world.close());

async function keyWith(scopes: readonly string[]): Promise<Client> {
  const { body } = await mine.api.post('/v1/api-keys', { name: 'K', scopes });
  return createClient(world.baseUrl, String(body['key']), apiRoutes(world.deps));
}

const roleOf = async (tenant: Tenant, userId: string) =>
  (await tenant.api.get(`/v1/users/${userId}`)).body['role'];

test('a user is made, read, listed, changed and removed', async () => {
  const tenant = await world.tenant();
  const made = await tenant.api.post('/v1/users', {
    email: ' Ada@Example.com',
    name: 'Ada',
    role: 'operator',
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ email: 'ada@example.com', role: 'operator', signedInAt: null });
  const path = `/v1/users/${String(made.body.id)}`;
  expect((await tenant.api.get(path)).body).toEqual(made.body);
  expect((await tenant.api.get('/v1/users')).body.items).toEqual([made.body]);
  const changed = await tenant.api.patch(path, { name: null, role: 'viewer' });
  expect(changed.body).toMatchObject({ name: null, role: 'viewer', email: 'ada@example.com' });
  expect((await tenant.api.delete(path)).body.id).toBe(made.body.id);
  expect((await tenant.api.get(path)).status).toBe(404);
  expect((await tenant.api.delete(path)).status).toBe(404);
});

test('lists page by page', async () => {
  const tenant = await world.tenant();
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) ids.unshift((await newUser(world, tenant, 'viewer')).userId);
  const first = await tenant.api.get('/v1/users?limit=2');
  const second = await tenant.api.get(`/v1/users?cursor=${String(first.body.nextCursor)}`);
  const listed = [...(first.body.items ?? []), ...(second.body.items ?? [])].map(({ id }) => id);
  expect(listed).toEqual(ids);
});

test('an address is one user of a tenant, and may be one of several tenants', async () => {
  const other = await world.tenant();
  const body = { email: 'both@example.com', role: 'viewer' };
  expect((await mine.api.post('/v1/users', body)).status).toBe(201);
  const again = await mine.api.post('/v1/users', { ...body, email: 'BOTH@example.com' });
  expect(again.status).toBe(409);
  expect(again.body.problems).toMatchObject([{ path: 'email', code: 'taken' }]);
  expect((await other.api.post('/v1/users', body)).status).toBe(201);
});

test.each([
  [{ role: 'viewer' }, 'email'],
  [{ email: 'nobody', role: 'viewer' }, 'email'],
  [{ email: 'a@example.com' }, 'role'],
  [{ email: 'a@example.com', role: 'root' }, 'role'],
  [{ email: 'a@example.com', role: 'viewer', name: 'a\nb' }, 'name'],
])('a user cannot be made of %j', async (body, path) => {
  const refused = await mine.api.post('/v1/users', body);
  expect(refused.status).toBe(400);
  expect(refused.body.problems).toMatchObject([{ path }]);
});

test('an address stays what it is', async () => {
  const { userId } = await newUser(world, mine, 'viewer');
  const refused = await mine.api.patch(`/v1/users/${userId}`, { email: 'other@example.com' });
  expect(refused.body.problems).toMatchObject([{ path: 'email', code: 'unknown_key' }]);
});

test('the same request with the same key makes one user', async () => {
  const body = JSON.stringify({ email: 'once@example.com', role: 'viewer' });
  const post = () =>
    mine.api.raw('POST', '/v1/users', body, 'application/json', { 'idempotency-key': 'user-1' });
  const first = await post();
  const again = await post();
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
});

describe('needs the scope admin', () => {
  test('of a key, for everything', async () => {
    const { userId } = await newUser(world, mine, 'viewer');
    const client = await keyWith(['read', 'write']);
    const body = { email: 'a@example.com', role: 'viewer' };
    expect((await client.get('/v1/users')).status).toBe(403);
    expect((await client.get(`/v1/users/${userId}`)).status).toBe(403);
    expect((await client.post('/v1/users', body)).status).toBe(403);
    expect((await client.patch(`/v1/users/${userId}`, { name: 'N' })).status).toBe(403);
    expect((await client.delete(`/v1/users/${userId}`)).status).toBe(403);
  });

  test.each([
    ['viewer', 403],
    ['operator', 403],
    ['admin', 200],
    ['owner', 200],
  ] as const)('which the role %s has or has not', async (role, status) => {
    const { browser } = await signedIn(world, mine, role);
    expect((await browser.fetch('GET', '/v1/users')).status).toBe(status);
  });
});

test('nobody gives, changes or takes a role that may do more than the own key', async () => {
  const keeper = await keyWith(['read', 'admin']);
  const operator = await newUser(world, mine, 'operator');
  const viewer = await newUser(world, mine, 'viewer');
  const refused = await keeper.post('/v1/users', { email: 'o@example.com', role: 'operator' });
  expect(refused.status).toBe(403);
  expect(refused.body.detail).toContain('"write"');
  expect((await keeper.patch(`/v1/users/${viewer.userId}`, { role: 'admin' })).status).toBe(403);
  expect((await keeper.patch(`/v1/users/${operator.userId}`, { role: 'viewer' })).status).toBe(403);
  expect((await keeper.delete(`/v1/users/${operator.userId}`)).status).toBe(403);
  expect((await keeper.patch(`/v1/users/${viewer.userId}`, { name: 'N' })).status).toBe(200);
});

describe('owners', () => {
  const others = ['a key with all scopes', 'an admin'] as const;
  let tenant: Tenant;
  let owner: { readonly browser: Browser; readonly user: { readonly userId: string } };
  let admin: Browser;
  beforeAll(async () => {
    tenant = await world.tenant();
    owner = await signedIn(world, tenant, 'owner');
    admin = (await signedIn(world, tenant, 'admin')).browser;
  });

  const asked = async (
    who: (typeof others)[number],
    method: string,
    path: string,
    body?: object,
  ) =>
    who === 'an admin'
      ? (await admin.fetch(method, path, body)).status
      : (
          await tenant.api.raw(
            method,
            path,
            body && JSON.stringify(body),
            body && 'application/json',
          )
        ).status;

  test.each(others)('are not made, changed or removed by %s', async (who) => {
    const viewer = await newUser(world, tenant, 'viewer');
    const path = `/v1/users/${owner.user.userId}`;
    const made = { email: 'new-owner@example.com', role: 'owner' };
    expect(await asked(who, 'POST', '/v1/users', made)).toBe(403);
    const ofViewer = `/v1/users/${viewer.userId}`;
    expect(await asked(who, 'PATCH', ofViewer, { role: 'owner' })).toBe(403);
    expect(await asked(who, 'PATCH', path, { role: 'viewer' })).toBe(403);
    expect(await asked(who, 'PATCH', path, { name: 'N' })).toBe(403);
    expect(await asked(who, 'DELETE', path)).toBe(403);
    expect(await roleOf(tenant, owner.user.userId)).toBe('owner');
  });

  test('are made by owners', async () => {
    const { browser } = owner;
    const made = await browser.fetch('POST', '/v1/users', {
      email: 'second@example.com',
      role: 'owner',
    });
    expect(made.status).toBe(201);
    const path = `/v1/users/${String(made.body['id'])}`;
    expect((await browser.fetch('DELETE', path)).status).toBe(200);
  });

  test('the last one is neither demoted nor removed, not even by itself', async () => {
    const last = await signedIn(world, await world.tenant(), 'owner');
    const path = `/v1/users/${last.user.userId}`;
    for (const [method, body] of [
      ['PATCH', { role: 'admin' }],
      ['DELETE', undefined],
    ] as const) {
      const refused = await last.browser.fetch(method, path, body);
      expect(refused.status).toBe(409);
      expect(refused.body['problems']).toMatchObject([{ code: 'last_owner' }]);
    }
    expect((await last.browser.fetch('PATCH', path, { name: 'N', role: 'owner' })).status).toBe(
      200,
    );
  });

  test('two who remove each other at once leave one', async () => {
    for (let n = 0; n < 5; n += 1) {
      const together = await world.tenant();
      const [a, b] = [
        await signedIn(world, together, 'owner'),
        await signedIn(world, together, 'owner'),
      ];
      const statuses = await Promise.all([
        a.browser.fetch('DELETE', `/v1/users/${b.user.userId}`),
        b.browser.fetch('DELETE', `/v1/users/${a.user.userId}`),
      ]);
      expect(statuses.filter(({ status }) => status === 200)).toHaveLength(1);
      const [left] = await world.rows<{ count: number }>(
        `SELECT count(*)::integer AS count FROM users WHERE tenant_id = $1 AND role = 'owner'`,
        [together.id],
      );
      expect(left?.count).toBe(1);
    }
  });
});

test('changes are audited by the names of columns, and no address is anywhere', async () => {
  const tenant = await world.tenant();
  const made = await tenant.api.post('/v1/users', {
    email: 'sesame.street@example.com',
    name: 'Oscar Grouch',
    role: 'viewer',
  });
  const path = `/v1/users/${String(made.body.id)}`;
  await tenant.api.patch(path, { name: 'Big Bird', role: 'operator' });
  await tenant.api.delete(path);
  const { body } = await tenant.api.get('/v1/audit');
  expect(body.items).toMatchObject([
    { action: 'deleteUser', entity: 'user', entityId: made.body.id },
    {
      action: 'updateUser',
      before: { role: 'viewer' },
      after: { role: 'operator' },
    },
    { action: 'createUser', after: { role: 'viewer' } },
  ]);
  expect(body.items?.[2]?.['changed']).toEqual(expect.arrayContaining(['email', 'name', 'role']));
  const written = JSON.stringify(body) + world.logged.join('');
  for (const word of ['sesame', 'Oscar', 'Big Bird']) expect(written).not.toContain(word);
});

test('a contact who is erased may stay a user', async () => {
  const email = 'both-ways@example.com';
  const { userId } = await newUser(world, mine, 'viewer', email);
  const contact = await mine.api.post('/v1/contacts', { email });
  await mine.api.post(`/v1/contacts/${String(contact.body.id)}/erasure`);
  expect((await mine.api.get(`/v1/users/${userId}`)).body).toMatchObject({ email });
});

test('a key that expires makes no users and gives no roles, which would outlast it', async () => {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const { body } = await mine.api.post('/v1/api-keys', { name: 'guest', role: 'admin', expiresAt });
  const guest = createClient(world.baseUrl, String(body['key']), apiRoutes(world.deps));
  const { userId } = await newUser(world, mine, 'viewer');
  const path = `/v1/users/${userId}`;
  const refused = [
    await guest.post('/v1/users', { email: 'guest@example.com', role: 'viewer' }),
    await guest.patch(path, { role: 'admin' }),
  ];
  for (const { status, body: problem } of refused) {
    expect(status).toBe(403);
    expect(problem.detail).toContain(expiresAt);
  }
  expect(await roleOf(mine, userId)).toBe('viewer');
  expect((await guest.patch(path, { name: 'Ada' })).status).toBe(200);
});
