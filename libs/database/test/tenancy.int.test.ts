import { newId } from '@cadenza/domain';
import {
  createTestDatabase,
  emptyTables,
  fillTenantTables,
  tenantTables,
  withClient,
  type Query,
  type TenantTable,
} from '@cadenza/testing';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  assertAppRole,
  createDatabase,
  createLogin,
  createPool,
  dropLogins,
  inTenants,
  type AppRole,
  type Database,
  type Schema,
} from '../src/index.ts';
import { deliver, enrolled, providerEvent, sendDue } from './support/scenario.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

const adminUrl = inject('postgresAdminUrl');
let world: World;
let mine: Tenant;
let theirs: Tenant;
/** Every table whose rows belong to tenants, with the column that says whose. */
let tables: TenantTable[];

beforeAll(async () => {
  world = await createWorld(adminUrl);
  mine = await world.createTenant();
  theirs = await world.createTenant();
  for (const tenant of [mine, theirs]) {
    const mail = await enrolled(world, tenant);
    await sendDue(world);
    await deliver(world, [providerEvent(world, mail, 'opened')]);
    await asAdmin((query) => fillTenantTables(query, tenant.tenantId));
  }
  tables = await asAdmin(tenantTables);
});

afterAll(() => world.close());

/** Works as the administrator, whom no policy binds. */
function asAdmin<T>(work: (query: Query) => Promise<T>): Promise<T> {
  return withClient(world.database.url, (client) =>
    work(async <R>(statement: string, values: readonly unknown[] = []) => {
      const { rows } = await client.query(statement, [...values]);
      return rows as R[];
    }),
  );
}

class RolledBack extends Error {}

/** Rows that a statement touches, as a role bound to tenants; 0 where it may not run at all. */
async function touched(
  db: Database,
  bound: readonly string[] | null,
  statement: string,
  ...values: readonly unknown[]
): Promise<number> {
  let count = 0;
  const parts = statement.split('?') as unknown as TemplateStringsArray;
  const work = async (trx: Transaction<Schema>) => {
    const result = await sql(parts, ...values).execute(trx);
    count = Math.max(result.rows.length, Number(result.numAffectedRows ?? 0));
    throw new RolledBack();
  };
  try {
    await (bound === null ? db.transaction().execute(work) : inTenants(db, bound, work));
  } catch (error) {
    if (error instanceof RolledBack) return count;
    // Not permitted at all, or a row that a policy does not let be written.
    if (error instanceof Error && 'code' in error && error.code === '42501') return 0;
    // A reference holds the row, and no policy kept the statement from it.
    if (error instanceof Error && 'code' in error && error.code === '23503') return 1;
    throw error;
  }
  return count;
}

/** Tables in which a role reaches rows of a tenant that it is not bound to, and how. */
async function leaks(db: Database, bound: readonly string[] | null, foreign: string) {
  const found: string[] = [];
  for (const { name, owner } of tables) {
    for (const [how, statement] of [
      ['sees', `SELECT 1 FROM ${name} WHERE ${owner} = ?`],
      ['changes', `UPDATE ${name} SET ${owner} = ${owner} WHERE ${owner} = ?`],
      ['deletes', `DELETE FROM ${name} WHERE ${owner} = ?`],
    ] as const) {
      if ((await touched(db, bound, statement, foreign)) > 0) found.push(`${how} ${name}`);
    }
  }
  return found;
}

test('every table of tenants holds rows of both, or the walk would prove nothing', async () => {
  expect(tables.length).toBeGreaterThan(20);
  for (const { tenantId } of [mine, theirs]) {
    expect(await asAdmin((query) => emptyTables(query, tenantId))).toEqual([]);
  }
});

