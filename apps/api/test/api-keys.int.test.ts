import { SCOPES_OF_ROLE, USER_ROLES } from '@cadenza/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { apiRoutes } from '../src/routes/index.ts';
import { createClient, type Body, type Client } from './support/client.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let mine: Tenant;
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
});
afterAll(() => world.close());

function withKey({ key }: Body): Client {
  return createClient(world.baseUrl, String(key), apiRoutes(world.deps));
}

async function made(body: object, { api }: Pick<Tenant, 'api'> = mine): Promise<Body> {
  const answer = await api.post('/v1/api-keys', body);
  expect(answer.status).toBe(201);
  return answer.body;
}

test('a key is made, shown once, and used with its scopes', async () => {
  const key = await made({ name: 'CI', scopes: ['read'] });
  const client = withKey(key);
  expect((await client.get('/v1/leads')).status).toBe(200);
  expect((await client.post('/v1/leads', { name: 'L' })).status).toBe(403);
  expect((await client.get('/v1/api-keys')).status).toBe(403);
  const { body } = await mine.api.get('/v1/api-keys');
  expect(body.items?.find(({ id }) => id === key.id)).toMatchObject({
    name: 'CI',
    prefix: String(key['key']).split('_')[1],
    scopes: ['read'],
    expiresAt: null,
    lastUsedAt: expect.any(String) as string,
  });
  expect(JSON.stringify(body)).not.toContain(key['key']);
});

test.each(USER_ROLES)('a key of the role %s has its scopes', async (role) => {
  expect(await made({ name: 'R', role })).toMatchObject({ scopes: [...SCOPES_OF_ROLE[role]] });
});

