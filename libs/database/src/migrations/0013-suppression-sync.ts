import { sql, type Kysely } from 'kysely';

const FUNCTIONS = [
  'tenants_of_addresses(text[])',
  'tenants_of_domains(text[])',
  'suppressions_to_push(uuid, integer)',
  'pushes_to_take_back(uuid, integer)',
  'removals_to_push(uuid, integer)',
] as const;

/** Suppressions at the scale of a platform: searched, lifted, and in step with the provider's lists. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Row-level security lets no index serve a function that is not proof against leaks, such as the
  // one that takes an address apart: so its domain is a column.
  await sql`
    ALTER TABLE contact_channels
      ADD COLUMN domain text GENERATED ALWAYS AS (split_part(address, '@', 2)) STORED`.execute(db);
  await sql`
    CREATE INDEX contact_channels_domain ON contact_channels (domain, tenant_id)
    WHERE channel = 'email'`.execute(db);
  await sql`
    CREATE INDEX contact_channels_address ON contact_channels (address, tenant_id)`.execute(db);
  await sql`
    ALTER TABLE communication_suppressions
      ADD COLUMN legal_reason text
        CHECK (legal_reason IN ('unsubscribed', 'spamreport', 'erased')),
      ADD COLUMN domain text GENERATED ALWAYS AS
        (CASE kind WHEN 'domain' THEN value ELSE nullif(split_part(value, '@', 2), '') END)
        STORED`.execute(db);
  await sql`
    CREATE UNIQUE INDEX communication_suppressions_list
    ON communication_suppressions (tenant_id, id)`.execute(db);
  await sql`
    CREATE INDEX communication_suppressions_prefix
    ON communication_suppressions (tenant_id, value COLLATE "C")`.execute(db);
  await sql`
    CREATE INDEX communication_suppressions_domain
    ON communication_suppressions (tenant_id, domain, id) WHERE domain IS NOT NULL`.execute(db);

  await createLifts(db);
  await createSyncTables(db);
  // What holds for all tenants belongs to none, and so do its changes.
  await sql`
    CREATE TABLE platform_audit_log (
      id uuid PRIMARY KEY,
      actor text NOT NULL,
      action text NOT NULL,
      entity text NOT NULL,
      entity_id text NOT NULL,
      before jsonb,
      after jsonb,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);

  await sql`GRANT SELECT (domain) ON contact_channels TO cadenza_claimer`.execute(db);
  await sql`
    GRANT SELECT, INSERT, UPDATE, DELETE ON communication_suppressions TO cadenza_claimer`.execute(
    db,
  );
  await sql`GRANT SELECT, INSERT ON platform_audit_log TO cadenza_claimer`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON communication_suppressions FOR SELECT
    TO cadenza_claimer USING (true)`.execute(db);
  await sql`
    CREATE POLICY claimer_platform ON communication_suppressions
    TO cadenza_claimer USING (tenant_id IS NULL)`.execute(db);
  await createFunctions(db);
}

/** What was taken off the list, so that the provider's news from before do not bring it back. */
async function createLifts(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE suppression_lifts (
      id uuid PRIMARY KEY,
      tenant_id uuid REFERENCES tenants,
      channel text NOT NULL CHECK (channel IN ('email', 'sms')),
      kind text NOT NULL CHECK (kind IN ('address', 'domain')),
      value text NOT NULL,
      reason text NOT NULL,
      lifted_at timestamptz NOT NULL,
      UNIQUE NULLS NOT DISTINCT (channel, kind, value, tenant_id)
    )`.execute(db);
  await sql`ALTER TABLE suppression_lifts ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE suppression_lifts FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON suppression_lifts TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON suppression_lifts TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  await sql`
    CREATE POLICY claimer_platform ON suppression_lifts
    TO cadenza_claimer USING (tenant_id IS NULL)`.execute(db);
  await sql`
    GRANT SELECT, INSERT, UPDATE ON suppression_lifts TO cadenza_api, cadenza_claimer`.execute(db);
  await sql`GRANT SELECT ON suppression_lifts TO cadenza_worker`.execute(db);
}