test('nothing is unique across tenants but what nobody can choose, or guess', async () => {
  const uniques = await world.rows<{ name: string; columns: string }>(
    `
    SELECT c.relname AS name, string_agg(a.attname, ',' ORDER BY k.place) AS columns
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE i.indisunique AND c.relname = ANY (?::text[])
    GROUP BY c.relname, i.indexrelid HAVING NOT bool_or(a.attname = 'tenant_id') ORDER BY 1, 2`,
    tables.map(({ name }) => name),
  );
  const ids = uniques.filter(({ columns }) => columns === 'id').map(({ name }) => name);
  expect(uniques.filter(({ columns }) => columns !== 'id')).toEqual([
    // Hashes of what the server has drawn: 256 random bits each.
    { name: 'api_keys', columns: 'key_hash' },
    { name: 'inbound_tokens', columns: 'token_hash' },
    // A place in a delivery, whose id the server has drawn.
    { name: 'quarantined_events', columns: 'delivery_id,position' },
    { name: 'sessions', columns: 'token_hash' },
    // What a provider's message has brought about, of which one tenant of its number answers.
    { name: 'sms_answers', columns: 'cause_key' },
  ]);
  // Ids of rows that a request makes are drawn by the server, too: no role of an app may change one,
  // and no body holds one.
  expect(ids).toEqual([
    'communication_suppressions',
    'inbound_deliveries',
    'send_rate_limits',
    'suppression_lifts',
    'tenants',
    'warmup_ramps',
    'webhook_deliveries',
  ]);
});

