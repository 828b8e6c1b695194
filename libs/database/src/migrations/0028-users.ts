import { sql, type Kysely } from 'kysely';
import { acrossTenants, bindTable } from './protection/bound-table.ts';

const AUTHENTICATE = 'authenticate_session(bytea, double precision)';
const FELLOWS = 'users_of_session(bytea, double precision)';
const BY_IDENTITY = 'users_of_identity(text, text, text)';
const BY_ADDRESS = 'users_of_address(text)';
const PASSWORD = 'password_of_address(text)';
const FORGET = 'forget_password()';
const DELETE_ENDED = 'delete_ended_sessions(integer, double precision)';

/** How people sign in as users of their tenants. Times are real. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE users
      ADD COLUMN oidc_issuer text,
      ADD COLUMN oidc_subject text,
      ADD COLUMN signed_in_at timestamptz,
      ADD CONSTRAINT users_identity CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL)),
      ADD CONSTRAINT users_identity_once UNIQUE (tenant_id, oidc_issuer, oidc_subject)`.execute(db);
  await sql`CREATE INDEX users_email ON users (email)`.execute(db);
  await sql`CREATE INDEX users_oidc ON users (oidc_subject, oidc_issuer)`.execute(db);
  await sql`
    CREATE TABLE sessions (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      user_id uuid NOT NULL,
      token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
      signed_in_by text NOT NULL CHECK (signed_in_by IN ('oidc', 'password')),
      -- SHA-256 of the stored hash of the password that it was begun with: with another one it ends.
      password_digest bytea CHECK (length(password_digest) = 32),
      created_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
      CHECK ((signed_in_by = 'password') = (password_digest IS NOT NULL))
    )`.execute(db);
  await sql`CREATE INDEX sessions_user ON sessions (tenant_id, user_id)`.execute(db);
  await sql`CREATE INDEX sessions_used ON sessions (last_used_at)`.execute(db);
  await bindTable(db, 'sessions', {
    // Locking one needs a column that may be written: that a session was used, and no more.
    api: 'SELECT, INSERT, DELETE, UPDATE (last_used_at)',
    worker: null,
  });
  // A person has one password, of however many tenants the address is a user: it belongs to none.
  await sql`
    CREATE TABLE passwords (
      email text PRIMARY KEY,
      password_hash text NOT NULL CHECK (starts_with(password_hash, '$scrypt$')),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON passwords
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at()`.execute(db);
  for (const table of ['users', 'sessions']) {
    await sql`
      CREATE POLICY claimer_all ON ${sql.table(table)} TO cadenza_claimer USING (true)`.execute(db);
  }
  await sql`
    GRANT SELECT (tenant_id, id, email, role, oidc_issuer, oidc_subject, signed_in_at) ON users TO cadenza_claimer`.execute(
    db,
  );
  await sql`
    GRANT SELECT, UPDATE (last_used_at), DELETE ON sessions TO cadenza_claimer`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE, DELETE ON passwords TO cadenza_claimer`.execute(db);
  await createLookUps(db);
  await deleteEnded(db);
  await forgetWithLastUser(db);
}

/** Whether the password that a session was begun with is still the one of its user. */
const PASSWORD_HOLDS = `
  (s.signed_in_by <> 'password' OR EXISTS (
    SELECT FROM passwords p
    WHERE p.email = u.email
      AND sha256(convert_to(p.password_hash, 'UTF8')) = s.password_digest))`;

