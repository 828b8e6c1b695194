import type { EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { MESSAGE_COLUMNS, messageRecord, type MessageRow } from './hand-off.ts';
import { FIRST_ID, isIn } from './rows.ts';

/** Messages that the provider has accepted, and of whose end nothing is known. */
export function accepted(trx: Transaction<Schema>): Pick<EngineTransaction, 'acceptedMessages'> {
  return {
    async acceptedMessages({ tenantId, since, until, after, limit }) {
      const found = await sql<MessageRow & { position: string }>`
        SELECT ${MESSAGE_COLUMNS}, m.begun_at::text AS position
        FROM hand_off_batches h
        CROSS JOIN LATERAL unnest(h.message_ids) AS started(id)
        JOIN outbound_messages m ON m.tenant_id = h.tenant_id AND m.id = started.id
          AND m.begun_at = h.begun_at AND m.channel = 'email'
          AND ${isIn('m.status', 'sent', 'deferred')}
        WHERE h.tenant_id = ${tenantId}
          AND h.begun_at >= from_epoch_ms(${since}) AND h.begun_at < from_epoch_ms(${until})
          AND h.begun_at >= ${after?.begunAt ?? '-infinity'}::timestamptz
          AND (h.begun_at, m.id) >
            (${after?.begunAt ?? '-infinity'}::timestamptz, ${after?.id ?? FIRST_ID}::uuid)
        ORDER BY h.begun_at, m.id
        LIMIT ${limit}`.execute(trx);
      return found.rows.map((row) => ({
        message: messageRecord(row),
        position: { begunAt: row.position, id: row.id },
      }));
    },
  };
}
