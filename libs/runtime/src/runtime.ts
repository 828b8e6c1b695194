import type { RateLimiter } from '@cadenza/domain';
import {
  assertAppRole,
  assertSecretsOpen,
  createDatabase,
  createDatabaseClock,
  createEngineStore,
  createPool,
  readInstallationId,
  type AppRole,
  type Database,
  type DatabaseClock,
} from '@cadenza/database';
import { createPlanCache, timerGraceMs, type EngineStore, type PlanCache } from '@cadenza/engine';
import { createQueues, type QueueBackend, type QueueLogger, type Queues } from '@cadenza/queue';
import { createPostgresLimiter, createRedisLimiter } from '@cadenza/rate-limiter';
import type { Check } from '@cadenza/telemetry';
import type { SecretBox } from '@cadenza/secrets';
import { Redis } from 'ioredis';
import { limiterPrefix, queuePrefix } from './key-names.ts';
import { createSendGridAccounts, type SendGridAccounts } from './sendgrid-accounts.ts';

export interface RuntimeOptions {
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  /** Null: jobs and limits are kept in PostgreSQL. */
  readonly redisUrl: string | null;
  /** PostgreSQL schema of BullMQ's tables, where there is no Redis. */
  readonly queueSchema: string;
  readonly role: AppRole;
  /** Opens what tenants have entrusted; null: nothing can be. */
  readonly secrets: SecretBox | null;
  /** Shown in `pg_stat_activity`. */
  readonly appName: string;
  readonly log: QueueLogger;
}

/** What every app stands on, opened from its settings. */
export interface Runtime {
  readonly db: Database;
  readonly store: EngineStore;
  readonly clock: DatabaseClock;
  /** Tells this installation from others on the same Redis. */
  readonly installationId: string;
  readonly plans: PlanCache;
  /** Which SendGrid account each tenant sends through. */
  readonly accounts: SendGridAccounts;
  readonly queues: Queues;
  readonly backend: QueueBackend;
  /** How long timers wait for webhooks under way, in campaign milliseconds. */
  readonly graceMs: number;
  /** Checks of `/readyz`: each rejects while its server does not answer. */
  readonly checks: Readonly<Record<'postgres' | 'queue', Check>>;
  /** Closes everything, the database last. */
  close(): Promise<void>;
}

/** Shortest slot in real milliseconds: what a job takes from the limiter to its hand-off. */
const MIN_SLOT_REAL_MS = 1_000;
/** Real milliseconds that counting a request may take. */
const COUNTING_TIMEOUT_MS = 500;
/** Real milliseconds after which a closed limiter is asked again: it is rebuilt in about as many. */
const CLOSED_RETRY_REAL_MS = 1_000;

/**
 * Connects to the servers, having checked that the database binds this process by row-level
 * security, and that what is sealed in it can be opened.
 *
 * @throws Error where the database cannot be reached, its role is not the app's, or a key is missing.
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { log } = options;
  const pool = createPool({
    url: options.databaseUrl,
    poolSize: options.databasePoolSize,
    applicationName: options.appName,
    onError: (err) => log.warn({ err }, 'an idle database connection broke'),
  });
  const db = createDatabase(pool);
  try {
    await assertAppRole(db, options.role);
    await assertSecretsOpen(db, options.secrets);
    const clock = await createDatabaseClock(db, (err) =>
      log.warn({ err }, 'the database clock could not be read'),
    );
    const installationId = await readInstallationId(db);
    const backend: QueueBackend =
      options.redisUrl === null
        ? {
            kind: 'postgres',
            connectionString: options.databaseUrl,
            schema: options.queueSchema,
          }
        : { kind: 'redis', url: options.redisUrl, prefix: queuePrefix(installationId) };
    const queues = createQueues({ backend, log });
    return {
      db,
      store: createEngineStore(db),
      clock,
      installationId,
      plans: createPlanCache(),
      accounts: createSendGridAccounts({
        db,
        box: options.secrets,
        monotonic: () => performance.now(),
      }),
      queues,
      backend,
      graceMs: timerGraceMs(clock.rate),
      checks: {
        postgres: async () => {
          await pool.query('SELECT 1');
        },
        queue: async () => {
          await queues.depths();
        },
      },
      async close() {
        clock.stop();
        await queues.close();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** The limiter that the settings name, for the apps that plan and send. */
export function openLimiter(
  options: Pick<RuntimeOptions, 'databaseUrl' | 'redisUrl' | 'appName' | 'log'>,
  { clock, installationId }: Pick<Runtime, 'clock' | 'installationId'>,
): RateLimiter {
  const { log } = options;
  const common = {
    minSlotMs: Math.ceil(MIN_SLOT_REAL_MS * clock.rate),
    closedRetryMs: CLOSED_RETRY_REAL_MS * clock.rate,
  };
  if (options.redisUrl === null) {
    const pool = createPool({
      url: options.databaseUrl,
      poolSize: 2,
      applicationName: `${options.appName}-limiter`,
      onError: (err) => log.warn({ err }, 'an idle limiter connection broke'),
    });
    return closing(createPostgresLimiter({ pool, ...common }), () => pool.end());
  }
  const redis = new Redis(options.redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: true });
  redis.on('error', (err: Error) => log.warn({ err }, 'the limiter lost Redis'));
  const prefix = limiterPrefix(installationId, clock.setting);
  return closing(createRedisLimiter({ redis, prefix, ...common }), async () => redis.disconnect());
}

/** Where the requests that an API's callers make are counted, for all its processes. */
export interface RequestCounters {
  readonly redis: Redis;
  /** Begins the names of the counters' keys. */
  readonly prefix: string;
  close(): Promise<void>;
}

/** Counters on Redis, which answers at once or not at all: no request waits for its count. */
export function openRequestCounters(
  { redisUrl, log }: { readonly redisUrl: string; readonly log: QueueLogger },
  { installationId }: Pick<Runtime, 'installationId'>,
): RequestCounters {
  const redis = new Redis(redisUrl, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: COUNTING_TIMEOUT_MS,
    commandTimeout: COUNTING_TIMEOUT_MS,
  });
  redis.on('error', (err: Error) => log.warn({ err }, 'requests are not counted without Redis'));
  return {
    redis,
    prefix: `${queuePrefix(installationId)}:requests:`,
    close: async () => redis.disconnect(),
  };
}

function closing(limiter: RateLimiter, close: () => Promise<void>): RateLimiter {
  return {
    reserve: (requests, now) => limiter.reserve(requests, now),
    peek: (requests, now) => limiter.peek(requests, now),
    release: (ids) => limiter.release(ids),
    ready: () => limiter.ready(),
    generation: () => limiter.generation(),
    rebuild: (records, now) => limiter.rebuild(records, now),
    extend: (read, now) => limiter.extend(read, now),
    async close() {
      await limiter.close();
      await close();
    },
  };
}
