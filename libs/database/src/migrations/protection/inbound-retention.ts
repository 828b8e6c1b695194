import { sql, type Kysely } from 'kysely';
import { acrossTenants } from './bound-table.ts';

const KNOWN = 'known_blobs(text[])';

/** Deleting inbound mail that tenants do not want kept, and files that nothing names. */
export async function createInboundRetention(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX inbound_messages_received ON inbound_messages (tenant_id, received_at)`.execute(
    db,
  );
  await sql`
    CREATE INDEX inbound_deliveries_owner ON inbound_deliveries (tenant_id, arrived_at)`.execute(
    db,
  );
  await sql`
    GRANT DELETE ON inbound_messages, inbound_deliveries TO cadenza_worker`.execute(db);
  // Whoever may delete mail can delete only what is not to be kept, and what does not wait.
  await sql`
    CREATE POLICY worker_deletes ON inbound_messages AS RESTRICTIVE FOR DELETE
    TO cadenza_worker USING (EXISTS (
      SELECT FROM tenant_retention t
      WHERE t.tenant_id = inbound_messages.tenant_id
        AND inbound_messages.received_at < months_before(campaign_now(), t.inbound_months)))`.execute(
    db,
  );
  await sql`
    CREATE POLICY worker_deletes ON inbound_deliveries AS RESTRICTIVE FOR DELETE
    TO cadenza_worker USING (status <> 'received' AND NOT EXISTS (
      SELECT FROM inbound_messages m WHERE m.delivery_id = inbound_deliveries.id))`.execute(db);
  await sql`GRANT SELECT (blob_key) ON inbound_deliveries TO cadenza_claimer`.execute(db);
  await sql`GRANT SELECT (blob_key) ON inbound_attachments TO cadenza_claimer`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON inbound_attachments TO cadenza_claimer USING (true)`.execute(db);
  await sql`CREATE INDEX inbound_deliveries_blob ON inbound_deliveries (blob_key)`.execute(db);
  await sql`CREATE INDEX inbound_attachments_blob ON inbound_attachments (blob_key)`.execute(db);
  await sql`
    CREATE FUNCTION known_blobs(keys text[]) RETURNS TABLE (place integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT r.place::integer FROM unnest(keys) WITH ORDINALITY AS r(key, place)
      WHERE EXISTS (SELECT FROM inbound_deliveries d WHERE d.blob_key = r.key)
        OR EXISTS (SELECT FROM inbound_attachments a WHERE a.blob_key = r.key)
    $$`.execute(db);
  await acrossTenants(db, [[KNOWN, 'cadenza_worker']]);
}

export async function dropInboundRetention(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(KNOWN)}`.execute(db);
  await sql`DROP INDEX inbound_attachments_blob, inbound_deliveries_blob`.execute(db);
  await sql`DROP POLICY claimer_all ON inbound_attachments`.execute(db);
  await sql`REVOKE SELECT (blob_key) ON inbound_attachments FROM cadenza_claimer`.execute(db);
  await sql`REVOKE SELECT (blob_key) ON inbound_deliveries FROM cadenza_claimer`.execute(db);
  await sql`DROP POLICY worker_deletes ON inbound_deliveries`.execute(db);
  await sql`DROP POLICY worker_deletes ON inbound_messages`.execute(db);
  await sql`
    REVOKE DELETE ON inbound_messages, inbound_deliveries FROM cadenza_worker`.execute(db);
  await sql`DROP INDEX inbound_deliveries_owner, inbound_messages_received`.execute(db);
}
