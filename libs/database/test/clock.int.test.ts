import { dispatchSends, rebuildLimiter } from '@cadenza/engine';
import { createMemoryLimiter, createPostgresLimiter } from '@cadenza/rate-limiter';
import { createTestDatabase } from '@cadenza/testing';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import {
  createDatabase,
  createDatabaseClock,
  createPool,
  migrateUp,
  readInstallationId,
  setClock,
} from '../src/index.ts';
import { createWorld, type World } from './support/world.ts';

const DAY_MS = 86_400_000;
let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

test('an installation has an id of its own, which its apps can read', async () => {
  // Worlds are copies of one installation.
  const other = await createTestDatabase(inject('postgresAdminUrl'));
  const db = createDatabase(createPool({ url: other.url, poolSize: 1 }));
  try {
    await migrateUp(other.url);
    const ids = [await readInstallationId(world.api), await readInstallationId(world.worker)];
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(await readInstallationId(db)).not.toBe(ids[0]);
  } finally {
    await db.destroy();
    await other.drop();
  }
});

test('one slow answer does not put the clock of a process behind', async () => {
  const tookMs = 60_000;
  let answers = 0;
  const slowAtFirst = world.worker.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult({ result }) {
      answers += 1;
      const rows = result.rows.map((row) => ({ ...row, now: Number(row['now']) - tookMs }));
      return Promise.resolve(answers === 1 ? { ...result, rows } : result);
    },
  });
  const asked = performance.now() - tookMs;
  const first = vi.spyOn(performance, 'now').mockReturnValueOnce(asked);
  const clock = await createDatabaseClock(slowAtFirst, () => undefined);
  first.mockRestore();
  clock.stop();
  const before = clock.now();
  const [row] = await world.rows<{ now: number }>('SELECT epoch_ms(campaign_now()) AS now');
  expect((row?.now ?? NaN) - before).toBeLessThan(tookMs / 2);
});

test('a clock that is set back finds no times of the former one in the limiter or the lanes', async () => {
  const tenant = await world.createTenant();
  await world.enrolOne(tenant);
  const ahead = Date.now() + 400 * DAY_MS;
  await setClock(world.owner, { campaignNow: ahead, rate: 1 });
  const pool = createPool({ url: world.workerUrl, poolSize: 1 });
  const limiter = createPostgresLimiter({ pool });
  const ask = async (at: number) => {
    const scopes = [{ key: 'k', limit: 1, windowMs: 1_000 }];
    const [decision] = await limiter.reserve(
      [{ id: String(at), scopes, notBefore: at, notAfter: at + 500 }],
      at,
    );
    return decision;
  };
  const rebuild = async () => {
    const clock = await createDatabaseClock(world.worker, () => undefined);
    clock.stop();
    return rebuildLimiter({ ...world, clock, limiter });
  };
  await rebuild();
  expect(await ask(ahead)).toMatchObject({ granted: true });
  expect(await ask(ahead + 5_000)).toMatchObject({ granted: true });
  await world.rows('UPDATE dispatch_lanes SET next_at = from_epoch_ms(?)', ahead);

  const now = Date.now();
  await setClock(world.owner, { campaignNow: now, rate: 1 });

  expect(await ask(now)).toMatchObject({ granted: false, scope: 'limiter', retryAt: now + 1_000 });
  expect(await rebuild()).toBe(true);
  expect(await ask(now)).toMatchObject({ granted: true, start: now });
  expect(await rebuild()).toBe(false);
  expect(await world.rows('SELECT FROM dispatch_lanes WHERE next_at > campaign_now()')).toEqual([]);
  await pool.end();
});

test('a lane that is refused without a limit is asked again after a second, whatever it was told', async () => {
  const tenant = await world.createTenant();
  await world.enrolOne(tenant);
  const clock = await createDatabaseClock(world.worker, () => undefined);
  clock.stop();
  const retryAt = clock.now() + 400 * DAY_MS;
  const limiter = {
    ...createMemoryLimiter(),
    reserve: (requests: readonly { readonly id: string }[]) =>
      Promise.resolve(
        requests.map(({ id }) => ({ granted: false, id, scope: 'limiter', retryAt }) as const),
      ),
  };
  const before = clock.now();
  const { refusedBy } = await dispatchSends(world.dispatchOptions({ clock, limiter }));
  expect(refusedBy['limiter']).toBeGreaterThan(0);
  const [lane] = await world.rows<{ next: number }>(
    'SELECT epoch_ms(next_at) AS next FROM dispatch_lanes WHERE campaign_id = ?',
    tenant.campaignId,
  );
  expect(lane?.next).toBeGreaterThanOrEqual(before);
  expect(lane?.next).toBeLessThanOrEqual(clock.now() + 1_000);
});
