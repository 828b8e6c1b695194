import { sql, type Kysely } from 'kysely';

const STORED_DELIVERIES = 'stored_deliveries(timestamptz, uuid, timestamptz, boolean, integer)';

/**
 * Snapshots in the place of recorded inputs that are not kept any more, and what processing stored
 * deliveries again takes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The state just after a hand-off began: the fold of all inputs up to `seq`, which are deleted.
  await sql`
    CREATE TABLE enrollment_snapshots (
      tenant_id uuid NOT NULL,
      enrollment_id uuid NOT NULL,
      seq integer NOT NULL CHECK (seq > 0),
      state jsonb NOT NULL,
      machine_version integer NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, enrollment_id),
      FOREIGN KEY (tenant_id, enrollment_id) REFERENCES contact_campaigns (tenant_id, id)
    )`.execute(db);
  await sql`ALTER TABLE enrollment_snapshots ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE enrollment_snapshots FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON enrollment_snapshots TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON enrollment_snapshots TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  await sql`GRANT SELECT ON enrollment_snapshots TO cadenza_api`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE ON enrollment_snapshots TO cadenza_worker`.execute(db);
  // Whoever may delete inputs can delete only those that a snapshot stands for.
  await sql`GRANT DELETE ON campaign_transitions TO cadenza_worker`.execute(db);
  await sql`
    CREATE POLICY worker_detaches ON campaign_transitions AS RESTRICTIVE FOR DELETE
    TO cadenza_worker USING (EXISTS (
      SELECT FROM enrollment_snapshots s
      WHERE s.tenant_id = campaign_transitions.tenant_id
        AND s.enrollment_id = campaign_transitions.enrollment_id
        AND s.seq >= campaign_transitions.seq))`.execute(db);

  await sql`GRANT DELETE ON quarantined_events TO cadenza_worker`.execute(db);
  await sql`
    CREATE INDEX webhook_deliveries_received ON webhook_deliveries (received_at, id)`.execute(db);
  // Events from before the oldest partition may have been in one that was detached.
  await sql`
    CREATE FUNCTION oldest_event_partition() RETURNS timestamptz LANGUAGE sql STABLE AS $$
      SELECT min(to_date(right(c.relname, 6), 'YYYYMM'))::timestamp AT TIME ZONE 'UTC'
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'message_events'::regclass AND c.relname ~ '^message_events_[0-9]{6}$'
    $$`.execute(db);
  await sql`
    CREATE FUNCTION stored_deliveries(
      after_received timestamptz, after_id uuid, before timestamptz, only_quarantined boolean,
      max_deliveries integer)
    RETURNS TABLE (delivery_id uuid, tenant_id uuid, received_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT d.id, d.tenant_id, d.received_at FROM webhook_deliveries d
      WHERE (d.received_at, d.id) > (after_received, after_id) AND d.received_at < before
        AND (NOT only_quarantined OR d.status = 'quarantined'
          OR EXISTS (SELECT FROM quarantined_events q WHERE q.delivery_id = d.id))
      ORDER BY d.received_at, d.id
      LIMIT max_deliveries
    $$`.execute(db);
  await sql`GRANT SELECT (delivery_id) ON quarantined_events TO cadenza_claimer`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ${sql.raw(STORED_DELIVERIES)} FROM PUBLIC`.execute(db);
  await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(STORED_DELIVERIES)} TO cadenza_worker`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  await sql`ALTER FUNCTION ${sql.raw(STORED_DELIVERIES)} OWNER TO cadenza_claimer`.execute(db);
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
  // The owner processes deliveries again by becoming the worker's role, and only then.
  await sql`
    DO $$ BEGIN
      IF current_setting('server_version_num')::integer >= 160000 THEN
        EXECUTE 'GRANT cadenza_worker TO CURRENT_USER WITH INHERIT FALSE, SET TRUE';
      ELSE
        GRANT cadenza_worker TO CURRENT_USER;
      END IF;
    END $$`.execute(db);
}

/** The owner stays a member of the role, which its other databases on the server may need. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(STORED_DELIVERIES)}`.execute(db);
  await sql`REVOKE SELECT (delivery_id) ON quarantined_events FROM cadenza_claimer`.execute(db);
  await sql`DROP FUNCTION oldest_event_partition()`.execute(db);
  await sql`DROP INDEX webhook_deliveries_received`.execute(db);
  await sql`REVOKE DELETE ON quarantined_events FROM cadenza_worker`.execute(db);
  await sql`DROP POLICY worker_detaches ON campaign_transitions`.execute(db);
  await sql`REVOKE DELETE ON campaign_transitions FROM cadenza_worker`.execute(db);
  await sql`DROP TABLE enrollment_snapshots`.execute(db);
}
