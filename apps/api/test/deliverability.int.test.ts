import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const RATES = { windowHours: 24, sent: 1_000, failed: 1 };

test('a tenant reads its rates, what holds for them, and nobody else’s', async () => {
  const [tenant, other] = [await world.tenant(), await world.tenant()];
  const { sender, message } = await makeRows(tenant);
  await world.rows(
    `INSERT INTO sender_hand_offs_hourly (tenant_id, sender_identity_id, hour, count)
     VALUES ($1, $2, date_trunc('hour', campaign_now(), 'UTC'), 1000)`,
    [tenant.id, sender],
  );
  await world.rows(
    `INSERT INTO sender_failures (tenant_id, message_id, kind, sender_identity_id, sent_at)
     VALUES ($1, $2, 'complaint', $3, campaign_now())`,
    [tenant.id, message, sender],
  );

  const few = await tenant.api.get('/v1/deliverability');
  expect(few.body.items?.map((one) => one['level'])).toEqual(['warn', 'warn', 'warn']);
  await tenant.api.put('/v1/deliverability/thresholds', { complaint: { minFailed: 1 } });
  const { body } = await tenant.api.get('/v1/deliverability');

  expect(body.items?.map((one) => [one['scope'], one['reference'], one['level']])).toEqual([
    ['sender', sender, 'pause'],
    ['domain', 'sender.example', 'pause'],
    ['tenant', tenant.id, 'pause'],
  ]);
  expect(body.items?.[0]).toMatchObject({
    paused: false,
    rates: [
      { ...RATES, kind: 'bounce', failed: 0, rate: 0, level: 'ok' },
      { ...RATES, kind: 'complaint', rate: 0.001, level: 'pause' },
      { windowHours: 168 },
      { windowHours: 168 },
    ],
  });
  expect(body['thresholds']).toMatchObject({ complaint: { warn: 0.0008, pause: 0.001 } });
  expect((await other.api.get('/v1/deliverability')).body.items).toEqual([]);
});

test('thresholds are set part by part, rise, and are on the record', async () => {
  const tenant = await world.tenant();
  const path = '/v1/deliverability/thresholds';
  const usual = (await tenant.api.get(path)).body;

  const set = await tenant.api.put(path, {
    bounce: { pause: 0.03 },
    complaint: { minSample: 5, minFailed: 2 },
  });

  expect(set.body).toMatchObject({
    bounce: { warn: 0.02, pause: 0.03, stop: 0.1, minSample: 200, minFailed: 5 },
    complaint: { minSample: 5, minFailed: 2 },
  });
  expect((await tenant.api.get(path)).body).toEqual(set.body);
  const wrong = await tenant.api.put(path, { bounce: { warn: 0.04 } });
  expect(wrong.body['problems']).toMatchObject([{ path: 'bounce', code: 'not_rising' }]);
  expect((await tenant.api.get(path)).body).toEqual(set.body);
  const entries = await world.rows(
    'SELECT action, before, after FROM audit_log WHERE tenant_id = $1',
    [tenant.id],
  );
  expect(entries).toEqual([{ action: 'guard_thresholds.set', before: usual, after: set.body }]);
});
