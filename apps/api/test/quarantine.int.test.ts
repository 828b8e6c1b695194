import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;
beforeAll(async () => {
  world = await createWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

/** A delivery that was put aside: the whole of it, or where it has reasons its events. */
async function aside(owner: string | null, reasons: readonly string[] = []): Promise<string> {
  const id = newId();
  const whole = reasons.length === 0;
  await world.rows(
    `INSERT INTO webhook_deliveries (id, tenant_id, provider, payload, payload_hash, status, error,
       attempts, processed_at)
     VALUES ($1, $2, 'sendgrid', 'no events', sha256($3), $4, $5, 10, $6)`,
    whole
      ? [id, owner, Buffer.from(id), 'quarantined', 'expected a JSON array', null]
      : [id, owner, Buffer.from(id), 'processed', null, new Date()],
  );
  for (const [position, reason] of reasons.entries()) {
    await world.rows(
      `INSERT INTO quarantined_events (tenant_id, delivery_id, position, reason, raw)
       VALUES ($1, $2, $3, $4, '{"email": "secret@example.com"}')`,
      [owner, id, position, reason],
    );
  }
  return id;
}

async function mailAside(owner: string): Promise<string> {
  const id = newId();
  await world.rows(
    `INSERT INTO inbound_deliveries (id, tenant_id, content_type, bytes, sha256, blob_key, verdict,
       status, error, attempts)
     VALUES ($1, $2, 'text/plain', 1, sha256($3), 'x', 'open', 'quarantined', 'no form', 10)`,
    [id, owner, Buffer.from(id)],
  );
  return id;
}

async function stateOf(id: string, table = 'webhook_deliveries') {
  const [row] = await world.rows(
    `SELECT d.status, d.attempts, d.error, (SELECT count(*)::integer FROM quarantined_events q
       WHERE q.delivery_id = d.id) AS aside
     FROM ${table} d WHERE d.id = $1`,
    [id],
  );
  return row;
}

const audited = (id: string) =>
  world.rows<{ action: string }>(
    'SELECT tenant_id, action, entity, before FROM audit_log WHERE entity_id = $1',
    [id],
  );

test('what came to the own addresses is listed with its reason, page by page, and nothing else', async () => {
  const own = await world.tenant();
  const other = await world.tenant();
  const whole = await aside(own.id);
  const parts = await aside(own.id, ['event is of a time to come', 'expected an object']);
  const mail = await mailAside(own.id);
  for (const owner of [other.id, null]) await aside(owner, ['not theirs']);
  const platform = await aside(null);

  const first = await own.api.get('/v1/quarantine?limit=2');
  expect(first.body.items).toMatchObject([
    { id: mail, kind: 'inbound', parts: null, reason: 'no form', attempts: 10 },
    { id: parts, kind: 'events', parts: 2, reason: 'event is of a time to come' },
  ]);
  const rest = await own.api.get(`/v1/quarantine?limit=2&cursor=${first.body.nextCursor}`);
  expect(rest.body).toMatchObject({
    items: [{ id: whole, parts: null, reason: 'expected a JSON array' }],
    nextCursor: null,
  });
  expect((await own.api.get(`/v1/quarantine/${parts}`)).body).toMatchObject({
    parts: 2,
    reasons: [
      { position: 0, reason: 'event is of a time to come' },
      { position: 1, reason: 'expected an object' },
    ],
  });
  expect((await own.api.get(`/v1/quarantine/${whole}`)).body).toMatchObject({ reasons: [] });
  for (const stranger of [platform, newId()]) {
    expect((await own.api.get(`/v1/quarantine/${stranger}`)).status).toBe(404);
    expect((await own.api.post(`/v1/quarantine/${stranger}/retry`)).status).toBe(404);
    expect((await own.api.post(`/v1/quarantine/${stranger}/drop`)).status).toBe(404);
  }
  expect(await stateOf(platform)).toMatchObject({ status: 'quarantined' });
});

describe('a delivery', () => {
  test.each([
    ['as a whole', []],
    ['in part', ['expected an object']],
  ])('that was put aside %s waits to be processed again, and is audited', async (_, reasons) => {
    const id = await aside(tenant.id, reasons);
    const { body } = await tenant.api.get(`/v1/quarantine/${id}`);
    const retried = await tenant.api.post(`/v1/quarantine/${id}/retry`);
    expect(retried).toMatchObject({ status: 200, body: { id, reason: body['reason'] } });
    expect(await stateOf(id)).toEqual({ status: 'received', attempts: 0, error: null, aside: 0 });
    expect(await audited(id)).toEqual([
      {
        tenant_id: tenant.id,
        action: 'delivery.retried',
        entity: 'delivery',
        before: { kind: 'events', reason: body['reason'] },
      },
    ]);
    expect((await tenant.api.get(`/v1/quarantine/${id}`)).status).toBe(404);
    expect((await tenant.api.post(`/v1/quarantine/${id}/retry`)).status).toBe(404);
  });

  test.each([
    ['as a whole', [], 'expected a JSON array'],
    ['in part', ['expected an object'], null],
  ])('that was put aside %s is dropped, and kept as it came', async (_, reasons, error) => {
    const id = await aside(tenant.id, reasons);
    expect((await tenant.api.post(`/v1/quarantine/${id}/drop`)).status).toBe(200);
    expect(await stateOf(id)).toEqual({ status: 'processed', attempts: 10, error, aside: 0 });
    expect(await audited(id)).toMatchObject([{ action: 'delivery.dropped' }]);
  });

  test('of mail is handed to the event-workers again, or dropped', async () => {
    const [first, second] = [await mailAside(tenant.id), await mailAside(tenant.id)];
    expect((await tenant.api.post(`/v1/quarantine/${first}/retry`)).status).toBe(200);
    expect(await stateOf(first, 'inbound_deliveries')).toMatchObject({
      status: 'received',
      attempts: 0,
      error: null,
    });
    expect((await tenant.api.post(`/v1/quarantine/${second}/drop`)).status).toBe(200);
    expect(await stateOf(second, 'inbound_deliveries')).toMatchObject({ status: 'processed' });
  });

  test('is taken out once, whoever asks at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await aside(tenant.id, ['expected an object']);
      const answers = await Promise.all(
        ['retry', 'drop', 'retry'].map((how) => tenant.api.post(`/v1/quarantine/${id}/${how}`)),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404, 404]);
      expect(await audited(id)).toHaveLength(1);
    }
  });

  test('is answered for again by the same Idempotency-Key', async () => {
    const id = await aside(tenant.id);
    const ask = (key: string) =>
      tenant.api.raw('POST', `/v1/quarantine/${id}/drop`, undefined, undefined, {
        'idempotency-key': key,
      });
    const first = await ask('once');
    expect((await ask('once')).body).toEqual(first.body);
    expect((await ask('twice')).status).toBe(404);
    expect(await audited(id)).toHaveLength(1);
  });
});

test('a key without the scope admin is refused', async () => {
  const { api } = await world.tenant(['read', 'write']);
  expect((await api.get('/v1/quarantine')).status).toBe(403);
});
