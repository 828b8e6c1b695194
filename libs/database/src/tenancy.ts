import type { Id } from '@cadenza/domain';
import { AsyncLocalStorage } from 'node:async_hooks';
import { sql, type Transaction } from 'kysely';
import type { Database } from './connection.ts';
import type { Schema } from './schema.ts';
import { isRetriable } from './store/retry.ts';

/** Tries of one transaction at most: a deadlock's loser wins the next time or soon after. */
const TRIES = 8;

/** What goes along with every transaction of a piece of work, whoever begins them. */
export interface Companion {
  /** Called in each transaction, before its work, with the tenants that it is bound to. */
  begun?(trx: Transaction<Schema>, tenantIds: readonly Id[]): Promise<void>;
  /**
   * Called in each transaction that has changed something, last thing before it commits, with what
   * its work came to. What it throws rolls the transaction back; where the transaction is tried
   * again, it is called again.
   */
  changed?(trx: Transaction<Schema>, result: unknown): Promise<void>;
}

const companions = new AsyncLocalStorage<Companion>();

/** Runs work, each transaction of which has a companion, after the one that it may have already. */
export function accompanied<T>(companion: Companion, work: () => Promise<T>): Promise<T> {
  const first = companions.getStore();
  const both: Companion = {
    async begun(trx, tenantIds) {
      await first?.begun?.(trx, tenantIds);
      await companion.begun?.(trx, tenantIds);
    },
    // Without anybody who wants to know, nobody asks whether something has changed.
    ...((first?.changed ?? companion.changed) !== undefined && {
      async changed(trx, result) {
        await first?.changed?.(trx, result);
        await companion.changed?.(trx, result);
      },
    }),
  };
  return companions.run(both, work);
}

/** A transaction has an id of its own from its first change on. */
async function hasChanged(trx: Transaction<Schema>): Promise<boolean> {
  const { rows } = await sql<{ changed: boolean }>`
    SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS changed`.execute(trx);
  return rows[0]?.changed === true;
}

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
        const companion = companions.getStore();
        await companion?.begun?.(trx, tenantIds);
        const result = await work(trx);
        if (companion?.changed !== undefined && (await hasChanged(trx))) {
          await companion.changed(trx, result);
        }
        return result;
      });
    } catch (error) {
      if (attempt === TRIES || !isRetriable(error)) throw error;
    }
  }
}