describe.each(['api', 'worker'] as const)('the %s', (app) => {
  const db = () => world[app];

  test('bound to one tenant reaches no row of another', async () => {
    expect(await leaks(db(), [mine.tenantId], theirs.tenantId)).toEqual([]);
  });

  test('bound to one tenant reaches its own', async () => {
    const seen = await leaks(db(), [mine.tenantId], mine.tenantId);
    expect(seen).toEqual(expect.arrayContaining(['sees contacts', 'changes contact_campaigns']));
  });

  test('bound to nobody reaches no row at all', async () => {
    expect(await leaks(db(), null, theirs.tenantId)).toEqual([]);
    expect(await leaks(db(), [], mine.tenantId)).toEqual([]);
  });

  test('stays unbound after a transaction that was bound, on the same connection', async () => {
    const single = createDatabase(
      createPool({ url: app === 'api' ? world.apiUrl : world.workerUrl, poolSize: 1 }),
    );
    try {
      expect(await touched(single, [mine.tenantId], 'SELECT 1 FROM contacts')).toBe(1);
      expect(await touched(single, null, 'SELECT 1 FROM contacts')).toBe(0);
    } finally {
      await single.destroy();
    }
  });

  test('cannot give its rows to another tenant, nor take from it', async () => {
    const moved: string[] = [];
    for (const { name } of tables.filter(({ owner }) => owner === 'tenant_id')) {
      const statement = `UPDATE ${name} SET tenant_id = ? WHERE tenant_id = ?`;
      const count = await touched(db(), [mine.tenantId], statement, theirs.tenantId, mine.tenantId);
      if (count > 0) moved.push(name);
    }
    expect(moved).toEqual([]);
  });

  test('cannot change what the platform says to all tenants', async () => {
    await world.rows(
      `INSERT INTO communication_suppressions (id, channel, kind, value, reason, source, first_seen_at, last_seen_at)
       VALUES (?, 'email', 'domain', ?, 'manual', 'test', now(), now())`,
      newId(),
      `${app}.invalid`,
    );
    const bound = [mine.tenantId];
    const of = 'communication_suppressions';
    const where = `value = '${app}.invalid'`;
    expect(await touched(db(), bound, `SELECT 1 FROM ${of} WHERE ${where}`)).toBe(1);
    expect(await touched(db(), bound, `UPDATE ${of} SET reason = 'manual' WHERE ${where}`)).toBe(0);
    expect(await touched(db(), bound, `DELETE FROM ${of} WHERE ${where}`)).toBe(0);
  });

  test.each([
    'SET LOCAL ROLE cadenza_claimer',
    `SET LOCAL ROLE ${app === 'api' ? 'cadenza_worker' : 'cadenza_api'}`,
    'SET LOCAL ROLE postgres',
    'CREATE TABLE mine (id integer)',
    'ALTER TABLE contacts DISABLE ROW LEVEL SECURITY',
    'CREATE POLICY all_rows ON contacts USING (true)',
    'DROP TABLE contacts',
    'TRUNCATE contacts',
    'UPDATE clock_settings SET rate = 2',
    'SELECT * FROM kysely_migration',
    'SELECT * FROM message_events_default',
    'ALTER TABLE message_events DETACH PARTITION message_events_default',
    ...(app === 'api'
      ? [
          'SELECT * FROM claim_due_sends(1, 1, 1, 1, 1)',
          'SELECT * FROM claim_due_timeouts(1, 1, 1)',
          'SELECT * FROM release_expired_leases(1)',
          'SELECT * FROM claim_unchecked_addresses(1, 1)',
          'SELECT * FROM find_stale_hand_offs(1, 1)',
          "SELECT * FROM find_messages_by_provider_id('{}')",
          'SELECT * FROM hand_offs_since(now(), NULL, false)',
          'SELECT * FROM uncounted_limits()',
          "SELECT mark_limits_counted('{}')",
          'SELECT ensure_event_partitions(now()::date, 1)',
          'SELECT fold_event_rollups(1)',
          'SELECT analyze_grown_tables()',
          'SELECT * FROM claim_audience(1)',
          "UPDATE message_template_versions SET body = 'x'",
          'DELETE FROM message_template_versions',
          'SELECT delete_expired_idempotency_keys(1)',
          'SELECT relay_feed_events(1)',
          'SELECT claim_webhook_endpoints(1, 1)',
          'SELECT forget_feed_events(1, 1)',
          "INSERT INTO feed_events (type) VALUES ('tenant.changed')",
          'DELETE FROM endpoint_attempts',
          'SELECT detach_event_partition(1)',
          'SELECT drop_event_partition(1)',
          'SELECT delete_old_deliveries(1, 1)',
          'SELECT * FROM tenants_to_guard(1)',
          "SELECT * FROM begin_sms_answers(1, '00000000-0000-0000-0000-000000000000', 1)",
          'SELECT delete_old_sms_answers(1)',
          'UPDATE sms_answers SET status = status',
          'DELETE FROM sender_failures',
          "SELECT tenants_to_retain('00000000-0000-0000-0000-000000000000', 1)",
          'UPDATE tenant_retention SET events_since = now()',
          'SELECT * FROM waiting_deliveries(0, 1)',
          "SELECT * FROM tenants_of_addresses('{}')",
          "SELECT * FROM tenants_of_domains('{}')",
          "SELECT * FROM suppressions_to_push('00000000-0000-0000-0000-000000000000', 1)",
          "SELECT * FROM pushes_to_take_back('00000000-0000-0000-0000-000000000000', 1)",
          'SELECT * FROM suppression_pushes',
          'SELECT * FROM suppression_syncs',
          'SELECT * FROM platform_audit_log',
          'SELECT payload_hash FROM webhook_deliveries',
          'UPDATE webhook_deliveries SET payload = $$$$',
          'SELECT raw FROM quarantined_events',
          'SELECT blob_key FROM inbound_deliveries',
          'INSERT INTO webhook_deliveries DEFAULT VALUES',
          'SELECT payload FROM webhook_deliveries',
          'SELECT * FROM webhook_deliveries',
          'DELETE FROM audit_log',
          'UPDATE audit_log SET actor = actor',
          'SELECT * FROM passwords',
          'UPDATE sessions SET expires_at = now()',
        ]
      : [
          "SELECT * FROM authenticate_api_key('')",
          "SELECT * FROM authenticate_session('', 1)",
          "SELECT * FROM users_of_session('', 1)",
          "SELECT * FROM users_of_address('')",
          "SELECT * FROM users_of_identity('', '', '')",
          "SELECT * FROM password_of_address('')",
          'SELECT * FROM passwords',
          'SELECT * FROM sessions',
          'SELECT * FROM event_feeds',
          "INSERT INTO feed_events (type) VALUES ('tenant.changed')",
          'DELETE FROM webhook_endpoints',
          'UPDATE endpoint_attempts SET attempt = 1',
          "SELECT * FROM store_deliveries('[]', '')",
          'SELECT * FROM webhook_keys',
          'SELECT * FROM inbound_tokens',
          'SELECT * FROM api_keys',
          'SELECT * FROM idempotency_keys',
          'SELECT * FROM users',
          'DELETE FROM contacts',
          'DELETE FROM campaign_audiences',
          'SELECT * FROM message_template_versions',
          'DELETE FROM communication_suppressions',
          'SELECT * FROM platform_audit_log',
          'UPDATE contact_channels SET address = address',
          'DELETE FROM email_validation_results',
          'UPDATE campaign_transitions SET outcome = outcome',
          'DELETE FROM webhook_deliveries',
          'DELETE FROM sms_answers',
          'DELETE FROM event_rollup_deltas',
          'UPDATE tenant_retention SET event_months = 1',
          "UPDATE tenant_guards SET thresholds = '{}'",
        ]),
  ])('may not: %s', async (statement) => {
    const tried = db()
      .transaction()
      .execute((trx) => sql.raw(statement).execute(trx));
    await expect(tried).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|22023)$/) });
  });
});

