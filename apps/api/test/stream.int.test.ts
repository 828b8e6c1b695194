import { withClient } from '@cadenza/testing';
import { QUEUE_NAMES } from '@cadenza/domain';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Depths as QueueDepths } from '../src/stream/queue-depths.ts';
import { createWorld, variant, type Tenant, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const open: AbortController[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.abort();
});

interface Told {
  readonly id: number | null;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads a stream as a browser does, an event at a time. */
async function connect(
  { key }: Tenant,
  {
    query = '',
    last,
    baseUrl = world.baseUrl,
  }: { query?: string; last?: number; baseUrl?: string } = {},
) {
  const controller = new AbortController();
  open.push(controller);
  const response = await fetch(`${baseUrl}/v1/stream${query}`, {
    headers: {
      authorization: `Bearer ${key}`,
      ...(last === undefined ? {} : { 'last-event-id': String(last) }),
    },
    signal: controller.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  /** The next event; null at the end. */
  async function next(): Promise<Told | null> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const event = field('event');
        if (event === undefined) continue;
        const id = field('id');
        return {
          id: id === undefined ? null : Number(id),
          event,
          data: JSON.parse(field('data') ?? 'null') as Record<string, unknown>,
        };
      }
      const read = await reader?.read();
      if (read === undefined || read.done) return null;
      text += read.value;
    }
  }
  return { response, next, close: () => controller.abort() };
}

/** A change of the tenant, as an operator's statement makes one. */
async function happen({ id }: Tenant, status: 'active' | 'paused'): Promise<void> {
  await world.rows('UPDATE tenants SET status = $2, pause_reason = $3 WHERE id = $1', [
    id,
    status,
    status === 'paused' ? 'a test' : null,
  ]);
  await world.rows('SELECT relay_feed_events(1000)');
}

test('tells what happens, as it happens', async () => {
  const tenant = await world.tenant();
  const stream = await connect(tenant);
  expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(stream.response.headers.get('cache-control')).toBe('no-store');
  expect(await stream.next()).toMatchObject({ event: 'ready', id: 0 });
  await happen(tenant, 'paused');
  expect(await stream.next()).toMatchObject({
    id: 1,
    event: 'tenant.changed',
    data: { id: expect.any(String), timestamp: expect.any(String), data: { status: 'paused' } },
  });
});

test('tells nothing of another tenant', async () => {
  const [tenant, other] = [await world.tenant(), await world.tenant()];
  const [mine, theirs] = [await connect(tenant), await connect(other)];
  await mine.next();
  await theirs.next();
  await happen(other, 'paused');
  await happen(tenant, 'paused');
  await happen(tenant, 'active');
  expect(await mine.next()).toMatchObject({ id: 1, data: { data: { status: 'paused' } } });
  expect(await mine.next()).toMatchObject({ id: 2, data: { data: { status: 'active' } } });
});

test('goes on after a break where it ended, without a loss', async () => {
  const tenant = await world.tenant();
  const before = await connect(tenant);
  await before.next();
  await happen(tenant, 'paused');
  const last = (await before.next())?.id ?? 0;
  before.close();
  await happen(tenant, 'active');
  await happen(tenant, 'paused');
  const after = await connect(tenant, { last });
  expect(await after.next()).toMatchObject({ event: 'ready', id: 1 });
  expect(await after.next()).toMatchObject({ id: 2, data: { data: { status: 'active' } } });
  expect(await after.next()).toMatchObject({ id: 3, data: { data: { status: 'paused' } } });
});

test('says so where something is not there any more', async () => {
  const tenant = await world.tenant();
  const before = await connect(tenant);
  await before.next();
  await happen(tenant, 'paused');
  await before.next();
  before.close();
  await world.rows(
    "UPDATE event_feeds SET wanted_until = now() - interval '1 s' WHERE tenant_id = $1",
    [tenant.id],
  );
  await happen(tenant, 'active');
  const after = await connect(tenant, { last: 1 });
  const reset = await after.next();
  expect(reset?.event).toBe('reset');
  await happen(tenant, 'paused');
  expect(await after.next()).toMatchObject({ id: (reset?.id ?? 0) + 1 });
  const ahead = await connect(tenant, { last: 1_000 });
  expect(await ahead.next()).toMatchObject({ event: 'reset' });
});

test('leaves out what was not asked for', async () => {
  const tenant = await world.tenant();
  const stream = await connect(tenant, { query: '?types=limit.changed,campaign.changed' });
  await stream.next();
  await happen(tenant, 'paused');
  await world.rows(
    `INSERT INTO send_rate_limits (id, tenant_id, scope, window_seconds, max_messages)
     VALUES (gen_random_uuid(), $1, 'tenant', 60, 5)`,
    [tenant.id],
  );
  await happen(tenant, 'active');
  expect(await stream.next()).toMatchObject({ event: 'limit.changed', id: 2 });
});

test.each([
  ['?types=message.vanished', {}, 'query.types'],
  ['?lastEventId=x', {}, 'query.lastEventId'],
  ['', { 'last-event-id': 'x' }, 'Last-Event-ID'],
])('refuses %s', async (query, headers, path) => {
  const tenant = await world.tenant();
  const answer = await tenant.api.raw('GET', `/v1/stream${query}`, undefined, undefined, headers);
  expect(answer.status).toBe(400);
  expect(answer.body.problems).toMatchObject([{ path }]);
});

