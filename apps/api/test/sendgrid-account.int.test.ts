import { inTenants, lockRow } from '@cadenza/database';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createWorld, variant, type World } from './support/world.ts';

const KEY = 'SG.abcdefghijklmnop.qrstuvwxyz0123456789';
const PATH = '/v1/sendgrid-account';
let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('a key is set, shown by its end and a fingerprint alone, and taken away', async () => {
  const { api, id } = await world.tenant();
  expect((await api.get(PATH)).body).toEqual({ key: null, changedAt: null });

  const set = await api.put(PATH, { apiKey: KEY });
  expect(set.status).toBe(200);
  expect(set.body).toEqual({
    key: { lastFour: '6789', fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) },
    changedAt: expect.any(String),
  });
  expect((await api.get(PATH)).body).toEqual(set.body);

  const [row] = await world.rows<{ sealed_key: string }>(
    'SELECT sealed_key FROM sendgrid_accounts WHERE tenant_id = $1',
    [id],
  );
  expect(row?.sealed_key).toMatch(/^v1\.e1\./);
  const removed = await api.delete(PATH);
  expect(removed.body).toMatchObject({ key: null });
  // When it was taken away is kept: what went through it is not looked for elsewhere.
  expect((await api.get(PATH)).body).toEqual(removed.body);

  const { body } = await api.get('/v1/audit');
  expect(body.items).toMatchObject([
    { action: 'sendgrid_account.removed', before: { lastFour: '6789' }, after: null },
    { action: 'sendgrid_account.set', before: null, after: { lastFour: '6789' } },
  ]);
  expect(JSON.stringify(body)).not.toContain(KEY.slice(0, -4));
});

test('a key of another form is refused, and not shown', async () => {
  const { api } = await world.tenant();
  for (const apiKey of ['short', `${KEY} `, `${KEY}ä`]) {
    const answer = await api.put(PATH, { apiKey });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ problems: [{ path: 'apiKey' }] });
    expect(JSON.stringify(answer.body)).not.toContain(apiKey);
  }
});

test('an installation without encryption keys takes none, and says which setting is missing', async () => {
  const tenant = await world.tenant();
  const baseUrl = await variant(world, { secrets: null });
  const answer = await fetch(`${baseUrl}${PATH}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ apiKey: KEY }),
  });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    detail: expect.stringContaining('ENCRYPTION_KEYS') as string,
  });
});

test.each(['PUT', 'DELETE'] as const)(
  'a %s waits for one that has compared its ETag, though there was no account',
  async (method) => {
    const { api, id } = await world.tenant();
    let changed: Promise<unknown> | undefined;
    await inTenants(world.db, [id], async (trx) => {
      // What an If-Match locks.
      await lockRow(trx, id, 'tenants', id);
      changed = method === 'PUT' ? api.put(PATH, { apiKey: KEY }) : api.delete(PATH);
      const outcome = await Promise.race([
        changed.then(() => 'changed'),
        vi.waitFor(async () => {
          expect(await world.rows('SELECT FROM pg_locks WHERE NOT granted')).toHaveLength(1);
          return 'waits';
        }),
      ]);
      expect(outcome).toBe('waits');
    });
    expect(await changed).toMatchObject({ status: 200 });
  },
);