test('what looks across tenants answers with identifiers, times, domains and counts alone', async () => {
  const functions = await world.rows<{ name: string; result: string }>(`
    SELECT p.proname AS name, pg_get_function_result(p.oid) AS result FROM pg_proc p
    JOIN pg_roles r ON r.oid = p.proowner AND r.rolname = 'cadenza_claimer' ORDER BY 1`);
  expect(functions.length).toBeGreaterThan(6);
  const ids =
    /^(?:tenant|action|campaign|message|contact|sender_identity|key|limit|delivery|suppression|push|removal|channel|erasure|audience|answer|endpoint|user|session)_id uuid$/;
  const others =
    /^(?:dispatch_no integer|lane_wakes bigint|attempt integer|place integer|can_answer boolean|deliveries integer|channel text|(?:begun_at|received_at|expires_at|until) timestamp with time zone|(?:recipient_domain|ip_pool|reservation_id) text|(?:spacing_(?:min|max)|window)_seconds integer|trigger|void|provider_message_id text|key_mark text|user_role text|password_digest bytea|password_hash text|scopes text\[\]|(?:key|tenant)_requests_per_minute integer|timestamp with time zone|integer)$/;
  for (const { name, result } of functions) {
    const columns = result.replace(/^TABLE\(|\)$/g, '').split(', ');
    expect(
      columns.filter((column) => !ids.test(column) && !others.test(column)),
      name,
    ).toEqual([]);
  }
});

