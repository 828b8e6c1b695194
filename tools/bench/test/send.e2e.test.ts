import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';
import { readOptions } from '../src/send/options.ts';
import { runSendBench } from '../src/send/run.ts';
import type { Summary } from '../src/send/summary.ts';

test('a small run measures every side, the lag and the memory, and writes it all down', async () => {
  if (inject('redisUrl') === null) throw new Error('this suite needs a Redis');
  const folder = await mkdtemp(path.join(tmpdir(), 'cadenza-bench-test-'));
  const json = path.join(folder, 'send.json');
  const small =
    '--messages 60 --warm-up 20 --rounds 1 --tenants 2 --concurrency 10 --lag --memory 60';
  let printed = '';

  await runSendBench(readOptions([...small.split(' '), '--json', json]), process.env, (text) => {
    printed += text;
  });
  const written = JSON.parse(await readFile(json, 'utf8')) as {
    readonly summaries: readonly Summary[];
    readonly lag: { readonly p99: number };
    readonly memory: { readonly mostMiB: number };
  };
  await rm(folder, { recursive: true });

  const bySide = Object.fromEntries(written.summaries.map((one) => [one.side, one]));
  expect(bySide).toMatchObject({
    raw: { statements: null },
    'sendgrid-mail': { ratio: 1 },
    'pipeline-redis': { queueStatements: 0 },
    // SELECT of action, data, message, sender, suppression; INSERT and UPDATE; UPDATE; INSERT.
    naive: { statements: 9, queueStatements: 0 },
  });
  expect(bySide['pipeline-postgres']?.queueStatements).toBeGreaterThan(0);
  expect(bySide['pipeline-redis']?.redisTrips).toBeGreaterThan(0);
  for (const { perSecond } of written.summaries) expect(perSecond).toBeGreaterThan(0);
  expect(written.lag.p99).toBeGreaterThanOrEqual(0);
  expect(written.memory.mostMiB).toBeGreaterThan(50);
  expect(printed).toContain('(e) naive worker');
});
