import { sql, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * Has every statement that the transaction makes from now on canceled where it takes longer.
 *
 * @param ms real milliseconds, 1 or more.
 */
export async function limitStatementTime(trx: Transaction<Schema>, ms: number): Promise<void> {
  await sql`SELECT set_config('statement_timeout', ${String(ms)}, true)`.execute(trx);
}

/** Whether an error says that a statement was canceled: it took longer than it may. */
export function isStatementCanceled(error: unknown): boolean {
  // query_canceled, PostgreSQL's manual, appendix A.
  return error instanceof Error && 'code' in error && error.code === '57014';
}
