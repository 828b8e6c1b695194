import { describe, expect, test } from 'vitest';
import { severalAtOnce } from './several-at-once.ts';

function gates<Value>() {
  const begun: { item: Value; end: (error?: Error) => void }[] = [];
  const work = (item: Value) =>
    new Promise<Value>((resolve, reject) => {
      begun.push({
        item,
        end: (error) => (error === undefined ? resolve(item) : reject(error)),
      });
    });
  return { begun, work, items: () => begun.map(({ item }) => item) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('several at once', () => {
  test('are no more than that, and answer in their own order', async () => {
    const { begun, work, items } = gates<number>();
    const done = severalAtOnce([1, 2, 3, 4], 2, work);
    await settled();
    expect(items()).toEqual([1, 2]);
    begun[1]?.end();
    await settled();
    expect(items()).toEqual([1, 2, 3]);
    begun[2]?.end();
    begun[0]?.end();
    await settled();
    begun[3]?.end();
    expect(await done).toEqual([1, 2, 3, 4]);
  });

  test('begin nothing after a failure, which is thrown when the others have ended', async () => {
    const { begun, work, items } = gates<number>();
    let ended = false;
    const done = severalAtOnce([1, 2, 3, 4], 2, work).finally(() => {
      ended = true;
    });
    await settled();
    begun[0]?.end(new Error('the first'));
    await settled();
    expect(ended).toBe(false);
    begun[1]?.end(new Error('the second'));
    await expect(done).rejects.toThrow('the first');
    expect(items()).toEqual([1, 2]);
  });

  test('are asked for as their turns come, and none beyond', async () => {
    const { begun, work, items } = gates<number>();
    const asked: number[] = [];
    async function* source() {
      for (const n of [1, 2, 3, 4]) {
        asked.push(n);
        yield await Promise.resolve(n);
      }
    }
    const done = severalAtOnce(source(), 2, work);
    await settled();
    expect([asked, items()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    begun[1]?.end(new Error('the second'));
    begun[0]?.end();
    await expect(done).rejects.toThrow('the second');
    expect(asked).toEqual([1, 2]);
  });

  test('fail where the next cannot be had, when those that had begun have ended', async () => {
    const { begun, work } = gates<number>();
    let ended = false;
    async function* source() {
      yield await Promise.resolve(1);
      throw new Error('no more');
    }
    const done = severalAtOnce(source(), 2, work).finally(() => {
      ended = true;
    });
    await settled();
    expect(ended).toBe(false);
    begun[0]?.end();
    await expect(done).rejects.toThrow('no more');
  });

  test('of nothing is nothing', async () => {
    expect(await severalAtOnce([], 2, () => Promise.reject(new Error('never')))).toEqual([]);
  });
});
