import { expect, test } from 'vitest';
import { seededRandom, shuffled } from './seeded.ts';

test('one seed gives one stream, and parts do not run into each other', () => {
  const stream = (...parts: string[]) => Array.from({ length: 5 }, seededRandom(...parts));
  expect(stream('ab', 'c')).toEqual(stream('ab', 'c'));
  expect(stream('ab', 'c')).not.toEqual(stream('a', 'bc'));
});

test('the first numbers of neighbouring seeds are spread evenly', () => {
  const buckets = new Array<number>(20).fill(0);
  const count = 20_000;
  for (let seed = 0; seed < count; seed += 1) {
    const first = seededRandom('demo', 'story', `person${seed}@example.org`, 'Hello')();
    const bucket = Math.floor(first * buckets.length);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  const expected = count / buckets.length;
  const chiSquare = buckets.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  // 19 degrees of freedom: above 43.8 in one of a thousand fair generators.
  expect(chiSquare).toBeLessThan(43.8);
});

test('shuffling keeps every element', () => {
  const list = Array.from({ length: 50 }, (_, n) => n);
  const mixed = shuffled(seededRandom('x'), list);
  expect(mixed).not.toEqual(list);
  expect([...mixed].sort((x, y) => x - y)).toEqual(list);
});