describe('the walk finds foreign rows', () => {
  /** Tables of which a role may read the rows at all, partitions through their parent alone. */
  const readable = async (app: 'api' | 'worker') => {
    const seen = await leaks(world[app], [theirs.tenantId], theirs.tenantId);
    return seen.filter((one) => one.startsWith('sees '));
  };

  const bind = (how: 'DISABLE' | 'ENABLE') =>
    asAdmin((query) =>
      query(tables.map(({ name }) => `ALTER TABLE ${name} ${how} ROW LEVEL SECURITY`).join(';')),
    );

  test.each(['api', 'worker'] as const)('of every table that is not bound: the %s', async (app) => {
    const all = await readable(app);
    expect(all.length).toBeGreaterThan(20);
    await bind('DISABLE');
    try {
      const found = await leaks(world[app], [mine.tenantId], theirs.tenantId);
      expect(found).toEqual(expect.arrayContaining(all));
      expect(found).toEqual(expect.arrayContaining(['changes contact_campaigns']));
    } finally {
      await bind('ENABLE');
    }
    expect(await leaks(world[app], [mine.tenantId], theirs.tenantId)).toEqual([]);
  });

  test('of every table by a login that policies do not bind', async () => {
    const all = await readable('api');
    const url = await createLogin(world.database.url, { role: 'cadenza_api' });
    const { username } = new URL(url);
    await asAdmin((query) => query(`ALTER ROLE ${username} BYPASSRLS`));
    const db = createDatabase(createPool({ url, poolSize: 1 }));
    try {
      const found = await leaks(db, [mine.tenantId], theirs.tenantId);
      expect(found).toEqual(expect.arrayContaining(all));
    } finally {
      await db.destroy();
      await dropLogins(adminUrl, [username]);
    }
  });
});

describe('an app refuses to start', () => {
  async function refusalOf(url: string, role: AppRole = 'cadenza_api'): Promise<string> {
    const db = createDatabase(createPool({ url, poolSize: 1 }));
    try {
      await assertAppRole(db, role);
      return 'accepted';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await db.destroy();
    }
  }

  /** A login of its own, which a statement as the administrator changes. */
  async function withLogin(
    change: (name: string) => string,
    check: (url: string) => Promise<void>,
    undo: (name: string) => string = () => 'SELECT 1',
  ): Promise<void> {
    const url = await createLogin(world.database.url, { role: 'cadenza_api' });
    const { username } = new URL(url);
    try {
      await asAdmin((query) => query(change(username)));
      await check(url);
    } finally {
      await asAdmin((query) => query(undo(username)));
      await dropLogins(adminUrl, [username]);
    }
  }

  test('as superuser', async () => {
    expect(await refusalOf(world.database.url)).toMatch(
      /connects as "\w+", a superuser, whom row-level security does not bind\. Use a login .* cadenza login create --role api/,
    );
  });

  test('as superuser in the clothes of a plain role', async () => {
    const url = new URL(world.database.url);
    url.searchParams.set('options', '-c role=cadenza_api');
    expect(await refusalOf(url.href)).toMatch(/superuser/);
  });

  test('with BYPASSRLS', () =>
    withLogin(
      (name) => `ALTER ROLE ${name} BYPASSRLS`,
      async (url) => expect(await refusalOf(url)).toMatch(/which has BYPASSRLS/),
    ));

  test('as the owner of the tables', () =>
    withLogin(
      (name) => `ALTER TABLE contact_campaigns OWNER TO ${name}`,
      async (url) => expect(await refusalOf(url)).toMatch(/which owns the tables/),
      (name) => `REASSIGN OWNED BY ${name} TO CURRENT_USER`,
    ));

  test('as one who can become the role that looks across tenants', () =>
    withLogin(
      (name) => `GRANT cadenza_claimer TO ${name}`,
      async (url) => expect(await refusalOf(url)).toMatch(/cadenza_claimer/),
    ));

  test('as no member of its role', async () => {
    expect(await refusalOf(world.apiUrl, 'cadenza_worker')).toMatch(
      /which is no member of cadenza_worker/,
    );
  });

  test('on a database that has not been migrated', async () => {
    const empty = await createTestDatabase(adminUrl);
    const url = new URL(world.apiUrl);
    url.pathname = `/${empty.name}`;
    try {
      expect(await refusalOf(url.href)).toMatch(
        /has no tables of Cadenza\. Run: cadenza migrate up/,
      );
    } finally {
      await empty.drop();
    }
  });

  test('in no other case', async () => {
    expect(await refusalOf(world.apiUrl)).toBe('accepted');
    expect(await refusalOf(world.workerUrl, 'cadenza_worker')).toBe('accepted');
  });
});
