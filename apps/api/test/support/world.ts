import {
  createApiKey,
  createDatabase,
  createDatabaseClock,
  createEngineStore,
  createLogin,
  createPool,
  dropLogins,
  inTenants,
  insertApiKey,
  type Database,
} from '@cadenza/database';
import {
  createStandIn,
  newId,
  QUEUE_NAMES,
  type ApiScope,
  type Clock,
  type JobPublisher,
  type NewJob,
  type QueueName,
} from '@cadenza/domain';
import { createPlanCache } from '@cadenza/engine';
import { createSecretBox } from '@cadenza/secrets';
import { createWebhookVerifier, type SenderVerification } from '@cadenza/sendgrid';
import { openLimiter } from '@cadenza/runtime';
import { createLogger, createMetrics, createOpsHandlers } from '@cadenza/telemetry';
import { createFolderStore } from '@cadenza/blob-store';
import { createTestDatabase } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import type {} from '@cadenza/testing/template-setup';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { inject, onTestFinished } from 'vitest';
import { buildApi } from '../../src/app.ts';
import type { ApiDeps } from '../../src/deps.ts';
import { INBOUND_VERIFYING } from '../../src/inbound/proof.ts';
import type { Depths as QueueDepths } from '../../src/stream/queue-depths.ts';
import { apiRoutes } from '../../src/routes/index.ts';
import { createClient, type Client } from './client.ts';

/** What the queues hold. */
const NOTHING = { waiting: 0, active: 0, delayed: 0 };

/** Signs unsubscribe links, under the id `k2`. */
export const UNSUBSCRIBE_SECRET = 'a secret for tests, of 32 bytes or more';

/** An API over a database of its own, which it serves by real HTTP. */
export interface World {
  readonly baseUrl: string;
  /** The database as the app's role. */
  readonly db: Database;
  /** URLs of the database: as its administrator, and as the app's role. */
  readonly adminUrl: string;
  readonly apiUrl: string;
  readonly deps: ApiDeps;
  readonly published: { readonly queue: QueueName; readonly jobs: readonly NewJob<QueueName>[] }[];
  /** Lines logged so far. */
  readonly logged: string[];
  /** What SendGrid says of senders, for tests to set. */
  readonly sendGrid: { answer: SenderVerification | Error };
  /** The key that verifies webhooks, base64 of DER SPKI. */
  readonly publicKey: string;
  /** Where the files are that the API keeps. */
  readonly blobDirectory: string;
  /** Signs a webhook's body as SendGrid does. */
  readonly signed: (body: Buffer, timestamp?: string) => Record<string, string>;
  /** Statements as the administrator, whom nothing binds. */
  readonly rows: <T>(statement: string, values?: readonly unknown[]) => Promise<T[]>;
  /** A new tenant, and a client that calls as it. */
  readonly tenant: (scopes?: readonly ApiScope[]) => Promise<Tenant>;
  readonly close: () => Promise<void>;
}

export interface Tenant {
  readonly id: string;
  readonly key: string;
  readonly api: Client;
}

