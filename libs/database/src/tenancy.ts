import type { Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Database } from './connection.ts';
import type { Schema } from './schema.ts';
import { isRetriable } from './store/retry.ts';

/** Tries of one transaction at most: a deadlock's loser wins the next time or soon after. */
const TRIES = 8;

/**
 * Runs work in a transaction that row-level security binds to these tenants, and again from its
 * start where the database asks for it.
 *
 * @throws whatever the work throws, after the transaction has been rolled back.
 */
export async function inTenants<T>(
  db: Database,
  tenantIds: readonly Id[],
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(async (trx) => {
        const single = tenantIds.length === 1 ? tenantIds[0] : '';
        await sql`
          SELECT set_config('app.tenant_id', ${single}, true),
                 set_config('app.tenant_ids', ${`{${tenantIds.join(',')}}`}, true)`.execute(trx);
        return work(trx);
      });
    } catch (error) {
      if (attempt === TRIES || !isRetriable(error)) throw error;
    }
  }
}
