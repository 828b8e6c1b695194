import { startEmbeddedPostgres, type EmbeddedPostgresOptions } from '@cadenza/embedded-postgres';
import { startRedisServer } from '@cadenza/testing';
import { Redis } from 'ioredis';

/** Settings that docker/compose.yaml gives to PostgreSQL. */
export const SETTINGS_OF_COMPOSE = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
};

/** A PostgreSQL and a Redis of the bench's own, each in a process of its own. */
export interface Stores {
  readonly postgres: { readonly adminUrl: string; readonly pid: number };
  readonly redis: { readonly url: string; readonly pid: number; readonly client: Redis };
  stop(): Promise<void>;
}

/** Starts PostgreSQL, durable where its settings say nothing else, and a Redis that keeps nothing. */
export async function startStores(options: {
  readonly postgres: EmbeddedPostgresOptions;
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
}): Promise<Stores> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const postgres = await startEmbeddedPostgres(options.postgres);
    undo.push(() => postgres.stop());
    const redis = await startRedisServer({ own: true, env: { ...options.hostEnv } });
    if (!redis.available) throw new Error(`no Redis: ${redis.reason}`);
    undo.push(() => redis.stop());
    const client = new Redis(redis.url);
    undo.push(async () => client.disconnect());
    return { postgres, redis: { url: redis.url, pid: redis.pid ?? 0, client }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
