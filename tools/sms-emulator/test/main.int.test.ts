import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { call, textTo } from './support/emulator.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function run(env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, ['--conditions=@cadenza/source', main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('prints a ready line, takes messages with its key, and ends on SIGTERM', async () => {
  const child = run({ SMS_API_KEY: 'a-key', CLOCK_CAMPAIGN_BASE: '1772442000000' });
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as { url: string };
  expect(ready).toMatchObject({ ready: true, publicKey: expect.stringMatching(/^MFkw/) });
  const body = textTo('+12025550100');
  const { status } = await call(ready.url, 'POST', '/v1/messages', { body, key: 'a-key' });
  expect(status).toBe(202);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('names a setting that is no number, and exits with 1', async () => {
  const child = run({ CLOCK_RATE: 'fast' });
  if (child.stderr === null) throw new Error('no stderr');
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(said).toContain('CLOCK_RATE');
  expect(code).toBe(1);
});