async function createLookUps(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION authenticate_session(hash bytea, idle_ms double precision)
    RETURNS TABLE (tenant_id uuid, session_id uuid, user_id uuid, user_role text,
      password_digest bytea, tenant_requests_per_minute integer, expires_at timestamptz)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH valid AS (
        SELECT s.*, u.role FROM sessions s
        JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
        WHERE s.token_hash = hash AND s.expires_at > now()
          AND s.last_used_at > now() - idle_ms * interval '1 millisecond'
          AND ${sql.raw(PASSWORD_HOLDS)}),
      used AS (
        UPDATE sessions s SET last_used_at = now() FROM valid v
        WHERE s.token_hash = v.token_hash AND s.last_used_at < now() - interval '1 minute')
      SELECT v.tenant_id, v.id, v.user_id, v.role, v.password_digest, t.requests_per_minute,
        v.expires_at
      FROM valid v
      JOIN tenants t ON t.id = v.tenant_id
    $$`.execute(db);
  // The same person elsewhere: as whoever has vouched for the session says, and nobody else.
  await sql`
    CREATE FUNCTION users_of_session(hash bytea, idle_ms double precision)
    RETURNS TABLE (tenant_id uuid, user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT o.tenant_id, o.id
      FROM sessions s
      JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
      JOIN users o ON CASE s.signed_in_by
        WHEN 'password' THEN o.email = u.email
        ELSE o.oidc_issuer = u.oidc_issuer AND o.oidc_subject = u.oidc_subject END
      WHERE s.token_hash = hash AND s.expires_at > now()
        AND s.last_used_at > now() - idle_ms * interval '1 millisecond'
        AND ${sql.raw(PASSWORD_HOLDS)}
      ORDER BY o.id
    $$`.execute(db);
  // Bound to another identity, a user is not found by the address. Who has signed in last comes first: nobody
  // is led elsewhere by being made a user of another tenant.
  await sql`
    CREATE FUNCTION users_of_identity(issuer text, subject text, address text)
    RETURNS TABLE (tenant_id uuid, user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.tenant_id, u.id FROM users u
      WHERE (u.oidc_issuer = issuer AND u.oidc_subject = subject)
        OR (u.email = address AND u.oidc_subject IS NULL)
      ORDER BY u.signed_in_at DESC NULLS LAST, u.id
    $$`.execute(db);
  await sql`
    CREATE FUNCTION users_of_address(address text)
    RETURNS TABLE (tenant_id uuid, user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT u.tenant_id, u.id FROM users u WHERE u.email = address
      ORDER BY u.signed_in_at DESC NULLS LAST, u.id
    $$`.execute(db);
  await sql`
    CREATE FUNCTION password_of_address(address text) RETURNS TABLE (password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.password_hash FROM passwords p WHERE p.email = address
    $$`.execute(db);
  await acrossTenants(
    db,
    [AUTHENTICATE, FELLOWS, BY_IDENTITY, BY_ADDRESS, PASSWORD].map((one) => [one, 'cadenza_api']),
  );
}

/** One that has expired is used no more, and so is deleted as one that nobody has used for long. */
async function deleteEnded(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION delete_ended_sessions(max_sessions integer, idle_ms double precision)
    RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH deleted AS (
        DELETE FROM sessions s
        USING (
          SELECT e.tenant_id, e.id FROM sessions e
          WHERE e.last_used_at <= now() - idle_ms * interval '1 millisecond'
          ORDER BY e.last_used_at
          LIMIT max_sessions) old
        WHERE s.tenant_id = old.tenant_id AND s.id = old.id
          AND s.last_used_at <= now() - idle_ms * interval '1 millisecond'
        RETURNING s.tenant_id)
      SELECT count(*)::integer FROM deleted
    $$`.execute(db);
  await acrossTenants(db, [[DELETE_ENDED, 'cadenza_worker']]);
}

/** Of an address that is nobody's any more, nothing is kept. */
async function forgetWithLastUser(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION forget_password() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN
        -- Two last users who are removed at once do not see each other: one waits here, and then looks.
        PERFORM FROM passwords p WHERE p.email = OLD.email FOR UPDATE;
        DELETE FROM passwords p WHERE p.email = OLD.email
          AND NOT EXISTS (SELECT FROM users u WHERE u.email = OLD.email);
        RETURN NULL;
      END
    $$`.execute(db);
  await sql`
    CREATE TRIGGER forget_password AFTER DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION forget_password()`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ${sql.raw(FORGET)} FROM PUBLIC`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  await sql`ALTER FUNCTION ${sql.raw(FORGET)} OWNER TO cadenza_claimer`.execute(db);
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TRIGGER forget_password ON users`.execute(db);
  for (const signature of [
    DELETE_ENDED,
    FORGET,
    PASSWORD,
    BY_ADDRESS,
    BY_IDENTITY,
    FELLOWS,
    AUTHENTICATE,
  ]) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
  await sql`DROP TABLE passwords, sessions`.execute(db);
  await sql`DROP POLICY claimer_all ON users`.execute(db);
  await sql`REVOKE ALL ON users FROM cadenza_claimer`.execute(db);
  await sql`REVOKE SELECT (tenant_id, id, email, role, oidc_issuer, oidc_subject, signed_in_at) ON users FROM cadenza_claimer`.execute(
    db,
  );
  await sql`DROP INDEX users_email, users_oidc`.execute(db);
  await sql`
    ALTER TABLE users
      DROP CONSTRAINT users_identity_once, DROP CONSTRAINT users_identity,
      DROP COLUMN signed_in_at, DROP COLUMN oidc_subject, DROP COLUMN oidc_issuer`.execute(db);
}
