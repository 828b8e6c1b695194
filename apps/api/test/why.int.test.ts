import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRows } from './support/examples.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('an enrollment says why its next message has not been sent', async () => {
  const tenant = await world.tenant();
  const rows = await makeRows(tenant);
  const why = async () => (await tenant.api.get(`/v1/enrollments/${rows.enrollment}/why`)).body;

  expect(await why()).toMatchObject({
    enrollmentId: rows.enrollment,
    answer: { gate: 'sender_verification', state: 'closed', opensAt: null },
    expectedAt: null,
    next: { nodeId: 'intro', messageId: rows.message },
  });

  await tenant.api.post(`/v1/sender-identities/${rows.sender}/verify`);
  const due = await why();
  expect(due).toMatchObject({ answer: { gate: 'turn', state: 'open' } });
  expect(due['expectedAt']).toBe(due['at']);
  expect(due['gates']).toContainEqual(
    expect.objectContaining({
      gate: 'limit',
      state: 'open',
      limit: { scope: 'sender', windowSeconds: 60, maxMessages: 20, warmUp: false },
    }),
  );

  await tenant.api.put('/v1/send-rate-limits', {
    scope: 'tenant',
    windowSeconds: 3_600,
    maxMessages: 0,
  });
  await world.rows('UPDATE send_rate_limits SET counted_at = now()');
  expect(await why()).toMatchObject({
    answer: { gate: 'limit', opensAt: null, limit: { scope: 'tenant', maxMessages: 0 } },
    expectedAt: null,
  });

  await tenant.api.post(`/v1/enrollments/${rows.enrollment}/stop`, { reason: 'asked by phone' });
  expect(await why()).toMatchObject({
    answer: { gate: 'ended', reason: expect.stringContaining('asked by phone') as string },
    next: null,
  });
});

test('nobody is told of another tenant’s enrollment, nor of none', async () => {
  const [mine, theirs] = [await world.tenant(), await world.tenant()];
  const { enrollment } = await makeRows(theirs);
  for (const id of [enrollment, newId()]) {
    expect((await mine.api.get(`/v1/enrollments/${id}/why`)).status).toBe(404);
  }
});
