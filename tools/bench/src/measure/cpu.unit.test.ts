import { expect, it } from 'vitest';
import { parseStat } from './cpu.ts';

it('a process whose name holds spaces and parentheses is read by the fields behind it', () => {
  const line =
    '4242 (postgres: (a) b) S 17 4242 4242 0 -1 4194560 900 80 0 0 150 25 300 50 20 0 1 0 9 1 1';
  expect(parseStat(line)).toEqual({ pid: 4242, parent: 17, ownMs: 1_750, reapedMs: 3_500 });
});
