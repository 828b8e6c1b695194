import { describe, expect, it } from 'vitest';
import { campaignTime, createClock, realDelay } from './index.ts';

const setting = { realBase: 1_000, campaignBase: 50_000, rate: 60 };

describe('the campaign clock', () => {
  it.each([
    [1_000, 50_000],
    [1_001, 50_060],
    [0, -10_000],
  ])('shows at the real instant %d the campaign instant %d', (real, campaign) => {
    expect(campaignTime(setting, real)).toBe(campaign);
  });

  it('follows its source of real time at its rate', () => {
    let real = 1_000;
    const clock = createClock(setting, () => real);
    expect([clock.rate, clock.now()]).toEqual([60, 50_000]);
    real += 10_000;
    expect(clock.now()).toBe(650_000);
  });

  it('is this machine’s time at rate 1 from the same base', () => {
    const clock = createClock({ realBase: 0, campaignBase: 0, rate: 1 });
    const before = Date.now();
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    [60, 110_000, 1_000],
    [0.5, 50_100, 200],
    [1, 50_000, 0],
    [1, 49_999, 0],
  ])('at rate %d, reaches %d in %d real milliseconds', (rate, until, delay) => {
    const clock = createClock({ ...setting, rate }, () => setting.realBase);
    expect(realDelay(clock, until)).toBe(delay);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the rate %d', (rate) => {
    expect(() => createClock({ ...setting, rate })).toThrow(
      new RangeError(`clock rate must be a finite number greater than 0, got ${rate}`),
    );
  });
});
