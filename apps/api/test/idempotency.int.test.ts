import { createEngineStore, type Database } from '@cadenza/database';
import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from './support/client.ts';
import { makeRows, PLAN } from './support/examples.ts';
import { apiRoutes } from '../src/routes/index.ts';
import { takesIdempotencyKey } from '../src/http/route.ts';
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

test('what was refused and changed nothing is not kept: it may be in order later', async () => {
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
  expect([first.status, again.status, replayed(again)]).toEqual([422, 201, false]);
  expect((await post(key, '/v1/contacts', body, tenant)).body).toEqual(again.body);
});

test('what changes nothing takes no key', async () => {
  const key = newId();
  const invalid = await post(key, '/v1/plans/validate', {});
  const valid = await post(key, '/v1/plans/validate', PLAN);
  expect([invalid.body['valid'], valid.body['valid']]).toEqual([false, true]);
  expect(await world.rows('SELECT FROM idempotency_keys WHERE key = $1', [key])).toEqual([]);
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
  const body = { name: 'Lead of a key that is used again' };
  await post(key, '/v1/leads', body);
  for (const [path, sent] of [
    ['/v1/leads', { name: 'Other' }],
    ['/v1/leads?', body],
    ['/v1/contacts', { email: 'a@example.com' }],
  ] as const) {
    const refused = await post(key, path, sent);
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

function postTo(
  baseUrl: string,
  key: string,
  tenant: Tenant,
  path = '/v1/leads',
  body: unknown = LEAD,
): Promise<Response> {
  return fetch(`${baseUrl}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tenant.key}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
}

/** One of the claims passes to another holder before each transaction. */
function overtaken(key: string): Promise<string> {
  const db = new Proxy(world.db, {
    get(target, name) {
      if (name !== 'transaction') return bound(target, name);
      return () => ({
        async execute(work: Parameters<ReturnType<Database['transaction']>['execute']>[0]) {
          await world.rows(
            'UPDATE idempotency_keys SET holder = gen_random_uuid() WHERE key = $1',
            [key],
          );
          return target.transaction().execute(work);
        },
      });
    },
  });
  return variant(world, { db, store: createEngineStore(db) });
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

test('of a request that took several transactions no part is taken for the answer', async () => {
  const tenant = await world.tenant();
  const { campaign } = await makeRows(tenant);
  const people = 1_100;
  const emails = Array.from({ length: people }, (_, n) => `many-${n}@example.com`);
  await tenant.api.raw('POST', '/v1/contacts/import', ['email', ...emails].join('\n'), 'text/csv');
  const contacts = await world.rows<{ contact_id: string }>(
    `SELECT contact_id FROM contact_channels WHERE tenant_id = $1 AND address LIKE 'many-%'`,
    [tenant.id],
  );
  const path = `/v1/campaigns/${campaign}/enrollments`;
  const body = { contactIds: contacts.map((row) => row.contact_id) };
  const key = newId();
  // The key is claimed in the first; a thousand are enrolled in the second, the rest in the third.
  const baseUrl = await failing((nth) => (nth === 3 ? 'before commit' : null));
  expect((await postTo(baseUrl, key, tenant, path, body)).status).toBe(503);
  expect(await count('contact_campaigns', tenant)).toBe(1_001);
  const again = await post(key, path, body, tenant);
  expect([again.status, replayed(again)]).toEqual([200, false]);
  const { enrolled = [], refused = [] } = again.body;
  expect([enrolled.length, refused.length]).toEqual([100, 1_000]);
  expect(await count('contact_campaigns', tenant)).toBe(people + 1);
  expect((await post(key, path, body, tenant)).body).toEqual(again.body);
});

test('routes whose answer takes several transactions are these', () => {
  const several = apiRoutes(world.deps)
    .filter((one) => takesIdempotencyKey(one) && one.answersIn === undefined)
    .map(({ operation }) => operation);
  expect(several.toSorted()).toEqual(['enrol', 'importContacts', 'importSuppressions', 'suppress']);
});

test('an action leaves its answer with what it did', async () => {
  const tenant = await world.tenant();
  const { enrollment } = await makeRows(tenant);
  const key = newId();
  const path = `/v1/enrollments/${enrollment}/stop`;
  const baseUrl = await failing((nth) =>
    nth === 2 ? 'after commit' : nth > 2 ? 'before commit' : null,
  );
  expect((await postTo(baseUrl, key, tenant, path, {})).status).toBe(503);
  const again = await post(key, path, {}, tenant);
  expect([again.body, replayed(again)]).toEqual([{ stopped: true }, true]);
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

test('a holder that was taken for dead changes nothing any more, whatever the route', async () => {
  const tenant = await world.tenant();
  const { enrollment, campaign } = await makeRows(tenant);
  const other = await tenant.api.post('/v1/contacts', { email: 'other@example.com' });
  const [before] = await states(tenant);
  for (const [path, body] of [
    ['/v1/leads', LEAD],
    [`/v1/enrollments/${enrollment}/stop`, {}],
    [`/v1/campaigns/${campaign}/pause`, {}],
    [`/v1/campaigns/${campaign}/enrollments`, { contactIds: [other.body.id] }],
    ['/v1/suppressions', { addresses: ['other@example.com'] }],
  ] as const) {
    const key = newId();
    const late = await postTo(await overtaken(key), key, tenant, path, body);
    expect([path, late.status]).toEqual([path, 409]);
  }
  expect((await states(tenant))[0]).toEqual(before);
});

function states({ id }: Tenant) {
  return world.rows(
    `SELECT (SELECT count(*) FROM leads WHERE tenant_id = $1) AS leads,
       (SELECT count(*) FROM communication_suppressions WHERE tenant_id = $1) AS suppressions,
       (SELECT array_agg(status) FROM contact_campaigns WHERE tenant_id = $1) AS enrollments,
       (SELECT array_agg(status) FROM campaigns WHERE tenant_id = $1) AS campaigns`,
    [id],
  );
}

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
  const reading = [
    '/v1/plans/validate',
    '/v1/templates/preview',
    '/v1/templates/{id}/versions/{version}/preview',
    '/v1/campaigns/{id}/audiences/preview',
  ];
  // Their answer is a cookie, which is not kept.
  const signing = ['/v1/session/tenant', '/v1/sign-in/local'];
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!path.startsWith('/v1/') || path.startsWith('/v1/webhooks')) continue;
    for (const [method, { parameters = [] }] of Object.entries(operations)) {
      const named = parameters.some(
        ({ $ref }) => $ref === '#/components/parameters/IdempotencyKey',
      );
      const takes = method === 'post' && ![...reading, ...signing].includes(path);
      expect(named, `${method} ${path}`).toBe(takes);
    }
  }
});
