import { generateKeyPairSync } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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
    env: { PATH: process.env['PATH'], ...env },
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
    expect(stderr).not.toContain('    at ');
  });

  test('refuses to start as a superuser', async () => {
    const { code, stderr } = await failure(settings(world.adminUrl));
    expect(code).toBe(1);
    expect(stderr).toContain('superuser');
    expect(stderr).not.toContain('    at ');
  });

  test('serves, and stops on SIGTERM', async () => {
    const child = start(settings(world.apiUrl));
    let port = 0;
    let healthPort = 0;
    if (child.stdout === null) throw new Error('no output');
    for await (const line of createInterface(child.stdout)) {
      const entry = JSON.parse(line) as { port?: number; healthPort?: number };
      if (entry.port === undefined) continue;
      ({ port = 0, healthPort = 0 } = entry);
      break;
    }
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    const metrics = await fetch(`http://127.0.0.1:${healthPort}/metrics`);
    expect(await metrics.text()).toContain('cadenza_http_seconds');
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
    child.kill('SIGTERM');
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect([code, signal]).toEqual([0, null]);
  });
});
