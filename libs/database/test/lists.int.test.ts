import type { Id } from '@cadenza/domain';
import { withClient } from '@cadenza/testing';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  countEnrollments,
  createDatabase,
  createPool,
  inTenants,
  listContactEnrollments,
  listContacts,
  listEndpointDeliveries,
  listEnrollments,
  listInbound,
  listMessages,
  listQuarantined,
  listSuppressions,
  MOST_PARTS,
  type Database,
  type Page,
  type PageRequest,
  type Schema,
} from '../src/index.ts';
import { SOUGHT_ROWS } from '../src/repositories/page.ts';
import { crowd } from './support/crowd.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

/** More than one page goes through. */
const ROWS = 25_000;
/** Of one in so many, the oldest first. */
const RARE = 5_000;
const LIMIT = 50;
const MOST_PAGES = 15;

let world: World;
let tenant: Tenant;
/** A connection of the api. */
let db: Database;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  tenant = await world.createTenant();
  await crowd(world, tenant, 1);
  await withClient(world.database.url, async (client) => {
    // References are right by the way rows are made, and nobody is told of them.
    await client.query('SET session_replication_role = replica');
    for (const statement of FILL) await client.query(statement);
    await client.query('SET session_replication_role = origin');
    await client.query('VACUUM (ANALYZE)');
  });
  db = createDatabase(createPool({ url: world.apiUrl, poolSize: 1 }));
});
afterAll(async () => {
  await db.destroy();
  await world.close();
});

const NTH = `
  FROM generate_series(1, ${ROWS}) n
  CROSS JOIN LATERAL (SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
    n % ${RARE} = 1 AS rare) p
  CROSS JOIN contact_campaigns e`;
const MANY_PARTS = 3_000;
const FILL = [
  `INSERT INTO webhook_deliveries (tenant_id, id, provider, payload, payload_hash, status, error, processed_at)
   SELECT CASE WHEN n % 2 = 1 THEN tenant_id END, p.id, 'sendgrid', '', sha256(p.id::text::bytea),
     CASE WHEN n % 10 = 1 THEN 'quarantined' ELSE 'processed' END, CASE WHEN n % 10 = 1 THEN 'unreadable' END,
     CASE WHEN n % 10 = 1 THEN NULL ELSE now() END ${NTH}`,
  `INSERT INTO quarantined_events (tenant_id, delivery_id, position, reason, raw)
   SELECT tenant_id, p.id, part, 'nobody’s', '{}' ${NTH} CROSS JOIN 
   generate_series(1, CASE n WHEN 3 THEN ${MANY_PARTS} ELSE 20 END) part WHERE n % 10 = 3`,
  `INSERT INTO inbound_deliveries (tenant_id, id, content_type, bytes, blob_key, sha256, verdict, status, error)
   SELECT tenant_id, p.id, 'text/plain', 1, p.id::text, sha256(p.id::text::bytea), 'signed', 'quarantined', 'unreadable'
   ${NTH} WHERE n % 10 = 5`,
  `INSERT INTO contacts (tenant_id, id, title)
   SELECT tenant_id, p.id, CASE WHEN rare THEN 'Astronaut' ELSE 'Engineer' END ${NTH}`,
  `INSERT INTO contact_channels (tenant_id, id, contact_id, channel, address)
   SELECT tenant_id, p.id, p.id, 'email', 'p' || n || '@' || CASE WHEN rare THEN 'rare' ELSE 'many' END || '.example'
   ${NTH}`,
  `INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id, node_id, visit, channel,
     sender_identity_id, status, begun_at, to_address)
   SELECT e.tenant_id, p.id, p.id, campaign_id, p.id, 'first', 1, 'email', p.id,
     CASE WHEN rare THEN 'skipped' WHEN n % ${RARE} = 2 THEN 'failed' ELSE 'delivered' END, now(), 'a@example.com'
   ${NTH}`,
  // Of somebody else, and younger than all others.
  `INSERT INTO communication_suppressions (id, tenant_id, channel, value, reason, source, first_seen_at, last_seen_at)
   SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, contact_id, 'email', 'p' || n || '@example.com',
     'unsubscribed', 'crm', now(), now() ${NTH}`,
  `INSERT INTO communication_suppressions (id, tenant_id, channel, value, reason, source, first_seen_at, last_seen_at)
   SELECT p.id, tenant_id, 'email', CASE WHEN rare THEN 'x' ELSE 'p' END || n || '@' || n % 2500 || '.example',
     CASE WHEN rare THEN 'spamreport' ELSE 'manual' END, 'test', now(), now() ${NTH}`,
  `INSERT INTO inbound_messages (tenant_id, id, from_address, received_at, kind, dedupe_key)
   SELECT tenant_id, p.id, 'a@example.com', now(), CASE WHEN rare THEN 'complaint' ELSE 'human' END, n::text ${NTH}`,
  `INSERT INTO webhook_endpoints (tenant_id, id, url)
   SELECT tenant_id, tenant_id, 'https://hooks.example.com' FROM contact_campaigns`,
  `INSERT INTO feed_events (tenant_id, id, position, type, data, occurred_at)
   SELECT tenant_id, p.id, n, 'tenant.changed', '{}', now() ${NTH}`,
  `INSERT INTO endpoint_deliveries (tenant_id, endpoint_id, position, status, attempts, tries)
   SELECT tenant_id, tenant_id, n, CASE WHEN rare THEN 'failed' ELSE 'delivered' END, 1, 1 ${NTH}`,
  // Last, since all others join the one that is there.
  `INSERT INTO contact_campaigns (tenant_id, id, campaign_id, contact_id, plan_version_id, version, state, base_state,
     base_seq, enrolled_at)
   SELECT tenant_id, p.id, campaign_id, p.id, plan_version_id, version, w.state, w.state, base_seq, enrolled_at
   ${NTH} CROSS JOIN LATERAL (SELECT e.state || CASE
     WHEN rare THEN '{"phase": "ended", "nodeId": "second", "end": {"status": "failed", "reason": "x", "at": 0}}'::jsonb
     ELSE '{"phase": "ended", "end": {"status": "completed", "reason": "x", "at": 0}}' END AS state) w`,
];

