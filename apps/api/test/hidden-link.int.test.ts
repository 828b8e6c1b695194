import { HIDDEN_LINK_PATH } from '@cadenza/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, variant, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('the hidden link of mails is answered without the database, and is kept out of indexes', async () => {
  const untouched = new Proxy(world.deps.db, {
    get() {
      throw new Error('the database was asked');
    },
  });
  const baseUrl = await variant(world, { db: untouched });

  const answer = await fetch(`${baseUrl}${HIDDEN_LINK_PATH}?utm_source=sendgrid.com`);

  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-robots-tag')).toBe('noindex');
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect((await answer.text()).length).toBeLessThan(100);
  expect(world.published).toEqual([]);
});

test.each(['POST', 'PUT', 'DELETE'])('%s on it is no route', async (method) => {
  const answer = await fetch(`${world.baseUrl}${HIDDEN_LINK_PATH}`, { method });
  expect(answer.status).toBe(404);
});
