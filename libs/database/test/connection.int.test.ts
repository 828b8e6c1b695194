import type {} from '@cadenza/testing/global-setup';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, createPool, type Database } from '../src/index.ts';

let db: Database;
let other: Database;

beforeAll(() => {
  const url = inject('postgresAdminUrl');
  db = createDatabase(createPool({ url, poolSize: 1 }));
  other = createDatabase(createPool({ url, poolSize: 1 }));
});

afterAll(() => Promise.all([db.destroy(), other.destroy()]));

async function backendOf(connection: Database): Promise<number> {
  const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(connection);
  return rows[0]?.pid ?? 0;
}

function terminate(pid: number) {
  return sql`SELECT pg_terminate_backend(${pid}, 5000)`.execute(other);
}

/** An error of a connection to which nobody listens would end this process, and fail the run. */
describe('a connection that breaks', () => {
  it('between the statements of a transaction fails the transaction alone', async () => {
    const broken = db.transaction().execute(async (trx) => {
      await terminate(await backendOf(trx));
      await sql`SELECT 1`.execute(trx);
    });
    await expect(broken).rejects.toThrow(/terminat|not queryable|ECONNRESET/);
    expect(await backendOf(db)).toBeGreaterThan(0);
  });

  it('during a statement fails the statement alone', async () => {
    const broken = db.transaction().execute(async (trx) => {
      const pid = await backendOf(trx);
      await Promise.all([sql`SELECT pg_sleep(60)`.execute(trx), terminate(pid)]);
    });
    await expect(broken).rejects.toThrow(/terminat|ECONNRESET/);
    expect(await backendOf(db)).toBeGreaterThan(0);
  });
});
