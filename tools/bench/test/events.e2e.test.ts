import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';
import { readEventsOptions } from '../src/events/options.ts';
import { runEventsBench, type ComparedReading } from '../src/events/run.ts';
import { readTimeoutsOptions } from '../src/timeouts/options.ts';
import { runTimeoutsBench } from '../src/timeouts/run.ts';

async function written<Result>(
  run: (json: string, print: (text: string) => void) => Promise<void>,
): Promise<{ result: Result; printed: string }> {
  if (inject('redisUrl') === null) throw new Error('this suite needs a Redis');
  const folder = await mkdtemp(path.join(tmpdir(), 'cadenza-bench-test-'));
  const json = path.join(folder, 'bench.json');
  let printed = '';
  try {
    await run(json, (text) => {
      printed += text;
    });
    return { result: JSON.parse(await readFile(json, 'utf8')) as Result, printed };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a small run posts every event and finds what became of it', async () => {
  const small =
    '--messages 50 --warm-up 20 --rounds 1 --tenants 5 --batch 20 --paced 1 --stored 300';
  const { result, printed } = await written<{
    readonly rounds: readonly ComparedReading[];
    readonly paced: { readonly deliveries: number };
    readonly stored: { readonly few: readonly object[]; readonly many: readonly object[] };
  }>((json, print) =>
    runEventsBench(readEventsOptions([...small.split(' '), '--json', json]), process.env, print),
  );
  // Four events of each message, and a tenth of them twice.
  expect(result.rounds).toMatchObject([{ events: 220, recorded: 200, advanced: 60 }]);
  expect(result.rounds[0]?.bare.rows).toBe(280);
  expect(result.paced.deliveries).toBe(50);
  expect(result.stored.few).toMatchObject([{ recorded: 200, advanced: 60 }]);
  expect(result.stored.many).toMatchObject([{ recorded: 200, advanced: 60 }]);
  expect(printed).toContain('signed POST to advanced enrollment');
});

test('a small run fires every silence', async () => {
  const small = '--timers 60 --rounds 1 --tenants 5';
  const { result } = await written<{
    readonly rounds: readonly { readonly bare: { readonly rows: number } }[];
  }>((json, print) =>
    runTimeoutsBench(
      readTimeoutsOptions([...small.split(' '), '--json', json]),
      process.env,
      print,
    ),
  );
  expect(result.rounds[0]?.bare.rows).toBe(60);
});
