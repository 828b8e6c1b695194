import { newId, type Channel, type Id } from '@cadenza/domain';
import type { RateLimitSetting } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/**
 * The limits that a tenant has set, and the platform's that hold where it has set none.
 *
 * @param tenantId null: the platform's alone.
 */
export async function listSendRateLimits(
  trx: Transaction<Schema>,
  tenantId: Id | null,
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

/**
 * Sets a limit, in place of the one for the same channel, scope, reference and window.
 *
 * @param tenantId null: the platform's, as the role that looks across tenants.
 */
export async function putSendRateLimit(
  trx: Transaction<Schema>,
  tenantId: Id | null,
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

/** What a limit is of; of mail by default. */
export type RateLimitKey = Omit<NewRateLimit, 'maxMessages'>;

/**
 * Takes a limit away, so that the next more general one holds, or the default.
 *
 * @param tenantId as of `putSendRateLimit`.
 * @returns how many messages it let through; null where there was none.
 */
export async function dropSendRateLimit(
  trx: Transaction<Schema>,
  tenantId: Id | null,
  { channel = 'email', scope, reference, windowSeconds }: RateLimitKey,
): Promise<number | null> {
  const row = await trx
    .deleteFrom('send_rate_limits')
    .where('tenant_id', 'is not distinct from', tenantId)
    .where('channel', '=', channel)
    .where('scope', '=', scope)
    .where('reference', 'is not distinct from', reference)
    .where('window_seconds', '=', windowSeconds)
    .returning('max_messages as maxMessages')
    .executeTakeFirst();
  return row?.maxMessages ?? null;
}
