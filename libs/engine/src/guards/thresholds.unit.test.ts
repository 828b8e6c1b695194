import { expect, it } from 'vitest';
import { DEFAULT_GUARD_THRESHOLDS, levelOf } from './thresholds.ts';

const { bounce, complaint } = DEFAULT_GUARD_THRESHOLDS;

it.each([
  ['complaints', complaint, 7, 10_000, 'ok'],
  ['complaints', complaint, 8, 10_000, 'warn'],
  ['complaints', complaint, 9, 10_000, 'warn'],
  ['complaints', complaint, 10, 10_000, 'pause'],
  ['complaints', complaint, 29, 10_000, 'pause'],
  ['complaints', complaint, 30, 10_000, 'stop'],
  ['complaints', complaint, 2, 1_000, 'warn'],
  ['complaints', complaint, 3, 1_000, 'stop'],
  ['complaints', { ...complaint, minFailed: 1 }, 1, 1_000, 'pause'],
  ['complaints', complaint, 1, 1_001, 'warn'],
  ['complaints', complaint, 999, 999, 'ok'],
  ['bounces', bounce, 199, 10_000, 'ok'],
  ['bounces', bounce, 200, 10_000, 'warn'],
  ['bounces', bounce, 499, 10_000, 'warn'],
  ['bounces', bounce, 500, 10_000, 'pause'],
  ['bounces', bounce, 1_000, 10_000, 'stop'],
  ['bounces', bounce, 199, 199, 'ok'],
  ['bounces', bounce, 4, 200, 'warn'],
  ['bounces', { ...bounce, minFailed: 21 }, 20, 200, 'warn'],
  ['bounces', bounce, 0, 0, 'ok'],
] as const)('%s with %o: %d of %d are %s', (_, thresholds, failed, sent, level) => {
  expect(levelOf(failed, sent, thresholds)).toBe(level);
});
