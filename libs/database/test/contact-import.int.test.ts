import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  createDatabase,
  createPool,
  importContacts,
  inTenants,
  type ImportedContact,
} from '../src/index.ts';
import { createWorld, type World } from './support/world.ts';

const COMPANIES = 5_000;
const FILLED = 400;
/** Rows of one table, over all statements: each is looked up, some of them again. */
const READ_PER_ROW = 4;

let world: World;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

test('an import looks up the contacts and companies that it names, however many there are', async () => {
  const { tenantId } = await world.createTenant();
  await world.rows(
    `INSERT INTO leads (tenant_id, id, name)
     SELECT ?::uuid, gen_random_uuid(), 'Company ' || n FROM generate_series(1, ?::integer) n`,
    tenantId,
    COMPANIES,
  );
  const contacts = Array.from({ length: COMPANIES }, (_, n) => ({
    email: `p${n}@example.com`,
    firstName: null,
    lastName: null,
    title: null,
    timezone: null,
    phone: null,
    company: ` COMPANY ${COMPANIES - n} `,
    website: null,
    industry: null,
    custom: {},
  }));
  const added = await importOnce(tenantId, contacts);
  expect(added.written).toMatchObject({ imported: COMPANIES, updated: 0 });
  const fuller = contacts
    .slice(0, FILLED)
    .map((contact) => ({ ...contact, timezone: 'Europe/Berlin' }));
  const filled = await importOnce(tenantId, fuller);
  expect(filled.written).toMatchObject({ imported: 0, updated: FILLED });
  for (const [{ read }, most] of [
    [added, READ_PER_ROW * COMPANIES],
    [filled, READ_PER_ROW * FILLED],
  ] as const) {
    expect(read.map(({ name }) => name)).toEqual(['contact_channels', 'contacts', 'leads']);
    for (const { name, rows } of read) expect(rows, name).toBeLessThanOrEqual(most);
  }
  const linked = await world.rows<{ n: number }>(
    `SELECT count(*) AS n FROM contacts c JOIN leads l ON l.tenant_id = c.tenant_id AND l.id = c.lead_id
     JOIN contact_channels h ON h.tenant_id = c.tenant_id AND h.contact_id = c.id
     WHERE c.tenant_id = ? AND ? - substring(h.address FROM '[0-9]+')::integer
       = substring(l.name FROM '[0-9]+')::integer`,
    tenantId,
    COMPANIES,
  );
  expect(linked[0]?.n).toBe(COMPANIES);
});

/** Imports contacts on a connection that does nothing else. @returns also how many rows it read. */
async function importOnce(tenantId: string, contacts: readonly ImportedContact[]) {
  const db = createDatabase(createPool({ url: world.apiUrl, poolSize: 1 }));
  const result = await inTenants(db, [tenantId], async (trx) => {
    const written = await importContacts(trx, tenantId, contacts, { fill: true, source: 'test' });
    const { rows: read } = await sql<{ name: string; rows: number }>`
      SELECT relname AS name, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows
      FROM pg_stat_xact_user_tables
      WHERE relname IN ('contact_channels', 'contacts', 'leads')
      ORDER BY relname`.execute(trx);
    return { written, read };
  });
  await db.destroy();
  return result;
}