test.each([
  [{ name: 'K' }, 'scopes'],
  [{ name: 'K', scopes: ['read'], role: 'viewer' }, 'scopes'],
  [{ name: 'K', scopes: ['everything'] }, 'scopes[0]'],
  [{ name: 'K', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  [{ name: '', scopes: ['read'] }, 'name'],
])('a key cannot be made of %j', async (body, path) => {
  const refused = await mine.api.post('/v1/api-keys', body);
  expect(refused.status).toBe(400);
  expect(refused.body.problems).toMatchObject([{ path }]);
});

test('nobody makes or rotates a key that may do more than the own one', async () => {
  const whole = await made({ name: 'whole', role: 'owner' });
  const keeper = withKey(await made({ name: 'keeper', scopes: ['read', 'admin'] }));
  const refused = await keeper.post('/v1/api-keys', { name: 'K', scopes: ['write'] });
  expect(refused.status).toBe(403);
  expect(refused.body.detail).toContain('"write"');
  expect((await keeper.post(`/v1/api-keys/${String(whole.id)}/rotate`)).status).toBe(403);
  await made({ name: 'K', scopes: ['read'] }, { api: keeper });
});

test('nobody changes or ends a key that may do more than the own one', async () => {
  const whole = await made({ name: 'whole', role: 'owner' });
  const keeper = withKey(await made({ name: 'keeper', scopes: ['read', 'admin'] }));
  const path = `/v1/api-keys/${String(whole.id)}`;
  expect((await keeper.patch(path, { requestsPerMinute: 1 })).status).toBe(403);
  expect((await keeper.delete(path)).status).toBe(403);
  const narrow = await made({ name: 'K', scopes: ['read'] });
  expect((await keeper.delete(`/v1/api-keys/${String(narrow.id)}`)).status).toBe(200);
});

test('a key lowers its own limit, and does not raise it', async () => {
  const own = await made({ name: 'own', scopes: ['read', 'admin'], requestsPerMinute: 100 });
  const path = `/v1/api-keys/${String(own.id)}`;
  for (const requestsPerMinute of [101, null]) {
    const refused = await withKey(own).patch(path, { requestsPerMinute });
    expect([requestsPerMinute, refused.status]).toEqual([requestsPerMinute, 403]);
  }
  expect((await withKey(own).patch(path, { requestsPerMinute: 99, name: 'N' })).status).toBe(200);
  expect((await mine.api.patch(path, { requestsPerMinute: 200 })).status).toBe(200);
});

test('a key that expires makes none that is valid for longer', async () => {
  const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString();
  const expiresAt = hours(1);
  const own = await made({ name: 'guest', role: 'owner', expiresAt });
  const guest = withKey(own);
  const key = { name: 'K', scopes: ['read'] };
  for (const body of [key, { ...key, expiresAt: hours(2) }]) {
    expect((await guest.post('/v1/api-keys', body)).status).toBe(403);
  }
  await made({ ...key, expiresAt }, { api: guest });
  const lasting = await made(key);
  expect((await guest.post(`/v1/api-keys/${String(lasting.id)}/rotate`)).status).toBe(403);
  const next = await guest.post(`/v1/api-keys/${String(own.id)}/rotate`);
  expect([next.status, next.body['expiresAt']]).toEqual([201, expiresAt]);
});

test('a rotated key stays valid for the overlap, and its successor until the former was to end', async () => {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const former = await made({ name: 'old', scopes: ['read'], expiresAt, requestsPerMinute: 7 });
  const path = `/v1/api-keys/${String(former.id)}/rotate`;
  const { status, body: successor } = await mine.api.post(path, { overlapSeconds: 600 });
  expect(status).toBe(201);
  expect(successor).toMatchObject({ name: 'old', scopes: ['read'], requestsPerMinute: 7 });
  expect(successor['expiresAt']).toBe(expiresAt);
  for (const key of [former, successor])
    expect((await withKey(key).get('/v1/leads')).status).toBe(200);
  const [row] = await world.rows<{ left: number; replaced_by: string }>(
    `SELECT round(extract(epoch FROM expires_at - now()))::integer AS left, replaced_by
     FROM api_keys WHERE id = $1`,
    [former.id],
  );
  expect(row?.left).toBeGreaterThan(500);
  expect(row?.left).toBeLessThanOrEqual(600);
  expect(row?.replaced_by).toBe(successor.id);
  expect((await mine.api.post(path)).status).toBe(409);
  await world.rows('UPDATE api_keys SET expires_at = now() WHERE id = $1', [former.id]);
  expect((await withKey(former).get('/v1/leads')).status).toBe(401);
});

test('without an overlap the former ends at once', async () => {
  const former = await made({ name: 'leaked', scopes: ['read'] });
  const successor = await mine.api.post(`/v1/api-keys/${String(former.id)}/rotate`, {
    overlapSeconds: 0,
  });
  expect((await withKey(former).get('/v1/leads')).status).toBe(401);
  expect((await withKey(successor.body).get('/v1/leads')).status).toBe(200);
});

test('a revoked key is refused from then on, and keeps its record', async () => {
  const key = await made({ name: 'K', scopes: ['read'] });
  const path = `/v1/api-keys/${String(key.id)}`;
  const first = await mine.api.delete(path);
  expect((await withKey(key).get('/v1/leads')).status).toBe(401);
  expect((await mine.api.delete(path)).body['revokedAt']).toBe(first.body['revokedAt']);
  expect((await mine.api.post(`${path}/rotate`)).status).toBe(409);
});

test('the use of a key is written at most once a minute', async () => {
  const key = await made({ name: 'busy', scopes: ['read'] });
  const version = async () =>
    (await world.rows('SELECT xmin::text, last_used_at FROM api_keys WHERE id = $1', [key.id]))[0];
  await withKey(key).get('/v1/leads');
  const first = await version();
  for (let n = 0; n < 3; n += 1) await withKey(key).get('/v1/leads');
  expect(await version()).toEqual(first);
  await world.rows(`UPDATE api_keys SET last_used_at = now() - interval '61 s' WHERE id = $1`, [
    key.id,
  ]);
  const old = await version();
  await withKey(key).get('/v1/leads');
  expect(await version()).not.toEqual(old);
});

test('every route that answers with a secret shows it once', () => {
  const secret = /^(?:key|token|secret|password)$/i;
  // Of the key of an account they show the end and a fingerprint.
  const inPart = ['getSendGridAccount', 'putSendGridAccount', 'deleteSendGridAccount'];
  const told = apiRoutes(world.deps).filter(
    ({ operation, response }) =>
      !inPart.includes(operation) &&
      response instanceof z.ZodObject &&
      Object.keys(response.shape).some((one) => secret.test(one)),
  );
  expect(told.map(({ operation }) => operation).toSorted()).toEqual([
    'createApiKey',
    'createInboundToken',
    'createWebhookEndpoint',
    'rotateApiKey',
    'rotateWebhookSecret',
  ]);
  expect(told.filter(({ shownOnce }) => shownOnce !== true)).toEqual([]);
});

test('the secret of inbound mail is kept nowhere', async () => {
  const ask = () =>
    mine.api.raw('POST', '/v1/inbound-tokens', '{"name":"T"}', 'application/json', {
      'idempotency-key': 'a-key-for-a-token',
    });
  const first = await ask();
  expect(first.status).toBe(201);
  expect((await ask()).status).toBe(409);
  const [row] = await world.rows(
    `SELECT body FROM idempotency_keys WHERE key = 'a-key-for-a-token'`,
  );
  expect(row).toEqual({ body: null });
});

test('a request that made a key is not answered with it again', async () => {
  const ask = () =>
    mine.api.raw(
      'POST',
      '/v1/api-keys',
      JSON.stringify({ name: 'once', scopes: ['read'] }),
      'application/json',
      { 'idempotency-key': 'a-key-for-a-key' },
    );
  const first = await ask();
  expect(first.status).toBe(201);
  const again = await ask();
  expect(again.status).toBe(409);
  expect(again.body.problems).toMatchObject([{ code: 'answer_not_kept' }]);
  const [row] = await world.rows<{ body: string | null }>(
    `SELECT body FROM idempotency_keys WHERE key = 'a-key-for-a-key'`,
  );
  expect(row).toEqual({ body: null });
});
