import { describe, expect, test } from 'vitest';
import { holdMs, RETRY_WAITS_MS, retryInMs } from './retries.ts';

const HOUR_MS = 3_600_000;

describe('the attempts of a delivery', () => {
  test('go on for some three days, each wait longer than the last', () => {
    const total = RETRY_WAITS_MS.reduce((sum, wait) => sum + wait, 0);
    expect(total / HOUR_MS).toBeGreaterThan(72);
    expect(total / HOUR_MS).toBeLessThan(84);
    expect(RETRY_WAITS_MS.toSorted((a, b) => a - b)).toEqual(RETRY_WAITS_MS);
  });

  test('spread by a fifth, and come to an end', () => {
    expect(retryInMs(1, 0)).toBe(5_000);
    expect(retryInMs(1, 1)).toBe(6_000);
    expect(retryInMs(RETRY_WAITS_MS.length, 0)).toBe(24 * HOUR_MS);
    expect(retryInMs(RETRY_WAITS_MS.length + 1, 0)).toBeNull();
  });
});

test('an endpoint that answers nothing is asked every few minutes at last', () => {
  expect(holdMs(1, 0)).toBe(5_000);
  expect(holdMs(2, 0)).toBe(10_000);
  expect(holdMs(1_000, 0)).toBe(300_000);
  expect(holdMs(1_000, 1)).toBe(360_000);
});
