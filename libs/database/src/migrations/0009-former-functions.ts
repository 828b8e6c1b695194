import { sql, type Kysely } from 'kysely';

/** The functions that 0009 replaces, as 0006 made them, without their owners and grants. */
export async function createFormerFunctions(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION claim_due_sends(
      max_actions integer, max_per_lane integer, horizon_ms double precision, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, action_id uuid, dispatch_no integer)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH clock AS MATERIALIZED (SELECT campaign_now() AS now),
      lanes AS MATERIALIZED (
        SELECT l.tenant_id, l.campaign_id, l.sender_identity_id, l.served_at
        FROM dispatch_lanes l
        JOIN tenants t ON t.id = l.tenant_id AND t.status = 'active'
        JOIN campaigns c ON c.tenant_id = l.tenant_id AND c.id = l.campaign_id
          AND c.status = 'running'
        JOIN email_sender_identities s ON s.tenant_id = l.tenant_id
          AND s.id = l.sender_identity_id AND s.paused_at IS NULL
        CROSS JOIN clock
        WHERE l.next_at <= clock.now
          AND EXISTS (
            SELECT FROM scheduled_actions a
            WHERE a.tenant_id = l.tenant_id AND a.campaign_id = l.campaign_id
              AND a.sender_identity_id = l.sender_identity_id
              AND a.type = 'send' AND a.status = 'pending'
              AND a.run_at <= clock.now + horizon_ms * interval '1 millisecond')
        ORDER BY l.served_at
        LIMIT max_actions
        -- An insert of an action holds its lane's key: that must not make the lane be skipped.
        FOR NO KEY UPDATE OF l SKIP LOCKED),
      due AS MATERIALIZED (
        SELECT a.tenant_id, a.id, lanes.campaign_id, lanes.sender_identity_id
        FROM lanes CROSS JOIN clock
        CROSS JOIN LATERAL (
          SELECT s.tenant_id, s.id
          FROM scheduled_actions s
          WHERE s.tenant_id = lanes.tenant_id AND s.campaign_id = lanes.campaign_id
            AND s.sender_identity_id = lanes.sender_identity_id
            AND s.type = 'send' AND s.status = 'pending'
            AND s.run_at <= clock.now + horizon_ms * interval '1 millisecond'
          ORDER BY s.run_at, s.id
          LIMIT max_per_lane
          FOR UPDATE SKIP LOCKED) a
        ORDER BY lanes.served_at
        LIMIT max_actions),
      served AS (
        UPDATE dispatch_lanes l SET served_at = clock_timestamp()
        FROM (SELECT DISTINCT due.tenant_id, due.campaign_id, due.sender_identity_id FROM due) d
        WHERE l.tenant_id = d.tenant_id AND l.campaign_id = d.campaign_id
          AND l.sender_identity_id = d.sender_identity_id)
      UPDATE scheduled_actions a
      SET status = 'dispatched', dispatch_no = a.dispatch_no + 1,
          lease_until = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due
      WHERE a.tenant_id = due.tenant_id AND a.id = due.id
      RETURNING a.tenant_id, a.id, a.dispatch_no
    $$`.execute(db);

  await sql`
    CREATE FUNCTION hand_offs_since(since timestamptz)
    RETURNS TABLE (tenant_id uuid, message_id uuid, attempt integer, sender_identity_id uuid,
                   recipient_domain text, begun_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH reach AS MATERIALIZED (
        SELECT least(since, campaign_now() - interval '1 second' *
          (SELECT max(l.window_seconds) FROM send_rate_limits l)) AS since)
      SELECT m.tenant_id, m.id, m.attempt, m.sender_identity_id, split_part(m.to_address, '@', 2),
        m.begun_at
      FROM outbound_messages m
      WHERE m.begun_at > (SELECT r.since FROM reach r)
      UNION ALL
      SELECT f.tenant_id, f.message_id, f.attempt, m.sender_identity_id,
        split_part(f.to_address, '@', 2), f.begun_at
      FROM message_attempts f
      JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
      WHERE f.begun_at > (SELECT r.since FROM reach r) AND f.status <> 'released'
      UNION ALL
      SELECT a.tenant_id, a.message_id, a.attempt, a.sender_identity_id,
        split_part(h.address, '@', 2), a.slot_start
      FROM scheduled_actions a
      JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
      JOIN contact_channels h ON h.tenant_id = m.tenant_id AND h.contact_id = m.contact_id
        AND h.channel = m.channel
      WHERE a.status = 'dispatched' AND a.slot_end >= campaign_now()
    $$`.execute(db);

  await sql`
    CREATE FUNCTION oldest_due_action() RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT min(a.run_at) FROM (
        SELECT min(s.run_at) AS run_at FROM scheduled_actions s
        WHERE s.type = 'timeout' AND s.status = 'pending' AND s.run_at <= campaign_now()
        UNION ALL
        SELECT first.run_at
        FROM dispatch_lanes l
        JOIN tenants t ON t.id = l.tenant_id AND t.status = 'active'
        JOIN campaigns c ON c.tenant_id = l.tenant_id AND c.id = l.campaign_id
          AND c.status = 'running'
        JOIN email_sender_identities i ON i.tenant_id = l.tenant_id
          AND i.id = l.sender_identity_id AND i.paused_at IS NULL
        CROSS JOIN LATERAL (
          SELECT s.run_at FROM scheduled_actions s
          WHERE s.tenant_id = l.tenant_id AND s.campaign_id = l.campaign_id
            AND s.sender_identity_id = l.sender_identity_id
            AND s.type = 'send' AND s.status = 'pending' AND s.run_at <= campaign_now()
          ORDER BY s.run_at LIMIT 1) first
        WHERE l.next_at <= campaign_now()) a
    $$`.execute(db);
}
