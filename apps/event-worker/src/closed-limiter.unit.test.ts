import { beforeEach, describe, expect, it } from 'vitest';
import { createClosedLimiterWatch, type ClosedLimiterWatch } from './closed-limiter.ts';

describe('a limiter that refuses without a limit', () => {
  let now: number;
  let said: unknown[];
  let watch: ClosedLimiterWatch;

  beforeEach(() => {
    now = 0;
    said = [];
    watch = createClosedLimiterWatch({
      log: { warn: (fields) => said.push(fields) },
      monotonic: () => now,
    });
  });

  const REFUSED = { dispatched: 0, refusedBy: { limiter: 3 } };
  const IDLE = { dispatched: 0, refusedBy: {} };

  function rounds(untilMs: number, ...results: (typeof REFUSED | typeof IDLE)[]): void {
    for (; now < untilMs; now += 500) {
      for (const result of results) watch.observe(result);
    }
  }

  it('is told of after five seconds, and then every thirty', () => {
    rounds(70_000, REFUSED, IDLE);
    expect(said).toEqual([5_000, 35_000, 65_000].map((forMs) => ({ refused: 3, forMs })));
  });

  it('is none of our business while something is dispatched', () => {
    rounds(4_000, REFUSED);
    watch.observe({ dispatched: 1, refusedBy: { limiter: 1 } });
    rounds(8_000, REFUSED);
    expect(said).toEqual([]);
  });

  it('starts anew when it had refused nothing for a while', () => {
    rounds(2_000, REFUSED);
    now += 3_600_000;
    watch.observe(REFUSED);
    expect(said).toEqual([]);
  });

  it('is another matter than a limit that is used up', () => {
    for (; now < 60_000; now += 500) watch.observe({ dispatched: 0, refusedBy: { sender: 20 } });
    expect(said).toEqual([]);
  });
});
