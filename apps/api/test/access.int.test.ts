import { createApiKey, inTenants, insertApiKey, parseApiKey } from '@cadenza/database';
import { API_SCOPES, newId, type ApiScope } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiRoutes } from '../src/routes/index.ts';
import { makeRows, PLAN, type Rows } from './support/examples.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
let mine: Tenant;
let other: Tenant;
let theirs: Rows & {
  readonly inbound: string;
  readonly attachment: string;
  readonly erasure: string;
  readonly smsSender: string;
  readonly inboundToken: string;
  readonly suppression: string;
  readonly key: string;
};
/** A key with all scopes but one, by that one. */
const keysWithout = new Map<ApiScope, string>();
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
  other = await world.tenant();
  theirs = {
    ...(await makeRows(other)),
    inbound: newId(),
    attachment: newId(),
    suppression: newId(),
    key: String((await other.api.get('/v1/api-keys')).body.items?.[0]?.id),
    erasure: newId(),
    smsSender: await madeBy('/v1/sms-senders', { from: '+1 202 555 0123', name: 'T' }),
    inboundToken: await madeBy('/v1/inbound-tokens', { name: 'T' }),
  };
  await world.rows(
    `INSERT INTO communication_suppressions (id, tenant_id, channel, value, reason, source,
       first_seen_at, last_seen_at)
     VALUES ($1, $2, 'email', 'nobody@example.net', 'manual', 'test', now(), now())`,
    [theirs.suppression, other.id],
  );
  await world.rows(
    `INSERT INTO inbound_messages (tenant_id, id, from_address, kind, received_at)
     VALUES ($1, $2, $3, 'human', now())`,
    [other.id, theirs.inbound, theirs.email],
  );
  await world.rows(
    `INSERT INTO inbound_attachments (tenant_id, id, inbound_message_id, position, content_type,
       bytes, blob_key)
     VALUES ($1, $2, $3, 0, 'application/json', 2, 'attached')`,
    [other.id, theirs.attachment, theirs.inbound],
  );
  await world.rows(
    `INSERT INTO erasures (tenant_id, id, contact_id, subject) VALUES ($1, $2, $3, '{"addresses":[]}')`,
    [other.id, theirs.erasure, theirs.contact],
  );
  await world.deps.blobs.put('attached', attached());
  for (const scope of API_SCOPES) {
    const { key } = await world.tenant(API_SCOPES.filter((one) => one !== scope));
    keysWithout.set(scope, key);
  }
});

async function madeBy(path: string, body: object): Promise<string> {
  return String((await other.api.post(path, body)).body.id);
}

async function* attached(): AsyncIterable<Uint8Array> {
  yield Buffer.from('{}');
}

afterAll(() => world.close());

function call(authorization?: string, path = '/v1/contacts', method = 'GET'): Promise<Response> {
  return fetch(`${world.baseUrl}${path}`, {
    method,
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  });
}

