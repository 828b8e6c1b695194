import { createEngineStore, type Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from './support/client.ts';
import { PLAN } from './support/examples.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
let mine: Tenant;
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
});
afterAll(() => world.close());

const LEAD = { name: 'Lead of one request' };

function post(
  key: string,
  path: string,
  body: unknown,
  { api }: Tenant = mine,
  type = 'application/json',
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return api.raw('POST', path, text, type, { 'idempotency-key': key });
}

function replayed({ headers }: Answer): boolean {
  return headers.get('idempotency-replayed') === 'true';
}

async function count(table: string, tenant: Tenant = mine): Promise<number> {
  const [row] = await world.rows<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ${table} WHERE tenant_id = $1`,
    [tenant.id],
  );
  return row?.count ?? -1;
}

test('the same request again is answered again, and carried out once', async () => {
  const key = newId();
  const first = await post(key, '/v1/leads', LEAD);
  const again = await post(`"${key}"`, '/v1/leads', LEAD);
  expect([first.status, replayed(first)]).toEqual([201, false]);
  expect([again.status, replayed(again)]).toEqual([201, true]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
  const leads = await mine.api.get('/v1/leads');
  expect(leads.body.items?.filter(({ name }) => name === LEAD['name'])).toHaveLength(1);
});

test('an error of the caller’s is answered again too, though it would be none by now', async () => {
  const tenant = await world.tenant();
  const key = newId();
  const lead = newId();
  const body = { email: 'late@example.com', leadId: lead };
  const first = await post(key, '/v1/contacts', body, tenant);
  await world.rows(`INSERT INTO leads (tenant_id, id, name) VALUES ($1, $2, 'Late')`, [
    tenant.id,
    lead,
  ]);
  const again = await post(key, '/v1/contacts', body, tenant);
  expect([first.status, again.status, replayed(again)]).toEqual([422, 422, true]);
  expect(again.body).toEqual(first.body);
  expect((await post(newId(), '/v1/contacts', body, tenant)).status).toBe(201);
});

test('a status that the handler chose is answered again', async () => {
  const plan = await post(newId(), '/v1/plans', { name: 'P', plan: PLAN });
  const path = `/v1/plans/${String(plan.body.plan?.id)}/versions`;
  const key = newId();
  expect((await post(key, path, { plan: PLAN })).status).toBe(200);
  const again = await post(key, path, { plan: PLAN });
  expect([again.status, replayed(again)]).toEqual([200, true]);
});

test('a key with another body or path is refused, and the tenants do not meet', async () => {
  const key = newId();
  await post(key, '/v1/leads', LEAD);
  for (const [path, body] of [
    ['/v1/leads', { name: 'Other' }],
    ['/v1/leads?', LEAD],
    ['/v1/contacts', { email: 'a@example.com' }],
  ] as const) {
    const refused = await post(key, path, body);
    expect(refused.status).toBe(422);
    expect(refused.body.problems).toMatchObject([
      { path: 'header.Idempotency-Key', code: 'key_reused' },
    ]);
  }
  const other = await world.tenant();
  const theirs = await post(key, '/v1/leads', { name: 'Theirs' }, other);
  expect([theirs.status, replayed(theirs)]).toEqual([201, false]);
});

test.each(['', '""', 'with space', 'x'.repeat(256), '"open'])(
  'the key %j is refused',
  async (key) => {
    const refused = await post(key, '/v1/leads', LEAD);
    expect(refused.status).toBe(400);
    expect(refused.body.problems).toMatchObject([{ path: 'header.Idempotency-Key' }]);
  },
);

test('100 equal requests at once make one resource', async () => {
  const tenant = await world.tenant();
  const key = newId();
  const all = await Promise.all(
    Array.from({ length: 100 }, () => post(key, '/v1/leads', LEAD, tenant)),
  );
  expect(await count('leads', tenant)).toBe(1);
  const made = all.filter(({ status }) => status === 201);
  const underWay = all.filter(({ status }) => status === 409);
  expect(made.length + underWay.length).toBe(100);
  expect(made.filter((one) => !replayed(one))).toHaveLength(1);
  for (const { headers, body } of underWay) {
    expect(headers.get('retry-after')).toBe('1');
    expect(body.problems).toMatchObject([{ code: 'under_way' }]);
  }
  const [id] = new Set(made.map(({ body }) => body.id));
  expect((await post(key, '/v1/leads', LEAD, tenant)).body.id).toBe(id);
});

function bound(target: Database, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}

/** The API with a database whose transactions are ended by a test, at the time of its choosing. */
async function failing(
  fail: (nth: number) => 'before commit' | 'after commit' | null,
): Promise<string> {
  let nth = 0;
  const db = new Proxy(world.db, {
    get(target, name) {
      if (name !== 'transaction') {
        return bound(target, name);
      }
      return () => ({
        async execute(work: Parameters<ReturnType<Database['transaction']>['execute']>[0]) {
          nth += 1;
          const how = fail(nth);
          const result = await target.transaction().execute(async (trx) => {
            const value = await work(trx);
            if (how === 'before commit') throw new Error('Connection terminated');
            return value;
          });
          if (how === 'after commit') throw new Error('Connection terminated');
          return result;
        },
      });
    },
  });
  return variant(world, { db, store: createEngineStore(db) });
}

function postTo(baseUrl: string, key: string, tenant: Tenant): Promise<Response> {
  return fetch(`${baseUrl}/v1/leads`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tenant.key}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(LEAD),
  });
}

test('what went wrong here is not kept: the request may come again', async () => {
  const tenant = await world.tenant();
  const key = newId();
  // The key is claimed in the first transaction; the work is the second.
  const baseUrl = await failing((nth) => (nth === 2 ? 'before commit' : null));
  expect((await postTo(baseUrl, key, tenant)).status).toBe(503);
  const again = await post(key, '/v1/leads', LEAD, tenant);
  expect([again.status, replayed(again)]).toEqual([201, false]);
  expect(await count('leads', tenant)).toBe(1);
});

test('a process that dies after its work has been done leaves the answer with it', async () => {
  const tenant = await world.tenant();
  const key = newId();
  // Nothing comes through to the database after the work: neither the end nor the giving back.
  const baseUrl = await failing((nth) =>
    nth === 2 ? 'after commit' : nth > 2 ? 'before commit' : null,
  );
  expect((await postTo(baseUrl, key, tenant)).status).toBe(503);
  const again = await post(key, '/v1/leads', LEAD, tenant);
  expect([again.status, replayed(again)]).toEqual([201, true]);
  expect(await count('leads', tenant)).toBe(1);
});

test('the claim of a process that died before its work ends by itself', async () => {
  const tenant = await world.tenant();
  const key = newId();
  const baseUrl = await failing((nth) => (nth >= 2 ? 'before commit' : null));
  expect((await postTo(baseUrl, key, tenant)).status).toBe(503);
  expect((await post(key, '/v1/leads', LEAD, tenant)).status).toBe(409);
  await world.rows(
    `UPDATE idempotency_keys SET held_until = now() WHERE tenant_id = $1 AND key = $2`,
    [tenant.id, key],
  );
  expect((await post(key, '/v1/leads', { name: 'Other' }, tenant)).status).toBe(422);
  expect((await post(key, '/v1/leads', LEAD, tenant)).status).toBe(201);
});

test('a holder that was taken for dead changes nothing any more', async () => {
  const tenant = await world.tenant();
  const key = newId();
  const baseUrl = await variant(world, {
    db: new Proxy(world.db, {
      get(target, name) {
        if (name !== 'transaction') return bound(target, name);
        return () => ({
          async execute(work: Parameters<ReturnType<Database['transaction']>['execute']>[0]) {
            const held = await world.rows(
              `UPDATE idempotency_keys SET holder = gen_random_uuid() WHERE key = $1 RETURNING 1`,
              [key],
            );
            expect(held.length).toBeLessThanOrEqual(1);
            return target.transaction().execute(work);
          },
        });
      },
    }),
  });
  const late = await postTo(baseUrl, key, tenant);
  expect(late.status).toBe(409);
  expect(await count('leads', tenant)).toBe(0);
});

test('an answer past its time is forgotten, and swept away', async () => {
  const tenant = await world.tenant();
  const key = newId();
  await post(key, '/v1/leads', LEAD, tenant);
  const [kept] = await world.rows<{ hours: number }>(
    `UPDATE idempotency_keys k SET expires_at = now() FROM idempotency_keys o
     WHERE k.tenant_id = $1 AND k.key = $2 AND o.tenant_id = k.tenant_id AND o.key = k.key
     RETURNING round(extract(epoch FROM o.expires_at - o.created_at) / 3600)::integer AS hours`,
    [tenant.id, key],
  );
  expect(kept?.hours).toBe(24);
  const anew = await post(key, '/v1/leads', { name: 'Anew' }, tenant);
  expect([anew.status, replayed(anew)]).toEqual([201, false]);
});

const CSV = 'email\nstream-1@example.com\nstream-2@example.com\n';

test('an import is known by its whole body', async () => {
  const tenant = await world.tenant();
  const key = newId();
  const path = '/v1/contacts/import';
  const first = await post(key, path, CSV, tenant, 'text/csv');
  expect(first.body).toMatchObject({ imported: 2 });
  const again = await post(key, path, CSV, tenant, 'text/csv');
  expect([again.status, replayed(again)]).toEqual([200, true]);
  expect(again.body).toEqual(first.body);
  const longer = await post(key, path, `${CSV}stream-3@example.com\n`, tenant, 'text/csv');
  const elsewhere = await post(key, `${path}?onDuplicate=skip`, CSV, tenant, 'text/csv');
  expect([longer.status, elsewhere.status]).toEqual([422, 422]);
  expect(await count('contacts', tenant)).toBe(2);
});

test('an import that broke off half-way may come again', async () => {
  const tenant = await world.tenant();
  const key = newId();
  const path = '/v1/contacts/import';
  const broken = await post(key, path, 'name\nX\n'.padEnd(300_000, 'x'), tenant, 'text/csv');
  expect(broken.status).toBeGreaterThanOrEqual(400);
  expect((await post(key, path, CSV, tenant, 'text/csv')).body).toMatchObject({ imported: 2 });
});

test('is told to whoever reads the description', async () => {
  const document = (await (await fetch(`${world.baseUrl}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { parameters?: { $ref?: string }[] }>>;
  };
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!path.startsWith('/v1/') || path.startsWith('/v1/webhooks')) continue;
    for (const [method, { parameters = [] }] of Object.entries(operations)) {
      const named = parameters.some(
        ({ $ref }) => $ref === '#/components/parameters/IdempotencyKey',
      );
      expect(named, `${method} ${path}`).toBe(method === 'post');
    }
  }
});
