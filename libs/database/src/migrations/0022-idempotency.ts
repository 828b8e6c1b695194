import { sql, type Kysely } from 'kysely';

/**
 * First answers to requests that carry an `Idempotency-Key`, for as long as they are replayed. Leases
 * and expiry are real time: they are about clients and processes, and not about campaigns.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Whose request is told by hashes alone: of method, path and query, and of the body, which for a
  // streamed one is known at its end. No status: under way, for as long as somebody holds it.
  await sql`
    CREATE TABLE idempotency_keys (
      tenant_id uuid NOT NULL REFERENCES tenants,
      key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
      target_hash bytea NOT NULL CHECK (length(target_hash) = 32),
      body_hash bytea CHECK (length(body_hash) = 32),
      holder uuid NOT NULL,
      held_until timestamptz NOT NULL,
      status integer CHECK (status BETWEEN 200 AND 499),
      headers jsonb CHECK (jsonb_typeof(headers) = 'object'),
      body text,
      expires_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, key),
      CHECK ((status IS NULL) = (headers IS NULL)),
      CHECK (status IS NOT NULL OR body IS NULL),
      CHECK (status IS NULL OR body_hash IS NOT NULL)
    )`.execute(db);
  await sql`
    CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at)`.execute(db);
  await sql`ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON idempotency_keys TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON idempotency_keys TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON idempotency_keys TO cadenza_claimer USING (true)`.execute(db);
  await sql`
    GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO cadenza_api`.execute(db);
  // Of an erasure, which takes answers away that may show the person.
  await sql`
    GRANT SELECT (tenant_id, body), UPDATE (body) ON idempotency_keys TO cadenza_worker`.execute(
    db,
  );
  await sql`
    GRANT SELECT (tenant_id, key, expires_at), DELETE ON idempotency_keys TO cadenza_claimer`.execute(
    db,
  );

  await sql`
    CREATE FUNCTION delete_expired_idempotency_keys(max_keys integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH deleted AS (
        DELETE FROM idempotency_keys k
        USING (
          SELECT e.tenant_id, e.key FROM idempotency_keys e
          WHERE e.expires_at <= now()
          ORDER BY e.expires_at
          LIMIT max_keys) old
        WHERE k.tenant_id = old.tenant_id AND k.key = old.key AND k.expires_at <= now()
        RETURNING k.tenant_id)
      SELECT count(*)::integer FROM deleted
    $$`.execute(db);
  await sql`
    REVOKE ALL ON FUNCTION delete_expired_idempotency_keys(integer) FROM PUBLIC`.execute(db);
  await sql`
    GRANT EXECUTE ON FUNCTION delete_expired_idempotency_keys(integer) TO cadenza_worker`.execute(
    db,
  );
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  await sql`
    ALTER FUNCTION delete_expired_idempotency_keys(integer) OWNER TO cadenza_claimer`.execute(db);
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION delete_expired_idempotency_keys(integer)`.execute(db);
  await sql`DROP TABLE idempotency_keys`.execute(db);
}
