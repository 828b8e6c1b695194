import type { EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

export function consents(
  trx: Transaction<Schema>,
): Pick<EngineTransaction, 'channelOf' | 'endConsent'> {
  return {
    async channelOf({ tenantId, id }, channel) {
      const found = await trx
        .selectFrom('contact_channels')
        .select('address')
        .where('tenant_id', '=', tenantId)
        .where('contact_id', '=', id)
        .where('channel', '=', channel)
        .execute();
      return found.map(({ address }) => address);
    },

    async endConsent({ tenantId, id }, channel, at) {
      const { numAffectedRows } = await sql`
        UPDATE contact_consents SET withdrawn_at = from_epoch_ms(${at})
        WHERE tenant_id = ${tenantId} AND contact_id = ${id} AND channel = ${channel}
          AND withdrawn_at IS NULL`.execute(trx);
      return (numAffectedRows ?? 0n) > 0n;
    },
  };
}
