import { expect, it } from 'vitest';
import { timerGraceMs } from './timer-grace.ts';

it.each([
  [0.5, 120_000],
  [1, 120_000],
  [60, 120_000],
  [3_600, 7_200_000],
])('at rate %d silences wait %d campaign milliseconds', (rate, ms) => {
  expect(timerGraceMs(rate)).toBe(ms);
});
