import { sql, type Kysely } from 'kysely';

const CLAIM = 'claim_unchecked_addresses(integer, double precision)';
const KINDS = "ARRAY['invalid', 'risky', 'role', 'disposable']";

const WORKER_UPDATES =
  'validity, flags, validity_reasons, checked_at, check_expires_at, check_at, check_tries, doubted_until, updated_at';

/** What is known of addresses, when they are checked, and what tenants want of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // check_at: when it is to be checked next; null: not before somebody asks. doubted_until: its domain
  // was not found once, and is looked for again then. Real time, all of them.
  await sql`
    ALTER TABLE contact_channels
      ADD COLUMN flags text[] NOT NULL DEFAULT '{}'
        CHECK (flags <@ ARRAY['role', 'disposable']),
      ADD COLUMN validity_reasons text[] NOT NULL DEFAULT '{}',
      ADD COLUMN checked_at timestamptz,
      ADD COLUMN check_expires_at timestamptz,
      ADD COLUMN check_at timestamptz DEFAULT now(),
      ADD COLUMN check_tries integer NOT NULL DEFAULT 0 CHECK (check_tries >= 0),
      ADD COLUMN doubted_until timestamptz`.execute(db);
  await sql`
    CREATE INDEX contact_channels_check ON contact_channels (check_at)
      WHERE channel = 'email' AND check_at IS NOT NULL`.execute(db);
  // On the tenant itself, whose row the gate of a hand-off reads anyhow.
  await sql`
    ALTER TABLE tenants
      ADD COLUMN blocked_addresses text[] NOT NULL DEFAULT '{invalid,disposable}'
        CHECK (blocked_addresses <@ ${sql.raw(KINDS)}),
      ADD COLUMN warned_addresses text[] NOT NULL DEFAULT '{}'
        CHECK (warned_addresses <@ ${sql.raw(KINDS)}),
      ADD COLUMN ask_provider_of_addresses boolean NOT NULL DEFAULT false,
      ADD CONSTRAINT tenants_addresses CHECK (NOT blocked_addresses && warned_addresses)`.execute(
    db,
  );
  await sql`
    GRANT UPDATE (${sql.raw(WORKER_UPDATES)}) ON contact_channels TO cadenza_worker`.execute(db);
  await sql`GRANT INSERT, UPDATE ON email_validation_results TO cadenza_worker`.execute(db);
  await sql`
    GRANT SELECT (id, check_at), UPDATE (check_at) ON contact_channels TO cadenza_claimer`.execute(
    db,
  );
  await sql`
    CREATE FUNCTION claim_unchecked_addresses(max_addresses integer, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, channel_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH due AS MATERIALIZED (
        SELECT h.tenant_id, h.id FROM contact_channels h
        WHERE h.channel = 'email' AND h.check_at <= clock_timestamp()
        ORDER BY h.check_at
        LIMIT max_addresses
        FOR UPDATE SKIP LOCKED)
      UPDATE contact_channels h
      SET check_at = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due
      WHERE h.tenant_id = due.tenant_id AND h.id = due.id
      RETURNING h.tenant_id, h.id
    $$`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ${sql.raw(CLAIM)} FROM PUBLIC`.execute(db);
  await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(CLAIM)} TO cadenza_worker`.execute(db);
  await sql`ALTER FUNCTION ${sql.raw(CLAIM)} OWNER TO cadenza_claimer`.execute(db);
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(CLAIM)}`.execute(db);
  await sql`
    REVOKE UPDATE (validity, updated_at) ON contact_channels FROM cadenza_worker`.execute(db);
  await sql`REVOKE SELECT (id) ON contact_channels FROM cadenza_claimer`.execute(db);
  await sql`REVOKE INSERT, UPDATE ON email_validation_results FROM cadenza_worker`.execute(db);
  await sql`
    ALTER TABLE tenants
      DROP COLUMN blocked_addresses,
      DROP COLUMN warned_addresses,
      DROP COLUMN ask_provider_of_addresses`.execute(db);
  await sql`
    ALTER TABLE contact_channels
      DROP COLUMN flags,
      DROP COLUMN validity_reasons,
      DROP COLUMN checked_at,
      DROP COLUMN check_expires_at,
      DROP COLUMN check_at,
      DROP COLUMN check_tries,
      DROP COLUMN doubted_until`.execute(db);
}
