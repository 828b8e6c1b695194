import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createDatabase, createPool, setClock, type Database } from '@cadenza/database';
import {
  answers,
  createProcess,
  freePorts,
  openDatabase,
  type StackDatabase,
  type StackProcess,
} from '@cadenza/stack';
import { sql } from 'kysely';
import { createAudience, type Audience } from './campaigns.ts';
import type { Servers } from './servers.ts';

export interface PipelineOptions {
  readonly servers: Servers;
  /** Queue and limits on Redis; else on PostgreSQL. */
  readonly onRedis: boolean;
  /** Hand-offs that the send-worker has under way at once. */
  readonly concurrency: number;
  readonly tenants: number;
  readonly logDir: string;
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  /** More settings for the two apps. */
  readonly env: Readonly<Record<string, string>>;
  /** Options for their Node, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
  /** What people are enrolled in. */
  readonly plan: object;
}

export const APPS = ['api', 'send-worker', 'event-worker'] as const;
export type AppName = (typeof APPS)[number];

/** A Cadenza with a database of its own, and one process of each app. */
export interface Pipeline {
  readonly db: Database;
  readonly database: StackDatabase;
  readonly audience: Audience;
  /** Starts these apps. */
  start(names: readonly AppName[]): Promise<RunningPipeline>;
  /** Stops the apps that run, and removes the database. */
  stop(): Promise<void>;
}

export interface RunningPipeline {
  /** Process id of an app. @throws Error where it was not started. */
  pid(name: AppName): number;
  /** Where the API answers. */
  readonly apiUrl: string;
  stop(): Promise<void>;
}

export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { servers } = options;
  const database = await openDatabase({
    adminUrl: servers.postgres.adminUrl,
    dataDir: null,
    queueSchema: QUEUE_SCHEMA,
  });
  const db = createDatabase(createPool({ url: database.ownerUrl, poolSize: 2 }));
  const apiDb = createDatabase(createPool({ url: database.apiUrl, poolSize: 4 }));
  await setClock(db, { campaignNow: Date.now(), rate: 1 });
  const audience = await createAudience(db, apiDb, options);
  const apps = createApps(options, database);
  return {
    db,
    database,
    audience,
    start: apps.start,
    async stop() {
      await apps.stop();
      await apiDb.destroy();
      await db.destroy();
      await database.stop();
    },
  };
}

const QUEUE_SCHEMA = 'bullmq';

/** The apps, which are started anew again and again. */
function createApps(options: PipelineOptions, database: StackDatabase) {
  const running = new Map<AppName, StackProcess>();

  async function start(names: readonly AppName[]): Promise<RunningPipeline> {
    const [apiPort = 0, ...healthPorts] = await freePorts(1 + names.length);
    for (const [index, name] of names.entries()) {
      const ports = { apiPort, healthPort: healthPorts[index] ?? 0 };
      running.set(name, app(options, database, name, ports));
    }
    await Promise.all([...running.values()].map((one) => one.start()));
    return {
      pid(name) {
        const pid = running.get(name)?.pid;
        if (pid === undefined) throw new Error(`${name} does not run`);
        return pid;
      },
      apiUrl: `http://127.0.0.1:${apiPort}`,
      stop,
    };
  }

  async function stop(): Promise<void> {
    for (const one of running.values()) await one.stop();
    running.clear();
  }

  return { start, stop };
}

function app(
  { servers, ...options }: PipelineOptions,
  database: StackDatabase,
  name: AppName,
  { apiPort, healthPort }: { readonly apiPort: number; readonly healthPort: number },
): StackProcess {
  const healthUrl = `http://127.0.0.1:${healthPort}`;
  return createProcess({
    name,
    entry: `apps/${name}/src/main.ts`,
    env: {
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      PUBLIC_URL: 'https://cadenza.example.com',
      DATABASE_URL: name === 'api' ? database.apiUrl : database.workerUrl,
      QUEUE_SCHEMA,
      SENDGRID_API_KEY: servers.emulator.apiKey,
      SENDGRID_BASE_URL: servers.emulator.url,
      UNSUBSCRIBE_SECRET: `k1:${randomBytes(33).toString('base64')}`,
      ERASURE_SECRET: randomBytes(33).toString('base64'),
      // Its people live in domains that DNS does not know.
      DNS_LOOKUPS: 'off',
      ...(name === 'send-worker' ? { SEND_CONCURRENCY: String(options.concurrency) } : {}),
      ...(name === 'api' ? { PORT: String(apiPort) } : {}),
      ...(options.onRedis ? { REDIS_URL: servers.redis.url } : {}),
      ...options.env,
      HEALTH_PORT: String(healthPort),
    },
    nodeOptions: [...optionsOfImage(name), ...options.nodeOptions],
    hostEnv: options.hostEnv,
    logFile: path.join(options.logDir, `${name}.log`),
    healthUrl,
    ready: () => answers(`${healthUrl}/readyz`),
  });
}

/** What the app's image gives to Node, so that what is measured is what is shipped. */
function optionsOfImage(name: string): string[] {
  const file = path.resolve(import.meta.dirname, `../../../../docker/${name}.Dockerfile`);
  const [, command] = /^CMD (\["node".*)$/m.exec(readFileSync(file, 'utf8')) ?? [];
  if (command === undefined) throw new Error(`${file}: expected a line CMD ["node", …]`);
  return (JSON.parse(command) as string[]).filter((word) => word.startsWith('--'));
}

/** Lets the dispatcher at these campaigns. @returns the database's time, milliseconds. */
export async function startCampaigns(db: Database, campaigns: readonly string[]): Promise<number> {
  const { rows } = await sql<{ at: number }>`
    WITH started AS (
      UPDATE campaigns SET status = 'running' WHERE id = ANY (${campaigns}::uuid[]))
    SELECT epoch_ms(campaign_now()) AS at`.execute(db);
  return rows[0]?.at ?? 0;
}

const POLL_MS = 50;
/** Nothing moves for so long: something is wrong. */
const PATIENCE_MS = 60_000;

/**
 * Waits until every first mail of these campaigns is recorded as sent. While the provider has not
 * got them all, the database is left alone.
 *
 * @param target mails that the provider will have accepted by then, over all.
 * @returns the database's time of the last record, milliseconds.
 */
export async function allSent(
  pipeline: Pick<Pipeline, 'db'>,
  servers: Servers,
  campaigns: readonly string[],
  target: number,
): Promise<number> {
  let best = -1;
  let since = performance.now();
  for (;;) {
    const accepted = await servers.accepted();
    if (accepted >= target) {
      const { rows } = await sql<{ open: number; last: number }>`
        SELECT count(*) FILTER (WHERE accepted_at IS NULL) AS open,
          epoch_ms(max(accepted_at)) AS last
        FROM outbound_messages WHERE campaign_id = ANY (${campaigns}::uuid[])`.execute(pipeline.db);
      if (rows[0]?.open === 0) return rows[0].last;
    }
    if (accepted > best) {
      best = accepted;
      since = performance.now();
    } else if (performance.now() - since > PATIENCE_MS) {
      throw new Error(`the pipeline stands still at ${target - accepted} mails before its end`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
