import { sql, type Kysely } from 'kysely';

/** Tables of this migration, each with what the API may do with it, and the workers. */
const TABLES = [
  ['contact_absences', 'SELECT, DELETE', 'SELECT, INSERT, UPDATE'],
  ['inbound_tokens', 'SELECT, INSERT, DELETE', null],
] as const;

/**
 * Who has answered that they are away, for enrollments that begin while they are; and secrets for the
 * address that a tenant's own inbound mail comes to.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // What was said last, in campaign time. input_id is that of the inputs that follow from it.
  await sql`
    CREATE TABLE contact_absences (
      tenant_id uuid NOT NULL REFERENCES tenants,
      contact_id uuid NOT NULL,
      input_id text NOT NULL CHECK (length(input_id) BETWEEN 1 AND 200),
      answered_at timestamptz NOT NULL,
      return_on date,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, contact_id),
      FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`
    CREATE TABLE inbound_tokens (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id)
    )`.execute(db);
  for (const [name, api, worker] of TABLES) {
    const table = sql.table(name);
    await sql`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`.execute(db);
    await sql`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`.execute(db);
    await sql`
      CREATE POLICY api_tenant ON ${table} TO cadenza_api
      USING (tenant_id = (SELECT current_tenant()))`.execute(db);
    await sql`GRANT ${sql.raw(api)} ON ${table} TO cadenza_api`.execute(db);
    await sql`
      CREATE POLICY worker_tenants ON ${table} TO cadenza_worker
      USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(
      db,
    );
    if (worker === null) continue;
    await sql`GRANT ${sql.raw(worker)} ON ${table} TO cadenza_worker`.execute(db);
  }
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON contact_absences
      FOR EACH ROW EXECUTE FUNCTION touch_updated_at()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [name] of TABLES) await sql`DROP TABLE ${sql.table(name)}`.execute(db);
}
