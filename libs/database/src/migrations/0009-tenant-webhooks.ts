import { sql, type Kysely } from 'kysely';

const FUNCTIONS = [
  ['store_deliveries(jsonb, bytea)', 'cadenza_api'],
  ['waiting_deliveries(double precision, integer)', 'cadenza_worker'],
] as const;

const CLAIMER_GRANTS =
  'INSERT (id, tenant_id, provider, payload, payload_hash), ' +
  'SELECT (id, tenant_id, payload_hash, status, attempts, received_at)';

/** What it takes to see what was put aside, and to say what is to become of it; never what came. */
const API_GRANTS = [
  ['webhook_deliveries', 'SELECT (id, tenant_id, status, attempts, error, received_at)'],
  ['webhook_deliveries', 'UPDATE (status, attempts, error, processed_at)'],
  ['quarantined_events', 'SELECT (tenant_id, delivery_id, position, reason), DELETE'],
] as const;

const BOUND = ['webhook_keys', 'webhook_deliveries', 'quarantined_events'] as const;
/** Of which some rows are the platform's. */
const SHARED = ['webhook_deliveries', 'quarantined_events'] as const;

/** What the API's role held before: its function does more, in one statement for many. */
const FORMER_API_GRANTS = 'INSERT, SELECT (id, payload_hash, status, received_at)';

/** Webhooks of tenants with an account of their own: their keys, and deliveries that are theirs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE webhook_keys (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      public_key text NOT NULL CHECK (length(public_key) BETWEEN 1 AND 1000),
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, public_key)
    )`.execute(db);
  // The same bytes sent by two accounts are two deliveries: none can be there before another's.
  await sql`
    ALTER TABLE webhook_deliveries
      ADD COLUMN tenant_id uuid REFERENCES tenants,
      DROP CONSTRAINT webhook_deliveries_payload_hash_key,
      ADD CONSTRAINT webhook_deliveries_payload UNIQUE NULLS NOT DISTINCT (payload_hash, tenant_id)`.execute(
    db,
  );
  await sql`
    CREATE INDEX webhook_deliveries_aside ON webhook_deliveries (tenant_id, id)
      WHERE status = 'quarantined'`.execute(db);
  // That of the delivery.
  await sql`
    ALTER TABLE quarantined_events ADD COLUMN tenant_id uuid REFERENCES tenants`.execute(db);
  await sql`
    CREATE INDEX quarantined_events_owner ON quarantined_events (tenant_id, delivery_id)
      WHERE tenant_id IS NOT NULL`.execute(db);
  for (const table of BOUND) {
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ROW LEVEL SECURITY`.execute(db);
    await sql`ALTER TABLE ${sql.table(table)} FORCE ROW LEVEL SECURITY`.execute(db);
    await sql`
      CREATE POLICY api_tenant ON ${sql.table(table)} TO cadenza_api
      USING (tenant_id = (SELECT current_tenant()))`.execute(db);
    await sql`
      CREATE POLICY worker_tenants ON ${sql.table(table)} TO cadenza_worker
      USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(
      db,
    );
  }
  // What the platform's own account sends mixes tenants, which are known when it has been read.
  for (const table of SHARED) {
    await sql`
      CREATE POLICY platform_rows ON ${sql.table(table)} TO cadenza_worker
      USING (tenant_id IS NULL)`.execute(db);
    await sql`
      CREATE POLICY claimer_all ON ${sql.table(table)} TO cadenza_claimer USING (true)`.execute(db);
  }

  await sql`GRANT SELECT, INSERT, DELETE ON webhook_keys TO cadenza_api`.execute(db);
  await sql`REVOKE ALL ON webhook_deliveries FROM cadenza_api`.execute(db);
  for (const [table, privileges] of API_GRANTS) {
    await sql`GRANT ${sql.raw(privileges)} ON ${sql.table(table)} TO cadenza_api`.execute(db);
  }
  await sql`GRANT ${sql.raw(CLAIMER_GRANTS)} ON webhook_deliveries TO cadenza_claimer`.execute(db);

  // Rows are written in the order in which they are given. A lock that does not come is given up
  // before the API gives up the connection that waits for it.
  await sql`
    CREATE FUNCTION store_deliveries(deliveries jsonb, payloads bytea)
    RETURNS TABLE (delivery_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
      INSERT INTO webhook_deliveries (id, tenant_id, provider, payload, payload_hash)
      SELECT r.id, r.tenant_id, r.provider, substring(payloads FROM r.start FOR r.bytes),
        decode(r.hash, 'hex')
      FROM jsonb_to_recordset(deliveries)
        AS r(id uuid, tenant_id uuid, provider text, start integer, bytes integer, hash text)
      ON CONFLICT (payload_hash, tenant_id) DO NOTHING
      RETURNING id
    $$`.execute(db);
  await sql`
    CREATE FUNCTION waiting_deliveries(older_than_ms double precision, max_deliveries integer)
    RETURNS TABLE (delivery_id uuid, tenant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT d.id, d.tenant_id FROM webhook_deliveries d
      WHERE d.status = 'received'
        AND d.received_at < now()
          - older_than_ms * 2 ^ least(d.attempts, 5) * interval '1 millisecond'
      ORDER BY d.received_at
      LIMIT max_deliveries
    $$`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const [signature, caller] of FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO ${sql.id(caller)}`.execute(db);
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

/** Deliveries of tenants go with their keys: nothing else knows whose they are. */
export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [signature] of FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
  await sql`REVOKE ALL ON webhook_deliveries FROM cadenza_claimer`.execute(db);
  for (const table of SHARED) {
    await sql`REVOKE ALL ON ${sql.table(table)} FROM cadenza_api`.execute(db);
  }
  await sql`
    GRANT ${sql.raw(FORMER_API_GRANTS)} ON webhook_deliveries TO cadenza_api`.execute(db);
  for (const table of SHARED) {
    for (const policy of ['claimer_all', 'platform_rows', 'worker_tenants', 'api_tenant']) {
      await sql`DROP POLICY ${sql.id(policy)} ON ${sql.table(table)}`.execute(db);
    }
    await sql`ALTER TABLE ${sql.table(table)} NO FORCE ROW LEVEL SECURITY`.execute(db);
    await sql`ALTER TABLE ${sql.table(table)} DISABLE ROW LEVEL SECURITY`.execute(db);
  }
  await sql`
    DELETE FROM quarantined_events WHERE tenant_id IS NOT NULL`.execute(db);
  await sql`ALTER TABLE quarantined_events DROP COLUMN tenant_id`.execute(db);
  await sql`DELETE FROM webhook_deliveries WHERE tenant_id IS NOT NULL`.execute(db);
  await sql`DROP INDEX webhook_deliveries_aside`.execute(db);
  await sql`
    ALTER TABLE webhook_deliveries
      DROP CONSTRAINT webhook_deliveries_payload,
      DROP COLUMN tenant_id,
      ADD CONSTRAINT webhook_deliveries_payload_hash_key UNIQUE (payload_hash)`.execute(db);
  await sql`DROP TABLE webhook_keys`.execute(db);
}
