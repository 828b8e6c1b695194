import { describe, expect, test } from 'vitest';
import { createBatcher } from './batcher.ts';

/** Work that ends when the test says so, and remembers its batches. */
function controlled() {
  const batches: { items: readonly number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const work = (items: readonly number[]) =>
    new Promise<number[]>((resolve, reject) => {
      batches.push({ items, end: () => resolve(items.map((n) => n * 10)), fail: reject });
    });
  return { batches, work };
}

/** Two turns: one in which a batch ends, and one in which the next starts. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a batcher', () => {
  test('gathers what comes in one turn, and what comes while a batch is under way', async () => {
    const { batches, work } = controlled();
    const batcher = createBatcher(work, { size: 10, concurrency: 1 });
    const results = [1, 2].map((n) => batcher.add(n));
    await Promise.resolve();
    results.push(batcher.add(3));
    await settled();
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3]]);

    results.push(batcher.add(4));
    await settled();
    results.push(batcher.add(5));
    batches[0]?.end();
    await settled();
    batches[1]?.end();

    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
    expect(batches.map(({ items }) => items)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  test('keeps to its size and its concurrency', async () => {
    const { batches, work } = controlled();
    const batcher = createBatcher(work, { size: 2, concurrency: 2 });
    const results = [1, 2, 3, 4, 5].map((n) => batcher.add(n));
    expect(batches.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
    ]);

    batches[0]?.end();
    await settled();
    // Not full, so it is alone.
    expect(batches).toHaveLength(2);
    for (let i = 0; i < 4; i += 1) {
      batches.forEach(({ end }) => end());
      await settled();
    }
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
  });

  test('starts a batch beside another when it is full, and no sooner', async () => {
    const { batches, work } = controlled();
    const batcher = createBatcher(work, { size: 3, concurrency: 2 });
    const held = batcher.add(1);
    await settled();
    const results = [2, 3].map((n) => batcher.add(n));
    await settled();
    expect(batches.map(({ items }) => items)).toEqual([[1]]);

    results.push(batcher.add(4));
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    batches[1]?.end();
    expect(await Promise.all(results)).toEqual([20, 30, 40]);

    const last = batcher.add(5);
    await settled();
    expect(batches).toHaveLength(2);
    batches[0]?.end();
    await settled();
    batches[2]?.end();
    expect(await Promise.all([held, last])).toEqual([10, 50]);
  });

  test('keeps to the weight of a batch, and lets what weighs more by itself go alone', async () => {
    const { batches, work } = controlled();
    const limits = { size: 10, concurrency: 2, weight: 6, weigh: (n: number) => n };
    const batcher = createBatcher(work, limits);
    const results = [1, 2, 3].map((n) => batcher.add(n));
    await settled();
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3]]);

    results.push(...[2, 9, 1].map((n) => batcher.add(n)));
    await settled();
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3], [2]]);
    for (let i = 0; i < 4; i += 1) {
      batches.forEach(({ end }) => end());
      await settled();
    }
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3], [2], [9], [1]]);
    expect(await Promise.all(results)).toEqual([10, 20, 30, 20, 90, 10]);
  });

  test('tries a batch that failed item by item, so that a bad one fails alone', async () => {
    const tried: (readonly number[])[] = [];
    const batcher = createBatcher<number, number>(
      async (items) => {
        tried.push(items);
        await settled();
        if (items.includes(3)) throw new Error('three');
        return items;
      },
      { size: 10, concurrency: 1 },
    );
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => batcher.add(n)));
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(tried).toEqual([[1, 2, 3, 4], [1], [2], [3], [4]]);
  });
});
