import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, planFaults, planHash } from './plan-faults.ts';
import { LINKS, POINTS, PROCESSES } from './topology.ts';

const seeds = fc.string();
const minutes = fc.double({ min: 0.7, max: 6, noNaN: true });

describe('the plan of faults', () => {
  it('is the same for the same seed and length', () => {
    fc.assert(
      fc.property(seeds, minutes, (seed, length) => {
        expect(planFaults(seed, length)).toEqual(planFaults(seed, length));
      }),
      { numRuns: 30 },
    );
  });

  it('is another one for another seed', () => {
    fc.assert(
      fc.property(seeds, seeds, (one, other) => {
        fc.pre(one !== other);
        expect(planHash(planFaults(one, 1))).not.toBe(planHash(planFaults(other, 1)));
      }),
      { numRuns: 30 },
    );
  });

  it('holds every kind within 42 seconds, in the order of time, and ends with it', () => {
    fc.assert(
      fc.property(seeds, minutes, (seed, length) => {
        const plan = planFaults(seed, length);
        expect(new Set(plan.map(({ fault }) => fault.kind))).toEqual(new Set(FAULT_KINDS));
        const times = plan.map(({ atMs }) => atMs);
        expect(times).toEqual(times.toSorted((x, y) => x - y));
        expect(times.at(-1)).toBeLessThan(length * 60_000);
      }),
      { numRuns: 30 },
    );
  });

  it('crashes at every labelled point within three minutes, in programs that have it', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const struck = planFaults(seed, 3).flatMap(({ fault }) =>
          fault.kind === 'crash' ? [fault] : [],
        );
        expect(new Set(struck.map(({ point }) => point))).toEqual(
          new Set(Object.values(POINTS).flat()),
        );
        for (const { target, point } of struck) {
          const role = PROCESSES.find(({ name }) => name === target)?.role ?? 'api';
          expect(POINTS[role]).toContain(point);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('cuts only links that a program has', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const { fault } of planFaults(seed, 3)) {
          if (!('link' in fault)) continue;
          const role = PROCESSES.find(({ name }) => name === fault.target)?.role ?? 'api';
          expect(LINKS[role]).toContain(fault.link);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is more than 1,000 faults in half an hour', () => {
    expect(planFaults('1', 30).length).toBeGreaterThan(1_000);
  });

  it('deals the kinds asked for alone', () => {
    const kinds = planFaults('1', 1, ['double_jobs']).map(({ fault }) => fault.kind);
    expect(new Set(kinds)).toEqual(new Set(['double_jobs']));
  });
});
