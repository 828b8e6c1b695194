import type { EngineStore } from '@cadenza/engine';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDatabase, createEngineStore, createPool, inTenants } from '../src/index.ts';
import { engineTransaction } from '../src/store/engine-store.ts';
import { crowd } from './support/crowd.ts';
import { ACCEPT, liftLimits, provider, sendOptions } from './support/scenario.ts';
import { createWorld, processSends, type World } from './support/world.ts';

const PEOPLE = 5_000;
const UNDER_WAY = 300;
const JOBS = 4;
/** Rows of one table, over all statements of a hand-off: each looks one up, some of them twice. */
const READ_PER_JOB = 12;

let world: World;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

test('a hand-off looks up what it names, however much else is under way', async () => {
  const tenant = await world.createTenant();
  await liftLimits(world);
  await crowd(world, tenant, PEOPLE);
  // What the planner knows is from a time at which nothing was under way.
  await world.rows('VACUUM (ANALYZE)');
  const jobs = [];
  while (jobs.length < UNDER_WAY) jobs.push(...(await world.dispatch()));

  // The counts are those of the connection, which has done nothing else.
  const db = createDatabase(createPool({ url: world.workerUrl, poolSize: 1 }));
  // The most that one transaction read.
  const read: Record<string, number> = {};
  const store: EngineStore = {
    ...createEngineStore(db),
    transaction: (tenantIds, work) =>
      inTenants(db, tenantIds, async (trx) => {
        const result = await work(engineTransaction(trx));
        const { rows } = await sql<{ name: string; rows: number }>`
          SELECT relname AS name, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows
          FROM pg_stat_xact_user_tables
          WHERE relname IN ('scheduled_actions', 'outbound_messages', 'contact_campaigns')`.execute(
          trx,
        );
        for (const row of rows) read[row.name] = Math.max(read[row.name] ?? 0, row.rows);
        return result;
      }),
  };
  const sent = await processSends(
    jobs.slice(0, JOBS),
    sendOptions({ ...world, store }, provider(() => ACCEPT).port),
  );
  await db.destroy();

  expect(sent.handedOff).toBe(JOBS);
  for (const table of ['scheduled_actions', 'outbound_messages', 'contact_campaigns']) {
    expect(read[table], table).toBeGreaterThan(0);
    expect(read[table], table).toBeLessThanOrEqual(READ_PER_JOB * JOBS);
  }
});
