import { expect, it } from 'vitest';
import { UsageError } from '../command-line.ts';
import { readBacklogOptions } from './options.ts';

it('says nothing: a million of each kind, against ten thousand', () => {
  expect(readBacklogOptions([])).toMatchObject({
    pending: 1_000_000,
    baseline: 10_000,
    kinds: ['later', 'limited', 'paused'],
    json: null,
  });
});

it('kinds are named once each, in the order given', () => {
  expect(readBacklogOptions(['--kinds', 'paused,later,paused']).kinds).toEqual(['paused', 'later']);
});

it.each([
  [['--kinds', 'later,never'], '"never"'],
  [['--kinds', ''], '""'],
  [['--pending', '0'], '"0"'],
  [['--rounds', '1.5'], '"1.5"'],
  [['--sides', 'abc'], '--sides'],
])('%j is refused, and the reason names it', (args, word) => {
  expect(() => readBacklogOptions(args)).toThrow(UsageError);
  expect(() => readBacklogOptions(args)).toThrow(word);
});
