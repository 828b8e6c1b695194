import { sql, type Kysely } from 'kysely';

const TABLES = ['contact_opt_outs', 'opt_out_suppressions'] as const;

/** Who has left everything of a tenant, whatever their address becomes, and what they made suppressed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE contact_opt_outs (
      tenant_id uuid NOT NULL REFERENCES tenants,
      contact_id uuid NOT NULL,
      channel text NOT NULL CHECK (channel IN ('email', 'sms')),
      reason text NOT NULL CHECK (reason IN ('unsubscribed', 'spamreport')),
      source text NOT NULL,
      left_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, contact_id, channel),
      FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON contact_opt_outs
    FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
    EXECUTE FUNCTION touch_updated_at()`.execute(db);
  // An address can have been several people's: each takes back their own word alone.
  await sql`
    CREATE TABLE opt_out_suppressions (
      tenant_id uuid NOT NULL,
      contact_id uuid NOT NULL,
      channel text NOT NULL,
      suppression_id uuid NOT NULL,
      PRIMARY KEY (tenant_id, contact_id, channel, suppression_id),
      FOREIGN KEY (tenant_id, contact_id, channel)
        REFERENCES contact_opt_outs (tenant_id, contact_id, channel) ON DELETE CASCADE,
      FOREIGN KEY (tenant_id, suppression_id)
        REFERENCES communication_suppressions (tenant_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`
    CREATE INDEX opt_out_suppressions_suppression
    ON opt_out_suppressions (tenant_id, suppression_id)`.execute(db);
  for (const table of TABLES) {
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
    await sql`
      GRANT SELECT, INSERT, UPDATE, DELETE ON ${sql.table(table)} TO cadenza_api`.execute(db);
    await sql`GRANT SELECT, INSERT, UPDATE ON ${sql.table(table)} TO cadenza_worker`.execute(db);
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES.toReversed()) {
    await sql`DROP TABLE ${sql.table(table)}`.execute(db);
  }
}
