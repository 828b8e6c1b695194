import type { Id } from '@cadenza/domain';
import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** What of a tenant decides whether its campaigns send. */
export interface TenantStatus {
  readonly status: 'active' | 'paused';
  /** Why it is paused, where it is. */
  readonly pauseReason: string | null;
  /** It is the tenant's own pause, which the tenant may end. */
  readonly ownPause: boolean;
  /** Stands in every mail; null where there is none. */
  readonly postalAddress: string | null;
}

export async function findTenantStatus(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<TenantStatus | null> {
  const row = await trx
    .selectFrom('tenants')
    .select(['status', 'pause_reason as pauseReason', 'postal_address as postalAddress'])
    .select((eb) => eb('paused_by', 'is not', null).$castTo<boolean>().as('ownPause'))
    .where('id', '=', tenantId)
    .executeTakeFirst();
  return row ?? null;
}
