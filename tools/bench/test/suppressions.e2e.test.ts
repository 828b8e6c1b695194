import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readSuppressionsOptions } from '../src/suppressions/options.ts';
import { runSuppressionsBench, type SuppressionsReading } from '../src/suppressions/run.ts';

test('a small run imports every row, and its gate looks each address up by its key', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'cadenza-bench-test-'));
  try {
    const json = path.join(folder, 'bench.json');
    const small = '--rows 6000 --few 10 --rounds 2 --batch 5';
    await runSuppressionsBench(
      readSuppressionsOptions([...small.split(' '), '--json', json]),
      process.env,
      () => undefined,
    );
    const reading = JSON.parse(await readFile(json, 'utf8')) as SuppressionsReading;
    expect(reading.imported).toMatchObject({ rows: 6_000 });
    expect(reading.gate.many).toHaveLength(2);
    expect(reading.gate.scans.whole).toBe(0);
    expect(reading.gate.scans.byKey).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
