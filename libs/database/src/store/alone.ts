import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/**
 * Runs work while an advisory lock is held in a transaction of its own, which lasts no longer than
 * its connection does; null where another session holds it. The transaction has no snapshot, so that
 * vacuum does not wait for it, and is to last as long as the work, whatever the server is set to.
 *
 * @throws what the work throws; or, after the work, that the connection was lost meanwhile.
 */
export async function runAlone<T extends object>(
  db: Database,
  name: string,
  work: () => Promise<T>,
): Promise<T | null> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ alone: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtext(${`cadenza ${name}`})) AS alone,
        (SELECT count(set_config(s.name, '0', true)) FROM pg_settings s
         WHERE s.name IN ('idle_in_transaction_session_timeout', 'transaction_timeout'))`.execute(
      trx,
    );
    return rows[0]?.alone === true ? work() : null;
  });
}
