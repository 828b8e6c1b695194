import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import { freePorts } from '@cadenza/stack';
import { startRedisServer, type AvailableRedis } from '@cadenza/testing';
import { Redis } from 'ioredis';

/** A PostgreSQL of the run's own, which can be ended and started again in its place. */
export interface PostgresServer {
  readonly adminUrl: string;
  readonly port: number;
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Commits survive the end of the server in every mode; only the machine's own end, which nobody
 * brings about here, would take those that the disk had not seen.
 */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300' };

export async function startPostgres(): Promise<PostgresServer> {
  // Directly below the temporary folder: PostgreSQL may have to run as another user than this one.
  const [port = 0] = await freePorts(1);
  const dataDir = path.join(await traversable('cadenza-torture-postgres-'), 'data');
  const start = () => startEmbeddedPostgres({ dataDir, port, settings: SETTINGS });
  let server = await start();
  return {
    adminUrl: server.adminUrl,
    port,
    async restart(mode) {
      // SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint, recovery at the next start.
      if (mode === 'immediate') process.kill(server.pid, 'SIGQUIT');
      await server.stop();
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(path.dirname(dataDir), { recursive: true, force: true });
    },
  };
}

/** A Redis of the run's own, which can be stopped, ended, emptied and started again. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** @param keep starts with what its append-only file holds, else with nothing. */
  restart(keep: boolean): Promise<void>;
  flush(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

/** @throws Error where there is no Redis to be started. */
export async function startRedis(): Promise<RedisServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'cadenza-torture-redis-'));
  const start = async (port: number): Promise<AvailableRedis> => {
    const started = await startRedisServer({ own: true, dataDir, port });
    if (!started.available) throw new Error(started.reason);
    return started;
  };
  const [first = 0] = await freePorts(1);
  let server = await start(first);
  return {
    url: server.url,
    port: server.port,
    async restart(keep) {
      await server.kill();
      if (!keep) {
        await rm(dataDir, { recursive: true, force: true });
        await mkdir(dataDir);
      }
      server = await start(server.port);
    },
    async flush() {
      const client = new Redis(server.url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
      client.on('error', () => undefined);
      try {
        await client.flushall();
      } finally {
        client.disconnect();
      }
    },
    signal(signal) {
      if (server.pid !== null) process.kill(server.pid, signal);
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function traversable(prefix: string): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), prefix));
  await chmod(dir, 0o755);
  return dir;
}
