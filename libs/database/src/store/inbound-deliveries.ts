import type { Id } from '@cadenza/domain';
import type { EngineStore } from '@cadenza/engine';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

type InboundDeliveries = Pick<EngineStore, 'storeInbound' | 'waitingInbound'>;

/** Inbound mail as it came: the platform's belongs to nobody yet, the other to a tenant. */
export function inboundDeliveries(db: Database): InboundDeliveries {
  return {
    async storeInbound(delivery) {
      const { rows } = await sql<{ tenant_id: Id | null }>`
        SELECT tenant_id FROM store_inbound_delivery(
          ${delivery.id}::uuid, ${delivery.addressee ?? ''}, ${delivery.addressee !== null},
          ${delivery.contentType}, ${delivery.bytes}::bigint, ${delivery.hash}::bytea,
          ${delivery.blobKey}, ${delivery.verdict}, ${delivery.verdictReason},
          ${delivery.truncated})`.execute(db);
      const [row] = rows;
      return row === undefined ? null : { id: delivery.id, tenantId: row.tenant_id };
    },

    async waitingInbound(olderThanMs, limit) {
      const { rows } = await sql<{ delivery_id: Id; tenant_id: Id | null }>`
        SELECT * FROM waiting_inbound_deliveries(${olderThanMs}, ${limit})`.execute(db);
      return rows.map((row) => ({ id: row.delivery_id, tenantId: row.tenant_id }));
    },
  };
}
