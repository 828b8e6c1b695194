import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';
import { readApiOptions } from '../src/api/options.ts';
import { runApiBench, type ApiReading } from '../src/api/run.ts';

test('a small run asks for everything that can be read, imports people and enrols them', async () => {
  if (inject('redisUrl') === null) throw new Error('this suite needs a Redis');
  const folder = await mkdtemp(path.join(tmpdir(), 'cadenza-bench-test-'));
  try {
    const json = path.join(folder, 'bench.json');
    const small = '--contacts 4000 --requests 1 --rounds 1 --people 1200';

    const verdicts = await runApiBench(
      readApiOptions([...small.split(' '), '--json', json]),
      process.env,
      () => undefined,
    );

    // How long anything took is the machine's.
    expect(verdicts).toHaveLength(7);
    const reading = JSON.parse(await readFile(json, 'utf8')) as ApiReading;
    const kinds = new Set(reading.reads.requests.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(['filter', 'list', 'read']);
    expect(reading.imported).toMatchObject({ rows: 1_200 });
    expect(reading.enrolled).toMatchObject({
      'by a filter': { people: 1_200 },
      'by ids': { people: 1_200 },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
