import { sql, type Kysely } from 'kysely';

const FUNCTIONS = [
  'tenants_to_retain(uuid, integer)',
  'delete_old_deliveries(integer, integer)',
] as const;

/** How long the data of each tenant is kept. */
export async function createRetention(db: Kysely<unknown>): Promise<void> {
  // Whole months before the present one; null: for ever. What has been applied only ever moves on:
  // what is gone does not come back where more is to be kept from now on.
  await sql`
    CREATE TABLE tenant_retention (
      tenant_id uuid PRIMARY KEY REFERENCES tenants,
      delivery_months integer CHECK (delivery_months BETWEEN 1 AND 1200),
      event_months integer CHECK (event_months BETWEEN 1 AND 1200),
      input_months integer CHECK (input_months BETWEEN 1 AND 1200),
      inbound_months integer CHECK (inbound_months BETWEEN 1 AND 1200),
      events_since timestamptz NOT NULL DEFAULT '-infinity',
      events_deleted_until timestamptz NOT NULL DEFAULT '-infinity',
      inputs_detached_until timestamptz NOT NULL DEFAULT '-infinity',
      inbound_deleted_until timestamptz NOT NULL DEFAULT '-infinity',
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON tenant_retention
    FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
    EXECUTE FUNCTION touch_updated_at()`.execute(db);
  await sql`ALTER TABLE tenant_retention ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE tenant_retention FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON tenant_retention TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON tenant_retention TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON tenant_retention TO cadenza_claimer USING (true)`.execute(db);
  await sql`
    GRANT SELECT, INSERT, UPDATE (delivery_months, event_months, input_months, inbound_months)
    ON tenant_retention TO cadenza_api`.execute(db);
  await sql`
    GRANT SELECT, UPDATE (events_since, events_deleted_until, inputs_detached_until, inbound_deleted_until)
    ON tenant_retention TO cadenza_worker`.execute(db);
  await sql`GRANT SELECT ON tenant_retention TO cadenza_claimer`.execute(db);

  // Whoever may delete events can delete only those that are not to be kept.
  await sql`GRANT DELETE ON message_events TO cadenza_worker`.execute(db);
  await sql`
    CREATE POLICY worker_deletes ON message_events AS RESTRICTIVE FOR DELETE
    TO cadenza_worker USING (EXISTS (
      SELECT FROM tenant_retention t
      WHERE t.tenant_id = message_events.tenant_id
        AND t.events_since > message_events.occurred_at))`.execute(db);
  await sql`
    CREATE INDEX webhook_deliveries_owner ON webhook_deliveries (tenant_id, received_at)`.execute(
    db,
  );
  await sql`GRANT DELETE ON webhook_deliveries TO cadenza_claimer`.execute(db);
  await sql`GRANT DELETE ON quarantined_events TO cadenza_claimer`.execute(db);

  await sql`
    CREATE FUNCTION months_before(moment timestamptz, months integer) RETURNS timestamptz
    LANGUAGE sql STABLE AS $$
      SELECT (date_trunc('month', moment AT TIME ZONE 'UTC') - make_interval(months => months))
        AT TIME ZONE 'UTC'
    $$`.execute(db);
  await sql`
    CREATE FUNCTION tenants_to_retain(after uuid, max_tenants integer)
    RETURNS TABLE (tenant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT t.tenant_id FROM tenant_retention t
      WHERE t.tenant_id > after
        AND (t.events_deleted_until < months_before(campaign_now(), t.event_months)
          OR t.inputs_detached_until < months_before(campaign_now(), t.input_months)
          OR t.inbound_deleted_until < months_before(campaign_now(), t.inbound_months))
      ORDER BY t.tenant_id
      LIMIT max_tenants
    $$`.execute(db);
  // Real time, as that of receipt. What waits to be processed is never old.
  await sql`
    CREATE FUNCTION delete_old_deliveries(shared_months integer, max_deliveries integer)
    RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH old AS MATERIALIZED (
        SELECT id FROM (
          (SELECT d.id FROM webhook_deliveries d
            WHERE d.tenant_id IS NULL AND d.status <> 'received'
              AND d.received_at < months_before(now(), shared_months)
            LIMIT max_deliveries)
          UNION ALL
          SELECT d.id FROM tenant_retention t
          CROSS JOIN LATERAL (
            SELECT own.id FROM webhook_deliveries own
            WHERE own.tenant_id = t.tenant_id AND own.status <> 'received'
              AND own.received_at < months_before(now(), t.delivery_months)
            LIMIT max_deliveries) d) found
        LIMIT max_deliveries),
      aside AS (DELETE FROM quarantined_events q USING old WHERE q.delivery_id = old.id),
      deleted AS (DELETE FROM webhook_deliveries d USING old WHERE d.id = old.id RETURNING d.id)
      SELECT count(*)::integer FROM deleted
    $$`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const signature of FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO cadenza_worker`.execute(db);
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function dropRetention(db: Kysely<unknown>): Promise<void> {
  for (const signature of FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
  await sql`DROP FUNCTION months_before(timestamptz, integer)`.execute(db);
  await sql`REVOKE DELETE ON quarantined_events FROM cadenza_claimer`.execute(db);
  await sql`REVOKE DELETE ON webhook_deliveries FROM cadenza_claimer`.execute(db);
  await sql`DROP INDEX webhook_deliveries_owner`.execute(db);
  await sql`DROP POLICY worker_deletes ON message_events`.execute(db);
  await sql`REVOKE DELETE ON message_events FROM cadenza_worker`.execute(db);
  await sql`DROP TABLE tenant_retention`.execute(db);
}
