import { randomBytes } from 'node:crypto';
import { createLogin, dropLogins, migrateUp, type AppRole } from '@cadenza/database';
import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import { migrateQueueSchema } from '@cadenza/queue';
import pg from 'pg';
import { createUndo, type Undo } from './undo.ts';

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
 * @param options.signal gives it up, and removes what was made.
 */
export async function openDatabase(options: {
  readonly adminUrl: string | null;
  readonly dataDir: string | null;
  readonly queueSchema: string;
  readonly signal?: AbortSignal;
}): Promise<StackDatabase> {
  const undo = createUndo();
  try {
    return await open(options, undo);
  } catch (error) {
    await undo.all().catch(() => undefined);
    throw error;
  }
}

async function open(
  { signal, ...options }: Parameters<typeof openDatabase>[0],
  undo: Undo,
): Promise<StackDatabase> {
  const embedded = options.adminUrl === null;
  const adminUrl = options.adminUrl ?? (await startEmbedded(options.dataDir, undo));
  signal?.throwIfAborted();
  const name = options.dataDir === null ? `cadenza_${randomBytes(5).toString('hex')}` : 'cadenza';
  const logins: string[] = [];
  if (!embedded) undo.push(() => dropLogins(adminUrl, logins));
  await createDatabase(adminUrl, name);
  if (!embedded) undo.push(() => dropDatabase(adminUrl, name));
  const ownerUrl = withDatabase(adminUrl, name);
  signal?.throwIfAborted();
  await migrateUp(ownerUrl);
  await letOwnerRead(ownerUrl);
  signal?.throwIfAborted();
  await migrateQueueSchema(ownerUrl, {
    schema: options.queueSchema,
    roles: ['cadenza_api', 'cadenza_worker'],
  });
  const login = async (role: AppRole): Promise<string> => {
    const url = await createLogin(ownerUrl, { role });
    logins.push(username(url));
    return url;
  };
  return {
    description: `${new URL(ownerUrl).host}/${name}${embedded ? ' (embedded)' : ''}`,
    ownerUrl,
    apiUrl: await login('cadenza_api'),
    workerUrl: await login('cadenza_worker'),
    stop: () => undo.all(),
  };
}

/** @returns the URL of its administrator. */
async function startEmbedded(dataDir: string | null, undo: Undo): Promise<string> {
  const server = await startEmbeddedPostgres(dataDir === null ? {} : { dataDir });
  undo.push(() => server.stop());
  return server.adminUrl;
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

/**
 * Row-level security hides every tenant from an owner who is no superuser, and reports are read as
 * the owner. The policies are for that role alone: the programs' roles see what they always see.
 */
async function letOwnerRead(ownerUrl: string): Promise<void> {
  await asAdmin(
    ownerUrl,
    `DO $$ DECLARE found regclass; BEGIN
      IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) THEN RETURN; END IF;
      FOR found IN SELECT oid FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relrowsecurity LOOP
        EXECUTE format('CREATE POLICY stack_owner ON %s FOR SELECT TO CURRENT_USER USING (true)', found);
      END LOOP;
    END $$`,
  );
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
