import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

test('answers past their time are deleted, so many at once, and no others', async () => {
  for (const [hours, count] of [
    [-1, 5],
    [1, 2],
  ] as const) {
    const { tenantId } = await world.createTenant();
    await world.rows(
      `INSERT INTO idempotency_keys (tenant_id, key, target_hash, body_hash, holder, held_until,
         status, headers, body, expires_at)
       SELECT ?, 'key ' || n, sha256(''), sha256(''), gen_random_uuid(), now(), 201, '{}', '{}',
         now() + ? * interval '1 hour'
       FROM generate_series(1, ?::integer) n`,
      tenantId,
      hours,
      count,
    );
  }
  const deleted: number[] = [];
  for (let n = 0; n < 4; n += 1) deleted.push(await world.store.deleteExpiredAnswers(2));
  expect(deleted).toEqual([2, 2, 1, 0]);
  const left = await world.rows('SELECT FROM idempotency_keys');
  expect(left).toHaveLength(2);
});
