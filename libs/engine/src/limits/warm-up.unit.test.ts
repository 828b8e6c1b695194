import { describe, expect, it } from 'vitest';
import { WARM_UP_DAY_MS, warmUpAllowance, warmUpSchedule } from './warm-up.ts';

const start = Date.UTC(2026, 2, 1, 9);
const ramp = { startsAt: start, allowances: [50, 100, 200] };

describe('the allowance of a warm-up ramp', () => {
  it('is that of the day since its start, at its boundaries too', () => {
    const at = (days: number, ms = 0) => warmUpAllowance(ramp, start + days * WARM_UP_DAY_MS + ms);
    expect([at(0), at(1, -1), at(1), at(2), at(3, -1)]).toEqual([50, 50, 100, 200, 200]);
  });

  it('is that of the first day before the start, and none after the last day', () => {
    expect(warmUpAllowance(ramp, start - 30 * WARM_UP_DAY_MS)).toBe(50);
    expect(warmUpAllowance(ramp, start + 3 * WARM_UP_DAY_MS)).toBeNull();
  });
});

describe('a schedule by growth', () => {
  it('multiplies from day to day, without adding up what was rounded off', () => {
    expect(warmUpSchedule({ first: 50, factor: 1.5, target: 400 })).toEqual([
      50, 75, 112, 168, 253, 379,
    ]);
  });

  it('has one day where the target is no more than the first one', () => {
    expect(warmUpSchedule({ first: 50, factor: 2, target: 50 })).toEqual([50]);
  });

  it('is none where it takes more than a year', () => {
    expect(warmUpSchedule({ first: 1, factor: 1.0001, target: 1_000 })).toBeNull();
  });
});
