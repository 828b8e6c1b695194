import { sql } from 'kysely';
import type { Database } from './connection.ts';

/**
 * The id that tells this installation from others with which it shares a server, such as a Redis.
 * It was made up by the first migration; a copy of a database has the original's.
 */
export async function readInstallationId(db: Database): Promise<string> {
  const { rows } = await sql<{ installation_id: string }>`
    SELECT installation_id FROM clock_settings`.execute(db);
  const [row] = rows;
  if (row === undefined) {
    throw new Error('the database has no id of its installation: run cadenza migrate up');
  }
  return row.installation_id;
}
