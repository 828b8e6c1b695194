import { createDatabase, createPool, setClock, type Database } from '@cadenza/database';
import {
  dispatchSends,
  rebuildLimiter,
  type DispatchOptions,
  type EngineStore,
} from '@cadenza/engine';
import type { JobPublisher } from '@cadenza/domain';
import { openLimiter, openRuntime } from '@cadenza/runtime';
import { openDatabase } from '@cadenza/stack';
import { Queue } from 'bullmq';
import { sql } from 'kysely';
import { cpuOfProcesses } from '../measure/cpu.ts';
import { createAudience } from '../send/campaigns.ts';
import { startCampaigns } from '../send/pipeline.ts';
import { PLAN } from '../send/template.ts';
import type { Stores } from '../stores.ts';
import { createLoader, type Loader } from './loader.ts';

/** Actions of a round. */
export const ROUND = 250;

/** What an event-worker dispatches by, at the rate of real time. */
const AS_EVENT_WORKER = {
  perLane: 100,
  maxOutstanding: 600,
  leadMs: 2_000,
  horizonMs: 10_000,
  leaseMs: 30_000,
};

const TENANTS = 10;
const QUEUE_SCHEMA = 'bullmq';

/** A database of its own with the dispatcher's half of an event-worker. */
export interface Installation {
  readonly databaseName: string;
  readonly loader: Loader;
  /** One round of the dispatcher: the engine's own, on the stores that the runtime opens. */
  round(): Promise<Round>;
  /** What rounds have dispatched is taken from the queue, and has been sent. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface Round {
  readonly ms: number;
  /** Of them, those of the statement that claims. */
  readonly claimMs: number;
  /** Of them, those of handing jobs to the queue. */
  readonly enqueueMs: number;
  /** CPU milliseconds by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly dispatched: number;
  readonly refused: number;
}

/** A migrated database with tenants, a running campaign and a sender for each, and nothing on Redis. */
export async function openInstallation(stores: Stores): Promise<Installation> {
  const database = await openDatabase({
    adminUrl: stores.postgres.adminUrl,
    dataDir: null,
    queueSchema: QUEUE_SCHEMA,
  });
  await addTenants(database);
  const loader = await createLoader(database.ownerUrl);
  let dispatcher: Dispatcher | null = null;
  const opened = async () => (dispatcher ??= await openDispatcher(stores, database.workerUrl));

  return {
    databaseName: new URL(database.ownerUrl).pathname.slice(1),
    loader,
    round: async () => (await opened()).round(),
    async drain() {
      await loader.complete();
      await (await opened()).emptyQueue();
    },
    async close() {
      await dispatcher?.close();
      await loader.close();
      await database.stop();
    },
  };
}

async function addTenants(urls: {
  readonly ownerUrl: string;
  readonly apiUrl: string;
}): Promise<void> {
  const db = createDatabase(createPool({ url: urls.ownerUrl, poolSize: 2 }));
  const apiDb = createDatabase(createPool({ url: urls.apiUrl, poolSize: 4 }));
  try {
    await setClock(db, { campaignNow: Date.now(), rate: 1 });
    const audience = await createAudience(db, apiDb, { tenants: TENANTS, plan: PLAN });
    // One person each, whose rows the others' are made after.
    await startCampaigns(db, await audience.enrol(TENANTS));
  } finally {
    await apiDb.destroy();
    await db.destroy();
  }
}

interface Dispatcher {
  round(): Promise<Round>;
  emptyQueue(): Promise<void>;
  close(): Promise<void>;
}

async function openDispatcher(stores: Stores, workerUrl: string): Promise<Dispatcher> {
  const settings = {
    databaseUrl: workerUrl,
    databasePoolSize: 4,
    redisUrl: stores.redis.url,
    queueSchema: QUEUE_SCHEMA,
    role: 'cadenza_worker',
    secrets: null,
    appName: 'backlog-bench',
    log: {
      warn: (_fields: object, message: string) => process.emitWarning(message),
      error: (_fields: object, message: string) => process.emitWarning(message),
    },
  } as const;
  const runtime = await openRuntime(settings);
  const limiter = openLimiter(settings, runtime);
  await rebuildLimiter({ ...runtime, limiter });
  const { backend } = runtime;
  const queue = new Queue('outreach-send', {
    connection: { url: stores.redis.url },
    ...(backend.kind === 'redis' && backend.prefix !== undefined ? { prefix: backend.prefix } : {}),
  });
  const claim = timed((request: Parameters<EngineStore['claimDueSends']>[0]) =>
    runtime.store.claimDueSends(request),
  );
  const publish = timed<Parameters<JobPublisher['publish']>, void>((queue, jobs) =>
    runtime.queues.publish(queue, jobs),
  );
  const options: DispatchOptions = {
    ...runtime,
    ...AS_EVENT_WORKER,
    store: { ...runtime.store, claimDueSends: claim.call },
    limiter,
    publisher: { publish: publish.call },
    limit: ROUND,
  };
  const cpu = async (session: number) => ({
    postgres: await cpuOfProcesses([session]),
    redis: await cpuOfProcesses([stores.redis.pid]),
  });
  return {
    async round() {
      const session = await sessionOf(runtime.db);
      const cpuBefore = await cpu(session);
      const own = process.cpuUsage();
      const before = performance.now();
      const { dispatched, plannedAgain } = await dispatchSends(options);
      const ms = performance.now() - before;
      const { user, system } = process.cpuUsage(own);
      const cpuAfter = await cpu(session);
      return {
        ms,
        claimMs: claim.take(),
        enqueueMs: publish.take(),
        cpuMs: {
          node: (user + system) / 1_000,
          postgres: cpuAfter.postgres - cpuBefore.postgres,
          redis: cpuAfter.redis - cpuBefore.redis,
        },
        dispatched,
        refused: plannedAgain,
      };
    },
    emptyQueue: () => queue.drain(true),
    async close() {
      await queue.close();
      await limiter.close();
      await runtime.close();
    },
  };
}

/**
 * The process that serves the next statement: a pool hands the same session to those who come one
 * after the other. It also connects one that the pool has let go, as a worker's is never idle so long.
 */
async function sessionOf(db: Database): Promise<number> {
  const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(db);
  return rows[0]?.pid ?? 0;
}

/** The same function, with a watch. */
function timed<Args extends readonly unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
): { call(this: void, ...args: Args): Promise<Result>; take(): number } {
  let ms = 0;
  return {
    async call(...args) {
      const before = performance.now();
      try {
        return await work(...args);
      } finally {
        ms += performance.now() - before;
      }
    },
    take() {
      const taken = ms;
      ms = 0;
      return taken;
    },
  };
}
