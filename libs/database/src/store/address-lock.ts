import type { Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** The first key of the advisory locks that hold addresses of a tenant; the second is the tenant. */
export const ADDRESS_LOCK = 0x6164;

/** Whoever adds addresses asks first, beside others that do: an erasure waits for them, or they for it. */
export async function lockAddresses(trx: Transaction<Schema>, tenantId: Id): Promise<void> {
  await sql`
    SELECT pg_advisory_xact_lock_shared(${ADDRESS_LOCK}, hashtext(${tenantId}))`.execute(trx);
}
