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
    begun[0]?.end(new Error('the first'));
    await settled();
    expect(ended).toBe(false);
    begun[1]?.end(new Error('the second'));
    await expect(done).rejects.toThrow('the first');
    expect(items()).toEqual([1, 2]);
  });

  test('of nothing is nothing', async () => {
    expect(await severalAtOnce([], 2, () => Promise.reject(new Error('never')))).toEqual([]);
  });
});
