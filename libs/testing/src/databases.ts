import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, type ClientBase } from 'pg';

/** Set by the global set-up, and inherited by its workers: what belongs to this run. */
export const RUN_VARIABLE = 'CADENZA_TEST_RUN';

function namePrefix(): string {
  return `cadenza_test_${process.env[RUN_VARIABLE] ?? process.pid}_`;
}

/** A database of its own for a test file. */
export interface TestDatabase {
  readonly name: string;
  /** Connection URL of the administrator for this database. */
  readonly url: string;
  /** Removes the database, ending sessions that are still open. */
  drop(): Promise<void>;
}

/** Runs statements in one session and closes it. */
export async function withClient<T>(url: string, use: (client: ClientBase) => Promise<T>) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Creates an empty database on a server, or a copy of a template. Creating one costs tens of
 * milliseconds, so a test file has its own. Those that are not dropped go when the test run ends.
 */
export async function createTestDatabase(
  adminUrl: string,
  options: { readonly template?: string } = {},
): Promise<TestDatabase> {
  const name = `${namePrefix()}${randomBytes(6).toString('hex')}`;
  const { template = 'template0' } = options;
  await withClient(adminUrl, (client) =>
    client.query(
      `CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE ${escapeIdentifier(template)}`,
    ),
  );
  return {
    name,
    url: databaseUrl(adminUrl, name),
    drop: () =>
      withClient(adminUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
      }),
  };
}

/** Drops what this run's test files have left behind, for a server that lives on. */
export async function dropLeftDatabases(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const left = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [namePrefix()],
    );
    for (const { datname } of left.rows) {
      await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(datname)} WITH (FORCE)`);
    }
  });
}
