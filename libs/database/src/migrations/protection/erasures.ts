import { sql, type Kysely } from 'kysely';
import { acrossTenants, bindTable } from './bound-table.ts';

const FUNCTIONS = [
  ['claim_erasure(double precision)', 'cadenza_worker'],
  ['erased_among(text[])', 'cadenza_worker'],
  ['unrecorded_mails(uuid, integer)', 'cadenza_worker'],
] as const;

/**
 * What only the erasure of a person makes the workers change. Whoever records an absence holds the
 * person too, and changes nothing: locks ask for a right to update.
 */
const WORKER_UPDATES = [
  ['contacts', 'first_name, last_name, title, custom, source, updated_at'],
  ['leads', 'name, website, industry, summary, custom, updated_at'],
  ['message_events', 'url, data'],
  ['audit_log', 'entity_id, before, after'],
  ['quarantined_events', 'raw, reason'],
] as const;

/**
 * People whose data was erased. An erasure knows what it looks for (`subject`) until it is done; what
 * stays for good is a keyed hash of each address, which is refused from then on.
 */
export async function createErasures(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE contacts ADD COLUMN erased_at timestamptz`.execute(db);
  // next_at: when it is worked on next, which is a lease while somebody is at it; real time.
  await sql`
    CREATE TABLE erasures (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      contact_id uuid NOT NULL,
      status text NOT NULL DEFAULT 'requested'
        CHECK (status IN ('requested', 'running', 'done', 'failed')),
      step text NOT NULL DEFAULT 'rows'
        CHECK (step IN ('rows', 'deliveries', 'mails', 'again', 'provider')),
      after_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
      subject jsonb CHECK (jsonb_typeof(subject) = 'object'),
      attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
      next_at timestamptz DEFAULT now(),
      error text,
      done_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
      CHECK ((status = 'done') = (done_at IS NOT NULL)),
      CHECK ((status = 'done') = (subject IS NULL)),
      CHECK ((status = 'done') = (next_at IS NULL)),
      CHECK ((status = 'failed') <= (error IS NOT NULL))
    )`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON erasures
    FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
    EXECUTE FUNCTION touch_updated_at()`.execute(db);
  await sql`CREATE INDEX erasures_contact ON erasures (tenant_id, contact_id)`.execute(db);
  await sql`CREATE INDEX erasures_next ON erasures (next_at) WHERE next_at IS NOT NULL`.execute(db);
  await sql`
    CREATE TABLE erased_addresses (
      tenant_id uuid NOT NULL,
      address text NOT NULL CHECK (address ~ '^[0-9a-f]{64}@erased[.]invalid$'),
      erasure_id uuid NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, address),
      FOREIGN KEY (tenant_id, erasure_id) REFERENCES erasures (tenant_id, id)
    )`.execute(db);
  await sql`CREATE INDEX erased_addresses_address ON erased_addresses (address)`.execute(db);
  // Files whose rows are gone, until they are gone themselves.
  await sql`
    CREATE TABLE erased_blobs (
      tenant_id uuid NOT NULL REFERENCES tenants,
      blob_key text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, blob_key)
    )`.execute(db);

  await bindTable(db, 'erasures', { api: 'SELECT, INSERT', worker: 'SELECT, UPDATE' });
  await bindTable(db, 'erased_addresses', { api: 'SELECT, INSERT, DELETE', worker: 'SELECT' });
  await bindTable(db, 'erased_blobs', { api: null, worker: 'SELECT, INSERT, DELETE' });
  for (const [table, columns] of WORKER_UPDATES) {
    await sql`
      GRANT UPDATE (${sql.raw(columns)}) ON ${sql.table(table)} TO cadenza_worker`.execute(db);
  }
  await sql`GRANT DELETE ON inbound_attachments TO cadenza_worker`.execute(db);
  // What was lifted of an address and of its stand-in becomes one.
  await sql`GRANT DELETE ON suppression_lifts TO cadenza_api`.execute(db);
  for (const table of ['erasures', 'erased_addresses']) {
    await sql`
      CREATE POLICY claimer_all ON ${sql.table(table)} TO cadenza_claimer USING (true)`.execute(db);
  }
  await sql`
    GRANT SELECT (tenant_id, id, status, next_at), UPDATE (status, next_at, updated_at)
    ON erasures TO cadenza_claimer`.execute(db);
  await sql`GRANT SELECT ON erased_addresses TO cadenza_claimer`.execute(db);
  await createFunctions(db);
}

async function createFunctions(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION claim_erasure(lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, erasure_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH due AS MATERIALIZED (
        SELECT e.tenant_id, e.id FROM erasures e
        WHERE e.next_at <= clock_timestamp()
        ORDER BY e.next_at
        LIMIT 1
        FOR UPDATE SKIP LOCKED)
      UPDATE erasures e
      SET status = 'running', next_at = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due WHERE e.tenant_id = due.tenant_id AND e.id = due.id
      RETURNING e.tenant_id, e.id
    $$`.execute(db);
  await sql`
    CREATE FUNCTION erased_among(addresses text[])
    RETURNS TABLE (tenant_id uuid, place integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT a.tenant_id, r.place::integer
      FROM unnest(addresses) WITH ORDINALITY AS r(address, place)
      JOIN erased_addresses a ON a.address = r.address
    $$`.execute(db);
  // Mails of which no tenant has a row: put aside, or come twice.
  await sql`
    CREATE FUNCTION unrecorded_mails(after_id uuid, max_mails integer)
    RETURNS TABLE (delivery_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT d.id FROM inbound_deliveries d
      WHERE d.id > after_id AND d.status <> 'received'
        AND NOT EXISTS (SELECT FROM inbound_messages m WHERE m.delivery_id = d.id)
      ORDER BY d.id
      LIMIT max_mails
    $$`.execute(db);
  await acrossTenants(db, FUNCTIONS);
}

export async function dropErasures(db: Kysely<unknown>): Promise<void> {
  for (const [signature] of FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
  await sql`REVOKE DELETE ON suppression_lifts FROM cadenza_api`.execute(db);
  await sql`REVOKE DELETE ON inbound_attachments FROM cadenza_worker`.execute(db);
  for (const [table, columns] of WORKER_UPDATES) {
    await sql`
      REVOKE UPDATE (${sql.raw(columns)}) ON ${sql.table(table)} FROM cadenza_worker`.execute(db);
  }
  await sql`DROP TABLE erased_blobs, erased_addresses, erasures`.execute(db);
  await sql`ALTER TABLE contacts DROP COLUMN erased_at`.execute(db);
}