type Read = (trx: Transaction<Schema>, page: PageRequest) => Promise<Page<{ readonly id: Id }>>;

/** Reads a list to its end, and how many rows of its table each page read, from the first byte on. */
async function readThrough(
  table: string,
  read: Read,
): Promise<{ readonly found: number; readonly pages: number; readonly mostRows: number }> {
  let found = 0;
  let pages = 0;
  let mostRows = 0;
  const ids: Id[] = [];
  for (let after: Id | null = null; ;) {
    const page: PageRequest = { limit: LIMIT, after };
    const { rows, result } = await inTenants(db, [tenant.tenantId], async (trx) => {
      const before = await rowsRead(trx, table);
      const answer = await read(trx, page);
      return { result: answer, rows: (await rowsRead(trx, table)) - before };
    });
    ids.push(...result.items.map(({ id }) => id));
    found += result.items.length;
    pages += 1;
    mostRows = Math.max(mostRows, rows);
    if (result.next === null || pages === MOST_PAGES) break;
    after = result.next;
  }
  expect(ids).toEqual(ids.toSorted().reverse());
  return { found, pages, mostRows };
}

async function rowsRead(trx: Transaction<Schema>, table: string): Promise<number> {
  const { rows } = await sql<{ read: number; whole: number }>`
    SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) AS read, seq_scan AS whole
    FROM pg_stat_xact_user_tables WHERE relname = ${table}`.execute(trx);
  expect(rows[0]?.whole ?? 0, `${table} is read from end to end`).toBe(0);
  return rows[0]?.read ?? 0;
}

const of = (): Id => tenant.tenantId;
const RARE_ROWS = ROWS / RARE;
const PREFIX = { prefix: 'x' };

describe('a page reads hardly more rows than it shows', () => {
  test.each<[string, string, Read]>([
    ['contacts', 'contacts', (trx, page) => listContacts(trx, of(), page)],
    [
      'enrollments',
      'contact_campaigns',
      (trx, page) => listEnrollments(trx, of(), page, { campaignId: tenant.campaignId }),
    ],
    [
      'enrollments of a status',
      'contact_campaigns',
      (trx, page) =>
        listEnrollments(trx, of(), page, { campaignId: tenant.campaignId, status: 'completed' }),
    ],
    [
      'enrollments at a node that all are at',
      'contact_campaigns',
      (trx, page) =>
        listEnrollments(trx, of(), page, { campaignId: tenant.campaignId, nodeId: 'first' }),
    ],
    ['messages', 'outbound_messages', (trx, page) => listMessages(trx, of(), page)],
    [
      'messages of a campaign',
      'outbound_messages',
      (trx, page) => listMessages(trx, of(), page, { campaignId: tenant.campaignId }),
    ],
    [
      'suppressions',
      'communication_suppressions',
      (trx, page) => listSuppressions(trx, of(), page),
    ],
    [
      'suppressions that begin as all do',
      'communication_suppressions',
      (trx, page) => listSuppressions(trx, of(), page, { prefix: 'p' }),
    ],
  ])('%s', async (_, table, read) => {
    const { found, pages, mostRows } = await readThrough(table, read);

    expect({ found, pages }).toEqual({ found: MOST_PAGES * LIMIT, pages: MOST_PAGES });
    expect(mostRows).toBeLessThanOrEqual(2 * LIMIT);
  });
});

