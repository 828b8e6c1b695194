import { newId } from '@cadenza/domain';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;
let tenant: Tenant;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  tenant = await world.createTenant();
  // PostgreSQL's own round comes once in a minute, which may be now.
  for (const table of ['contacts', 'contact_channels']) {
    await world.rows(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
  }
});

afterAll(() => world.close());

async function known(table: string): Promise<number> {
  const [row] = await world.rows<{ rows: number }>(
    'SELECT reltuples::integer AS rows FROM pg_class WHERE oid = ?::regclass',
    table,
  );
  return row?.rows ?? Number.NaN;
}

/** PostgreSQL says within a second what a transaction has written. */
async function addContacts(count: number): Promise<void> {
  const before = await live('contacts');
  await sql`
    INSERT INTO contacts (tenant_id, id)
    SELECT ${tenant.tenantId}, id
    FROM unnest(${Array.from({ length: count }, () => newId())}::uuid[]) id`.execute(world.owner);
  await vi.waitFor(async () => expect(await live('contacts')).toBeGreaterThan(before), 10_000);
}

async function live(table: string): Promise<number> {
  const [row] = await world.rows<{ rows: number }>(
    'SELECT pg_stat_get_live_tuples(?::regclass)::integer AS rows',
    table,
  );
  return row?.rows ?? 0;
}

/** By what a session of an app finds a person's address. */
async function addressFoundBy(): Promise<string | undefined> {
  const { rows } = await world.worker.transaction().execute((trx) =>
    sql<Record<string, string>>`
      EXPLAIN SELECT address FROM contact_channels
      WHERE tenant_id = ${sql.lit(tenant.tenantId)} AND contact_id = ${sql.lit(newId())}
        AND channel = 'email'`.execute(trx),
  );
  return rows.flatMap((row) => Object.values(row)).find((line) => line.includes('Index Cond'));
}

test('a table that has begun to fill is measured, and again when it has grown threefold', async () => {
  await world.store.analyzeGrownTables();
  await addContacts(999);
  expect(await world.store.analyzeGrownTables()).toBe(0);

  await addContacts(200);
  expect(await world.store.analyzeGrownTables()).toBe(1);
  const first = await known('contacts');
  expect(first).toBeGreaterThanOrEqual(1_199);
  expect(await world.store.analyzeGrownTables()).toBe(0);

  await addContacts(1_000);
  expect(await world.store.analyzeGrownTables()).toBe(0);
  await addContacts(2_000);
  expect(await world.store.analyzeGrownTables()).toBe(1);
  expect(await known('contacts')).toBeGreaterThan(3 * first);
});

test('sessions that took one index for as good as another find a row by its whole key then', async () => {
  expect(await addressFoundBy()).not.toContain('contact_id');
  const before = await live('contact_channels');
  await sql`
    INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
    SELECT tenant_id, gen_random_uuid(), id, 'email', id || '@example.org'
    FROM contacts`.execute(world.owner);
  await vi.waitFor(
    async () => expect(await live('contact_channels')).toBeGreaterThan(before),
    10_000,
  );
  expect(await world.store.analyzeGrownTables()).toBe(1);
  expect(await addressFoundBy()).toContain('contact_id');
});
