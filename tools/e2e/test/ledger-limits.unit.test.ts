import { describe, expect, it } from 'vitest';
import { utilisation, violatedLimits } from './support/ledger-limits.ts';

const limit = { key: 'k', limit: 2, windowMs: 1_000 };
const at = (...times: number[]) => times.map((time) => ({ at: time, keys: ['k'] }));

describe('a ledger held to a limit', () => {
  it('is right while no window holds more, at boundaries too', () => {
    expect(violatedLimits(at(0, 0, 1_000, 1_000, 2_000), [limit], 0)).toEqual([]);
    expect(violatedLimits(at(0, 0, 999), [limit], 0)).toEqual([{ ...limit, from: 0, messages: 3 }]);
  });

  it('allows for the time that messages were under way', () => {
    expect(violatedLimits(at(0, 50, 900), [limit], 100)).toEqual([]);
    expect(violatedLimits(at(0, 50, 899), [limit], 100)).toHaveLength(1);
  });

  it('names the worst window, and counts what has the key alone', () => {
    const others = [{ at: 0, keys: ['other'] }];
    expect(
      violatedLimits([...at(3, 2, 1, 5_000, 5_001, 5_002, 5_003), ...others], [limit], 0),
    ).toEqual([{ ...limit, from: 5_000, messages: 4 }]);
  });
});

describe('the use of a limit', () => {
  it('is the part of what whole windows allow', () => {
    expect(utilisation(at(0, 10, 1_000, 1_010, 2_000, 2_010), limit)).toBe(1);
    expect(utilisation(at(0, 10, 1_250, 1_260, 2_500), limit)).toBe(0.8);
  });

  it('is not known of less than a window', () => {
    expect(utilisation(at(0, 10, 999), limit)).toBeNull();
  });
});
