import { newId } from '@cadenza/domain';
import { createTestDatabase, withClient } from '@cadenza/testing';
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
let tables: { name: string; owner: string }[];

beforeAll(async () => {
  world = await createWorld(adminUrl);
  mine = await world.createTenant();
  theirs = await world.createTenant();
  for (const tenant of [mine, theirs]) {
    const mail = await enrolled(world, tenant);
    await sendDue(world);
    await deliver(world, [providerEvent(world, mail, 'opened')]);
    await fillOtherTables(tenant.tenantId, tenant.campaignId);
  }
  tables = await world.rows(`
    SELECT c.relname AS name, CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END AS owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE c.relkind IN ('r', 'p') AND (c.relname = 'tenants' OR EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))
    ORDER BY 1`);
});

afterAll(() => world.close());

async function fillOtherTables(tenantId: string, campaignId: string): Promise<void> {
  const id = () => newId();
  await world.rows(
    "INSERT INTO users (tenant_id, id, email, role) VALUES (?, ?, 'a@example.com', 'owner')",
    tenantId,
    id(),
  );
  await world.rows(
    "INSERT INTO api_keys (tenant_id, id, name, prefix, key_hash) VALUES (?, ?, 'key', 'cad', sha256(?::bytea))",
    tenantId,
    id(),
    Buffer.from(tenantId),
  );
  await world.rows(
    "INSERT INTO audit_log (tenant_id, id, actor, action, entity, entity_id) VALUES (?, ?, 'a', 'b', 'c', 'd')",
    tenantId,
    id(),
  );
  await world.rows(
    `INSERT INTO idempotency_keys (tenant_id, key, target_hash, holder, held_until, expires_at)
     VALUES (?, 'once', sha256(''), ?, now(), now())`,
    tenantId,
    id(),
  );
  await world.rows(
    `INSERT INTO campaign_audiences (tenant_id, id, campaign_id, filter) VALUES (?, ?, ?, '{}')`,
    tenantId,
    id(),
    campaignId,
  );
  const templateId = id();
  await world.rows(
    "INSERT INTO message_templates (tenant_id, id, name, channel) VALUES (?, ?, 'T', 'sms')",
    tenantId,
    templateId,
  );
  await world.rows(
    `INSERT INTO message_template_versions (tenant_id, template_id, version, body, content_hash, variables)
     VALUES (?, ?, 1, 'b', sha256(''), '{}')`,
    tenantId,
    templateId,
  );
  await world.rows("INSERT INTO leads (tenant_id, id, name) VALUES (?, ?, 'Lead')", tenantId, id());
  await world.rows(
    `INSERT INTO email_validation_results (tenant_id, id, address, verdict, source, checked_at, expires_at)
     VALUES (?, ?, 'a@example.com', 'valid', 'test', now(), now() + interval '1 day')`,
    tenantId,
    id(),
  );
  await world.rows(
    `INSERT INTO communication_suppressions (id, tenant_id, channel, value, reason, source, first_seen_at, last_seen_at)
     VALUES (?, ?, 'email', 'gone@example.com', 'manual', 'test', now(), now())`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO suppression_lifts (id, tenant_id, channel, kind, value, reason, lifted_at)
     VALUES (?, ?, 'email', 'address', 'back@example.com', 'manual', now())`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO send_rate_limits (id, tenant_id, scope, window_seconds, max_messages)
     VALUES (?, ?, 'tenant', 60, 1000)`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO message_attempts (tenant_id, message_id, attempt, token, status, begun_at, to_address,
       subject)
     SELECT tenant_id, id, 1, ?, 'released', now(), 'a@example.com', 'First'
     FROM outbound_messages WHERE tenant_id = ? LIMIT 1`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO warmup_ramps (id, tenant_id, scope, reference, starts_at, allowances)
     VALUES (?, ?, 'ip_pool', 'cold', now(), '{50}')`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO inbound_messages (tenant_id, id, from_address, received_at) VALUES (?, ?, 'a@example.com', now())`,
    tenantId,
    id(),
  );
  await world.rows(
    `INSERT INTO webhook_keys (tenant_id, id, name, public_key) VALUES (?, ?, 'key', 'MFkw')`,
    tenantId,
    id(),
  );
  await world.rows(
    `INSERT INTO webhook_deliveries (id, tenant_id, provider, payload, payload_hash)
     VALUES (?, ?, 'sendgrid', '', sha256(''))`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO inbound_deliveries (id, tenant_id, content_type, bytes, sha256, blob_key, verdict)
     VALUES (?, ?, 'multipart/form-data', 0, sha256(''), 'inbound/0', 'signed')`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO inbound_attachments (tenant_id, id, inbound_message_id, position, content_type, bytes,
       blob_key)
     SELECT tenant_id, ?, id, 0, 'text/plain', 0, 'a' FROM inbound_messages WHERE tenant_id = ?`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO contact_absences (tenant_id, contact_id, input_id, answered_at)
     SELECT tenant_id, id, 'away', now() FROM contacts WHERE tenant_id = ? LIMIT 1`,
    tenantId,
  );
  await world.rows(
    `INSERT INTO inbound_tokens (tenant_id, id, name, token_hash)
     VALUES (?, ?, 'token', sha256(?::bytea))`,
    tenantId,
    id(),
    Buffer.from(tenantId),
  );
  await world.rows('INSERT INTO sendgrid_accounts (tenant_id) VALUES (?)', tenantId);
  await world.rows(
    'INSERT INTO event_feeds (tenant_id, position, wanted_until) VALUES (?, 1, now())',
    tenantId,
  );
  await world.rows(
    `INSERT INTO feed_events (tenant_id, position, type, data, occurred_at)
     VALUES (?, 1, 'tenant.changed', '{}', now())`,
    tenantId,
  );
  const endpointId = id();
  await world.rows(
    "INSERT INTO webhook_endpoints (tenant_id, id, url) VALUES (?, ?, 'https://hooks.example.com')",
    tenantId,
    endpointId,
  );
  await world.rows(
    `INSERT INTO endpoint_secrets (tenant_id, id, endpoint_id, sealed_secret)
     VALUES (?, ?, ?, 'v1.k1.abcdefghijk.x')`,
    tenantId,
    id(),
    endpointId,
  );
  await world.rows(
    `INSERT INTO endpoint_deliveries (tenant_id, endpoint_id, position, next_at)
     VALUES (?, ?, 1, now())`,
    tenantId,
    endpointId,
  );
  await world.rows(
    `INSERT INTO endpoint_attempts (tenant_id, endpoint_id, position, attempt, outcome, answer_status,
       latency_ms, attempted_at)
     VALUES (?, ?, 1, 1, 'refused', 500, 1, now())`,
    tenantId,
    endpointId,
  );
  await world.rows('INSERT INTO tenant_retention (tenant_id) VALUES (?)', tenantId);
  await world.rows("INSERT INTO tenant_guards (tenant_id, thresholds) VALUES (?, '{}')", tenantId);
  await world.rows(
    `INSERT INTO sender_hand_offs_hourly (tenant_id, sender_identity_id, hour, count)
     SELECT tenant_id, id, now(), 1 FROM email_sender_identities WHERE tenant_id = ?`,
    tenantId,
  );
  await world.rows(
    `INSERT INTO sender_failures (tenant_id, message_id, kind, sender_identity_id, sent_at)
     SELECT tenant_id, id, 'bounce', sender_identity_id, now() FROM outbound_messages
     WHERE tenant_id = ? LIMIT 1`,
    tenantId,
  );
  await world.rows(
    `INSERT INTO campaign_opt_outs (tenant_id, contact_id, campaign_id, source, left_at)
     SELECT tenant_id, contact_id, campaign_id, 'link', now()
     FROM contact_campaigns WHERE tenant_id = ? LIMIT 1`,
    tenantId,
  );
  const erasureId = id();
  await world.rows(
    `INSERT INTO erasures (tenant_id, id, contact_id, subject)
     SELECT tenant_id, ?, id, '{"addresses": []}' FROM contacts WHERE tenant_id = ? LIMIT 1`,
    erasureId,
    tenantId,
  );
  await world.rows(
    `INSERT INTO erased_addresses (tenant_id, address, erasure_id)
     VALUES (?, repeat('0', 64) || '@erased.invalid', ?)`,
    tenantId,
    erasureId,
  );
  await world.rows("INSERT INTO erased_blobs (tenant_id, blob_key) VALUES (?, 'a')", tenantId);
  await world.rows(
    `INSERT INTO contact_consents (tenant_id, id, contact_id, channel, source, given_at)
     SELECT tenant_id, ?, id, 'email', 'form', now() FROM contacts WHERE tenant_id = ? LIMIT 1`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO contact_opt_outs (tenant_id, contact_id, channel, reason, source, left_at)
     SELECT tenant_id, id, 'email', 'unsubscribed', 'link', now()
     FROM contacts WHERE tenant_id = ? LIMIT 1`,
    tenantId,
  );
  await world.rows(
    `INSERT INTO opt_out_suppressions (tenant_id, contact_id, channel, suppression_id)
     SELECT o.tenant_id, o.contact_id, o.channel, s.id FROM contact_opt_outs o
     JOIN communication_suppressions s ON s.tenant_id = o.tenant_id
     WHERE o.tenant_id = ? LIMIT 1`,
    tenantId,
  );
  await world.rows(
    `INSERT INTO sms_answers (tenant_id, id, sender_identity_id, to_address, keyword, language, cause_key,
       expires_at)
     SELECT tenant_id, ?, id, '+12025550100', 'help', 'en', id::text, now()
     FROM email_sender_identities WHERE tenant_id = ? LIMIT 1`,
    id(),
    tenantId,
  );
  await world.rows(
    `INSERT INTO enrollment_snapshots (tenant_id, enrollment_id, seq, state, machine_version)
     SELECT tenant_id, id, 1, state, 1 FROM contact_campaigns WHERE tenant_id = ? LIMIT 1`,
    tenantId,
  );
  await world.rows(
    `INSERT INTO event_rollups_hourly (tenant_id, campaign_id, node_id, hour, type, count)
     VALUES (?, ?, 'first', now(), 'opened', 1)`,
    tenantId,
    campaignId,
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
  const empty: string[] = [];
  for (const { name, owner } of tables.filter(
    ({ name: table }) => !/_(\d{6}|default)$/.test(table),
  )) {
    for (const { tenantId } of [mine, theirs]) {
      const rows = await world.rows(`SELECT 1 FROM ${name} WHERE ${owner} = ?`, tenantId);
      if (rows.length === 0) empty.push(name);
    }
  }
  expect(tables.length).toBeGreaterThan(20);
  expect(empty).toEqual([]);
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
          'SELECT * FROM claim_due_timeouts(1, 1)',
          'SELECT * FROM release_expired_leases(1)',
          'SELECT * FROM claim_unchecked_addresses(1, 1)',
          'SELECT * FROM find_stale_hand_offs(1, 1)',
          "SELECT * FROM find_messages_by_provider_id('{}')",
          'SELECT * FROM hand_offs_since(now(), NULL, false)',
          'SELECT * FROM uncounted_limits()',
          "SELECT mark_limits_counted('{}')",
          'SELECT ensure_event_partitions(now()::date, 1)',
          'SELECT fold_event_rollups(1)',
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
          'SELECT id FROM webhook_deliveries',
          'INSERT INTO webhook_deliveries DEFAULT VALUES',
          'SELECT payload FROM webhook_deliveries',
          'SELECT * FROM webhook_deliveries',
          'DELETE FROM audit_log',
          'UPDATE audit_log SET actor = actor',
        ]
      : [
          "SELECT * FROM authenticate_api_key('')",
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
    /^(?:tenant|action|message|contact|sender_identity|key|limit|delivery|suppression|push|removal|channel|erasure|audience|answer|endpoint)_id uuid$/;
  const others =
    /^(?:dispatch_no integer|lane_wakes bigint|attempt integer|place integer|can_answer boolean|deliveries integer|channel text|(?:begun_at|received_at|expires_at|until) timestamp with time zone|(?:recipient_domain|ip_pool|reservation_id) text|(?:spacing_(?:min|max)|window)_seconds integer|trigger|void|provider_message_id text|key_mark text|scopes text\[\]|(?:key|tenant)_requests_per_minute integer|timestamp with time zone|integer)$/;
  for (const { name, result } of functions) {
    const columns = result.replace(/^TABLE\(|\)$/g, '').split(', ');
    expect(
      columns.filter((column) => !ids.test(column) && !others.test(column)),
      name,
    ).toEqual([]);
  }
});

test('the walk finds foreign rows where a table is not bound', async () => {
  await world.rows('ALTER TABLE contacts DISABLE ROW LEVEL SECURITY');
  try {
    expect(await leaks(world.api, [mine.tenantId], theirs.tenantId)).toContain('sees contacts');
  } finally {
    await world.rows('ALTER TABLE contacts ENABLE ROW LEVEL SECURITY');
  }
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
    const asAdmin = (statement: string) =>
      withClient(world.database.url, (client) => client.query(statement));
    try {
      await asAdmin(change(username));
      await check(url);
    } finally {
      await asAdmin(undo(username));
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
