import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { startEmbeddedPostgres } from '@cadenza/embedded-postgres';
import { Redis } from 'ioredis';
import pg from 'pg';
import { postgresLimiterSchema } from '../src/index.ts';

/** A server of one test file; `unavailable` is the reason why there is none. */
export type TestServer =
  | { readonly url: string; stop(): Promise<void>; readonly unavailable?: never }
  | { readonly unavailable: string };

/**
 * Redis from `REDIS_URL`, else one of our own from the PATH, else installed first (Debian, root).
 * One that is not `shared` is our own in any case.
 */
export async function startTestRedis({ shared = true } = {}): Promise<TestServer> {
  const given = process.env['REDIS_URL'];
  if (given && shared) return { url: given, stop: async () => {} };
  const command = findRedis() ?? installRedis();
  if (!command) {
    return {
      unavailable: 'no REDIS_URL, no redis-server on the PATH, and none could be installed',
    };
  }
  const port = await freePort();
  const child = spawn(
    command,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore', cwd: '/tmp' },
  );
  const url = `redis://127.0.0.1:${port}`;
  await answersPing(url);
  return { url, stop: () => stopChild(child) };
}

/** PostgreSQL from `DATABASE_URL`, else an embedded one. */
export async function startTestPostgres(): Promise<TestServer> {
  const given = process.env['DATABASE_URL'];
  if (given) return { url: given, stop: async () => {} };
  const server = await startEmbeddedPostgres({ settings: { fsync: 'off' } });
  return { url: server.adminUrl, stop: () => server.stop() };
}

/**
 * A pool that a stopping server may cut off once it has ended: `end` resolves before the server
 * has seen the goodbye.
 */
export function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', (error) => {
    if (!pool.ending) throw error;
  });
  return pool;
}

let schemas = 0;

/** A schema of its own with the limiter in it; `drop` takes it away. */
export async function createLimiterSchema(url: string): Promise<{
  readonly pool: pg.Pool;
  readonly schema: string;
  drop(): Promise<void>;
}> {
  schemas += 1;
  const schema = `limiter_test_${process.pid}_${schemas}`;
  // Thousands of small transactions: what a crash of the server would lose is no concern here.
  const options = '-c synchronous_commit=off';
  const pool = openPool({ connectionString: url, max: 8, options });
  const client = await pool.connect();
  try {
    await client.query(`CREATE SCHEMA ${schema}; SET search_path TO ${schema};`);
    await client.query(postgresLimiterSchema);
    await client.query('RESET search_path');
  } finally {
    client.release();
  }
  return {
    pool,
    schema,
    async drop() {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await pool.end();
    },
  };
}

function findRedis(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'command -v redis-server'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

function installRedis(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    execFileSync('flock', ['/tmp/apt.lock', 'apt-get', 'install', '-y', 'redis-server'], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  return findRedis();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answersPing(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => {});
  await redis.ping();
  redis.disconnect();
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
