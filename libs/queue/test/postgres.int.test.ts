import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@cadenza/embedded-postgres';
import { createTestDatabase, withClient, type TestDatabase } from '@cadenza/testing';
import { createPostgresBackend, Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQueues, migrateQueueSchema, startConsumer } from '../src/index.ts';
import { describeQueues, type Store } from './conformance.ts';

const SETTINGS = { fsync: 'off' };
const APP = 'queue_app';
const SCHEMA = 'jobs';
let home: string;
let server: EmbeddedPostgres;
/** Migrated once: copying it is quicker than migrating for each test. */
let template: TestDatabase;

/** A server of its own, since the suite crashes it. */
async function start(port?: number): Promise<void> {
  server = await startEmbeddedPostgres({
    dataDir: path.join(home, 'data'),
    settings: SETTINGS,
    ...(port === undefined ? {} : { port }),
  });
}

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'queue-test-'));
  await chmod(home, 0o755);
  await start();
  await withClient(server.adminUrl, (client) =>
    client.query(`CREATE ROLE ${APP} LOGIN PASSWORD 'app'`),
  );
  template = await createTestDatabase(server.adminUrl);
  await migrateQueueSchema(template.url, { schema: SCHEMA, roles: [APP] });
});
afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true, force: true });
});

/** The store as a role sees it that owns nothing. */
async function openStore(): Promise<Store> {
  const database = await createTestDatabase(server.adminUrl, { template: template.name });
  const url = new URL(database.url);
  url.username = APP;
  url.password = 'app';
  const connectionString = url.href;
  return {
    backend: { kind: 'postgres', connectionString, schema: SCHEMA },
    addRaw: async (name, jobId, data) => {
      const connection = { connectionString, schema: SCHEMA };
      const queue = new Queue(name, { connection }, createPostgresBackend);
      await queue.add(name, data, { jobId, attempts: 5 });
      await queue.close();
    },
    crash: () => server.stop(),
    revive: () => start(server.port),
    close: () => database.drop(),
  };
}

describeQueues('queues on PostgreSQL, as a role that owns nothing', openStore);

describe('migrateQueueSchema', () => {
  it('may run again, and twice at once', async () => {
    const database = await createTestDatabase(server.adminUrl);
    await Promise.all([
      migrateQueueSchema(database.url, { roles: [] }),
      migrateQueueSchema(database.url, { roles: [] }),
    ]);
    await migrateQueueSchema(database.url, { roles: [APP] });
    const tables = await withClient(database.url, (client) =>
      client.query("SELECT 1 FROM pg_tables WHERE schemaname = 'bullmq' AND tablename = 'job'"),
    );
    expect(tables.rowCount).toBe(1);
    await database.drop();
  });

  it('lets roles use the queues, and not change what stands under them', async () => {
    const store = await openStore();
    if (store.backend.kind !== 'postgres') throw new Error('another store');
    await withClient(store.backend.connectionString, async (client) => {
      for (const sql of [
        `DELETE FROM ${SCHEMA}.migration`,
        `CREATE TABLE ${SCHEMA}.mine ()`,
        `DROP TABLE ${SCHEMA}.job`,
      ]) {
        await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
      }
    });
    await store.close();
  });

  it('refuses a schema name that would need quotes', async () => {
    await expect(
      migrateQueueSchema(server.adminUrl, { schema: 'Jobs"; --', roles: [] }),
    ).rejects.toMatchObject({ name: 'InvalidInputError', problems: [{ path: 'schema' }] });
  });
});

describe('a schema that was not migrated', () => {
  it('is an error at the first use, of publishers and consumers', async () => {
    const database = await createTestDatabase(server.adminUrl);
    const backend = { kind: 'postgres', connectionString: database.url } as const;
    const log = { warn: () => undefined, error: () => undefined };
    const queues = createQueues({ backend, log });
    await expect(queues.depths()).rejects.toThrow(/is unavailable: .*migrat/i);
    await expect(
      startConsumer('webhook-process', () => Promise.resolve('done'), { backend, log }),
    ).rejects.toThrow(/is unavailable: .*migrat/i);
    await queues.close();
    await database.drop();
  });
});
