import { sql, type Kysely } from 'kysely';
import { acrossTenants } from './protection/bound-table.ts';
import { createFold, dropFold } from './storage/enrollment-counts.ts';

const FOLD = 'fold_enrollment_counts(integer, double precision)';

/**
 * Where a campaign's people stand is told as it changes, when it is folded: as often as one pleases, since
 * a campaign that was folded a moment ago may rest. Of a tenant that nobody is told of nothing is written.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE enrollment_counts ADD COLUMN folded_at timestamptz`.execute(db);
  await dropFold(db);
  await sql`
    CREATE FUNCTION fold_enrollment_counts(max_rows integer, rest_ms double precision) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH waiting AS MATERIALIZED (
        SELECT DISTINCT tenant_id, campaign_id FROM enrollment_counts WHERE NOT folded),
      rested AS MATERIALIZED (
        SELECT w.tenant_id, w.campaign_id FROM waiting w
        WHERE NOT EXISTS (
          SELECT FROM enrollment_counts c
          WHERE c.tenant_id = w.tenant_id AND c.campaign_id = w.campaign_id AND c.folded
            AND c.folded_at > clock_timestamp() - rest_ms * interval '1 millisecond')),
      news AS (
        DELETE FROM enrollment_counts
        WHERE ctid = ANY (ARRAY(
          SELECT c.ctid FROM rested r
          JOIN enrollment_counts c ON c.tenant_id = r.tenant_id AND c.campaign_id = r.campaign_id
          WHERE NOT c.folded LIMIT max_rows
          FOR UPDATE OF c SKIP LOCKED))
        RETURNING tenant_id, campaign_id, status, node_id, count),
      before AS (
        DELETE FROM enrollment_counts c
        USING (SELECT DISTINCT tenant_id, campaign_id FROM news) n
        WHERE c.tenant_id = n.tenant_id AND c.campaign_id = n.campaign_id AND c.folded
        RETURNING c.tenant_id, c.campaign_id, c.status, c.node_id, c.count),
      sums AS (
        INSERT INTO enrollment_counts
          (tenant_id, campaign_id, status, node_id, count, folded, folded_at)
        SELECT c.tenant_id, c.campaign_id, c.status, c.node_id, sum(c.count), true, clock_timestamp()
        FROM (SELECT * FROM news UNION ALL SELECT * FROM before) c
        GROUP BY c.tenant_id, c.campaign_id, c.status, c.node_id
        HAVING sum(c.count) <> 0
        RETURNING tenant_id, campaign_id, status, count),
      told AS (
        INSERT INTO feed_events (tenant_id, type, data, occurred_at)
        SELECT s.tenant_id, 'campaign.progress',
          jsonb_build_object('campaignId', s.campaign_id,
            'enrollments', jsonb_object_agg(s.status, s.count)),
          campaign_now()
        FROM (
          SELECT tenant_id, campaign_id, status, sum(count) AS count FROM sums
          GROUP BY tenant_id, campaign_id, status) s
        JOIN event_feeds f ON f.tenant_id = s.tenant_id AND f.wanted_until > now()
        GROUP BY s.tenant_id, s.campaign_id)
      SELECT count(*)::integer FROM news
    $$`.execute(db);
  await acrossTenants(db, [[FOLD, 'cadenza_worker']]);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(FOLD)}`.execute(db);
  await createFold(db);
  await sql`ALTER TABLE enrollment_counts DROP COLUMN folded_at`.execute(db);
}
