import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import { freePorts } from '@cadenza/stack';
import { startRedisServer, type AvailableRedis } from '@cadenza/testing';

/** A server of a test's own, which keeps its data and its port while it is away. */
export interface OutageServer {
  /** For PostgreSQL that of its administrator. */
  readonly url: string;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Ends it, and removes what it kept. */
  stop(): Promise<void>;
}

/** Its own end loses nothing: only the machine's would take commits that the disk had not seen. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300' };

export async function startOutagePostgres(): Promise<OutageServer> {
  const [port = 0] = await freePorts(1);
  // Directly below the temporary folder: PostgreSQL may have to run as another user than this one.
  const dir = await mkdtemp(path.join(tmpdir(), 'cadenza-outage-postgres-'));
  await chmod(dir, 0o755);
  const start = () =>
    startEmbeddedPostgres({ dataDir: path.join(dir, 'data'), port, settings: SETTINGS });
  let server = await start();
  return {
    url: server.adminUrl,
    goAway: () => server.stop(),
    async comeBack() {
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** @throws Error where there is no Redis to be started. */
export async function startOutageRedis(): Promise<OutageServer> {
  const [port = 0] = await freePorts(1);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'cadenza-outage-redis-'));
  const start = async (): Promise<AvailableRedis> => {
    const started = await startRedisServer({ own: true, dataDir, port });
    if (!started.available) throw new Error(started.reason);
    return started;
  };
  let server = await start();
  return {
    url: server.url,
    goAway: () => server.kill(),
    async comeBack() {
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
