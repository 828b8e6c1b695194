import { InvalidInputError, showValue } from '@cadenza/domain';
import {
  createPostgresBackend,
  createRedisBackend,
  DEFAULT_SCHEMA,
  type BackendFactory,
  type IQueueBackend,
} from 'bullmq';
import type { RedisOptions } from 'ioredis';

/** Where jobs are kept. The one place in which Redis and PostgreSQL differ. */
export type QueueBackend = RedisQueueStore | PostgresQueueStore;

export interface RedisQueueStore {
  readonly kind: 'redis';
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** Prefix of all keys, `cadenza` by default. On a Cluster it needs braces: `{cadenza}`. */
  readonly prefix?: string;
}

export interface PostgresQueueStore {
  readonly kind: 'postgres';
  readonly connectionString: string;
  /** Schema that `migrateQueueSchema` has made, `bullmq` by default. */
  readonly schema?: string;
  /**
   * Connections of each worker, 4 by default, besides the one on which it hears of new jobs.
   * Publishers take 2 per queue.
   */
  readonly poolSize?: number;
}

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
const PUBLISHER_CONNECTIONS = 2;
const WORKER_CONNECTIONS = 4;

/** `fail_fast` for publishers, which report an outage; `wait` for workers, which sit it out. */
type Patience = 'fail_fast' | 'wait';

/** The key prefix of a store, as BullMQ's classes take it. */
export function keyPrefix(store: QueueBackend): { prefix?: string } {
  return store.kind === 'redis' ? { prefix: store.prefix ?? 'cadenza' } : {};
}

/** BullMQ's access to a store, made from our own description of it. */
export function backendFactory(patience: Patience): BackendFactory<IQueueBackend, QueueBackend> {
  return (name, options, ...rest) => {
    const store = options.connection;
    if (store.kind === 'redis') {
      return createRedisBackend(
        name,
        { ...options, connection: redisOptions(store, patience) },
        ...rest,
      );
    }
    const connection = postgresOptions(store, patience);
    return createPostgresBackend(name, { ...options, connection }, ...rest);
  };
}

function redisOptions(store: RedisQueueStore, patience: Patience) {
  return {
    url: store.url,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt: number) => Math.min(RECONNECT_MIN_MS * 2 ** attempt, RECONNECT_MAX_MS),
    ...(patience === 'wait'
      ? { maxRetriesPerRequest: null }
      : { maxRetriesPerRequest: 1, enableOfflineQueue: false }),
  } satisfies RedisOptions & { url: string };
}

function postgresOptions(store: PostgresQueueStore, patience: Patience) {
  return {
    connectionString: store.connectionString,
    schema: checkedSchema(store.schema ?? DEFAULT_SCHEMA),
    max: patience === 'wait' ? (store.poolSize ?? WORKER_CONNECTIONS) : PUBLISHER_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

/**
 * A schema's name that can stand unquoted in `search_path` everywhere.
 *
 * @throws InvalidInputError
 */
export function checkedSchema(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return schema;
  throw new InvalidInputError('queue schema refused', [
    {
      path: 'schema',
      code: 'bad_schema',
      message: `${showValue(schema)} is not a name of lower-case letters, digits and underscores, at most 63, that begins with no digit`,
    },
  ]);
}
