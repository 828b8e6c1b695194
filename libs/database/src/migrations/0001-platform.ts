import { sql, type Kysely } from 'kysely';

/**
 * Roles, the installation's id and shared clock, tenants and who may act for them.
 *
 * Roles belong to the whole server, so several databases on it share them; that is why creating
 * one that exists is no error, and why `down` leaves one alone that another database still uses.
 */
const ROLES = ['cadenza_api', 'cadenza_worker', 'cadenza_claimer'] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const role of ROLES) {
    await sql`
      DO $$ BEGIN
        CREATE ROLE ${sql.id(role)} NOLOGIN NOSUPERUSER NOBYPASSRLS;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$`.execute(db);
    await sql`GRANT USAGE ON SCHEMA public TO ${sql.id(role)}`.execute(db);
  }

  await sql`
    CREATE TABLE clock_settings (
      singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
      installation_id uuid NOT NULL DEFAULT gen_random_uuid(),
      real_base timestamptz NOT NULL,
      campaign_base timestamptz NOT NULL,
      rate double precision NOT NULL CHECK (rate > 0),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`INSERT INTO clock_settings (real_base, campaign_base, rate) VALUES ('epoch', 'epoch', 1)`.execute(
    db,
  );
  // Milliseconds, because plans, providers and the state machine count in them.
  await sql`
    CREATE FUNCTION campaign_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
      SELECT date_trunc('milliseconds',
        campaign_base + (clock_timestamp() - real_base) * rate) FROM clock_settings
    $$`.execute(db);
  // Stable, as `extract` is: a function that says more than what it calls is not put in its place by
  // the planner, and costs a row ten times as much.
  await sql`
    CREATE FUNCTION epoch_ms(t timestamptz) RETURNS bigint LANGUAGE sql STABLE STRICT AS $$
      SELECT round(extract(epoch FROM t) * 1000)::bigint
    $$`.execute(db);
  await sql`
    CREATE FUNCTION from_epoch_ms(ms double precision) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT to_timestamp(ms / 1000.0)
    $$`.execute(db);
  // An unset setting reads '' once it has been set in another transaction of the connection.
  await sql`
    CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$
      SELECT nullif(current_setting('app.tenant_id', true), '')::uuid
    $$`.execute(db);
  await sql`
    CREATE FUNCTION current_tenants() RETURNS uuid[] LANGUAGE sql STABLE AS $$
      SELECT coalesce(nullif(current_setting('app.tenant_ids', true), '')::uuid[], '{}')
    $$`.execute(db);
  await sql`
    CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.updated_at := now(); RETURN NEW; END
    $$`.execute(db);

  await sql`
    CREATE TABLE tenants (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
      pause_reason text,
      unknown_policy text NOT NULL DEFAULT 'hold' CHECK (unknown_policy IN ('hold', 'resend')),
      postal_address text,
      requests_per_minute integer CHECK (requests_per_minute > 0),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CHECK ((status = 'paused') = (pause_reason IS NOT NULL))
    )`.execute(db);
  await sql`
    CREATE TABLE users (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      email text NOT NULL,
      name text,
      role text NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'viewer')),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, email)
    )`.execute(db);
  await sql`
    CREATE TABLE api_keys (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      name text NOT NULL,
      prefix text NOT NULL,
      key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
      scopes text[] NOT NULL DEFAULT '{}',
      expires_at timestamptz,
      last_used_at timestamptz,
      revoked_at timestamptz,
      requests_per_minute integer CHECK (requests_per_minute > 0),
      replaced_by uuid,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, replaced_by) REFERENCES api_keys (tenant_id, id)
    )`.execute(db);
  await sql`
    CREATE TABLE audit_log (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      actor text NOT NULL,
      action text NOT NULL,
      entity text NOT NULL,
      entity_id text NOT NULL,
      before jsonb,
      after jsonb,
      changed text[] NOT NULL DEFAULT '{}',
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE audit_log, api_keys, users, tenants, clock_settings`.execute(db);
  await sql`
    DROP FUNCTION touch_updated_at(), current_tenants(), current_tenant(),
      from_epoch_ms(double precision), epoch_ms(timestamptz), campaign_now()`.execute(db);
  for (const role of [...ROLES].reverse()) {
    await sql`REVOKE USAGE ON SCHEMA public FROM ${sql.id(role)}`.execute(db);
    await sql`
      DO $$ BEGIN
        DROP ROLE ${sql.id(role)};
      EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege OR undefined_object THEN NULL;
      END $$`.execute(db);
  }
}