/** How far the provider's lists were read, and what we have put on them. */
async function createSyncTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE suppression_syncs (
      list text PRIMARY KEY,
      read_until timestamptz NOT NULL
    )`.execute(db);
  // Without a time it is not known whether the provider has it. Theirs: it was there before.
  await sql`
    CREATE TABLE suppression_pushes (
      id uuid PRIMARY KEY,
      value text NOT NULL UNIQUE,
      pushed_at timestamptz,
      theirs boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    GRANT SELECT, INSERT, UPDATE ON suppression_syncs TO cadenza_worker`.execute(db);
  await sql`
    GRANT SELECT, INSERT, UPDATE, DELETE ON suppression_pushes TO cadenza_worker`.execute(db);
  await sql`GRANT SELECT ON suppression_pushes TO cadenza_claimer`.execute(db);
  // What was taken off our list, until it is off the provider's lists of what became of mail as well.
  await sql`
    CREATE TABLE suppression_removals (
      id uuid PRIMARY KEY,
      value text NOT NULL,
      reason text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`GRANT INSERT ON suppression_removals TO cadenza_api`.execute(db);
  await sql`GRANT SELECT, DELETE ON suppression_removals TO cadenza_worker`.execute(db);
  await sql`GRANT SELECT, INSERT ON suppression_removals TO cadenza_claimer`.execute(db);
}

async function createFunctions(db: Kysely<unknown>): Promise<void> {
  // Of any channel: no number is a mail address.
  await sql`
    CREATE FUNCTION tenants_of_addresses(addresses text[])
    RETURNS TABLE (tenant_id uuid, place integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT h.tenant_id, r.place::integer
      FROM unnest(addresses) WITH ORDINALITY AS r(address, place)
      JOIN contact_channels h ON h.address = r.address
    $$`.execute(db);
  await sql`
    CREATE FUNCTION tenants_of_domains(domains text[])
    RETURNS TABLE (tenant_id uuid, place integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT h.tenant_id, r.place::integer
      FROM unnest(domains) WITH ORDINALITY AS r(domain, place)
      JOIN contact_channels h ON h.channel = 'email' AND h.domain = r.domain
    $$`.execute(db);
  await createPushFunctions(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const signature of FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    await sql`
      GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO cadenza_worker`.execute(db);
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

/**
 * The provider's list of an account holds for every tenant that sends by it. So an address is put
 * there where none of those who know it may write to it, and taken back where one may, as what was
 * found out about it is where it was taken off a list of ours; but never what
 * was there before, nor what the provider has told us of since, which is somebody's own word.
 */
async function createPushFunctions(db: Kysely<unknown>): Promise<void> {
  const channel = (address: string) => `
    SELECT FROM contact_channels h
    WHERE h.channel = 'email' AND h.address = ${address}`;
  const isKnown = (address: string) => sql.raw(`EXISTS (${channel(address)})`);
  const mayWrite = (address: string) =>
    sql.raw(`EXISTS (${channel(address)}
      AND NOT EXISTS (
        SELECT FROM communication_suppressions o
        WHERE o.channel = 'email' AND o.kind = 'address' AND o.value = h.address
          AND (o.tenant_id = h.tenant_id OR o.tenant_id IS NULL)))`);
  await sql`
    CREATE FUNCTION suppressions_to_push(after_id uuid, max_suppressions integer)
    RETURNS TABLE (tenant_id uuid, suppression_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT s.tenant_id, s.id FROM communication_suppressions s
      WHERE s.id > after_id AND s.channel = 'email' AND s.kind = 'address'
        AND s.source NOT IN ('provider_event', 'provider_sync')
        AND (s.legal_reason IS NOT NULL
          OR s.reason IN ('manual', 'unsubscribed', 'spamreport', 'erased'))
        AND ${isKnown('s.value')}
        AND NOT EXISTS (
          SELECT FROM suppression_pushes p WHERE p.value = s.value AND p.pushed_at IS NOT NULL)
        AND NOT ${mayWrite('s.value')}
      ORDER BY s.id
      LIMIT max_suppressions
    $$`.execute(db);
  await sql`
    CREATE FUNCTION pushes_to_take_back(after_id uuid, max_pushes integer)
    RETURNS TABLE (push_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.id FROM suppression_pushes p
      WHERE p.id > after_id AND NOT p.theirs AND ${mayWrite('p.value')}
        AND NOT EXISTS (
          SELECT FROM communication_suppressions s
          WHERE s.channel = 'email' AND s.kind = 'address' AND s.value = p.value
            AND s.source IN ('provider_event', 'provider_sync')
            AND coalesce(s.legal_reason, s.reason) IN ('unsubscribed', 'spamreport'))
      ORDER BY p.id
      LIMIT max_pushes
    $$`.execute(db);
  await sql`
    CREATE FUNCTION removals_to_push(after_id uuid, max_removals integer)
    RETURNS TABLE (removal_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT r.id FROM suppression_removals r
      WHERE r.id > after_id AND ${mayWrite('r.value')}
      ORDER BY r.id
      LIMIT max_removals
    $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const signature of FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
  await sql`DROP POLICY claimer_platform ON communication_suppressions`.execute(db);
  await sql`DROP POLICY claimer_all ON communication_suppressions`.execute(db);
  await sql`REVOKE ALL ON communication_suppressions FROM cadenza_claimer`.execute(db);
  await sql`
    DROP TABLE platform_audit_log, suppression_removals, suppression_pushes, suppression_syncs, suppression_lifts`.execute(
    db,
  );
  await sql`DROP INDEX communication_suppressions_prefix`.execute(db);
  await sql`DROP INDEX communication_suppressions_list`.execute(db);
  await sql`
    ALTER TABLE communication_suppressions DROP COLUMN domain, DROP COLUMN legal_reason`.execute(
    db,
  );
  await sql`DROP INDEX contact_channels_address`.execute(db);
  await sql`ALTER TABLE contact_channels DROP COLUMN domain`.execute(db);
}
