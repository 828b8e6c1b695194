import type { Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** Whether everything of a tenant stands still. */
export interface TenantStatus {
  readonly status: 'active' | 'paused';
  /** Why it is paused, where it is. */
  readonly pauseReason: string | null;
}

export async function findTenantStatus(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<TenantStatus | null> {
  const row = await trx
    .selectFrom('tenants')
    .select(['status', 'pause_reason as pauseReason'])
    .where('id', '=', tenantId)
    .executeTakeFirst();
  return row ?? null;
}
