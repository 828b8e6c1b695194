import { expect, it } from 'vitest';
import { patienceMs } from './patience.ts';

const THREE_WEEKS_MS = 21 * 86_400_000;

it.each([1, 60, 3_600, 12_000, 1_000_000])(
  'patience outlasts the longest course at rate %d',
  (rate) => {
    expect(patienceMs(THREE_WEEKS_MS, rate)).toBeGreaterThan(THREE_WEEKS_MS / rate);
  },
);
