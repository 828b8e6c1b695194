import { sql, type Kysely } from 'kysely';
import { acrossTenants } from '../protection/bound-table.ts';

const WORKERS = [
  'relay_feed_events(integer)',
  'claim_webhook_endpoints(integer, double precision)',
  'forget_feed_events(double precision, integer)',
] as const;

/** What looks across the tenants that are told. */
export async function createRelay(db: Kysely<unknown>): Promise<void> {
  // One at a time until it has committed, so that positions become visible in their order.
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
          SELECT tenant_id, id, seq FROM feed_events
          WHERE position IS NULL
          ORDER BY seq
          LIMIT max_events) e),
      counted AS (
        SELECT tenant_id, count(*) AS count FROM fresh GROUP BY tenant_id),
      feeds AS (
        UPDATE event_feeds f SET position = f.position + c.count
        FROM counted c
        WHERE f.tenant_id = c.tenant_id
        RETURNING f.tenant_id, f.position - c.count AS former),
      placed AS (
        UPDATE feed_events e SET position = feeds.former + fresh.n
        FROM fresh JOIN feeds ON feeds.tenant_id = fresh.tenant_id
        WHERE e.tenant_id = fresh.tenant_id AND e.id = fresh.id
        RETURNING e.tenant_id, e.position, e.type),
      handed AS (
        INSERT INTO endpoint_deliveries (tenant_id, endpoint_id, position, next_at)
        SELECT p.tenant_id, w.id, p.position, clock_timestamp()
        FROM placed p
        JOIN webhook_endpoints w ON w.tenant_id = p.tenant_id AND w.enabled
          AND (w.event_types = '{}' OR p.type = ANY (w.event_types))
        RETURNING tenant_id, endpoint_id),
      woken AS (
        UPDATE webhook_endpoints w SET due_at = least(w.due_at, clock_timestamp())
        FROM (SELECT DISTINCT tenant_id, endpoint_id FROM handed) h
        WHERE w.tenant_id = h.tenant_id AND w.id = h.endpoint_id)
      SELECT count(*) INTO relayed FROM placed;
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
        FOR UPDATE SKIP LOCKED)
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
