import { expect, test } from 'vitest';
import { createExpiringCache } from './expiring-cache.ts';

function counted(over: { limit?: number; fail?: () => boolean } = {}) {
  const loaded: string[] = [];
  let time = 0;
  const cache = createExpiringCache<string>({
    load: (key) => {
      loaded.push(key);
      return over.fail?.() === true
        ? Promise.reject(new Error('not now'))
        : Promise.resolve(key.toUpperCase());
    },
    keptMs: (value) => (value === 'A' ? 10 : 5),
    limit: over.limit ?? 100,
    now: () => time,
  });
  return { cache, loaded, advance: (to: number) => (time = to) };
}

test('each answer is kept for a time of its own', async () => {
  const { cache, loaded, advance } = counted();
  const read = async () => [await cache.get('a'), await cache.get('b')];
  expect(await read()).toEqual(['A', 'B']);
  advance(5);
  await read();
  expect(loaded).toEqual(['a', 'b', 'b']);
  advance(10);
  await read();
  expect(loaded).toEqual(['a', 'b', 'b', 'a', 'b']);
});

test('the last ones loaded are kept', async () => {
  const { cache, loaded } = counted({ limit: 2 });
  for (const key of ['a', 'b', 'c', 'b', 'a']) await cache.get(key);
  expect(loaded).toEqual(['a', 'b', 'c', 'a']);
});

test('a failure is told and not kept', async () => {
  let failing = true;
  const { cache } = counted({ fail: () => failing });
  await expect(cache.get('a')).rejects.toThrow('not now');
  failing = false;
  expect(await cache.get('a')).toBe('A');
});