describe('a page of what is in quarantine reads hardly more than it shows', () => {
  const listed: Read = (trx, page) => listQuarantined(trx, { ownerId: of() }, page);

  test.each([
    ['webhook_deliveries', 2],
    ['inbound_deliveries', 2],
    ['quarantined_events', 22],
  ])('%s', async (table, perItem) => {
    const { found, pages, mostRows } = await readThrough(table, listed);
    expect({ found, pages }).toEqual({ found: MOST_PAGES * LIMIT, pages: MOST_PAGES });
    expect(mostRows).toBeLessThanOrEqual(perItem * (LIMIT + 1));
  });

  test('of a delivery with many parts as many as are counted', async () => {
    const ids = ['00000000-0000-7000-8000-000000000003'];
    await inTenants(db, [of()], async (trx) => {
      const before = await rowsRead(trx, 'quarantined_events');
      const { items } = await listQuarantined(trx, { ids }, { limit: 1, after: null });
      expect(items).toMatchObject([{ id: ids[0], parts: MOST_PARTS, reason: 'nobody’s' }]);
      expect((await rowsRead(trx, 'quarantined_events')) - before).toBeLessThan(MOST_PARTS + 10);
    });
  });
});

describe('what is rare is found by its index', () => {
  test.each<[string, string, number, Read]>([
    [
      'a contact by its address',
      'contacts',
      1,
      (trx, page) => listContacts(trx, of(), page, { email: 'p7@many.example' }),
    ],
    [
      'enrollments of a status',
      'contact_campaigns',
      RARE_ROWS,
      (trx, page) =>
        listEnrollments(trx, of(), page, { campaignId: tenant.campaignId, status: 'failed' }),
    ],
    [
      'messages that failed',
      'outbound_messages',
      RARE_ROWS,
      (trx, page) => listMessages(trx, of(), page, { status: 'failed' }),
    ],
    [
      'messages that failed, of a campaign',
      'outbound_messages',
      RARE_ROWS,
      (trx, page) =>
        listMessages(trx, of(), page, { status: 'failed', campaignId: tenant.campaignId }),
    ],
    [
      'messages whose fate is not known',
      'outbound_messages',
      0,
      (trx, page) => listMessages(trx, of(), page, { status: 'unknown' }),
    ],
    [
      'suppressions of a domain',
      'communication_suppressions',
      ROWS / 2_500,
      (trx, page) => listSuppressions(trx, of(), page, { domain: '7.example' }),
    ],
    [
      'suppressions by their beginning',
      'communication_suppressions',
      RARE_ROWS,
      (trx, page) => listSuppressions(trx, of(), page, PREFIX),
    ],
  ])('%s', async (_, table, rows, read) => {
    const { found, pages, mostRows } = await readThrough(table, read);

    expect({ found, pages }).toEqual({ found: rows, pages: 1 });
    // To be counted, to be put in order, to be shown, and to be told that there are no others.
    expect(mostRows).toBeLessThanOrEqual(5 * (rows + 1));
  });
});

