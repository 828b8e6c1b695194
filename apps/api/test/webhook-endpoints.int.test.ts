import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiRoutes } from '../src/routes/index.ts';
import { createClient } from './support/client.ts';
import { makeRows } from './support/examples.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

const URL = 'https://hooks.example.com/in?token=sesame';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function make({ api }: Tenant, body: object = {}) {
  const answer = await api.post('/v1/webhook-endpoints', { url: URL, ...body });
  expect(answer.status).toBe(201);
  return { id: String(answer.body.id), secret: String(answer.body['secret']) };
}

/** An event, with its delivery at each endpoint. */
async function happen({ id }: Tenant): Promise<string> {
  await world.rows(
    `INSERT INTO feed_events (tenant_id, type, data, occurred_at)
     VALUES ($1, 'tenant.changed', '{"status": "active"}', now())`,
    [id],
  );
  await world.rows('SELECT relay_feed_events(1000)');
  const [event] = await world.rows<{ id: string }>(
    'SELECT id FROM feed_events WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1',
    [id],
  );
  return event?.id ?? '';
}

describe('an endpoint', () => {
  test('is made with a secret that is shown once, and kept sealed', async () => {
    const tenant = await world.tenant();
    const { id, secret } = await make(tenant, {
      description: 'CRM',
      eventTypes: ['message.replied'],
    });
    expect(secret).toMatch(/^whsec_/);
    const read = await tenant.api.get(`/v1/webhook-endpoints/${id}`);
    expect(read.body).toMatchObject({
      url: URL,
      description: 'CRM',
      eventTypes: ['message.replied'],
      enabled: true,
      disabledReason: null,
    });
    expect(JSON.stringify(read.body)).not.toContain(secret);
    const [row] = await world.rows<{ id: string; sealed: string; text: string }>(
      `SELECT id, sealed_secret AS sealed, (SELECT string_agg(a::text, '') FROM audit_log a
         WHERE a.tenant_id = s.tenant_id) AS text
       FROM endpoint_secrets s WHERE endpoint_id = $1`,
      [id],
    );
    expect(row?.sealed).not.toContain(secret.slice(6));
    const binding = { tenantId: tenant.id, purpose: 'webhook_secret', subject: row?.id ?? '' };
    expect(world.deps.secrets?.open(row?.sealed ?? '', binding)).toBe(secret);
    // Addresses may hold secrets of their own.
    expect(row?.text).not.toContain('sesame');
    expect(row?.text).toContain('createWebhookEndpoint');
  });

  test('is changed, disabled, enabled and deleted', async () => {
    const tenant = await world.tenant();
    const { id } = await make(tenant);
    const path = `/v1/webhook-endpoints/${id}`;
    expect((await tenant.api.patch(path, { enabled: false })).body).toMatchObject({
      enabled: false,
      disabledReason: 'operator',
    });
    const changed = await tenant.api.patch(path, {
      enabled: true,
      eventTypes: [],
      description: null,
    });
    expect(changed.body).toMatchObject({ enabled: true, disabledReason: null, description: null });
    expect((await tenant.api.get('/v1/webhook-endpoints')).body.items).toHaveLength(1);
    expect((await tenant.api.delete(path)).status).toBe(200);
    expect((await tenant.api.get(path)).status).toBe(404);
    expect((await tenant.api.get('/v1/webhook-endpoints')).body.items).toEqual([]);
  });

  test.each([
    ['another scheme', { url: 'http://hooks.example.com/' }, 'url'],
    ['an address within', { url: 'https://10.0.0.1/' }, 'url'],
    ['a user', { url: 'https://ann@hooks.example.com/' }, 'url'],
    ['an unknown type', { eventTypes: ['message.vanished'] }, 'eventTypes[0]'],
  ])('is refused with %s', async (_what, over, path) => {
    const tenant = await world.tenant();
    const baseUrl = await variant(world, {
      settings: { ...world.deps.settings, webhookTargets: 'public' },
    });
    const api = createClient(baseUrl, tenant.key, apiRoutes(world.deps));
    const answer = await api.post('/v1/webhook-endpoints', { url: URL, ...over });
    expect(answer.status).toBe(400);
    expect(answer.body.problems).toMatchObject([{ path }]);
  });

  test('cannot be made where secrets cannot be kept', async () => {
    const tenant = await world.tenant();
    const baseUrl = await variant(world, { secrets: null });
    const api = createClient(baseUrl, tenant.key, apiRoutes(world.deps));
    const answer = await api.post('/v1/webhook-endpoints', { url: URL });
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toContain('ENCRYPTION_KEYS');
  });

  test('has a bound of 20', async () => {
    const tenant = await world.tenant();
    for (let n = 0; n < 20; n += 1) await make(tenant);
    expect((await tenant.api.post('/v1/webhook-endpoints', { url: URL })).status).toBe(409);
  });

  test('needs a key with the scope admin, and is nobody else’s', async () => {
    const [tenant, other] = [await world.tenant(), await world.tenant(['read', 'write'])];
    const { id } = await make(tenant);
    expect((await other.api.get('/v1/webhook-endpoints')).status).toBe(403);
    const stranger = await world.tenant();
    expect((await stranger.api.get(`/v1/webhook-endpoints/${id}`)).status).toBe(404);
    expect((await stranger.api.post(`/v1/webhook-endpoints/${id}/rotate`)).status).toBe(404);
    expect((await stranger.api.delete(`/v1/webhook-endpoints/${id}`)).status).toBe(404);
  });
});

