import { createApiKey, inTenants, insertApiKey, parseApiKey } from '@cadenza/database';
import { API_SCOPES, newId, type ApiScope } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiRoutes } from '../src/routes/index.ts';
import { makeRows, PLAN, type Rows } from './support/examples.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
let mine: Tenant;
let other: Tenant;
let theirs: Rows;
/** A key with all scopes but one, by that one. */
const keysWithout = new Map<ApiScope, string>();
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
  other = await world.tenant();
  theirs = await makeRows(other);
  for (const scope of API_SCOPES) {
    const { key } = await world.tenant(API_SCOPES.filter((one) => one !== scope));
    keysWithout.set(scope, key);
  }
});

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

/** What a key with `write` alone may not do. */
const ADMINISTRATION = [
  'createApiKey',
  'createInboundToken',
  'createUser',
  'createWebhookEndpoint',
  'deleteInboundToken',
  'deleteSendGridAccount',
  'deleteSendRateLimit',
  'deleteUser',
  'deleteWebhookEndpoint',
  'dropQuarantined',
  'exportAuditCsv',
  'exportAuditNdjson',
  'getApiKey',
  'getQuarantined',
  'getSendGridAccount',
  'getUser',
  'getWebhookDelivery',
  'getWebhookEndpoint',
  'listApiKeys',
  'listAudit',
  'listInboundTokens',
  'listQuarantine',
  'listUsers',
  'listWebhookDeliveries',
  'listWebhookEndpoints',
  'putAddressPolicy',
  'putGuardThresholds',
  'putIpPoolWarmUp',
  'putSendGridAccount',
  'putSendRateLimit',
  'putSenderWarmUp',
  'redeliverWebhook',
  'redeliverWebhooks',
  'retryQuarantined',
  'revokeApiKey',
  'rotateApiKey',
  'rotateWebhookSecret',
  'updateApiKey',
  'updateUser',
  'updateWebhookEndpoint',
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
