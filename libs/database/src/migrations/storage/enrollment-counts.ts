import { sql, type Kysely } from 'kysely';
import { acrossTenants, bindTable } from '../protection/bound-table.ts';

const FOLD = 'fold_enrollment_counts(integer)';

/** Each function with its trigger; both names are the same. `n` is 1 for what is there since, -1 for what was. */
const COUNTING = {
  count_new_enrollments: { on: 'INSERT', old: '', rows: 'SELECT *, 1 AS n FROM news' },
  count_moved_enrollments: {
    on: 'UPDATE',
    old: 'OLD TABLE AS was',
    rows: 'SELECT *, 1 AS n FROM news UNION ALL SELECT *, -1 FROM was',
  },
} as const;

/**
 * How many enrollments of a campaign stand where: to count a campaign's people whenever somebody looks
 * would cost what it has people. Nobody waits for it: rows are only ever added, some for a statement, and
 * folded later. Whoever reads adds up those of a campaign.
 */
export async function createEnrollmentCounts(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE enrollment_counts (
      tenant_id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      status text NOT NULL,
      node_id text,
      count bigint NOT NULL CHECK (count <> 0),
      folded boolean NOT NULL DEFAULT false
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)`.execute(db);
  await sql`
    CREATE INDEX enrollment_counts_campaign ON enrollment_counts (tenant_id, campaign_id)`.execute(
    db,
  );
  await sql`
    CREATE INDEX enrollment_counts_unfolded ON enrollment_counts (tenant_id, campaign_id)
      WHERE NOT folded`.execute(db);
  await bindTable(db, 'enrollment_counts', { api: 'SELECT', worker: null });
  await sql`
    CREATE POLICY claimer_all ON enrollment_counts TO cadenza_claimer USING (true)`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE, DELETE ON enrollment_counts TO cadenza_claimer`.execute(
    db,
  );
  await countOnce(db);
  for (const [name, { on, old, rows }] of Object.entries(COUNTING)) {
    await sql
      .raw(
        `CREATE FUNCTION ${name}() RETURNS trigger
         LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
         BEGIN
           INSERT INTO enrollment_counts (tenant_id, campaign_id, status, node_id, count)
           SELECT c.tenant_id, c.campaign_id, c.status, c.node_id, sum(c.n) FROM (${rows}) c
           GROUP BY c.tenant_id, c.campaign_id, c.status, c.node_id
           HAVING sum(c.n) <> 0;
           RETURN NULL;
         END $$`,
      )
      .execute(db);
    await sql
      .raw(
        `CREATE TRIGGER ${name} AFTER ${on} ON contact_campaigns
         REFERENCING ${old} NEW TABLE AS news
         FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`,
      )
      .execute(db);
  }
  await createFold(db);
  await acrossTenants(
    db,
    Object.keys(COUNTING).map((name) => [`${name}()`, 'cadenza_claimer'] as const),
  );
}

/** What folds the rows that were added. */
export async function createFold(db: Kysely<unknown>): Promise<void> {
  // Rows are deleted once, by whoever comes first, and what they said is added in the same statement:
  // several at once count nothing twice.
  await sql`
    CREATE FUNCTION fold_enrollment_counts(max_rows integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH news AS (
        DELETE FROM enrollment_counts
        WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM enrollment_counts WHERE NOT folded LIMIT max_rows
          FOR UPDATE SKIP LOCKED))
        RETURNING tenant_id, campaign_id, status, node_id, count),
      before AS (
        DELETE FROM enrollment_counts c
        USING (SELECT DISTINCT tenant_id, campaign_id FROM news) n
        WHERE c.tenant_id = n.tenant_id AND c.campaign_id = n.campaign_id AND c.folded
        RETURNING c.tenant_id, c.campaign_id, c.status, c.node_id, c.count),
      sums AS (
        INSERT INTO enrollment_counts (tenant_id, campaign_id, status, node_id, count, folded)
        SELECT c.tenant_id, c.campaign_id, c.status, c.node_id, sum(c.count), true
        FROM (SELECT * FROM news UNION ALL SELECT * FROM before) c
        GROUP BY c.tenant_id, c.campaign_id, c.status, c.node_id
        HAVING sum(c.count) <> 0)
      SELECT count(*)::integer FROM news
    $$`.execute(db);
  await acrossTenants(db, [[FOLD, 'cadenza_worker']]);
}

export async function dropFold(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(FOLD)}`.execute(db);
}

/** Counts who was enrolled before there were counts. */
async function countOnce(db: Kysely<unknown>): Promise<void> {
  const tables = ['contact_campaigns', 'enrollment_counts'];
  for (const table of tables) {
    await sql`ALTER TABLE ${sql.table(table)} NO FORCE ROW LEVEL SECURITY`.execute(db);
  }
  await sql`
    INSERT INTO enrollment_counts (tenant_id, campaign_id, status, node_id, count, folded)
    SELECT tenant_id, campaign_id, status, node_id, count(*), true
    FROM contact_campaigns GROUP BY 1, 2, 3, 4`.execute(db);
  for (const table of tables) {
    await sql`ALTER TABLE ${sql.table(table)} FORCE ROW LEVEL SECURITY`.execute(db);
  }
}

export async function dropEnrollmentCounts(db: Kysely<unknown>): Promise<void> {
  await dropFold(db);
  for (const name of Object.keys(COUNTING)) {
    await sql`DROP TRIGGER ${sql.id(name)} ON contact_campaigns`.execute(db);
    await sql`DROP FUNCTION ${sql.id(name)}()`.execute(db);
  }
  await sql`DROP TABLE enrollment_counts`.execute(db);
}
