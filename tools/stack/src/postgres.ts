import { randomBytes } from 'node:crypto';
import { createLogin, dropLogins, migrateUp } from '@cadenza/database';
import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import { migrateQueueSchema } from '@cadenza/queue';
import pg from 'pg';

export interface StackDatabase {
  /** Says where it is, without its password. */
  readonly description: string;
  readonly ownerUrl: string;
  readonly apiUrl: string;
  readonly workerUrl: string;
  /** Removes what was made for this stack. */
  stop(): Promise<void>;
}

/**
 * A migrated database with a login for each role: a new one on the server given (whose role must
 * be able to create databases and roles), else on an embedded PostgreSQL.
 *
 * @param options.dataDir keeps an embedded one's data between runs.
 */
export async function openDatabase(options: {
  readonly adminUrl: string | null;
  readonly dataDir: string | null;
  readonly queueSchema: string;
}): Promise<StackDatabase> {
  const server =
    options.adminUrl === null
      ? await startEmbeddedPostgres(options.dataDir === null ? {} : { dataDir: options.dataDir })
      : null;
  const adminUrl = options.adminUrl ?? server?.adminUrl ?? '';
  const name = options.dataDir === null ? `cadenza_${randomBytes(5).toString('hex')}` : 'cadenza';
  try {
    await createDatabase(adminUrl, name);
    const ownerUrl = withDatabase(adminUrl, name);
    await migrateUp(ownerUrl);
    await migrateQueueSchema(ownerUrl, {
      schema: options.queueSchema,
      roles: ['cadenza_api', 'cadenza_worker'],
    });
    const apiUrl = await createLogin(ownerUrl, { role: 'cadenza_api' });
    const workerUrl = await createLogin(ownerUrl, { role: 'cadenza_worker' });
    return {
      description: `${new URL(ownerUrl).host}/${name}${server === null ? '' : ' (embedded)'}`,
      ownerUrl,
      apiUrl,
      workerUrl,
      async stop() {
        if (server === null) {
          await dropDatabase(adminUrl, name);
          await dropLogins(adminUrl, [apiUrl, workerUrl].map(username));
        }
        await server?.stop();
      },
    };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

function username(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  try {
    await asAdmin(adminUrl, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === '42P04';
    if (!exists) throw error;
  }
}

function dropDatabase(adminUrl: string, name: string): Promise<void> {
  return asAdmin(adminUrl, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}
