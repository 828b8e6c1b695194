import { sql, type Kysely } from 'kysely';

/** The functions of this migration that look across tenants, with the role that may call each. */
export const INBOUND_FUNCTIONS = [
  [
    'store_inbound_delivery(uuid, text, boolean, text, bigint, bytea, text, text, text, boolean)',
    'cadenza_api',
  ],
  ['waiting_inbound_deliveries(double precision, integer)', 'cadenza_worker'],
  ['replay_inbound_deliveries(timestamptz, timestamptz, uuid, boolean, boolean)', 'cadenza_worker'],
  ['find_sent_messages(uuid[])', 'cadenza_worker'],
  ['find_contacts(uuid[])', 'cadenza_worker'],
  ['find_messages_by_smtp_id(text[])', 'cadenza_worker'],
  [
    'find_recent_recipients(text[], text[], double precision, uuid, double precision)',
    'cadenza_worker',
  ],
] as const;

const CLAIMER_COLUMNS =
  'id, tenant_id, content_type, bytes, sha256, blob_key, verdict, verdict_reason, truncated';

/**
 * Mail as SendGrid's Inbound Parse brought it. The bytes are in the blob store, since a mail may be
 * large. arrived_at is campaign time, the own time of what a mail says; the other times are real.
 * attempts: how often it was processed in vain; postponed: how often its bytes could not be reached;
 * again: it was processed before, and somebody wants it processed once more.
 */
export async function createInboundDeliveries(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE inbound_deliveries (
      id uuid PRIMARY KEY,
      tenant_id uuid REFERENCES tenants,
      content_type text NOT NULL CHECK (length(content_type) <= 1000),
      bytes bigint NOT NULL CHECK (bytes >= 0),
      sha256 bytea NOT NULL CHECK (length(sha256) = 32),
      blob_key text NOT NULL CHECK (length(blob_key) BETWEEN 1 AND 500),
      verdict text NOT NULL CHECK (verdict IN ('signed', 'token', 'open', 'unverified')),
      verdict_reason text,
      truncated boolean NOT NULL DEFAULT false,
      status text NOT NULL DEFAULT 'received'
        CHECK (status IN ('received', 'processed', 'quarantined')),
      attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
      postponed integer NOT NULL DEFAULT 0 CHECK (postponed >= 0),
      next_attempt_at timestamptz NOT NULL DEFAULT now(),
      again boolean NOT NULL DEFAULT false,
      error text,
      arrived_at timestamptz NOT NULL DEFAULT campaign_now(),
      received_at timestamptz NOT NULL DEFAULT now(),
      processed_at timestamptz,
      -- What nobody vouches for never stands in the way of the same mail when somebody does.
      CONSTRAINT inbound_deliveries_content UNIQUE NULLS NOT DISTINCT (sha256, tenant_id, verdict),
      CHECK ((verdict = 'unverified') = (verdict_reason IS NOT NULL)),
      CHECK ((status = 'processed') = (processed_at IS NOT NULL)),
      CHECK ((status = 'quarantined') <= (error IS NOT NULL))
    )`.execute(db);
  await sql`
    CREATE INDEX inbound_deliveries_waiting ON inbound_deliveries (next_attempt_at)
      WHERE status = 'received'`.execute(db);
  await sql`
    CREATE INDEX inbound_deliveries_received ON inbound_deliveries (received_at, id)`.execute(db);
  await sql`
    CREATE INDEX inbound_deliveries_aside ON inbound_deliveries (tenant_id, id)
      WHERE status = 'quarantined'`.execute(db);
  await sql`ALTER TABLE inbound_deliveries ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE inbound_deliveries FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON inbound_deliveries TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON inbound_deliveries TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  // Whose mail came to the platform's own address is known when it has been read.
  await sql`
    CREATE POLICY platform_rows ON inbound_deliveries TO cadenza_worker
    USING (tenant_id IS NULL)`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON inbound_deliveries TO cadenza_claimer USING (true)`.execute(db);
  await sql`GRANT SELECT, UPDATE ON inbound_deliveries TO cadenza_worker`.execute(db);
  // What it takes to see what was put aside, and to say what is to become of it.
  await sql`
    GRANT SELECT (id, tenant_id, status, attempts, error, received_at),
      UPDATE (status, attempts, error, next_attempt_at, processed_at)
    ON inbound_deliveries TO cadenza_api`.execute(db);
  await sql`
    GRANT INSERT (${sql.raw(CLAIMER_COLUMNS)}),
      SELECT (id, tenant_id, sha256, verdict, status, received_at, next_attempt_at),
      UPDATE (status, attempts, postponed, next_attempt_at, again, error, processed_at)
    ON inbound_deliveries TO cadenza_claimer`.execute(db);

  // An address of a tenant that does not exist is nobody's, and its mail is kept all the same. A lock
  // that does not come is given up before the API gives up the connection that waits for it.
  await sql`
    CREATE FUNCTION store_inbound_delivery(delivery_id uuid, addressee text, addressed boolean,
      content_type text, bytes bigint, sha256 bytea, blob_key text, verdict text,
      verdict_reason text, truncated boolean)
    RETURNS TABLE (tenant_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
      WITH owner AS (SELECT (SELECT t.id FROM tenants t WHERE t.id::text = addressee) AS id),
      judged AS (SELECT id, addressed AND id IS NULL AS nobody FROM owner)
      INSERT INTO inbound_deliveries AS d (id, tenant_id, content_type, bytes, sha256, blob_key,
        verdict, verdict_reason, truncated)
      SELECT $1, j.id, $4, $5, $6, $7, CASE WHEN j.nobody THEN 'unverified' ELSE $8 END,
        CASE WHEN j.nobody THEN 'no_such_tenant' ELSE $9 END, $10
      FROM judged j
      ON CONFLICT ON CONSTRAINT inbound_deliveries_content DO NOTHING
      RETURNING d.tenant_id
    $$`.execute(db);
  await sql`
    CREATE FUNCTION waiting_inbound_deliveries(older_than_ms double precision, max_deliveries integer)
    RETURNS TABLE (delivery_id uuid, tenant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT d.id, d.tenant_id FROM inbound_deliveries d
      WHERE d.status = 'received'
        AND d.next_attempt_at < now() - older_than_ms * interval '1 millisecond'
      ORDER BY d.next_attempt_at
      LIMIT max_deliveries
    $$`.execute(db);
}

export async function dropInboundDeliveries(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE inbound_deliveries`.execute(db);
}
