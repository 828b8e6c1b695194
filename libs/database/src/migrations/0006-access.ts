import { sql, type Kysely } from 'kysely';

/**
 * Row-level security and grants.
 *
 * - `cadenza_api` is bound to the one tenant in `app.tenant_id`.
 * - `cadenza_worker` is bound to the tenants of its batch in `app.tenant_ids`.
 * - `cadenza_claimer` cannot log in; it owns the functions that look across tenants.
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
  'hand_off_batches',
  'provider_message_ids',
  'message_attempts',
  'dispatch_lanes',
  'scheduled_actions',
  'message_events',
  'inbound_messages',
  'event_rollups_hourly',
] as const;

/** Tables in which a row without a tenant belongs to the platform and is read by every tenant. */
const SHARED_TABLES = ['communication_suppressions', 'send_rate_limits', 'warmup_ramps'] as const;

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
  'warmup_ramps',
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
  ['SELECT, INSERT, UPDATE, DELETE', 'email_sender_identities, send_rate_limits, warmup_ramps'],
  ['SELECT, INSERT, UPDATE, DELETE', 'campaign_plans, campaign_plan_versions, campaigns'],
  ['SELECT, INSERT, UPDATE', 'contact_campaigns, outbound_messages'],
  ['SELECT, INSERT', 'hand_off_batches, provider_message_ids'],
  ['SELECT, INSERT, UPDATE, DELETE', 'message_attempts'],
  ['SELECT, INSERT, UPDATE', 'dispatch_lanes, scheduled_actions, inbound_messages'],
  ['SELECT', 'message_events, event_rollups_hourly'],
  ['INSERT, SELECT (id, payload_hash, status, received_at)', 'webhook_deliveries'],
];

const WORKER_GRANTS: readonly (readonly [privileges: string, tables: string])[] = [
  ['SELECT', 'clock_settings, leads, contacts, contact_channels, campaign_plan_versions'],
  ['UPDATE (soft_bounces)', 'contact_channels'],
  ['SELECT', 'send_rate_limits, warmup_ramps, email_validation_results'],
  ['SELECT, UPDATE', 'tenants, campaigns, email_sender_identities'],
  ['SELECT, INSERT, UPDATE', 'communication_suppressions'],
  ['SELECT, INSERT', 'audit_log, campaign_transitions, message_events, quarantined_events'],
  ['SELECT, INSERT, UPDATE', 'contact_campaigns, outbound_messages'],
  ['SELECT, INSERT', 'hand_off_batches, provider_message_ids'],
  ['SELECT, INSERT, UPDATE, DELETE', 'message_attempts'],
  ['SELECT, INSERT, UPDATE', 'dispatch_lanes, scheduled_actions, inbound_messages'],
  ['SELECT, INSERT, UPDATE', 'provider_holds, event_rollups_hourly'],
  ['SELECT, UPDATE', 'webhook_deliveries'],
];

const CLAIMER_GRANTS: readonly (readonly [privileges: string, tables: string])[] = [
  ['SELECT', 'clock_settings, tenants, campaigns, email_sender_identities, outbound_messages'],
  ['SELECT', 'send_rate_limits, warmup_ramps, provider_holds, message_attempts'],
  ['UPDATE (look_up_at)', 'outbound_messages'],
  ['SELECT, UPDATE (watched)', 'hand_off_batches'],
  ['SELECT', 'provider_message_ids'],
  ['UPDATE (counted_at)', 'send_rate_limits, warmup_ramps'],
  // The platform's own rows, which no tenant can write.
  ['INSERT, UPDATE (max_messages), DELETE', 'send_rate_limits'],
  ['SELECT (tenant_id, contact_id, channel, address)', 'contact_channels'],
  ['SELECT, UPDATE', 'scheduled_actions, dispatch_lanes, api_keys'],
];

/** Tables that the claiming role reads or writes across tenants. */
const CLAIMED_TABLES = [
  'tenants',
  'campaigns',
  'email_sender_identities',
  'outbound_messages',
  'hand_off_batches',
  'provider_message_ids',
  'message_attempts',
  'contact_channels',
  'scheduled_actions',
  'dispatch_lanes',
  'api_keys',
  'send_rate_limits',
  'warmup_ramps',
] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  // Statements that change many rows set it by themselves, which is cheaper than a call for each.
  for (const table of TABLES_WITH_UPDATED_AT) {
    await sql`
      CREATE TRIGGER touch_updated_at BEFORE UPDATE ON ${sql.table(table)}
      FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
      EXECUTE FUNCTION touch_updated_at()`.execute(db);
  }
  for (const table of ['tenants', ...TENANT_TABLES, ...SHARED_TABLES]) {
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ROW LEVEL SECURITY`.execute(db);
    await sql`ALTER TABLE ${sql.table(table)} FORCE ROW LEVEL SECURITY`.execute(db);
  }
  // The sub-selects make each setting be read once for a statement instead of once for a row. The
  // worker's condition is one that no index serves: statements name their tenants themselves, and
  // an index condition with a list made the planner take look-ups by key for dear.
  for (const table of ['tenants', ...TENANT_TABLES]) {
    const column = sql.id(table === 'tenants' ? 'id' : 'tenant_id');
    await sql`
      CREATE POLICY api_tenant ON ${sql.table(table)} TO cadenza_api
      USING (${column} = (SELECT current_tenant()))`.execute(db);
    await sql`
      CREATE POLICY worker_tenants ON ${sql.table(table)} TO cadenza_worker
      USING (array_position((SELECT current_tenants())::uuid[], ${column}) IS NOT NULL)`.execute(
      db,
    );
  }
  for (const table of SHARED_TABLES) {
    await sql`
      CREATE POLICY api_tenant ON ${sql.table(table)} TO cadenza_api
      USING (tenant_id = (SELECT current_tenant()))`.execute(db);
    await sql`
      CREATE POLICY worker_tenants ON ${sql.table(table)} TO cadenza_worker
      USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(
      db,
    );
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

  // A function's new owner must be a role that the migrating one can become.
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
  await sql`
    GRANT EXECUTE ON FUNCTION ensure_event_partitions(date, integer) TO cadenza_worker`.execute(db);
}

/** The owner stays a member of the roles, which its other databases on the server may need. */
export async function down(db: Kysely<unknown>): Promise<void> {
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
