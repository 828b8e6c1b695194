import { sql, type Kysely } from 'kysely';

/** Claims of due time-outs, of leases that ran out, and of messages whose fate is unknown. */
export async function createOtherClaims(db: Kysely<unknown>): Promise<void> {
  // However many are due, the queue holds but some: all that it has lost comes back by leases.
  await sql`
    CREATE FUNCTION claim_due_timeouts(
      max_actions integer, max_outstanding integer, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, action_id uuid, dispatch_no integer)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH due AS MATERIALIZED (
        SELECT s.tenant_id, s.id FROM scheduled_actions s
        WHERE s.type = 'timeout' AND s.status = 'pending' AND s.run_at <= campaign_now()
        ORDER BY s.run_at
        LIMIT least(max_actions, greatest(0, max_outstanding - (
          SELECT count(*) FROM scheduled_actions o
          WHERE o.type = 'timeout' AND o.status = 'dispatched')))
        FOR UPDATE SKIP LOCKED)
      UPDATE scheduled_actions a
      SET status = 'dispatched', dispatch_no = a.dispatch_no + 1,
          lease_until = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due
      WHERE a.tenant_id = due.tenant_id AND a.id = due.id
      RETURNING a.tenant_id, a.id, a.dispatch_no
    $$`.execute(db);
  await sql`
    CREATE FUNCTION release_expired_leases(max_actions integer)
    RETURNS TABLE (tenant_id uuid, action_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH expired AS MATERIALIZED (
        SELECT s.tenant_id, s.id FROM scheduled_actions s
        WHERE s.status = 'dispatched' AND s.lease_until < clock_timestamp()
        ORDER BY s.lease_until
        LIMIT max_actions
        FOR UPDATE SKIP LOCKED)
      UPDATE scheduled_actions a
      SET status = 'pending', lease_until = NULL, slot_start = NULL, slot_end = NULL
      FROM expired
      WHERE a.tenant_id = expired.tenant_id AND a.id = expired.id
      RETURNING a.tenant_id, a.id
    $$`.execute(db);
  await sql`
    CREATE FUNCTION claim_unknown_messages(max_messages integer, lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, message_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH due AS MATERIALIZED (
        SELECT m.tenant_id, m.id FROM outbound_messages m
        WHERE m.is_unknown AND m.look_up_at <= clock_timestamp()
          -- There is nothing to look text messages up in.
          AND m.channel = 'email'
        ORDER BY m.look_up_at
        LIMIT max_messages
        FOR UPDATE SKIP LOCKED)
      UPDATE outbound_messages m
      SET look_up_at = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due
      WHERE m.tenant_id = due.tenant_id AND m.id = due.id
      RETURNING m.tenant_id, m.id
    $$`.execute(db);
}
