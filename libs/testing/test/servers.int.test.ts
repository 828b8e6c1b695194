import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { describe, expect, inject, it, vi } from 'vitest';
import {
  createTestDatabase,
  dockerAnswers,
  dropLeftDatabases,
  startRedisServer,
  startTestPostgres,
  withClient,
  type AvailableRedis,
} from '../src/index.ts';
// Brings the types of what the global set-up provides.
import '../src/global-setup.ts';

const adminUrl = inject('postgresAdminUrl');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function ping(url: string): Promise<string> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.ping();
  } finally {
    client.disconnect();
  }
}

async function ownRedis(port?: number): Promise<AvailableRedis> {
  const redis = await startRedisServer({ own: true, ...(port === undefined ? {} : { port }) });
  if (!redis.available) throw new Error(redis.reason);
  return redis;
}

describe('startRedisServer', () => {
  it('starts a server of its own, kills it, and starts it again on the same port', async () => {
    const first = await ownRedis();
    expect(await ping(first.url)).toBe('PONG');
    await first.kill();
    await expect(ping(first.url)).rejects.toThrow();
    expect(isAlive(first.pid ?? 0)).toBe(false);

    const second = await ownRedis(first.port);
    expect(second.url).toBe(first.url);
    expect(await ping(second.url)).toBe('PONG');
    await second.stop();
    expect(isAlive(second.pid ?? 0)).toBe(false);
  });

  it('takes the server of REDIS_URL, and leaves it alone', async () => {
    const redis = await startRedisServer({ env: { REDIS_URL: 'redis://example.test:6380/2' } });
    expect(redis).toMatchObject({
      available: true,
      url: 'redis://example.test:6380/2',
      port: 6380,
      pid: null,
    });
  });

  it('says why there is none', async () => {
    const redis = await startRedisServer({ own: true, env: { PATH: '/nowhere' } });
    expect(redis).toMatchObject({
      available: false,
      reason: expect.stringContaining('redis-server is not on the PATH') as string,
    });
  });

  it('says that the port is taken', async () => {
    const first = await ownRedis();
    const second = await startRedisServer({ own: true, port: first.port });
    expect(second).toMatchObject({
      available: false,
      reason: expect.stringContaining('Address already in use') as string,
    });
    await first.stop();
  });

  it('is gone when the process that started it is killed', async () => {
    const program = `
      import { startRedisServer } from ${JSON.stringify(fileURLToPath(new URL('../src/redis.ts', import.meta.url)))};
      const redis = await startRedisServer({ own: true });
      console.log(String(redis.pid));
      setInterval(() => undefined, 60_000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    let pid: number;
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      pid = Number(line);
      expect(isAlive(pid)).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
    for (let waited = 0; isAlive(pid); waited += 20) {
      expect(waited).toBeLessThan(20_000);
      await delay(20);
    }
  });
});

describe('the shared PostgreSQL', () => {
  it('gives every test file an empty database of its own, and drops it', async () => {
    const [one, two] = await Promise.all([
      createTestDatabase(adminUrl),
      createTestDatabase(adminUrl),
    ]);
    await withClient(one.url, (client) => client.query('CREATE TABLE t AS SELECT 1 AS n'));
    const inTwo = await withClient(two.url, (client) => client.query("SELECT to_regclass('t') t"));
    expect(inTwo.rows).toEqual([{ t: null }]);

    const copy = await createTestDatabase(adminUrl, { template: one.name });
    const inCopy = await withClient(copy.url, (client) => client.query('SELECT n FROM t'));
    expect(inCopy.rows).toEqual([{ n: 1 }]);

    await Promise.all([one.drop(), two.drop(), copy.drop()]);
    const left = await withClient(adminUrl, (client) =>
      client.query('SELECT datname FROM pg_database WHERE datname = ANY($1)', [
        [one.name, two.name, copy.name],
      ]),
    );
    expect(left.rows).toEqual([]);
  });

  it('drops what was left behind, and only this run’s', async () => {
    const left = await createTestDatabase(adminUrl);
    vi.stubEnv('CADENZA_TEST_RUN', 'another');
    const others = await createTestDatabase(adminUrl);
    vi.unstubAllEnvs();
    await dropLeftDatabases(adminUrl);
    const found = await withClient(adminUrl, (client) =>
      client.query('SELECT datname AS name FROM pg_database WHERE datname = ANY($1)', [
        [left.name, others.name],
      ]),
    );
    expect(found.rows).toEqual([{ name: others.name }]);
    await others.drop();
  });

  it('is the server of the environment where that names one, the owner first', async () => {
    const env = { DATABASE_URL: 'postgres://app@db/x', DATABASE_OWNER_URL: 'postgres://own@db/x' };
    expect(await startTestPostgres(env)).toMatchObject({
      adminUrl: env.DATABASE_OWNER_URL,
      source: 'environment',
    });
    expect(await startTestPostgres({ DATABASE_URL: env.DATABASE_URL })).toMatchObject({
      adminUrl: env.DATABASE_URL,
    });
  });
});

describe('dockerAnswers', () => {
  it('asks the engine of DOCKER_HOST', async () => {
    const engine = createServer((request, response) => {
      response.writeHead(request.url === '/_ping' ? 200 : 404).end('OK');
    }).listen(0, '127.0.0.1');
    await once(engine, 'listening');
    const { port } = engine.address() as AddressInfo;
    expect(await dockerAnswers({ DOCKER_HOST: `tcp://127.0.0.1:${port}` })).toBe(true);
    engine.closeAllConnections();
    await promisify((done: () => void) => engine.close(done))();
    expect(await dockerAnswers({ DOCKER_HOST: `tcp://127.0.0.1:${port}` })).toBe(false);
  });

  it('sees no engine where there is no socket', async () => {
    expect(await dockerAnswers({ DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toBe(false);
    expect(await dockerAnswers({ DOCKER_HOST: 'not a url' })).toBe(false);
  });
});
