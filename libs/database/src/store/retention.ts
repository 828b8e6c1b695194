import type { EngineTransaction } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

type Retention = Pick<
  EngineTransaction,
  | 'eventsToDelete'
  | 'deleteEvents'
  | 'eventsDeleted'
  | 'inputsToDetach'
  | 'inputsDetached'
  | 'inboundToDelete'
  | 'deleteInbound'
  | 'inboundDeleted'
>;

/** What is kept of each tenant, and how far that has been applied. */
export function retention(trx: Transaction<Schema>): Retention {
  async function timeOf(query: RawBuilder<{ at: number }>): Promise<number | null> {
    const { rows } = await query.execute(trx);
    return rows[0]?.at ?? null;
  }

  return {
    eventsToDelete: (tenantId) =>
      timeOf(sql`
        UPDATE tenant_retention
        SET events_since =
          greatest(events_since, months_before(campaign_now(), event_months))
        WHERE tenant_id = ${tenantId}
          AND events_deleted_until < months_before(campaign_now(), event_months)
        RETURNING epoch_ms(events_since) AS at`),

    async deleteEvents({ tenantId, before, limit }) {
      const deleted = await sql`
        DELETE FROM message_events e
        USING (
          SELECT o.message_id, o.occurred_at, o.dedupe_key FROM message_events o
          WHERE o.tenant_id = ${tenantId} AND o.occurred_at < from_epoch_ms(${before})
          LIMIT ${limit}) old
        WHERE e.tenant_id = ${tenantId} AND e.message_id = old.message_id
          AND e.occurred_at = old.occurred_at AND e.dedupe_key = old.dedupe_key
          AND e.occurred_at < from_epoch_ms(${before})`.execute(trx);
      return Number(deleted.numAffectedRows ?? 0n);
    },

    async eventsDeleted(tenantId, until) {
      await sql`
        UPDATE tenant_retention SET events_deleted_until = from_epoch_ms(${until})
        WHERE tenant_id = ${tenantId}`.execute(trx);
    },

    inputsToDetach: (tenantId) =>
      timeOf(sql`
        SELECT epoch_ms(months_before(campaign_now(), input_months)) AS at FROM tenant_retention
        WHERE tenant_id = ${tenantId}
          AND inputs_detached_until < months_before(campaign_now(), input_months)`),

    inboundToDelete: (tenantId) =>
      timeOf(sql`
        SELECT epoch_ms(months_before(campaign_now(), inbound_months)) AS at FROM tenant_retention
        WHERE tenant_id = ${tenantId}
          AND inbound_deleted_until < months_before(campaign_now(), inbound_months)`),

    async deleteInbound({ tenantId, before, limit }) {
      const { rows: mails } = await sql<{ id: string; delivery_id: string | null }>`
        WITH old AS MATERIALIZED (
          SELECT m.id, m.delivery_id FROM inbound_messages m
          WHERE m.tenant_id = ${tenantId} AND m.received_at < from_epoch_ms(${before})
          ORDER BY m.received_at
          LIMIT ${limit}),
        files AS (
          INSERT INTO erased_blobs (tenant_id, blob_key)
          SELECT a.tenant_id, a.blob_key FROM old
          JOIN inbound_attachments a ON a.tenant_id = ${tenantId} AND a.inbound_message_id = old.id
          ON CONFLICT DO NOTHING)
        DELETE FROM inbound_messages m USING old
        WHERE m.tenant_id = ${tenantId} AND m.id = old.id
        RETURNING m.id, m.delivery_id`.execute(trx);
      const deliveryIds = mails.flatMap((mail) => mail.delivery_id ?? []);
      await sql`
        WITH gone AS (
          DELETE FROM inbound_deliveries d
          WHERE d.status <> 'received' AND (d.id = ANY (${deliveryIds}::uuid[])
            OR d.id = ANY (ARRAY(
              SELECT o.id FROM inbound_deliveries o
              WHERE o.tenant_id = ${tenantId} AND o.arrived_at < from_epoch_ms(${before})
                AND o.status <> 'received'
                AND NOT EXISTS (SELECT FROM inbound_messages m WHERE m.delivery_id = o.id)
              LIMIT ${limit})))
          RETURNING d.blob_key)
        INSERT INTO erased_blobs (tenant_id, blob_key)
        SELECT ${tenantId}::uuid, blob_key FROM gone
        ON CONFLICT DO NOTHING`.execute(trx);
      return mails.length;
    },

    async inboundDeleted(tenantId, until) {
      await sql`
        UPDATE tenant_retention SET inbound_deleted_until = from_epoch_ms(${until})
        WHERE tenant_id = ${tenantId}`.execute(trx);
    },

    async inputsDetached(tenantId, until) {
      await sql`
        UPDATE tenant_retention SET inputs_detached_until = from_epoch_ms(${until})
        WHERE tenant_id = ${tenantId}`.execute(trx);
    },
  };
}
