import { sql, type Kysely } from 'kysely';

const FOLD = 'fold_event_rollups(integer)';
/** What follows CREATE, or CREATE OR REPLACE where a later one is taken back. */
export const FOLD_FUNCTION =
  sql.raw(`FUNCTION fold_event_rollups(max_deltas integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH taken AS (
        DELETE FROM event_rollup_deltas
        WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM event_rollup_deltas LIMIT max_deltas FOR UPDATE SKIP LOCKED))
        RETURNING tenant_id, campaign_id, node_id, variant, hour, type, actor, count),
      folded AS (
        INSERT INTO event_rollups_hourly AS h
          (tenant_id, campaign_id, node_id, variant, hour, type, actor, count)
        SELECT t.tenant_id, t.campaign_id, t.node_id, t.variant, t.hour, t.type, t.actor,
          sum(t.count)
        FROM taken t
        WHERE EXISTS (
          SELECT FROM campaigns c WHERE c.tenant_id = t.tenant_id AND c.id = t.campaign_id)
        GROUP BY t.tenant_id, t.campaign_id, t.node_id, t.variant, t.hour, t.type, t.actor
        ORDER BY t.tenant_id, t.campaign_id, t.node_id, t.variant, t.hour, t.type, t.actor
        ON CONFLICT (tenant_id, campaign_id, node_id, variant, hour, type, actor)
        DO UPDATE SET count = h.count + excluded.count)
      SELECT count(*)::integer FROM taken
    $$`);
const HOUR = "date_trunc('hour', occurred_at, 'UTC')";
/** Tables whose policies would hide from the owner what is counted once for all tenants. */
const COUNTED = ['message_events', 'outbound_messages', 'message_attempts', 'event_rollups_hourly'];

/**
 * Roll-ups that nobody waits for: what is recorded is counted by rows that are only ever added, and
 * these are folded into the hourly ones later. The view counts both.
 */
export async function createRollUps(db: Kysely<unknown>): Promise<void> {
  // No key, no index and no reference: a row of it costs as little as a row can.
  await sql`
    CREATE TABLE event_rollup_deltas (
      tenant_id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      node_id text NOT NULL,
      variant text NOT NULL,
      hour timestamptz NOT NULL,
      type text NOT NULL,
      actor text NOT NULL,
      count bigint NOT NULL CHECK (count > 0)
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)`.execute(db);
  await sql`ALTER TABLE event_rollup_deltas ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE event_rollup_deltas FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON event_rollup_deltas TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON event_rollup_deltas TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  for (const table of ['event_rollup_deltas', 'event_rollups_hourly']) {
    await sql`
      CREATE POLICY claimer_all ON ${sql.table(table)} TO cadenza_claimer USING (true)`.execute(db);
  }
  await sql`GRANT SELECT ON event_rollup_deltas TO cadenza_api`.execute(db);
  await sql`GRANT SELECT, INSERT ON event_rollup_deltas TO cadenza_worker`.execute(db);
  await sql`GRANT SELECT, UPDATE, DELETE ON event_rollup_deltas TO cadenza_claimer`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE ON event_rollups_hourly TO cadenza_claimer`.execute(db);
  await sql`
    CREATE VIEW event_rollups WITH (security_invoker = true) AS
    SELECT tenant_id, campaign_id, node_id, variant, hour, type, actor,
      sum(count)::bigint AS count
    FROM (
      SELECT tenant_id, campaign_id, node_id, variant, hour, type, actor, count
      FROM event_rollups_hourly
      UNION ALL
      SELECT tenant_id, campaign_id, node_id, variant, hour, type, actor, count
      FROM event_rollup_deltas) counted
    GROUP BY tenant_id, campaign_id, node_id, variant, hour, type, actor`.execute(db);
  await sql`GRANT SELECT ON event_rollups TO cadenza_api, cadenza_worker`.execute(db);
  // In the order of the key, so that two folds wait for each other and never in a circle. What is
  // left of a campaign that is gone goes with it.
  await sql`
    CREATE ${FOLD_FUNCTION}`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ${sql.raw(FOLD)} FROM PUBLIC`.execute(db);
  await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(FOLD)} TO cadenza_worker`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  await sql`ALTER FUNCTION ${sql.raw(FOLD)} OWNER TO cadenza_claimer`.execute(db);
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
  await countOnce(db);
}

/** Counts what was recorded before there were roll-ups. */
async function countOnce(db: Kysely<unknown>): Promise<void> {
  for (const table of COUNTED) {
    await sql`ALTER TABLE ${sql.table(table)} NO FORCE ROW LEVEL SECURITY`.execute(db);
  }
  await sql`
    INSERT INTO event_rollups_hourly (tenant_id, campaign_id, node_id, hour, type, actor, count)
    SELECT m.tenant_id, m.campaign_id, m.node_id, ${sql.raw(HOUR)}, e.type, e.actor, count(*)
    FROM message_events e
    JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.id = e.message_id
    GROUP BY 1, 2, 3, 4, 5, 6`.execute(db);
  await sql`
    INSERT INTO event_rollups_hourly (tenant_id, campaign_id, node_id, hour, type, count)
    SELECT tenant_id, campaign_id, node_id, ${sql.raw(HOUR)}, 'sent', count(*)
    FROM (
      SELECT tenant_id, campaign_id, node_id, begun_at AS occurred_at FROM outbound_messages
      WHERE accepted_at IS NOT NULL AND begun_at IS NOT NULL
      UNION ALL
      SELECT m.tenant_id, m.campaign_id, m.node_id, f.begun_at FROM message_attempts f
      JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
      WHERE f.accepted_at IS NOT NULL) accepted
    GROUP BY 1, 2, 3, 4`.execute(db);
  for (const table of COUNTED) {
    await sql`ALTER TABLE ${sql.table(table)} FORCE ROW LEVEL SECURITY`.execute(db);
  }
}

/** The hourly rows go with what has counted them. */
export async function dropRollUps(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(FOLD)}`.execute(db);
  await sql`DROP VIEW event_rollups`.execute(db);
  await sql`DROP TABLE event_rollup_deltas`.execute(db);
  await sql`TRUNCATE event_rollups_hourly`.execute(db);
  await sql`REVOKE ALL ON event_rollups_hourly FROM cadenza_claimer`.execute(db);
  await sql`DROP POLICY claimer_all ON event_rollups_hourly`.execute(db);
}
