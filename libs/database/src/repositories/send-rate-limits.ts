import { newId, type Channel, type Id } from '@cadenza/domain';
import type { RateLimitSetting } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** The limits that a tenant has set, and the platform's that hold where it has set none. */
export async function listSendRateLimits(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<RateLimitSetting[]> {
  const rows = await trx
    .selectFrom('send_rate_limits')
    .select(['tenant_id as tenantId', 'channel', 'scope', 'reference'])
    .select(['window_seconds as windowSeconds', 'max_messages as maxMessages'])
    .where((eb) => eb.or([eb('tenant_id', '=', tenantId), eb('tenant_id', 'is', null)]))
    .orderBy('tenant_id', (order) => order.asc().nullsLast())
    .orderBy('channel')
    .orderBy('scope')
    .orderBy('reference', (order) => order.asc().nullsFirst())
    .orderBy('window_seconds')
    .execute();
  return rows;
}

/** A limit as it is set; of mail by default. */
export type NewRateLimit = Omit<RateLimitSetting, 'tenantId' | 'channel'> & {
  readonly channel?: Channel | undefined;
};

/** Sets a limit of a tenant, in place of the one for the same channel, scope, reference and window. */
export async function putSendRateLimit(
  trx: Transaction<Schema>,
  tenantId: Id,
  { channel = 'email', ...limit }: NewRateLimit,
): Promise<void> {
  await sql`
    INSERT INTO send_rate_limits (id, tenant_id, channel, scope, reference, window_seconds,
      max_messages)
    VALUES (${newId()}, ${tenantId}, ${channel}, ${limit.scope}, ${limit.reference},
      ${limit.windowSeconds}, ${limit.maxMessages})
    ON CONFLICT (tenant_id, channel, scope, reference, window_seconds) DO UPDATE
    SET max_messages = excluded.max_messages`.execute(trx);
}