export async function createWorld(over: Partial<ApiDeps> = {}): Promise<World> {
  const database = await createTestDatabase(inject('postgresAdminUrl'), {
    template: inject('templateDatabase'),
  });
  const apiUrl = await createLogin(database.url, { role: 'cadenza_api' });
  const login = decodeURIComponent(new URL(apiUrl).username);
  const admin = createPool({ url: database.url, poolSize: 2 });
  const db = createDatabase(createPool({ url: apiUrl, poolSize: 5 }));
  const clock = await createDatabaseClock(db, () => undefined);

  const published: World['published'] = [];
  const publisher: JobPublisher = {
    async publish(queue, jobs) {
      published.push({ queue, jobs });
    },
  };
  const sendGrid: World['sendGrid'] = { answer: { status: 'verified', reason: 'all is well' } };
  const queueDepths = Object.fromEntries(QUEUE_NAMES.map((name) => [name, NOTHING])) as QueueDepths;
  const logged: string[] = [];
  const logger = createLogger({
    level: 'info',
    app: 'api',
    destination: { write: (line) => void logged.push(line) },
  });
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const metrics = createMetrics({ app: 'api' });
  const limiter = openLimiter(
    { databaseUrl: apiUrl, redisUrl: null, appName: 'test', log: logger },
    { clock, installationId: 'test' },
  );
  const blobDirectory = await mkdtemp(join(tmpdir(), 'cadenza-api-blobs-'));
  const deps: ApiDeps = {
    db,
    store: createEngineStore(db),
    plans: createPlanCache(),
    publisher,
    queues: { depths: () => Promise.resolve(queueDepths) },
    limiter,
    clock,
    verifier: createWebhookVerifier(publicKey),
    smsVerifier: createWebhookVerifier(publicKey),
    smsVerification: {
      senderVerification: (from) =>
        Promise.resolve(
          from.startsWith('+1')
            ? { status: 'verified', reason: 'the account has it' }
            : { status: 'unverified', reason: 'not of the account' },
        ),
    },
    unsubscribeKeys: { k2: UNSUBSCRIBE_SECRET, k1: `${UNSUBSCRIBE_SECRET}, the former` },
    oidc: null,
    standIn: createStandIn(UNSUBSCRIBE_SECRET),
    blobs: createFolderStore({ directory: blobDirectory }),
    inboundVerifier: createWebhookVerifier(publicKey, INBOUND_VERIFYING),
    inboundToken: null,
    secrets: createSecretBox([{ id: 'e1', key: Buffer.alloc(32, 7).toString('base64') }]),
    sendGrid: async () => ({
      async senderVerification() {
        if (sendGrid.answer instanceof Error) throw sendGrid.answer;
        return sendGrid.answer;
      },
      domainAuthentication: async () => null,
    }),
    dns: null,
    requestCounters: null,
    ops: createOpsHandlers({
      ready: { postgres: () => sql`SELECT 1`.execute(db).then(() => undefined) },
      metrics,
      log: logger,
    }),
    metrics,
    logger,
    webhookTokens: null,
    settings: {
      publicUrl: 'http://127.0.0.1',
      corsOrigins: [],
      trustedProxies: [],
      operatorTenant: null,
      webhooks: {
        maxBytes: 100_000,
        inHandRequests: 100,
        inHandBytes: 10_000_000,
        bodyTimeoutMs: 30_000,
        storeTimeoutMs: 30_000,
      },
      webhookTargets: 'any',
      inbound: { maxBytes: 1_000_000, inHandRequests: 100, bodyTimeoutMs: 30_000 },
      requestsPerMinute: { perKey: 100_000, perTenant: 100_000 },
      graceMs: 120_000,
    },
    ...over,
  };
  const app = buildApi(deps);
  const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    baseUrl,
    db,
    adminUrl: database.url,
    apiUrl,
    deps,
    published,
    logged,
    sendGrid,
    publicKey,
    blobDirectory,
    signed: (body, timestamp = seconds(deps.clock)) => ({
      'x-twilio-email-event-webhook-timestamp': timestamp,
      'x-twilio-email-event-webhook-signature': sign(
        'sha256',
        Buffer.concat([Buffer.from(timestamp), body]),
        keys.privateKey,
      ).toString('base64'),
    }),
    async rows<T>(statement: string, values: readonly unknown[] = []) {
      const { rows } = await admin.query(statement, [...values]);
      return rows as T[];
    },
    async tenant(scopes) {
      const id = newId();
      const key = createApiKey();
      await inTenants(db, [id], async (trx) => {
        await trx
          .insertInto('tenants')
          .values({ id, name: `tenant ${id}`, postal_address: 'Acme, 1 Example Road, London' })
          .execute();
        await insertApiKey(trx, id, { ...key, name: 'test', ...(scopes && { scopes }) });
      });
      return { id, key: key.key, api: createClient(baseUrl, key.key, apiRoutes(deps)) };
    },
    async close() {
      await app.close();
      clock.stop();
      await limiter.close();
      await db.destroy();
      await admin.end();
      await rm(blobDirectory, { recursive: true, force: true });
      await database.drop();
      await dropLogins(inject('postgresAdminUrl'), [login]);
    },
  };
}

/** The same API with some parts exchanged, on a port of its own, for one test. */
export async function variant(world: World, over: Partial<ApiDeps>): Promise<string> {
  const app = buildApi({ ...world.deps, ...over });
  const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return baseUrl;
}

export function seconds(clock: Clock): string {
  return String(Math.floor(clock.now() / 1_000));
}
