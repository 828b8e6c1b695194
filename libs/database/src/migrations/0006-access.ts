import { sql, type Kysely } from 'kysely';

/**
 * Row-level security, grants, and the few functions that look across tenants.
 *
 * - `cadenza_api` is bound to the one tenant in `app.tenant_id`.
 * - `cadenza_worker` is bound to the tenants of its batch in `app.tenant_ids`.
 * - `cadenza_claimer` cannot log in; it owns the functions that find due work across tenants,
 *   which answer with identifiers and counts, and with nothing that a message or a person says.
 */
const TENANT_TABLES = [
  'users',
  'api_keys',
  'audit_log',
  'leads',
  'contacts',
  'contact_channels',
  'email_validation_results',
  'email_sender_identities',
  'campaign_plans',
  'campaign_plan_versions',
  'campaigns',
  'contact_campaigns',
  'campaign_transitions',
  'outbound_messages',
  'message_attempts',
  'dispatch_lanes',
  'scheduled_actions',
  'message_events',
  'inbound_messages',
  'event_rollups_hourly',
] as const;

/** Tables in which a row without a tenant belongs to the platform and is read by every tenant. */
const SHARED_TABLES = ['communication_suppressions', 'send_rate_limits'] as const;

const TABLES_WITH_UPDATED_AT = [
  'tenants',
  'users',
  'api_keys',
  'leads',
  'contacts',
  'contact_channels',
  'email_validation_results',
  'communication_suppressions',
  'email_sender_identities',
  'send_rate_limits',
  'campaign_plans',
  'campaigns',
  'contact_campaigns',
  'outbound_messages',
  'message_attempts',
  'dispatch_lanes',
  'scheduled_actions',
  'inbound_messages',
] as const;

const API_GRANTS: readonly (readonly [privileges: string, tables: string])[] = [
  ['SELECT', 'clock_settings'],
  ['SELECT, INSERT, UPDATE', 'tenants'],
  ['SELECT, INSERT, UPDATE, DELETE', 'users, api_keys, leads, contacts, contact_channels'],
  ['SELECT, INSERT', 'audit_log, campaign_transitions'],
  ['SELECT, INSERT, UPDATE, DELETE', 'email_validation_results, communication_suppressions'],
  ['SELECT, INSERT, UPDATE, DELETE', 'email_sender_identities, send_rate_limits'],
  ['SELECT, INSERT, UPDATE, DELETE', 'campaign_plans, campaign_plan_versions, campaigns'],
  ['SELECT, INSERT, UPDATE', 'contact_campaigns, outbound_messages'],
  ['SELECT, INSERT, UPDATE, DELETE', 'message_attempts'],
  ['SELECT, INSERT, UPDATE', 'dispatch_lanes, scheduled_actions, inbound_messages'],
  ['SELECT', 'message_events, event_rollups_hourly'],
  ['INSERT, SELECT (id, payload_hash, status, received_at)', 'webhook_deliveries'],
];

const WORKER_GRANTS: readonly (readonly [privileges: string, tables: string])[] = [
  ['SELECT', 'clock_settings, leads, contacts, contact_channels, campaign_plan_versions'],
  ['UPDATE (soft_bounces)', 'contact_channels'],
  ['SELECT', 'send_rate_limits, email_validation_results'],
  ['SELECT, UPDATE', 'tenants, campaigns, email_sender_identities'],
  ['SELECT, INSERT, UPDATE', 'communication_suppressions'],
  ['SELECT, INSERT', 'audit_log, campaign_transitions, message_events, quarantined_events'],
  ['SELECT, INSERT, UPDATE', 'contact_campaigns, outbound_messages'],
  ['SELECT, INSERT, UPDATE, DELETE', 'message_attempts'],
  ['SELECT, INSERT, UPDATE', 'dispatch_lanes, scheduled_actions, inbound_messages'],
  ['SELECT, INSERT, UPDATE', 'event_rollups_hourly'],
  ['SELECT, UPDATE', 'webhook_deliveries'],
];

