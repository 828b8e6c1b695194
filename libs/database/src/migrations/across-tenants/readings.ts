import { sql, type Kysely } from 'kysely';
import { oldestDueAction } from './oldest-due-action.ts';

/** What limits, health and metrics are counted by. */
export async function createReadings(db: Kysely<unknown>): Promise<void> {
  // What limits are counted by: hand-offs of these tenants, or of all where none are named, and slots
  // that were given, also those that are over, in which a hand-off may have begun that is not
  // committed yet. The recipient's domain is the one thing here besides identifiers. own_windows:
  // from before since where a tenant's own windows reach further back, which the caller, who cannot
  // see them all, does not know. The reservation is that of the dispatch, under which it is given
  // back. Each tenant is one range of an index. How many rows that has the planner can only guess, and
  // it would rather join whole tables: OFFSET and the settings keep it from that.
  await sql`
    CREATE FUNCTION hand_offs_since(since timestamptz, tenant_ids uuid[], own_windows boolean)
    RETURNS TABLE (tenant_id uuid, reservation_id text, message_id uuid, attempt integer,
                   channel text, sender_identity_id uuid, ip_pool text, spacing_min_seconds integer,
                   spacing_max_seconds integer, recipient_domain text, begun_at timestamptz,
                   until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
      WITH concerned AS MATERIALIZED (
        SELECT t.id, CASE WHEN own_windows
          THEN least(since, campaign_now() - interval '1 second' * greatest(
            (SELECT max(l.window_seconds) FROM send_rate_limits l WHERE l.tenant_id = t.id),
            (SELECT 86400 FROM warmup_ramps w WHERE w.tenant_id = t.id LIMIT 1),
            -- Text messages are limited by the day where nobody has set anything.
            (SELECT 86400 FROM email_sender_identities s
             WHERE s.tenant_id = t.id AND s.channel = 'sms' LIMIT 1),
            (SELECT max(i.spacing_max_seconds) FROM email_sender_identities i
             WHERE i.tenant_id = t.id)))
          ELSE since END AS since
        FROM tenants t
        WHERE tenant_ids IS NULL OR t.id = ANY (tenant_ids)),
      begun AS (
        SELECT own.*
        FROM concerned c
        CROSS JOIN LATERAL (
          SELECT m.tenant_id, m.id, m.enrollment_id, m.node_id, m.visit, m.attempt,
            m.sender_identity_id, m.to_address, m.begun_at
          FROM hand_off_batches h
          CROSS JOIN LATERAL unnest(h.message_ids) AS started(id)
          JOIN outbound_messages m ON m.tenant_id = h.tenant_id AND m.id = started.id
            AND m.begun_at = h.begun_at
          WHERE h.tenant_id = c.id AND h.begun_at > c.since
          OFFSET 0) own
        UNION ALL
        SELECT f.tenant_id, f.message_id, m.enrollment_id, m.node_id, m.visit, f.attempt,
          m.sender_identity_id, f.to_address, f.begun_at
        FROM concerned c
        CROSS JOIN LATERAL (
          SELECT n.tenant_id, n.message_id, n.attempt, n.to_address, n.begun_at
          FROM message_attempts n
          WHERE n.tenant_id = c.id AND n.begun_at > c.since AND n.status <> 'released'
          OFFSET 0) f
        JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id)
      SELECT b.tenant_id, coalesce(
          (SELECT a.id || '-' || a.dispatch_no FROM scheduled_actions a
           WHERE a.tenant_id = b.tenant_id AND a.enrollment_id = b.enrollment_id
             AND a.dedupe_key = concat_ws(':', 'send', b.node_id, b.visit, b.attempt)
             AND a.status = 'completed'),
          'past-' || b.id || '-' || b.attempt),
        b.id, b.attempt, i.channel, b.sender_identity_id, i.ip_pool, i.spacing_min_seconds,
        i.spacing_max_seconds, split_part(b.to_address, '@', 2), b.begun_at, b.begun_at
      FROM begun b
      JOIN email_sender_identities i ON i.tenant_id = b.tenant_id AND i.id = b.sender_identity_id
      UNION ALL
      SELECT a.tenant_id, a.id || '-' || a.dispatch_no, a.message_id, a.attempt,
        i.channel, a.sender_identity_id, i.ip_pool, i.spacing_min_seconds, i.spacing_max_seconds,
        split_part(h.address, '@', 2), a.slot_start, a.slot_end
      FROM concerned c
      CROSS JOIN LATERAL (
        SELECT s.* FROM scheduled_actions s
        WHERE s.tenant_id = c.id AND s.type = 'send' AND s.status = 'dispatched'
          AND s.slot_start IS NOT NULL
        OFFSET 0) a
      JOIN email_sender_identities i ON i.tenant_id = a.tenant_id AND i.id = a.sender_identity_id
      JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
      JOIN contact_channels h ON h.tenant_id = m.tenant_id AND h.contact_id = m.contact_id
        AND h.channel = m.channel
    $$`.execute(db);
  // Limits and ramps that the limiter has not counted past hand-offs for.
  await sql`
    CREATE FUNCTION uncounted_limits()
    RETURNS TABLE (limit_id uuid, tenant_id uuid, window_seconds integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT l.id, l.tenant_id, l.window_seconds FROM send_rate_limits l WHERE l.counted_at IS NULL
      UNION ALL
      SELECT w.id, w.tenant_id, 86400 FROM warmup_ramps w WHERE w.counted_at IS NULL
    $$`.execute(db);
  await sql`
    CREATE FUNCTION mark_limits_counted(limit_ids uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE send_rate_limits l SET counted_at = now()
      WHERE l.id = ANY (limit_ids) AND l.counted_at IS NULL;
      UPDATE warmup_ramps w SET counted_at = now()
      WHERE w.id = ANY (limit_ids) AND w.counted_at IS NULL
    $$`.execute(db);
  await sql`
    CREATE ${oldestDueAction({ accounts: false })}`.execute(db);
  await sql`
    CREATE FUNCTION count_unknown_messages() RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT count(*)::integer FROM outbound_messages m WHERE m.is_unknown
    $$`.execute(db);
  await sql`
    CREATE FUNCTION count_doubled_hand_offs() RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT count(*)::integer FROM message_attempts f
      JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
      WHERE f.lost AND f.status NOT IN ('released', 'unknown')
        AND (m.attempt > f.attempt AND m.begun_at IS NOT NULL)
    $$`.execute(db);
}