describe('ends', () => {
  test('with its key', async () => {
    const tenant = await world.tenant();
    const stream = await connect(tenant);
    await stream.next();
    await world.rows('UPDATE api_keys SET revoked_at = now() WHERE tenant_id = $1', [tenant.id]);
    expect(await stream.next()).toMatchObject({ event: 'end' });
    expect(await stream.next()).toBeNull();
  });

  test('when the server stops, which does not wait for it', async () => {
    const tenant = await world.tenant();
    const { buildApi } = await import('../src/app.ts');
    const app = buildApi(world.deps);
    const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
    const stream = await connect(tenant, { baseUrl });
    await stream.next();
    const closed = app.close();
    expect(await stream.next()).toBeNull();
    await closed;
  });
});

test('a key has five places, which are given back', async () => {
  const tenant = await world.tenant();
  const baseUrl = await variant(world, {});
  const streams = [];
  for (let n = 0; n < 5; n += 1) streams.push(await connect(tenant, { baseUrl }));
  expect((await connect(tenant, { baseUrl })).response.status).toBe(429);
  const other = await world.tenant();
  expect((await connect(other, { baseUrl })).response.status).toBe(200);
  streams[0]?.close();
  await expect
    .poll(async () => (await connect(tenant, { baseUrl })).response.status, { timeout: 10_000 })
    .toBe(200);
});

test('who goes before a stream begins keeps no place', async () => {
  const tenant = await world.tenant();
  const baseUrl = await variant(world, {});
  const first = await connect(tenant, { baseUrl });
  await first.next();
  await withClient(world.adminUrl, async (client) => {
    // Streams wait for the feed's row before they begin.
    await client.query('BEGIN');
    await client.query('SELECT FROM event_feeds WHERE tenant_id = $1 FOR UPDATE', [tenant.id]);
    const going = Array.from({ length: 3 }, () => connect(tenant, { baseUrl }));
    await expect
      .poll(
        async () => {
          const rows = await world.rows(
            `SELECT 1 FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          );
          return rows.length;
        },
        { timeout: 10_000 },
      )
      .toBe(3);
    for (const one of open.splice(0)) one.abort();
    await Promise.allSettled(going);
    await client.query('ROLLBACK');
  });
  await expect
    .poll(
      async () => {
        const all = await Promise.all(
          Array.from({ length: 5 }, () => connect(tenant, { baseUrl })),
        );
        const statuses = all.map(({ response }) => response.status);
        if (statuses.some((status) => status !== 200)) for (const one of all) one.close();
        return statuses;
      },
      { timeout: 10_000 },
    )
    .toEqual(Array(5).fill(200));
});

test('a key without the scope read is refused', async () => {
  const tenant = await world.tenant(['write']);
  expect((await connect(tenant)).response.status).toBe(403);
});

describe('what the queues hold', () => {
  const depths = (waiting: number) => ({
    ...Object.fromEntries(QUEUE_NAMES.map((name) => [name, { waiting: 0, active: 0, delayed: 0 }])),
    'outreach-send': { waiting, active: 0, delayed: 0 },
  });

  async function operated() {
    const tenant = await world.tenant();
    let waiting = 7;
    const baseUrl = await variant(world, {
      queues: { depths: () => Promise.resolve(depths(waiting) as QueueDepths) },
      settings: { ...world.deps.settings, operatorTenant: tenant.id },
    });
    return { tenant, baseUrl, set: (now: number) => void (waiting = now) };
  }

  test('is told to operators as it changes, as nothing to go on after', async () => {
    const { tenant, baseUrl, set } = await operated();
    const stream = await connect(tenant, { baseUrl });
    await stream.next();
    expect(await stream.next()).toEqual({
      id: null,
      event: 'queue.depths',
      data: { queues: depths(7) },
    });
    // What is the same is not said again: the next is another.
    set(8);
    expect(await stream.next()).toMatchObject({
      event: 'queue.depths',
      data: { queues: depths(8) },
    });
  });

  test('is not told where it is not wanted', async () => {
    const { tenant, baseUrl } = await operated();
    const stream = await connect(tenant, { baseUrl, query: '?types=tenant.changed' });
    await stream.next();
    await happen(tenant, 'paused');
    expect(await stream.next()).toMatchObject({ event: 'tenant.changed' });
  });

  test('is told to no other tenant, and to no key without the scope', async () => {
    const { tenant, baseUrl } = await operated();
    const { body } = await tenant.api.post('/v1/api-keys', { name: 'R', role: 'operator' });
    for (const whose of [await world.tenant(), { ...tenant, key: String(body['key']) }]) {
      const asked = await connect(whose, { baseUrl, query: '?types=queue.depths' });
      expect(asked.response.status).toBe(403);
      const stream = await connect(whose, { baseUrl });
      await stream.next();
      await happen(whose, 'paused');
      expect(await stream.next()).toMatchObject({ event: 'tenant.changed' });
    }
  });
});
