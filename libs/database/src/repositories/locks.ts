import type { Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** Tables whose rows a caller may change one by one. */
export type LockableTable =
  | 'api_keys'
  | 'campaigns'
  | 'communication_suppressions'
  | 'contacts'
  | 'email_sender_identities'
  | 'inbound_deliveries'
  | 'leads'
  | 'message_templates'
  | 'tenants'
  | 'users'
  | 'webhook_deliveries'
  | 'webhook_endpoints';

/**
 * Lets nobody else change a row until the transaction ends; others may still refer to it. Where there
 * is no such row, nothing is locked.
 */
export async function lockRow(
  trx: Transaction<Schema>,
  tenantId: Id,
  table: LockableTable,
  id: Id,
): Promise<void> {
  const owner = table === 'tenants' ? 'id' : 'tenant_id';
  await sql`
    SELECT FROM ${sql.table(table)} WHERE ${sql.ref(owner)} = ${tenantId} AND id = ${id}
    FOR NO KEY UPDATE`.execute(trx);
}
