import { sql, type Kysely } from 'kysely';

const TABLE = 'campaign_opt_outs';

/** Who has left one campaign, and what recording an unsubscribe by link takes of the API. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Of the person, whatever their address is: one that changes must not bring them back.
  await sql`
    CREATE TABLE campaign_opt_outs (
      tenant_id uuid NOT NULL REFERENCES tenants,
      contact_id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      source text NOT NULL CHECK (source IN ('link', 'one_click')),
      left_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, contact_id, campaign_id),
      FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE,
      FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id)
    )`.execute(db);
  await sql`ALTER TABLE ${sql.table(TABLE)} ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE ${sql.table(TABLE)} FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON ${sql.table(TABLE)} TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON ${sql.table(TABLE)} TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  await sql`GRANT SELECT, INSERT, DELETE ON ${sql.table(TABLE)} TO cadenza_api`.execute(db);
  await sql`GRANT SELECT ON ${sql.table(TABLE)} TO cadenza_worker`.execute(db);
  await sql`GRANT INSERT ON message_events, event_rollup_deltas TO cadenza_api`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`REVOKE INSERT ON message_events, event_rollup_deltas FROM cadenza_api`.execute(db);
  await sql`DROP TABLE ${sql.table(TABLE)}`.execute(db);
}
