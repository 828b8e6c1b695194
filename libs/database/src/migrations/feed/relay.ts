import { sql, type Kysely } from 'kysely';
import { acrossTenants } from '../protection/bound-table.ts';

const WORKERS = [
  'relay_feed_events(integer)',
  'claim_webhook_endpoints(integer, double precision)',
  'forget_feed_events(double precision, integer)',
] as const;

/** What looks across the tenants that are told. */
export async function createRelay(db: Kysely<unknown>): Promise<void> {
  // One at a time until it has committed, so that positions become visible in their order. It works
  // for all tenants, and so waits for none: feeds and endpoints that somebody has are passed over, and
  // come with a later round. A feed whose endpoint is being deleted is such a one, so that no delivery
  // refers to an endpoint that goes. One that is changed, or whose batch is being recorded, is handed its
  // deliveries, since its key stays, and is woken as soon as it is free: whoever has it now may have
  // looked for deliveries before these were there. Until then its feed is `unwoken`. How far campaigns
  // are is told to endpoints that ask for it alone: it comes every second.
  await sql`
    CREATE FUNCTION relay_feed_events(max_events integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      relayed integer;
    BEGIN
      IF NOT pg_try_advisory_xact_lock(hashtext('cadenza relay events')) THEN
        RETURN 0;
      END IF;
      WITH fresh AS MATERIALIZED (
        SELECT e.tenant_id, e.id, row_number() OVER (PARTITION BY e.tenant_id ORDER BY e.seq) AS n
        FROM (
          SELECT o.tenant_id, o.id, o.seq FROM feed_events o
          JOIN event_feeds f ON f.tenant_id = o.tenant_id
          WHERE o.position IS NULL
          ORDER BY o.seq
          LIMIT max_events
          FOR NO KEY UPDATE OF f SKIP LOCKED) e),
      counted AS (
        SELECT tenant_id, count(*) AS count FROM fresh GROUP BY tenant_id),
      feeds AS (
        UPDATE event_feeds f SET position = f.position + c.count, unwoken = true
        FROM counted c
        WHERE f.tenant_id = c.tenant_id
        RETURNING f.tenant_id, f.position - c.count AS former),
      placed AS (
        UPDATE feed_events e SET position = feeds.former + fresh.n
        FROM fresh JOIN feeds ON feeds.tenant_id = fresh.tenant_id
        WHERE e.tenant_id = fresh.tenant_id AND e.id = fresh.id
        RETURNING e.tenant_id, e.position, e.type),
      -- Locked, since one that was deleted as this statement began would be seen all the same.
      told AS MATERIALIZED (
        SELECT w.tenant_id, w.id, w.event_types
        FROM feeds JOIN webhook_endpoints w ON w.tenant_id = feeds.tenant_id AND w.enabled
        FOR KEY SHARE OF w),
      handed AS (
        INSERT INTO endpoint_deliveries (tenant_id, endpoint_id, position, next_at)
        SELECT p.tenant_id, w.id, p.position, clock_timestamp()
        FROM placed p
        JOIN told w ON w.tenant_id = p.tenant_id
          AND CASE WHEN w.event_types = '{}' THEN p.type <> 'campaign.progress'
            ELSE p.type = ANY (w.event_types) END
        RETURNING 1)
      SELECT count(*) INTO relayed FROM placed;
      -- A statement of its own sees what the one before has handed out.
      WITH unwoken AS MATERIALIZED (
        SELECT f.tenant_id FROM event_feeds f WHERE f.unwoken
        FOR NO KEY UPDATE SKIP LOCKED),
      waiting AS MATERIALIZED (
        SELECT w.tenant_id, w.id
        FROM unwoken u JOIN webhook_endpoints w ON w.tenant_id = u.tenant_id AND w.enabled
        WHERE EXISTS (
          SELECT FROM endpoint_deliveries d
          WHERE d.tenant_id = w.tenant_id AND d.endpoint_id = w.id AND d.status = 'pending'
            AND d.next_at <= clock_timestamp())),
      free AS MATERIALIZED (
        SELECT w.tenant_id, w.id
        FROM waiting x JOIN webhook_endpoints w ON w.tenant_id = x.tenant_id AND w.id = x.id
        FOR NO KEY UPDATE OF w SKIP LOCKED),
      woken AS (
        UPDATE webhook_endpoints w SET due_at = least(w.due_at, clock_timestamp())
        FROM free WHERE w.tenant_id = free.tenant_id AND w.id = free.id)
      UPDATE event_feeds f SET unwoken = false
      FROM unwoken u
      WHERE f.tenant_id = u.tenant_id AND NOT EXISTS (
        SELECT FROM waiting x
        WHERE x.tenant_id = u.tenant_id AND NOT EXISTS (
          SELECT FROM free WHERE free.tenant_id = x.tenant_id AND free.id = x.id));
      RETURN relayed;
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION claim_webhook_endpoints(max_endpoints integer, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, endpoint_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH due AS MATERIALIZED (
        SELECT w.tenant_id, w.id FROM webhook_endpoints w
        WHERE w.enabled AND w.visit_at <= clock_timestamp()
        ORDER BY w.visit_at
        LIMIT max_endpoints
        FOR NO KEY UPDATE SKIP LOCKED)
      UPDATE webhook_endpoints w
      SET not_before = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due
      WHERE w.tenant_id = due.tenant_id AND w.id = due.id
      RETURNING w.tenant_id, w.id
    $$`.execute(db);
  // Of each feed the oldest are looked at alone: what is younger is not read.
  await sql`
    CREATE FUNCTION forget_feed_events(kept_days double precision, max_events integer)
    RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH old AS MATERIALIZED (
        SELECT e.tenant_id, e.position FROM event_feeds f
        CROSS JOIN LATERAL (
          SELECT o.tenant_id, o.position, o.created_at FROM feed_events o
          WHERE o.tenant_id = f.tenant_id AND o.position IS NOT NULL
          ORDER BY o.position
          LIMIT max_events) e
        WHERE e.created_at < now() - kept_days * interval '1 day'
        LIMIT max_events),
      gone AS (
        DELETE FROM feed_events e USING old
        WHERE e.tenant_id = old.tenant_id AND e.position = old.position
        RETURNING e.tenant_id, e.position),
      feeds AS (
        UPDATE event_feeds f SET unbroken_from = greatest(f.unbroken_from, g.position)
        FROM (SELECT tenant_id, max(position) AS position FROM gone GROUP BY tenant_id) g
        WHERE f.tenant_id = g.tenant_id)
      SELECT count(*)::integer FROM gone
    $$`.execute(db);
  await acrossTenants(
    db,
    WORKERS.map((signature) => [signature, 'cadenza_worker'] as const),
  );
}

export async function dropRelay(db: Kysely<unknown>): Promise<void> {
  for (const signature of WORKERS) await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
}
