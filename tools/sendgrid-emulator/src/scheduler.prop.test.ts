import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScheduler } from './scheduler.ts';

const TIMES = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 200 });

test('due tasks run in the order of their instants, and of their adding within one', async () => {
  await fc.assert(
    fc.asyncProperty(TIMES, async (times) => {
      const ran: { at: number; index: number }[] = [];
      await new Promise<void>((drained) => {
        const scheduler = createScheduler({ rate: 1, now: () => 50 }, drained);
        for (const [index, at] of times.entries()) {
          scheduler.at(at, () => {
            ran.push({ at, index });
          });
        }
      });
      const expected = times.map((at, index) => ({ at, index })).sort((x, y) => x.at - y.at);
      expect(ran).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('nothing runs before its instant, and what a task adds runs too', async () => {
  let now = 0;
  const ran: string[] = [];
  await new Promise<void>((drained) => {
    const scheduler = createScheduler({ rate: 1, now: () => now }, drained);
    scheduler.at(1e9, () => ran.push('late'));
    scheduler.at(0, () => {
      ran.push('first');
      scheduler.at(0, () => {
        ran.push('added');
        expect(scheduler.size).toBe(1);
        expect(scheduler.next()).toBe(1e9);
        now = 1e9;
        scheduler.wake();
      });
    });
  });
  expect(ran).toEqual(['first', 'added', 'late']);
});
