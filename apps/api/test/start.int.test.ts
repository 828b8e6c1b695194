import { generateKeyPairSync } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createWorld, type World } from './support/world.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const publicKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64');

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function start(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=@cadenza/source', MAIN], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const settings = (databaseUrl: string) => ({
  DATABASE_URL: databaseUrl,
  SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey,
  SENDGRID_BASE_URL: 'http://127.0.0.1:9',
  PUBLIC_URL: 'http://127.0.0.1',
  UNSUBSCRIBE_SECRET: `k1:${'s'.repeat(44)}`,
  ERASURE_SECRET: 's'.repeat(44),
  HOST: '127.0.0.1',
  PORT: '0',
  HEALTH_PORT: '0',
});

async function failure(env: Record<string, string>) {
  const child = start(env);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stderr };
}

describe('the process', () => {
  test('names all settings that are missing', async () => {
    const { code, stderr } = await failure({});
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).toContain('SENDGRID_WEBHOOK_PUBLIC_KEY');
    expect(stderr).toContain('UNSUBSCRIBE_SECRET');
    expect(stderr).not.toContain('    at ');
  });

  test('refuses to start as a superuser', async () => {
    const { code, stderr } = await failure(settings(world.adminUrl));
    expect(code).toBe(1);
    expect(stderr).toContain('superuser');
    expect(stderr).not.toContain('    at ');
  });

  test.each<[string, (url: URL) => void, string]>([
    ['a server that is not there', (url) => (url.port = '1'), ':1: connect ECONNREFUSED'],
    ['a host that has no address', (url) => (url.hostname = 'nowhere.invalid'), 'ENOTFOUND'],
    ['a database that is not there', (url) => (url.pathname = '/none'), '"none" does not exist'],
    ['a wrong password', (url) => (url.password = 'wrong'), 'password authentication failed'],
  ])('names the setting and the address of %s', async (_, spoil, reason) => {
    const url = new URL(world.apiUrl);
    spoil(url);
    const { code, stderr } = await failure(settings(url.href));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATABASE_URL: PostgreSQL at [\w.]+:\d+: .*\n$/);
    expect(stderr).toContain(`${url.hostname}:${url.port}`);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain(url.password);
  });

  test.each(['PORT', 'HEALTH_PORT'])('names a %s that is taken', async (name) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    expect(await failure({ ...settings(world.apiUrl), [name]: String(port) })).toEqual({
      code: 1,
      stderr: `${name}: 127.0.0.1:${port} is taken: expected a port on which nobody listens\n`,
    });
  });

  test('names a host that is no address of this machine', async () => {
    const env = { ...settings(world.apiUrl), HOST: '192.0.2.1' };
    const { code, stderr } = await failure(env);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^HOST: 192\.0\.2\.1 was found, expected an address of this machine .*\n$/,
    );
  });

  test('serves, and stops on SIGTERM', async () => {
    const child = start(settings(world.apiUrl));
    let port = 0;
    let healthPort = 0;
    if (child.stdout === null) throw new Error('no output');
    const lines: { msg: string; port?: number; healthPort?: number }[] = [];
    const listening = Promise.withResolvers<undefined>();
    createInterface(child.stdout).on('line', (line) => {
      lines.push(JSON.parse(line) as (typeof lines)[number]);
      const { port: found, healthPort: foundHealth } = lines.at(-1) ?? {};
      if (found === undefined) return;
      [port, healthPort] = [found, foundHealth ?? 0];
      listening.resolve(undefined);
    });
    await listening.promise;
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    const metrics = await fetch(`http://127.0.0.1:${healthPort}/metrics`);
    expect(await metrics.text()).toContain('cadenza_http_seconds');
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
    child.kill('SIGTERM');
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect([code, signal]).toEqual([0, null]);
    expect(lines.filter(({ msg }) => msg.startsWith('stop'))).toMatchObject([
      { msg: 'stopping', signal: 'SIGTERM' },
      { msg: 'stopped' },
    ]);
  });
});
