import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { call } from './support/emulator.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function run(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--conditions=@cadenza/source', main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}

test('prints a ready line, serves, and ends on SIGTERM', async () => {
  const child = run({ CLOCK_RATE: '1000', CLOCK_CAMPAIGN_BASE: '1772442000000' });
  const ready = JSON.parse(await firstLine(child)) as Record<string, string>;
  expect(ready).toMatchObject({ ready: true, publicKey: expect.stringMatching(/^MFkw/) as string });
  const url = ready['url'] ?? '';
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const clock = await call(url, 'GET', '/_emulator/clock');
  expect(await clock.json()).toMatchObject({ rate: 1000 });
  expect((await call(url, 'GET', '/v3/scopes')).status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('names the settings that cannot be used, and exits with 1', async () => {
  const child = run({ PORT: '70000', CLOCK_RATE: 'fast' });
  const chunks: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(1);
  const text = Buffer.concat(chunks).toString();
  expect(text).toContain('PORT: "70000" is not a number between 0 and 65535');
  expect(text).toContain('CLOCK_RATE: "fast" is not a number');
});
