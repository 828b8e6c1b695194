import fc from 'fast-check';
import { expect, it } from 'vitest';
import { earliestByTrying } from '../test/brute-force.ts';
import { earliestStart } from './earliest-start.ts';

const ascending = (a: number, b: number) => a - b;

it('finds the start that trying every millisecond finds, among slots of any widths', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ start: fc.nat(120), width: fc.nat(12) }), { maxLength: 25 }),
      fc.record({
        limit: fc.integer({ min: 1, max: 6 }),
        windowMs: fc.integer({ min: 1, max: 40 }),
        widthMs: fc.nat(10),
      }),
      fc.integer({ min: -20, max: 140 }),
      (entries, scope, from) => {
        const slots = entries.map(({ start, width }) => ({ start, end: start + width }));
        const log = {
          starts: slots.map((s) => s.start).sort(ascending),
          ends: slots.map((s) => s.end).sort(ascending),
        };
        expect(earliestStart(log, scope, from)).toBe(earliestByTrying(slots, scope, from));
      },
    ),
    { numRuns: 3_000 },
  );
});
