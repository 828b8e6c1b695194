import { newId } from '@cadenza/domain';
import { describe, expect, it } from 'vitest';
import { spacingScopes } from './spacing.ts';

const spacing = { minMs: 30_000, maxMs: 90_000 };

describe('the time between two messages of a sender', () => {
  it('is decided by the message, and lies evenly between the bounds', () => {
    const drawn = Array.from({ length: 4_000 }, () => {
      const id = newId();
      const [first, again] = [spacingScopes('s', spacing, id), spacingScopes('s', spacing, id)];
      expect(again).toEqual(first);
      return first[0]?.windowMs ?? 0;
    });
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(90_000);
    const quarters = [0, 0, 0, 0];
    for (const ms of drawn) {
      const quarter = Math.min(3, Math.floor((ms - 30_000) / 15_000));
      quarters[quarter] = (quarters[quarter] ?? 0) + 1;
    }
    for (const count of quarters) expect(count).toBeGreaterThan(850);
  });

  it('is exact where the bounds are one, and is remembered for the longest one', () => {
    expect(spacingScopes('s', { minMs: 5_000, maxMs: 5_000 }, 'm')).toEqual([
      { key: 'spacing:s', limit: 1, windowMs: 5_000 },
      { key: 'spacing:s', limit: 2, windowMs: 5_000 },
    ]);
    expect(spacingScopes('s', spacing, 'm')[1]).toEqual({
      key: 'spacing:s',
      limit: 4,
      windowMs: 90_000,
    });
  });
});
