import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scopeOf } from '../src/http/route.ts';
import { apiRoutes } from '../src/routes/index.ts';
import { makeRows, PLAN, type Rows } from './support/examples.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let mine: Tenant;
let rows: Rows;
beforeAll(async () => {
  world = await createWorld();
  mine = await world.tenant();
  rows = await makeRows(mine);
});
afterAll(() => world.close());

interface Entry {
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly entityId: string;
  readonly changed: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

async function entries({ api }: Tenant = mine): Promise<Entry[]> {
  const { status, body } = await api.get('/v1/audit?limit=200');
  expect(status).toBe(200);
  return body.items as unknown as Entry[];
}

async function keyIdOf({ id }: Tenant): Promise<string> {
  const [key] = await world.rows<{ id: string }>(
    'SELECT id FROM api_keys WHERE tenant_id = $1 ORDER BY id LIMIT 1',
    [id],
  );
  return key?.id ?? '';
}

test('says who changed what, from what to what', async () => {
  const tenant = await world.tenant();
  const { campaign } = await makeRows(tenant);
  await tenant.api.patch(`/v1/campaigns/${campaign}`, { priority: 9 });
  const [last] = await entries(tenant);
  expect(last).toMatchObject({
    actor: `api_key:${await keyIdOf(tenant)}`,
    action: 'updateCampaign',
    entity: 'campaign',
    entityId: campaign,
    changed: ['priority'],
    before: { priority: 5 },
    after: { priority: 9 },
  });
});

test('names what changed of a person, and holds none of it', async () => {
  const tenant = await world.tenant();
  const secret = { email: 'secret.one@example.com', firstName: 'Sesame', phone: '+49301234567' };
  const made = await tenant.api.post('/v1/contacts', secret);
  const path = `/v1/contacts/${String(made.body.id)}`;
  await tenant.api.patch(path, { email: 'secret.two@example.com', lastName: 'Street' });
  const [changed, created] = await entries(tenant);
  expect(changed?.changed.toSorted()).toEqual(['email', 'last_name']);
  expect(created?.changed).toEqual(expect.arrayContaining(['email', 'first_name']));
  const [log] = await world.rows<{ text: string }>(
    `SELECT string_agg(a::text, '') AS text FROM audit_log a WHERE tenant_id = $1`,
    [tenant.id],
  );
  for (const word of ['secret', 'Sesame', 'Street', '301234567'])
    expect(log?.text).not.toContain(word);
});

test('has nothing of what was refused or changed nothing', async () => {
  const tenant = await world.tenant();
  const before = (await entries(tenant)).length;
  await tenant.api.post('/v1/plans/validate', PLAN);
  expect((await tenant.api.post('/v1/contacts', { email: 'x' })).status).toBe(400);
  const body = { email: 'a@example.com', leadId: newId() };
  expect((await tenant.api.post('/v1/contacts', body)).status).toBe(422);
  expect(await entries(tenant)).toHaveLength(before);
});

test('has nothing of what was refused under a lock, or was so already', async () => {
  const tenant = await world.tenant();
  const { enrollment, plan, message, sender } = await makeRows(tenant);
  const key = await tenant.api.post('/v1/api-keys', { name: 'K', scopes: ['read'] });
  const again = async () => [
    (await tenant.api.post(`/v1/enrollments/${enrollment}/stop`)).status,
    (await tenant.api.delete(`/v1/api-keys/${String(key.body.id)}`)).status,
    (await tenant.api.post(`/v1/plans/${plan}/versions`, { plan: PLAN })).status,
    (await tenant.api.post(`/v1/messages/${message}/resend`)).status,
    (await tenant.api.post(`/v1/sender-identities/${sender}/resume`)).status,
    (await tenant.api.patch(`/v1/sender-identities/${sender}`, { name: 'Ann' })).status,
  ];
  expect(await again()).toEqual([200, 200, 200, 409, 200, 200]);
  const before = await entries(tenant);
  await again();
  expect(await entries(tenant)).toEqual(before);
});

test('holds nothing of a person who was erased', async () => {
  const tenant = await world.tenant();
  const email = 'ada.hopper@example.com';
  const made = await tenant.api.post('/v1/contacts', {
    email,
    lastName: 'Hopper',
    company: 'Hopper Practice',
  });
  await tenant.api.patch(`/v1/leads/${String(made.body.lead?.id)}`, { name: 'Practice of Hopper' });
  await tenant.api.post(`/v1/contacts/${String(made.body.id)}/erasure`);
  const [log] = await world.rows<{ text: string }>(
    `SELECT string_agg(a::text, '') AS text FROM audit_log a WHERE tenant_id = $1`,
    [tenant.id],
  );
  expect(log?.text).toContain('contact.erased');
  expect(log?.text).not.toContain('Hopper');
  expect(log?.text).not.toContain(email);
});

test('is written with the change, or neither is', async () => {
  const tenant = await world.tenant();
  await world.rows(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'no log'; END $$`);
  await world.rows(`CREATE TRIGGER refuse BEFORE INSERT ON audit_log FOR EACH ROW
    WHEN (NEW.tenant_id = '${tenant.id}') EXECUTE FUNCTION refuse()`);
  try {
    expect((await tenant.api.post('/v1/leads', { name: 'L' })).status).toBe(500);
  } finally {
    await world.rows('DROP TRIGGER refuse ON audit_log');
    await world.rows('DROP FUNCTION refuse()');
  }
  expect((await tenant.api.get('/v1/leads')).body.items).toEqual([]);
});

test('is exported whole, as CSV and by the line', async () => {
  const tenant = await world.tenant();
  for (let n = 0; n < 3; n += 1) await tenant.api.post('/v1/leads', { name: `=L${n}` });
  const get = async (form: string) => {
    const answer = await fetch(`${world.baseUrl}/v1/audit/${form}`, {
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    return {
      type: answer.headers.get('content-type'),
      lines: (await answer.text()).trimEnd().split('\n'),
    };
  };
  const listed = await entries(tenant);
  const csv = await get('csv');
  expect(csv.type).toBe('text/csv; charset=utf-8');
  expect(csv.lines).toHaveLength(listed.length + 1);
  const ndjson = await get('ndjson');
  expect(ndjson.type).toBe('application/x-ndjson; charset=utf-8');
  expect(ndjson.lines.map((line) => JSON.parse(line) as unknown)).toEqual(listed);
});

/** Paths of changes that have no example below, with why they leave no entry of their own. */
const EXEMPT: Readonly<Record<string, string>> = {
  resolveMessage: 'needs a message of which nobody knows whether it went out',
  resendMessage: 'needs a message that has failed',
  dismissMessage: 'needs a message that has failed',
  checkSenderDomain: 'needs DNS',
  redeliverWebhook: 'needs an event that was sent',
  redeliverWebhooks: 'needs events that were sent',
};

test('every route that changes something leaves an entry for each change', async () => {
  const made = await mine.api.post('/v1/api-keys', { name: 'walk', scopes: ['read'] });
  const spare = await mine.api.post('/v1/contacts', { email: 'spare@example.com' });
  const people: Record<string, string> = {};
  const suppressed = async () => {
    const value = `${newId()}@example.com`;
    await mine.api.post('/v1/suppressions', { addresses: [value], reason: 'manual' });
    const { body } = await mine.api.get('/v1/suppressions?limit=200');
    return String(body.items?.find((one) => one['value'] === value)?.id);
  };
  const campaign = { planVersionId: rows.planVersion, senderIdentityId: rows.sender };
  const draft = await mine.api.post('/v1/campaigns', { name: 'Draft', ...campaign });
  const over = await mine.api.post('/v1/campaigns', { name: 'Over', ...campaign });
  const text = await mine.api.post('/v1/sms-senders', { from: '+1 202 555 0123', name: 'T' });
  const token = await mine.api.post('/v1/inbound-tokens', { name: 'T' });
  const user = await mine.api.post('/v1/users', { email: 'user@example.com', role: 'viewer' });
  const content = { body: 'Hello' };
  const template = await mine.api.post('/v1/templates', { name: 'T', channel: 'sms', content });
  const everybody = { filter: { where: 'email', known: true } };
  const audience = await mine.api.post(`/v1/campaigns/${rows.campaign}/audiences`, everybody);
  const endpoint = async (name: string) => {
    const url = `https://${name}.example.com/hook`;
    return String((await mine.api.post('/v1/webhook-endpoints', { url })).body.id);
  };
  for (const person of ['erased-1', 'erased-2', 'agreed']) {
    const { body } = await mine.api.post('/v1/contacts', { email: `${person}@example.com` });
    people[person] = String(body.id);
  }
  await mine.api.post('/v1/erasures', { email: 'erased-2@example.com' });
  await mine.api.post('/v1/contacts', { email: 'erased-3@example.com' });
  const putAside = async () => {
    const delivery = newId();
    await world.rows(
      `INSERT INTO webhook_deliveries (id, tenant_id, provider, payload, payload_hash, status, error)
       VALUES ($1, $2, 'sendgrid', '', sha256($3), 'quarantined', 'no events')`,
      [delivery, mine.id, Buffer.from(delivery)],
    );
    return delivery;
  };
  const ids: Readonly<Record<string, string>> = {
    contacts: rows.contact,
    leads: rows.lead,
    'sender-identities': rows.sender,
    plans: rows.plan,
    campaigns: rows.campaign,
    enrollments: rows.enrollment,
    'api-keys': String(made.body.id),
    users: String(user.body.id),
    'sms-senders': String(text.body.id),
    'inbound-tokens': String(token.body.id),
    templates: String(template.body.id),
    audiences: String(audience.body.id),
    'webhook-endpoints': await endpoint('kept'),
  };
  const own: Readonly<Record<string, string | undefined>> = {
    startCampaign: String(draft.body.id),
    finishCampaign: String(over.body.id),
    eraseContact: people['erased-1'],
    recordConsent: people['agreed'],
    withdrawConsent: people['agreed'],
    deleteWebhookEndpoint: await endpoint('deleted'),
    retryQuarantined: await putAside(),
    dropQuarantined: await putAside(),
  };
  const longer = { ...PLAN, timezone: 'Europe/Paris' };
  const bodies: Readonly<Record<string, unknown>> = {
    createContact: { email: 'walk@example.com' },
    updateContact: { firstName: 'W' },
    importContacts: 'email\nwalk-2@example.com\n',
    recordConsent: { channel: 'email', source: 'form', givenAt: '2020-01-01T00:00:00Z' },
    withdrawConsent: { channel: 'email' },
    eraseByAddress: { email: 'erased-3@example.com' },
    liftErasure: {
      email: 'erased-2@example.com',
      consentSource: 'call',
      consentAt: new Date().toISOString(),
    },
    createSmsSender: { from: '+1 202 555 0199', name: 'W' },
    updateSmsSender: { name: 'W' },
    createInboundToken: { name: 'W' },
    putAddressPolicy: { role: 'block' },
    createLead: { name: 'Walk' },
    updateLead: { industry: 'Walking' },
    createSenderIdentity: { email: 'walk@example.org', name: 'W' },
    updateSenderIdentity: { name: 'Walked' },
    createPlan: { name: 'W', plan: PLAN },
    importPlan: { name: 'W2', plan: PLAN },
    createPlanVersion: { plan: longer },
    createCampaign: { name: 'W', ...campaign },
    updateCampaign: { name: 'W' },
    enrol: { contactIds: [spare.body.id] },
    suppress: { addresses: ['gone@example.com'], reason: 'manual' },
    importSuppressions: 'value\ngone-2@example.com\n',
    liftSuppression: { consent: { source: 'call', at: new Date().toISOString() } },
    putSendRateLimit: { scope: 'tenant', windowSeconds: 60, maxMessages: 10 },
    putSenderWarmUp: { schedule: [10, 20] },
    putIpPoolWarmUp: { schedule: [10, 20] },
    putGuardThresholds: {},
    createUser: { email: 'walked@example.com', role: 'viewer' },
    updateUser: { name: 'W' },
    createApiKey: { name: 'W', scopes: ['read'] },
    updateApiKey: { name: 'W' },
    createTemplate: { name: 'W', channel: 'sms', content },
    renameTemplate: { name: 'Walked' },
    createTemplateVersion: { content: { body: 'Hello again' } },
    enrolAudience: everybody,
    putSendGridAccount: {
      apiKey: 'SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq',
    },
    createWebhookEndpoint: { url: 'https://walked.example.com/hook' },
    updateWebhookEndpoint: { description: 'W' },
    rotateWebhookSecret: {},
  };
  const queries: Readonly<Record<string, string>> = {
    deleteSendRateLimit: '?scope=tenant&windowSeconds=60',
  };
  const walked: string[] = [];
  const silent: string[] = [];
  const refused: string[] = [];
  const doubled: string[] = [];
  for (const one of apiRoutes(world.deps)) {
    if (one.method === 'GET' || scopeOf(one) === 'read' || one.operation in EXEMPT) continue;
    const [, first = ''] = one.path.split('/');
    const id =
      first === 'suppressions' && one.path.includes(':id') ? await suppressed() : ids[first];
    const which = own[one.operation] ?? id;
    const path = `/v1${one.path.replace(':id', which ?? '').replace(':name', 'pool')}${queries[one.operation] ?? ''}`;
    const body = bodies[one.operation];
    const type = one.streams?.includes('text/csv') === true ? 'text/csv' : 'application/json';
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const before = new Set((await entries()).map((entry) => JSON.stringify(entry)));
    const answer = await mine.api.raw(
      one.method,
      path,
      sent,
      body === undefined ? undefined : type,
    );
    if (answer.status >= 300) refused.push(`${one.operation}: ${JSON.stringify(answer.body)}`);
    const after = await entries();
    const fresh = after.filter((entry) => !before.has(JSON.stringify(entry)));
    walked.push(one.operation);
    const changes = new Set(fresh.map(({ entity, entityId }) => `${entity} ${entityId}`));
    if (changes.size < fresh.length) doubled.push(one.operation);
    if (!fresh.some(({ actor }) => actor.startsWith('api_key:'))) silent.push(one.operation);
  }
  expect(refused).toEqual([]);
  expect({ silent, doubled }).toEqual({ silent: [], doubled: [] });
  expect(walked.length).toBeGreaterThan(25);
});