describe('an API key', () => {
  test('has a checksum that finds every single mistyped character', () => {
    const { key, prefix, hash } = createApiKey();
    expect(key).toMatch(/^cdz_[0-9a-z]{8}_[A-Za-z0-9_-]{43}_[0-9A-Za-z]{6}$/);
    expect(parseApiKey(key)).toEqual({ prefix, hash });
    for (let at = 0; at < key.length; at += 1) {
      const wrong = key[at] === 'x' ? 'y' : 'x';
      expect(parseApiKey(`${key.slice(0, at)}${wrong}${key.slice(at + 1)}`)).toBeNull();
    }
    expect(parseApiKey(`${key} `)).toBeNull();
  });

  test('opens the API, and its use is noted', async () => {
    expect((await call(`Bearer ${mine.key}`)).status).toBe(200);
    const [row] = await world.rows<{ used: boolean; plain: boolean }>(
      `SELECT last_used_at IS NOT NULL AS used,
         strpos(api_keys::text, substr($1, 14, 20)) > 0 AS plain
       FROM api_keys WHERE tenant_id = $2`,
      [mine.key, mine.id],
    );
    expect(row).toEqual({ used: true, plain: false });
  });

  test.each([
    ['none', undefined, 'has no Authorization header'],
    ['another scheme', 'Basic abc', 'holds no API key'],
    ['another form', 'Bearer abc', 'holds no API key'],
    ['a well-formed key of nobody', `Bearer ${createApiKey().key}`, 'unknown, revoked or expired'],
  ])('of %s is refused', async (_name, authorization, detail) => {
    const answer = await call(authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({
      type: 'urn:problem-type:cadenza:unauthenticated',
      detail: expect.stringContaining(detail) as string,
    });
  });

  test('that is mistyped is refused without the database', async () => {
    const db = world.db.withoutPlugins();
    const baseUrl = await variant(world, {
      db: new Proxy(db, {
        get: () => {
          throw new Error('the database was asked');
        },
      }),
    });
    const wrong = `${mine.key.slice(0, -1)}${mine.key.endsWith('x') ? 'y' : 'x'}`;
    const answer = await fetch(`${baseUrl}/v1/contacts`, {
      headers: { authorization: `Bearer ${wrong}` },
    });
    expect(answer.status).toBe(401);
  });

  test('that has expired or was revoked is refused', async () => {
    for (const change of ['expires_at', 'revoked_at']) {
      const { key, prefix, hash } = createApiKey();
      const id = await inTenants(world.db, [mine.id], (trx) =>
        insertApiKey(trx, mine.id, { name: 'old', prefix, hash }),
      );
      expect((await call(`Bearer ${key}`)).status).toBe(200);
      await world.rows(`UPDATE api_keys SET ${change} = now() WHERE id = $1`, [id]);
      expect((await call(`Bearer ${key}`)).status).toBe(401);
    }
  });

  test('that may only read changes nothing', async () => {
    const reader = await world.tenant(['read']);
    expect((await reader.api.get('/v1/contacts')).status).toBe(200);
    expect((await reader.api.post('/v1/plans/validate', PLAN)).status).toBe(200);
    const refused = await reader.api.post('/v1/contacts', { email: 'a@example.com' });
    expect(refused.status).toBe(403);
    expect(refused.body['detail']).toContain('"write"');
    const imported = await reader.api.raw(
      'POST',
      '/v1/contacts/import',
      'email\na@example.com',
      'text/csv',
    );
    expect(imported.status).toBe(403);
  });
});

/** A valid body for each route that takes one, so that nothing but the id can be at fault. */
const BODIES: Readonly<Record<string, unknown>> = {
  recordConsent: { channel: 'email', source: 'form', givenAt: '2020-01-01T00:00:00Z' },
  withdrawConsent: { channel: 'email' },
  updateContact: { firstName: 'X' },
  updateLead: { industry: 'X' },
  updateSenderIdentity: { name: 'X' },
  updateSmsSender: { name: 'X' },
  putSenderWarmUp: { schedule: [1] },
  updateCampaign: { name: 'X' },
  createPlanVersion: { plan: PLAN },
  resolveMessage: { as: 'lost' },
  updateApiKey: { name: 'X' },
  liftSuppression: { consent: { source: 'call', at: '2026-01-01T00:00:00Z' } },
  enrol: { contactIds: ['01890a5d-ac96-774b-bcce-b302099a8057'] },
};

function pathOf({ path }: { readonly path: string }): string {
  const named = path
    .replace(':attachmentId', theirs.attachment)
    .replace(':id', idFor(path))
    .replace(':version', '1');
  return `/v1${named}`;
}

function idFor(path: string): string {
  const kinds: readonly (readonly [string, string])[] = [
    ['/contacts/', theirs.contact],
    ['/leads/', theirs.lead],
    ['/sender-identities/', theirs.sender],
    ['/plans/', theirs.plan],
    ['/campaigns/', theirs.campaign],
    ['/enrollments/', theirs.enrollment],
    ['/messages/', theirs.message],
    ['/inbound-messages/', theirs.inbound],
    ['/suppressions/', theirs.suppression],
    ['/api-keys/', theirs.key],
    ['/erasures/', theirs.erasure],
    ['/sms-senders/', theirs.smsSender],
    ['/inbound-tokens/', theirs.inboundToken],
  ];
  const kind = kinds.find(([prefix]) => path.startsWith(prefix));
  if (kind === undefined) throw new Error(`this test knows no id for ${path}`);
  return kind[1];
}

/** What a key with `write` alone may not do. */
const ADMINISTRATION = [
  'createApiKey',
  'createInboundToken',
  'deleteInboundToken',
  'deleteSendGridAccount',
  'exportAuditCsv',
  'exportAuditNdjson',
  'getSendGridAccount',
  'listApiKeys',
  'listAudit',
  'listInboundTokens',
  'putAddressPolicy',
  'putGuardThresholds',
  'putIpPoolWarmUp',
  'putSendGridAccount',
  'putSendRateLimit',
  'putSenderWarmUp',
  'revokeApiKey',
  'rotateApiKey',
  'updateApiKey',
];

describe('the scopes', () => {
  test('of administration cover keys, limits and settings', () => {
    const operations = apiRoutes(world.deps)
      .filter(({ scope }) => scope === 'admin')
      .map(({ operation }) => operation);
    expect(operations.toSorted()).toEqual(ADMINISTRATION);
  });

  test('that each route needs are described, and refused to a key without them', async () => {
    const document = (await (await fetch(`${world.baseUrl}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { security: { apiKey?: [ApiScope] }[] }>>;
    };
    let walked = 0;
    for (const one of apiRoutes(world.deps)) {
      const path = `/v1${one.path.replace(/:(\w+)/g, '{$1}')}`;
      const described = document.paths[path]?.[one.method.toLowerCase()]?.security;
      const [needed] = described?.[0]?.apiKey ?? [];
      if (needed === undefined) throw new Error(`${path} says nothing of its scope`);
      const lacking = keysWithout.get(needed);
      const refused = await call(
        `Bearer ${lacking}`,
        path.replace(/\{\w+\}/g, newId()),
        one.method,
      );
      expect(refused.status, one.operation).toBe(403);
      expect(await refused.json()).toMatchObject({
        detail: expect.stringContaining(`"${needed}"`) as string,
      });
      walked += 1;
    }
    expect(walked).toBeGreaterThan(50);
  });
});

describe('another tenant', () => {
  test('sees and changes nothing by any route that takes an id', async () => {
    const routes = apiRoutes(world.deps).filter(({ path }) => path.includes(':id'));
    expect(routes.length).toBeGreaterThanOrEqual(20);
    const before = await snapshot();
    for (const route of routes) {
      const path = pathOf(route);
      const body = BODIES[route.operation];
      const ask = (tenant: Tenant) =>
        tenant.api.raw(
          route.method,
          path,
          body === undefined ? undefined : JSON.stringify(body),
          body === undefined ? undefined : 'application/json',
        );
      const refused = await ask(mine);
      expect(refused.status, `${route.method} ${path}`).toBe(404);
      expect(JSON.stringify(refused.body)).not.toContain(theirs.email);
    }
    expect(await snapshot()).toEqual(before);
    // The same ids answer their owner, so it is the tenant that makes the difference.
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      const path = pathOf(route);
      expect((await other.api.get(path)).status, path).toBe(200);
    }
  });

  test('is in no list', async () => {
    for (const path of ['contacts', 'leads', 'sender-identities', 'plans', 'campaigns']) {
      expect((await mine.api.get(`/v1/${path}`)).body['items'], path).toEqual([]);
      expect((await other.api.get(`/v1/${path}`)).body['items'], path).toHaveLength(1);
    }
    expect((await mine.api.get('/v1/messages')).body['items']).toEqual([]);
  });

  test('lends neither leads nor senders nor plans nor contacts', async () => {
    const own = await world.tenant();
    const rows = await makeRows(own);
    const contact = await own.api.post('/v1/contacts', {
      email: 'new@example.com',
      leadId: theirs.lead,
    });
    expect(contact.status).toBe(422);
    expect(contact.body['problems']).toMatchObject([{ path: 'leadId', code: 'not_found' }]);
    const campaign = { name: 'C', planVersionId: rows.planVersion, senderIdentityId: rows.sender };
    const plan = await own.api.post('/v1/campaigns', {
      ...campaign,
      planVersionId: theirs.planVersion,
    });
    expect(plan.body['problems']).toMatchObject([{ path: 'planVersionId', code: 'not_found' }]);
    const sender = await own.api.post('/v1/campaigns', {
      ...campaign,
      senderIdentityId: theirs.sender,
    });
    expect(sender.body['problems']).toMatchObject([
      { path: 'senderIdentityId', code: 'not_found' },
    ]);
    const limit = await own.api.put('/v1/send-rate-limits', {
      scope: 'sender',
      reference: theirs.sender,
      windowSeconds: 60,
      maxMessages: 0,
    });
    expect(limit.status).toBe(422);
    const enrolled = await own.api.post(`/v1/campaigns/${rows.campaign}/enrollments`, {
      contactIds: [theirs.contact],
    });
    expect(enrolled.body).toEqual({
      enrolled: [],
      refused: [{ contactId: theirs.contact, reason: 'not_found' }],
      warned: [],
    });
  });
});

/** All rows of the other tenant, as the administrator sees them. */
async function snapshot(): Promise<unknown> {
  const tables = ['api_keys', 'contacts', 'leads', 'email_sender_identities', 'campaign_plans'];
  tables.push('campaign_plan_versions', 'campaigns', 'contact_campaigns', 'outbound_messages');
  const all: unknown[] = [];
  for (const table of tables) {
    all.push(
      await world.rows(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE tenant_id = $1`, [
        other.id,
      ]),
    );
  }
  return all;
}
