import { expect, test } from 'vitest';
import { everyItem } from './pages.ts';

const PAGES = new Map([
  [undefined, { items: [1, 2], nextCursor: 'b' }],
  ['b', { items: [], nextCursor: 'c' }],
  ['c', { items: [3], nextCursor: null }],
]);

test('a list is read to its end, each page when it is needed', async () => {
  const asked: (string | undefined)[] = [];
  const items = everyItem<number>((cursor) => {
    asked.push(cursor);
    return Promise.resolve(PAGES.get(cursor) ?? { items: [], nextCursor: null });
  });
  await items.next();
  await items.next();
  expect(asked).toEqual([undefined]);
  expect(await items.next()).toEqual({ done: false, value: 3 });
  expect(await items.next()).toEqual({ done: true, value: undefined });
  expect(asked).toEqual([undefined, 'b', 'c']);
});
