import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('a sender identity', () => {
  test('has an IP pool and a spacing, where they are set', async () => {
    const tenant = await world.tenant();
    const { sender } = await makeRows(tenant);
    const path = `/v1/sender-identities/${sender}`;
    expect((await tenant.api.get(path)).body).toMatchObject({
      ipPool: null,
      spacing: null,
      warmUp: null,
    });
    const spacing = { minSeconds: 30, maxSeconds: 90 };
    const set = await tenant.api.patch(path, { ipPool: 'cold', spacing });
    expect(set.body).toMatchObject({ ipPool: 'cold', spacing });
    expect((await tenant.api.patch(path, { name: 'Ann' })).body).toMatchObject({ spacing });
    const unset = await tenant.api.patch(path, { ipPool: null, spacing: null });
    expect(unset.body).toMatchObject({ ipPool: null, spacing: null });
    const wrong = await tenant.api.patch(path, { spacing: { minSeconds: 9, maxSeconds: 8 } });
    expect(wrong.status).toBe(400);
    expect(wrong.body['problems']).toMatchObject([{ path: 'spacing.maxSeconds' }]);
  });

  test('is warmed up by a schedule, or by growth, until it is ended', async () => {
    const tenant = await world.tenant();
    const { sender } = await makeRows(tenant);
    const path = `/v1/sender-identities/${sender}`;
    const listed = await tenant.api.put(`${path}/warm-up`, {
      startsAt: '2020-01-01T00:00:00Z',
      schedule: [10, 20],
    });
    expect(listed.body).toEqual({
      warmUp: { startsAt: '2020-01-01T00:00:00.000Z', allowances: [10, 20], today: null },
    });
    const grown = await tenant.api.put(`${path}/warm-up`, {
      schedule: { first: 50, factor: 2, target: 400 },
      startsAt: '2999-01-01T00:00:00+01:00',
    });
    const warmUp = {
      startsAt: '2998-12-31T23:00:00.000Z',
      allowances: [50, 100, 200],
      today: 50,
    };
    expect(grown.body).toEqual({ warmUp });
    expect((await tenant.api.get(path)).body['warmUp']).toEqual(warmUp);
    const kept = await tenant.api.put(`${path}/warm-up`, { schedule: [7] });
    expect(kept.body).toMatchObject({ warmUp: { startsAt: warmUp.startsAt, today: 7 } });
    const ended = await tenant.api.put(`${path}/warm-up`, { schedule: null });
    expect(ended.body).toEqual({ warmUp: null });
    const endless = await tenant.api.put(`${path}/warm-up`, {
      schedule: { first: 1, factor: 1.01, target: 1_000_000 },
    });
    expect(endless.status).toBe(400);
  });
});

test('an IP pool has limits and a warm-up of the tenant’s own', async () => {
  const [tenant, other] = [await world.tenant(), await world.tenant()];
  const limit = { scope: 'ip_pool', reference: 'cold', windowSeconds: 3_600, maxMessages: 100 };
  const limits = await tenant.api.put('/v1/send-rate-limits', limit);
  expect(limits.body['items']?.filter((one) => one['source'] === 'tenant')).toEqual([
    { ...limit, channel: 'email', source: 'tenant' },
  ]);
  await tenant.api.put('/v1/ip-pools/cold/warm-up', { schedule: [10, 20] });
  const read = await tenant.api.get('/v1/ip-pools/cold/warm-up');
  expect(read.body).toMatchObject({ warmUp: { allowances: [10, 20], today: 10 } });
  expect((await other.api.get('/v1/ip-pools/cold/warm-up')).body).toEqual({ warmUp: null });
});

test('a limit is taken away, so that what is more general holds, and taken away again', async () => {
  const tenant = await world.tenant();
  const { sender } = await makeRows(tenant);
  const limit = { scope: 'sender', reference: sender, windowSeconds: 60, maxMessages: 7 };
  await tenant.api.put('/v1/send-rate-limits', limit);
  const pool = { scope: 'ip_pool', reference: 'Cold', windowSeconds: 60, maxMessages: 7 };
  await tenant.api.put('/v1/send-rate-limits', pool);
  const remove = ({ scope, reference }: typeof limit) =>
    tenant.api.delete(
      `/v1/send-rate-limits?scope=${scope}&reference=${reference}&windowSeconds=60`,
    );
  const own = async () => {
    const { body } = await tenant.api.get('/v1/send-rate-limits');
    return body.items?.filter((one) => one['source'] === 'tenant');
  };
  const left = await remove(limit);
  expect(left.body.items?.filter((one) => one['source'] === 'tenant')).toMatchObject([pool]);
  expect((await remove(limit)).body).toEqual(left.body);
  // Names of pools are told apart by their case.
  await remove({ ...pool, reference: 'cold' });
  expect(await own()).toMatchObject([pool]);
  await remove(pool);
  expect(await own()).toEqual([]);
  const entries = await world.rows(
    `SELECT before ->> 'scope' AS scope, before -> 'maxMessages' AS messages, after FROM audit_log
     WHERE tenant_id = $1 AND action = 'deleteSendRateLimit' ORDER BY id`,
    [tenant.id],
  );
  expect(entries).toEqual([
    { scope: 'sender', messages: 7, after: null },
    { scope: 'ip_pool', messages: 7, after: null },
  ]);
  const wrong = await tenant.api.delete('/v1/send-rate-limits?scope=global&windowSeconds=60');
  expect(wrong.status).toBe(400);
});

test('a campaign has a priority, whatever its status', async () => {
  const tenant = await world.tenant();
  const { campaign } = await makeRows(tenant);
  const path = `/v1/campaigns/${campaign}`;
  expect((await tenant.api.get(path)).body).toMatchObject({ priority: 5 });
  const changed = await tenant.api.patch(path, { priority: 9 });
  expect(changed.body).toMatchObject({ priority: 9 });
  expect((await tenant.api.patch(path, { priority: 11 })).status).toBe(400);
});

describe('send rate limits', () => {
  test('are the defaults until a tenant sets its own', async () => {
    const tenant = await world.tenant();
    const { sender } = await makeRows(tenant);
    const { api } = tenant;
    const before = await api.get('/v1/send-rate-limits');
    expect(before.body['items']?.every((one) => one['source'] === 'default')).toBe(true);
    const set = { scope: 'sender', reference: sender, windowSeconds: 60, maxMessages: 5 };
    await api.put('/v1/send-rate-limits', { ...set, maxMessages: 9 });
    await api.put('/v1/send-rate-limits', {
      scope: 'recipient_domain',
      reference: 'GMail.com',
      windowSeconds: 86_400,
      maxMessages: 0,
    });
    const after = await api.put('/v1/send-rate-limits', set);
    const own = after.body['items']?.filter((one) => one['source'] === 'tenant');
    expect(own).toEqual([
      {
        channel: 'email',
        scope: 'recipient_domain',
        reference: 'gmail.com',
        windowSeconds: 86_400,
        maxMessages: 0,
        source: 'tenant',
      },
      { ...set, channel: 'email', source: 'tenant' },
    ]);
    expect((await api.get('/v1/send-rate-limits')).body).toEqual(after.body);
    const other = await world.tenant();
    const others = await other.api.get('/v1/send-rate-limits');
    expect(others.body['items']?.every((one) => one['source'] === 'default')).toBe(true);
  });
});