const CLAIMER_GRANTS: readonly (readonly [privileges: string, tables: string])[] = [
  ['SELECT', 'clock_settings, tenants, campaigns, email_sender_identities, outbound_messages'],
  ['SELECT', 'send_rate_limits, message_attempts'],
  ['UPDATE (look_up_at)', 'outbound_messages'],
  ['SELECT (tenant_id, contact_id, channel, address)', 'contact_channels'],
  ['SELECT, UPDATE', 'scheduled_actions, dispatch_lanes, api_keys'],
];

/** Tables that the claiming role reads or writes across tenants. */
const CLAIMED_TABLES = [
  'tenants',
  'campaigns',
  'email_sender_identities',
  'outbound_messages',
  'message_attempts',
  'contact_channels',
  'scheduled_actions',
  'dispatch_lanes',
  'api_keys',
  'send_rate_limits',
] as const;

const FUNCTIONS: readonly (readonly [signature: string, grantee: string])[] = [
  ['claim_due_sends(integer, integer, double precision, double precision)', 'cadenza_worker'],
  ['claim_due_timeouts(integer, double precision)', 'cadenza_worker'],
  ['release_expired_leases(integer)', 'cadenza_worker'],
  ['find_stale_hand_offs(double precision, integer)', 'cadenza_worker'],
  ['claim_unknown_messages(integer, double precision)', 'cadenza_worker'],
  ['find_messages_by_provider_id(text[])', 'cadenza_worker'],
  ['hand_offs_since(timestamptz)', 'cadenza_worker'],
  ['oldest_due_action()', 'cadenza_worker'],
  ['count_unknown_messages()', 'cadenza_worker'],
  ['count_doubled_hand_offs()', 'cadenza_worker'],
  ['authenticate_api_key(bytea)', 'cadenza_api'],
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES_WITH_UPDATED_AT) {
    await sql`
      CREATE TRIGGER touch_updated_at BEFORE UPDATE ON ${sql.table(table)}
      FOR EACH ROW EXECUTE FUNCTION touch_updated_at()`.execute(db);
  }
  for (const table of ['tenants', ...TENANT_TABLES, ...SHARED_TABLES]) {
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ROW LEVEL SECURITY`.execute(db);
    await sql`ALTER TABLE ${sql.table(table)} FORCE ROW LEVEL SECURITY`.execute(db);
  }
  // The sub-selects make each setting be read once for a statement instead of once for a row.
  for (const table of ['tenants', ...TENANT_TABLES]) {
    const column = sql.id(table === 'tenants' ? 'id' : 'tenant_id');
    await sql`
      CREATE POLICY api_tenant ON ${sql.table(table)} TO cadenza_api
      USING (${column} = (SELECT current_tenant()))`.execute(db);
    await sql`
      CREATE POLICY worker_tenants ON ${sql.table(table)} TO cadenza_worker
      USING (${column} = ANY ((SELECT current_tenants())::uuid[]))`.execute(db);
  }
  for (const table of SHARED_TABLES) {
    await sql`
      CREATE POLICY api_tenant ON ${sql.table(table)} TO cadenza_api
      USING (tenant_id = (SELECT current_tenant()))`.execute(db);
    await sql`
      CREATE POLICY worker_tenants ON ${sql.table(table)} TO cadenza_worker
      USING (tenant_id = ANY ((SELECT current_tenants())::uuid[]))`.execute(db);
    await sql`
      CREATE POLICY platform_rows ON ${sql.table(table)} FOR SELECT
      TO cadenza_api, cadenza_worker USING (tenant_id IS NULL)`.execute(db);
  }
  for (const table of CLAIMED_TABLES) {
    await sql`
      CREATE POLICY claimer_all ON ${sql.table(table)} TO cadenza_claimer USING (true)`.execute(db);
  }
  for (const [grants, role] of [
    [API_GRANTS, 'cadenza_api'],
    [WORKER_GRANTS, 'cadenza_worker'],
    [CLAIMER_GRANTS, 'cadenza_claimer'],
  ] as const) {
    for (const [privileges, tables] of grants) {
      await sql`GRANT ${sql.raw(privileges)} ON ${sql.raw(tables)} TO ${sql.id(role)}`.execute(db);
    }
  }

  // Lanes take turns: the one served longest ago comes first, and none gives more than its share
  // to one round, so that a tenant with a million due messages does not keep out one with three.
  await sql`
    CREATE FUNCTION claim_due_sends(
      max_actions integer, max_per_lane integer, horizon_ms double precision, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, action_id uuid, dispatch_no integer)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH clock AS MATERIALIZED (SELECT campaign_now() AS now),
      lanes AS MATERIALIZED (
        SELECT l.tenant_id, l.campaign_id, l.sender_identity_id, l.served_at
        FROM dispatch_lanes l
        JOIN tenants t ON t.id = l.tenant_id AND t.status = 'active'
        JOIN campaigns c ON c.tenant_id = l.tenant_id AND c.id = l.campaign_id
          AND c.status = 'running'
        JOIN email_sender_identities s ON s.tenant_id = l.tenant_id
          AND s.id = l.sender_identity_id AND s.paused_at IS NULL
        CROSS JOIN clock
        WHERE l.next_at <= clock.now
          AND EXISTS (
            SELECT FROM scheduled_actions a
            WHERE a.tenant_id = l.tenant_id AND a.campaign_id = l.campaign_id
              AND a.sender_identity_id = l.sender_identity_id
              AND a.type = 'send' AND a.status = 'pending'
              AND a.run_at <= clock.now + horizon_ms * interval '1 millisecond')
        ORDER BY l.served_at
        LIMIT max_actions
        -- An insert of an action holds its lane's key: that must not make the lane be skipped.
        FOR NO KEY UPDATE OF l SKIP LOCKED),
      due AS MATERIALIZED (
        SELECT a.tenant_id, a.id, lanes.campaign_id, lanes.sender_identity_id
        FROM lanes CROSS JOIN clock
        CROSS JOIN LATERAL (
          SELECT s.tenant_id, s.id
          FROM scheduled_actions s
          WHERE s.tenant_id = lanes.tenant_id AND s.campaign_id = lanes.campaign_id
            AND s.sender_identity_id = lanes.sender_identity_id
            AND s.type = 'send' AND s.status = 'pending'
            AND s.run_at <= clock.now + horizon_ms * interval '1 millisecond'
          ORDER BY s.run_at, s.id
          LIMIT max_per_lane
          FOR UPDATE SKIP LOCKED) a
        ORDER BY lanes.served_at
        LIMIT max_actions),
      served AS (
        UPDATE dispatch_lanes l SET served_at = clock_timestamp()
        FROM (SELECT DISTINCT due.tenant_id, due.campaign_id, due.sender_identity_id FROM due) d
        WHERE l.tenant_id = d.tenant_id AND l.campaign_id = d.campaign_id
          AND l.sender_identity_id = d.sender_identity_id)
      UPDATE scheduled_actions a
      SET status = 'dispatched', dispatch_no = a.dispatch_no + 1,
          lease_until = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due
      WHERE a.tenant_id = due.tenant_id AND a.id = due.id
      RETURNING a.tenant_id, a.id, a.dispatch_no
    $$`.execute(db);
  await sql`
    CREATE FUNCTION claim_due_timeouts(max_actions integer, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, action_id uuid, dispatch_no integer)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH due AS MATERIALIZED (
        SELECT s.tenant_id, s.id FROM scheduled_actions s
        WHERE s.type = 'timeout' AND s.status = 'pending' AND s.run_at <= campaign_now()
        ORDER BY s.run_at
        LIMIT max_actions
        FOR UPDATE SKIP LOCKED)
      UPDATE scheduled_actions a
      SET status = 'dispatched', dispatch_no = a.dispatch_no + 1,
          lease_until = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due
      WHERE a.tenant_id = due.tenant_id AND a.id = due.id
      RETURNING a.tenant_id, a.id, a.dispatch_no
    $$`.execute(db);
  await sql`
    CREATE FUNCTION release_expired_leases(max_actions integer)
    RETURNS TABLE (tenant_id uuid, action_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH expired AS MATERIALIZED (
        SELECT s.tenant_id, s.id FROM scheduled_actions s
        WHERE s.status = 'dispatched' AND s.lease_until < clock_timestamp()
        ORDER BY s.lease_until
        LIMIT max_actions
        FOR UPDATE SKIP LOCKED)
      UPDATE scheduled_actions a
      SET status = 'pending', lease_until = NULL, slot_start = NULL, slot_end = NULL
      FROM expired
      WHERE a.tenant_id = expired.tenant_id AND a.id = expired.id
      RETURNING a.tenant_id, a.id
    $$`.execute(db);
  await sql`
    CREATE FUNCTION find_stale_hand_offs(grace_ms double precision, max_messages integer)
    RETURNS TABLE (tenant_id uuid, message_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT m.tenant_id, m.id FROM outbound_messages m
      WHERE m.status = 'dispatching'
        AND m.deadline_at < clock_timestamp() - grace_ms * interval '1 millisecond'
      ORDER BY m.deadline_at
      LIMIT max_messages
    $$`.execute(db);
  await sql`
    CREATE FUNCTION find_messages_by_provider_id(provider_ids text[])
    RETURNS TABLE (tenant_id uuid, message_id uuid, provider_message_id text, attempt integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT m.tenant_id, m.id, m.provider_message_id, m.attempt FROM outbound_messages m
      WHERE m.provider_message_id = ANY (provider_ids)
      UNION ALL
      SELECT f.tenant_id, f.message_id, f.provider_message_id, f.attempt FROM message_attempts f
      WHERE f.provider_message_id = ANY (provider_ids)
    $$`.execute(db);
  await sql`
    CREATE FUNCTION claim_unknown_messages(max_messages integer, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, message_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH due AS MATERIALIZED (
        SELECT m.tenant_id, m.id FROM outbound_messages m
        WHERE m.status = 'unknown' AND m.look_up_at <= clock_timestamp()
        ORDER BY m.look_up_at
        LIMIT max_messages
        FOR UPDATE SKIP LOCKED)
      UPDATE outbound_messages m
      SET look_up_at = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due
      WHERE m.tenant_id = due.tenant_id AND m.id = due.id
      RETURNING m.tenant_id, m.id
    $$`.execute(db);
  // What limits are counted by: hand-offs, and slots that were given and can still begin. The
  // recipient's domain is the one thing here besides identifiers. A tenant's own window may reach
  // further back than the caller, who cannot see them all, knows.
  await sql`
    CREATE FUNCTION hand_offs_since(since timestamptz)
    RETURNS TABLE (tenant_id uuid, message_id uuid, attempt integer, sender_identity_id uuid,
                   recipient_domain text, begun_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH reach AS MATERIALIZED (
        SELECT least(since, campaign_now() - interval '1 second' *
          (SELECT max(l.window_seconds) FROM send_rate_limits l)) AS since)
      SELECT m.tenant_id, m.id, m.attempt, m.sender_identity_id, split_part(m.to_address, '@', 2),
        m.begun_at
      FROM outbound_messages m
      WHERE m.begun_at > (SELECT r.since FROM reach r)
      UNION ALL
      SELECT f.tenant_id, f.message_id, f.attempt, m.sender_identity_id,
        split_part(f.to_address, '@', 2), f.begun_at
      FROM message_attempts f
      JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
      WHERE f.begun_at > (SELECT r.since FROM reach r) AND f.status <> 'released'
      UNION ALL
      SELECT a.tenant_id, a.message_id, a.attempt, a.sender_identity_id,
        split_part(h.address, '@', 2), a.slot_start
      FROM scheduled_actions a
      JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
      JOIN contact_channels h ON h.tenant_id = m.tenant_id AND h.contact_id = m.contact_id
        AND h.channel = m.channel
      WHERE a.status = 'dispatched' AND a.slot_end >= campaign_now()
    $$`.execute(db);
  await sql`
    CREATE FUNCTION oldest_due_action() RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT min(a.run_at) FROM (
        SELECT min(s.run_at) AS run_at FROM scheduled_actions s
        WHERE s.type = 'timeout' AND s.status = 'pending' AND s.run_at <= campaign_now()
        UNION ALL
        SELECT first.run_at
        FROM dispatch_lanes l
        JOIN tenants t ON t.id = l.tenant_id AND t.status = 'active'
        JOIN campaigns c ON c.tenant_id = l.tenant_id AND c.id = l.campaign_id
          AND c.status = 'running'
        JOIN email_sender_identities i ON i.tenant_id = l.tenant_id
          AND i.id = l.sender_identity_id AND i.paused_at IS NULL
        CROSS JOIN LATERAL (
          SELECT s.run_at FROM scheduled_actions s
          WHERE s.tenant_id = l.tenant_id AND s.campaign_id = l.campaign_id
            AND s.sender_identity_id = l.sender_identity_id
            AND s.type = 'send' AND s.status = 'pending' AND s.run_at <= campaign_now()
          ORDER BY s.run_at LIMIT 1) first
        WHERE l.next_at <= campaign_now()) a
    $$`.execute(db);
  await sql`
    CREATE FUNCTION count_unknown_messages() RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT count(*)::integer FROM outbound_messages m WHERE m.status = 'unknown'
    $$`.execute(db);
  await sql`
    CREATE FUNCTION count_doubled_hand_offs() RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT count(*)::integer FROM message_attempts f
      JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
      WHERE f.lost AND f.status NOT IN ('released', 'unknown')
        AND (m.attempt > f.attempt AND m.begun_at IS NOT NULL)
    $$`.execute(db);
  await sql`
    CREATE FUNCTION authenticate_api_key(hash bytea)
    RETURNS TABLE (tenant_id uuid, key_id uuid, scopes text[])
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH used AS (
        UPDATE api_keys k SET last_used_at = now()
        WHERE k.key_hash = hash AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute'))
      SELECT k.tenant_id, k.id, k.scopes FROM api_keys k
      WHERE k.key_hash = hash AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now())
    $$`.execute(db);

  // A function's new owner must be a role that the migrating one can become, and may create here.
  await sql`GRANT cadenza_claimer TO CURRENT_USER`.execute(db);
  // The owner acts for a tenant (a first key, say) by becoming the API's role, and only then.
  await sql`
    DO $$ BEGIN
      IF current_setting('server_version_num')::integer >= 160000 THEN
        EXECUTE 'GRANT cadenza_api TO CURRENT_USER WITH INHERIT FALSE, SET TRUE';
      ELSE
        GRANT cadenza_api TO CURRENT_USER;
      END IF;
    END $$`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const [signature, grantee] of FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO ${sql.id(grantee)}`.execute(db);
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ensure_event_partitions(date, integer) FROM PUBLIC`.execute(db);
  await sql`
    GRANT EXECUTE ON FUNCTION ensure_event_partitions(date, integer) TO cadenza_worker`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [signature] of FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
  for (const [grants, role] of [
    [API_GRANTS, 'cadenza_api'],
    [WORKER_GRANTS, 'cadenza_worker'],
    [CLAIMER_GRANTS, 'cadenza_claimer'],
  ] as const) {
    for (const [, tables] of grants) {
      await sql`REVOKE ALL ON ${sql.raw(tables)} FROM ${sql.id(role)}`.execute(db);
    }
  }
  for (const table of CLAIMED_TABLES) {
    await sql`DROP POLICY claimer_all ON ${sql.table(table)}`.execute(db);
  }
  for (const table of SHARED_TABLES) {
    await sql`DROP POLICY platform_rows ON ${sql.table(table)}`.execute(db);
  }
  for (const table of ['tenants', ...TENANT_TABLES, ...SHARED_TABLES]) {
    await sql`DROP POLICY worker_tenants ON ${sql.table(table)}`.execute(db);
    await sql`DROP POLICY api_tenant ON ${sql.table(table)}`.execute(db);
    await sql`ALTER TABLE ${sql.table(table)} NO FORCE ROW LEVEL SECURITY`.execute(db);
    await sql`ALTER TABLE ${sql.table(table)} DISABLE ROW LEVEL SECURITY`.execute(db);
  }
  for (const table of TABLES_WITH_UPDATED_AT) {
    await sql`DROP TRIGGER touch_updated_at ON ${sql.table(table)}`.execute(db);
  }
  await sql`
    REVOKE EXECUTE ON FUNCTION ensure_event_partitions(date, integer) FROM cadenza_worker`.execute(
    db,
  );
}
