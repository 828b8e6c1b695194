import { expect, it } from 'vitest';
import { judge, type Findings } from './bounds.ts';
import type { Scan } from './scans.ts';

const SCAN: Scan = {
  statement: 'SELECT',
  node: 'Index Scan',
  index: 'due',
  rows: 3_000,
  loops: 1,
  pages: 9,
};
const GOOD: Findings = { redisGrowth: 9_900_000, baselineMs: 40, pendingMs: 48, scans: [SCAN] };

it('what stays within all bounds holds', () => {
  const again: Scan = { ...SCAN, node: 'Tid Scan', index: null, rows: 0 };
  const verdicts = judge({ ...GOOD, scans: [SCAN, again] });
  expect(verdicts.map(({ holds }) => holds)).toEqual([true, true, true, true, true]);
});

it.each<[string, Partial<Findings>, number]>([
  ['a Redis that grows', { redisGrowth: 10_000_000 }, 0],
  ['a slow round', { baselineMs: 50, pendingMs: 50 }, 1],
  ['a round that grows with the backlog', { baselineMs: 39 }, 2],
  ['a plan that reads the whole table', { scans: [{ ...SCAN, node: 'Seq Scan', index: null }] }, 3],
  ['no plan to judge by', { scans: [] }, 3],
  ['a plan that reads far more than it takes', { scans: [SCAN, { ...SCAN, rows: 1 }] }, 4],
])('%s breaks its bound, and no other', (_, found, broken) => {
  const verdicts = judge({ ...GOOD, ...found });
  expect(verdicts.flatMap(({ holds }, index) => (holds ? [] : [index]))).toEqual([broken]);
});
