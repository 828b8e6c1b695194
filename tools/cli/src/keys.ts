import type { Schema } from '@cadenza/database';
import { isId, type Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';

export interface KeyRecord {
  readonly id: Id;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

const COLUMNS = [
  'id',
  'name',
  'prefix',
  'scopes',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'expires_at as expiresAt',
  'revoked_at as revokedAt',
] as const;

/** The keys of a tenant, oldest first, those that have ended too. */
export function listKeys(trx: Transaction<Schema>, tenantId: Id): Promise<KeyRecord[]> {
  return trx
    .selectFrom('api_keys')
    .select(COLUMNS)
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .execute();
}

/**
 * Ends a key. One that was revoked before keeps the time of that.
 *
 * @throws Error where no key, or more than one, is meant.
 */
export async function revokeKey(
  trx: Transaction<Schema>,
  tenantId: Id,
  idOrPrefix: string,
): Promise<KeyRecord> {
  const revoked = await trx
    .updateTable('api_keys')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where('tenant_id', '=', tenantId)
    .where(isId(idOrPrefix) ? 'id' : 'prefix', '=', idOrPrefix)
    .returning(COLUMNS)
    .execute();
  const [key] = revoked;
  if (key === undefined) {
    throw new Error(`key "${idOrPrefix}" is unknown: cadenza key list shows those of the tenant`);
  }
  if (revoked.length > 1) throw new Error(`several keys begin with "${idOrPrefix}": use the id`);
  return key;
}