describe('what no index finds is found page by page, none of which reads more than so many rows', () => {
  test.each<[string, string, number, Read]>([
    [
      'contacts of an audience',
      'contacts',
      RARE_ROWS,
      (trx, page) =>
        listContacts(trx, of(), page, { audience: { where: 'title', is: ['astronaut'] } }),
    ],
    [
      'enrollments at a node',
      'contact_campaigns',
      RARE_ROWS,
      (trx, page) =>
        listEnrollments(trx, of(), page, { campaignId: tenant.campaignId, nodeId: 'second' }),
    ],
    [
      'messages of a status',
      'outbound_messages',
      RARE_ROWS,
      (trx, page) => listMessages(trx, of(), page, { status: 'skipped' }),
    ],
    [
      'suppressions of a reason',
      'communication_suppressions',
      RARE_ROWS,
      (trx, page) => listSuppressions(trx, of(), page, { reason: 'spamreport' }),
    ],
    [
      'mails of a kind',
      'inbound_messages',
      RARE_ROWS,
      (trx, page) => listInbound(trx, of(), page, { kind: 'complaint' }),
    ],
  ])('%s', async (_, table, rows, read) => {
    const { found, pages, mostRows } = await readThrough(table, read);

    expect(found).toBe(rows);
    expect(pages).toBeGreaterThanOrEqual(Math.ceil(ROWS / SOUGHT_ROWS));
    expect(mostRows).toBeGreaterThan(LIMIT);
    expect(mostRows).toBeLessThanOrEqual(2 * SOUGHT_ROWS);
  });

  test('deliveries of a status', async () => {
    const sequences: number[] = [];
    let pages = 0;
    let before: number | null = null;
    do {
      const page: Parameters<typeof listEndpointDeliveries>[3] = {
        limit: LIMIT,
        before,
        status: 'failed',
      };
      const answer = await inTenants(db, [of()], (trx) =>
        listEndpointDeliveries(trx, of(), of(), page),
      );
      sequences.push(...answer.items.map(({ sequence }) => sequence));
      pages += 1;
      before = answer.next;
    } while (before !== null);
    expect(sequences).toHaveLength(RARE_ROWS);
    expect(sequences).toEqual(sequences.toSorted((a, b) => b - a));
    expect(pages).toBe(Math.ceil((ROWS + 1) / SOUGHT_ROWS));
  });

  test('of an audience that asks much of each contact, fewer at a time', async () => {
    const audience = { where: 'email', domain: ['rare.example'] } as const;
    const { found, mostRows } = await readThrough('contacts', (trx, page) =>
      listContacts(trx, of(), page, { audience }),
    );

    expect(found).toBeLessThan(RARE_ROWS);
    expect(mostRows).toBeLessThanOrEqual(SOUGHT_ROWS / 5);
  });
});

test('what one contact takes part in is found by the contact, whatever else there is', async () => {
  const contactId = '00000000-0000-7000-8000-000000000001';
  const { found, mostRows } = await readThrough('contact_campaigns', (trx, page) =>
    listContactEnrollments(trx, of(), page, { contactId }),
  );
  expect(found).toBe(1);
  expect(mostRows).toBeLessThanOrEqual(2);
});

test('where a campaign’s people stand is not counted by them', async () => {
  const counts = await inTenants(db, [of()], async (trx) => {
    const before = await rowsRead(trx, 'contact_campaigns');
    const answer = await countEnrollments(trx, of(), tenant.campaignId);
    expect(await rowsRead(trx, 'contact_campaigns')).toBe(before);
    return answer;
  });
  // Of those that were filled in nobody has told.
  expect(counts).toEqual([{ status: 'active', nodeId: 'first', count: 1 }]);
});

test('a page of a status in a campaign that is no large one does not read all of the campaign', async () => {
  const campaignId = '00000000-0000-7000-9000-000000000000';
  await withClient(world.database.url, async (client) => {
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id, node_id, visit, channel,
         sender_identity_id, status, begun_at, to_address)
       SELECT tenant_id, ('00000000-0000-7000-9000-' || right(id::text, 12))::uuid, enrollment_id, '${campaignId}',
         contact_id, 'elsewhere', 1, 'email', sender_identity_id, 'delivered', now(), 'a@example.com'
       FROM outbound_messages WHERE status = 'delivered' LIMIT 5000`,
    );
    await client.query('VACUUM (ANALYZE) outbound_messages');
  });
  // Plans that were made before do not know of the campaign.
  const fresh = createDatabase(createPool({ url: world.apiUrl, poolSize: 1 }));
  try {
    const rows = await inTenants(fresh, [of()], async (trx) => {
      const before = await rowsRead(trx, 'outbound_messages');
      const page = { limit: LIMIT, after: null };
      const { items } = await listMessages(trx, of(), page, { campaignId, status: 'delivered' });
      expect(items).toHaveLength(LIMIT);
      return (await rowsRead(trx, 'outbound_messages')) - before;
    });
    expect(rows).toBeLessThanOrEqual(2 * LIMIT);
  } finally {
    await fresh.destroy();
  }
});
