import { expect, it } from 'vitest';
import type { PlanNode } from './plan-parser.ts';
import { planLines, scansOf } from './scans.ts';

const PLAN: PlanNode = {
  'Node Type': 'ModifyTable',
  'Relation Name': 'actions',
  'Actual Rows': 0,
  'Actual Loops': 1,
  Plans: [
    {
      'Node Type': 'Bitmap Heap Scan',
      'Relation Name': 'actions',
      'Actual Rows': 1.5,
      'Actual Loops': 4,
      'Rows Removed by Filter': 2,
      'Shared Hit Blocks': 30,
      'Shared Read Blocks': 1,
      Plans: [{ 'Node Type': 'Bitmap Index Scan', 'Index Name': 'due', 'Actual Loops': 4 }],
    },
    { 'Node Type': 'Seq Scan', 'Relation Name': 'actions', 'Actual Rows': 9, 'Actual Loops': 1 },
    {
      'Node Type': 'Index Scan',
      'Relation Name': 'actions',
      'Index Name': 'never',
      'Actual Loops': 0,
    },
    { 'Node Type': 'Seq Scan', 'Relation Name': 'lanes', 'Actual Rows': 9, 'Actual Loops': 1 },
  ],
};

it('scans of a table are told by index and by what they read, whether it was used or not', () => {
  const scans = scansOf(
    [{ databaseName: 'one', query: 'UPDATE\n  actions', plan: PLAN }],
    'actions',
  );
  expect(scans).toEqual([
    {
      statement: 'UPDATE actions',
      node: 'Bitmap Heap Scan',
      index: 'due',
      rows: 14,
      loops: 4,
      pages: 31,
    },
    { statement: 'UPDATE actions', node: 'Seq Scan', index: null, rows: 9, loops: 1, pages: 0 },
  ]);
});

it('a plan is written as a tree', () => {
  expect(planLines(PLAN).slice(0, 3)).toEqual([
    'ModifyTable on actions  rows 0, loops 1',
    '  Bitmap Heap Scan on actions  rows 6, loops 4',
    '    Bitmap Index Scan by due  rows 0, loops 4',
  ]);
});
