import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDatabase, createPool, importContacts, inTenants } from '../src/index.ts';
import { createWorld, type World } from './support/world.ts';

const COMPANIES = 5_000;
const ROWS = 400;
/** Rows of companies: each is looked up to be written, and again for its contact and its reference. */
const READ_PER_ROW = 4;

let world: World;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

test('an import looks up the companies that it names, however many there are', async () => {
  const { tenantId } = await world.createTenant();
  await world.rows(
    `INSERT INTO leads (tenant_id, id, name)
     SELECT ?::uuid, gen_random_uuid(), 'Company ' || n FROM generate_series(1, ?::integer) n`,
    tenantId,
    COMPANIES,
  );
  await world.rows('ANALYZE leads');
  const contacts = Array.from({ length: ROWS }, (_, n) => ({
    email: `p${n}@example.com`,
    firstName: null,
    lastName: null,
    title: null,
    timezone: null,
    phone: null,
    company: ` COMPANY ${n + 1} `,
    website: null,
    industry: null,
    custom: {},
  }));
  // The counts are those of the connection, which has done nothing else.
  const db = createDatabase(createPool({ url: world.apiUrl, poolSize: 1 }));
  const { written, read } = await inTenants(db, [tenantId], async (trx) => {
    const result = await importContacts(trx, tenantId, contacts, { fill: true, source: 'test' });
    const { rows } = await sql<{ read: number }>`
      SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) AS read
      FROM pg_stat_xact_user_tables WHERE relname = 'leads'`.execute(trx);
    return { written: result, read: rows[0]?.read };
  });
  await db.destroy();

  expect(written.imported).toBe(ROWS);
  expect(read).toBeGreaterThanOrEqual(ROWS);
  expect(read).toBeLessThanOrEqual(READ_PER_ROW * ROWS);
  const linked = await world.rows<{ n: number }>(
    `SELECT count(*) AS n FROM contacts c JOIN leads l ON l.tenant_id = c.tenant_id AND l.id = c.lead_id
     JOIN contact_channels h ON h.tenant_id = c.tenant_id AND h.contact_id = c.id
     WHERE c.tenant_id = ? AND substring(h.address FROM '[0-9]+')::integer + 1
       = substring(l.name FROM '[0-9]+')::integer`,
    tenantId,
  );
  expect(linked[0]?.n).toBe(ROWS);
});