test('a secret is rotated, and the former one signs for a while', async () => {
  const tenant = await world.tenant();
  const { id, secret } = await make(tenant);
  const rotated = await tenant.api.post(`/v1/webhook-endpoints/${id}/rotate`, { overlapHours: 2 });
  expect(rotated.status).toBe(201);
  expect(rotated.body['secret']).not.toBe(secret);
  const until = new Date(String(rotated.body['formerUntil'])).getTime() - Date.now();
  expect(until / 3_600_000).toBeCloseTo(2, 1);
  const [count] = await world.rows<{ n: number }>(
    'SELECT count(*)::integer AS n FROM endpoint_secrets WHERE endpoint_id = $1',
    [id],
  );
  expect(count?.n).toBe(2);
  const audit = await tenant.api.get('/v1/audit?limit=1');
  expect(audit.body.items).toMatchObject([{ action: 'rotateWebhookSecret', entityId: id }]);
});

describe('deliveries', () => {
  test('are listed page by page, newest first, and shown with their attempts', async () => {
    const tenant = await world.tenant();
    const { id } = await make(tenant);
    const events = [await happen(tenant), await happen(tenant), await happen(tenant)];
    const path = `/v1/webhook-endpoints/${id}/deliveries`;
    const first = await tenant.api.get(`${path}?limit=2`);
    const rest = await tenant.api.get(`${path}?limit=2&cursor=${String(first.body.nextCursor)}`);
    const listed = [...(first.body.items ?? []), ...(rest.body.items ?? [])];
    expect(listed.map((one) => one['eventId'])).toEqual(events.toReversed());
    expect(rest.body.nextCursor).toBeNull();
    expect((await tenant.api.get(`${path}?status=failed`)).body.items).toEqual([]);
    const one = await tenant.api.get(`${path}/${events[0] ?? ''}`);
    expect(one.body).toMatchObject({ status: 'pending', attempts: 0, log: [] });
    expect((await tenant.api.get(`${path}/${newId()}`)).status).toBe(404);
  });

  test('are sent again, one or those of a time', async () => {
    const tenant = await world.tenant();
    const { id } = await make(tenant);
    const event = await happen(tenant);
    await happen(tenant);
    await world.rows(
      `UPDATE endpoint_deliveries SET status = 'delivered', attempts = 1, tries = 1, next_at = NULL
       WHERE endpoint_id = $1`,
      [id],
    );
    const path = `/v1/webhook-endpoints/${id}`;
    const one = await tenant.api.post(`${path}/deliveries/${event}/redeliver`);
    expect(one.body).toMatchObject({ events: 1 });
    expect((await tenant.api.post(`${path}/deliveries/${event}/redeliver`)).body).toMatchObject({
      events: 0,
    });
    expect((await tenant.api.post(`${path}/deliveries/${newId()}/redeliver`)).status).toBe(404);
    const from = new Date(Date.now() - 60_000).toISOString();
    expect((await tenant.api.post(`${path}/redeliver`, { from })).body).toMatchObject({
      events: 0,
    });
    const all = await tenant.api.post(`${path}/redeliver`, { from, delivered: true });
    expect(all.body).toMatchObject({ events: 1 });
    const wrong = await tenant.api.post(`${path}/redeliver`, { from, until: from });
    expect(wrong.status).toBe(400);
    await tenant.api.patch(path, { enabled: false });
    expect((await tenant.api.post(`${path}/redeliver`, { from })).status).toBe(409);
  });

  test('come of what is done by the API', async () => {
    const tenant = await world.tenant();
    const { id } = await make(tenant);
    const { campaign, enrollment } = await makeRows(tenant);
    await world.rows('SELECT relay_feed_events(1000)');
    const listed = await tenant.api.get(`/v1/webhook-endpoints/${id}/deliveries`);
    expect((listed.body.items ?? []).map((one) => one['type']).toReversed()).toEqual([
      'campaign.created',
      'campaign.changed',
      'enrollment.started',
    ]);
    const events = await world.rows<{ data: object }>(
      'SELECT data FROM feed_events WHERE tenant_id = $1 ORDER BY position',
      [tenant.id],
    );
    expect(events[1]?.data).toEqual({ campaignId: campaign, status: 'running', priority: 5 });
    expect(events[2]?.data).toMatchObject({ enrollmentId: enrollment, campaignId: campaign });
  });
});
