import type { AcceptedMessage, MessagePosition } from '@cadenza/engine';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { findable } from './support/found-messages.ts';
import { liftLimits, sent } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});
afterAll(() => world.close());

async function walk(tenantId: string, since: number, until: number): Promise<AcceptedMessage[]> {
  const walked: AcceptedMessage[] = [];
  for (let after: MessagePosition | null = null; ;) {
    const page: AcceptedMessage[] = await world.store.transaction([tenantId], (tx) =>
      tx.acceptedMessages({ tenantId, since, until, after, limit: 1 }),
    );
    walked.push(...page);
    const last = page.at(-1);
    if (last === undefined) return walked;
    after = last.position;
  }
}

test('accepted messages without an end are gone through once each, whatever they share', async () => {
  const tenant = await world.createTenant();
  const others = await sent(world);
  const begun = ['.000001', '.000002', '.000002', '.999999'];
  const ids: string[] = [];
  for (const fraction of [...begun, '.5', '.5']) {
    const { messageId } = await sent(world, tenant);
    await world.rows(
      'UPDATE outbound_messages SET begun_at = ?::timestamptz WHERE id = ?',
      `2027-01-31T08:00:00${fraction}Z`,
      messageId,
    );
    ids.push(messageId);
  }
  await findable(world);
  const [first, second, third, last, deferred, delivered] = ids;
  for (const [status, id] of [
    ['deferred', deferred],
    ['delivered', delivered],
  ]) {
    await world.rows('UPDATE outbound_messages SET status = ? WHERE id = ?', status, id);
  }
  const from = Date.UTC(2027, 0, 31, 8);

  const walked = await walk(tenant.tenantId, from, from + 1_000);
  expect(walked.map(({ message }) => message.id)).toEqual([first, second, third, deferred, last]);
  expect(walked[0]?.message).toMatchObject({ tenantId: tenant.tenantId, status: 'sent' });
  expect(await walk(tenant.tenantId, from + 1, from + 999)).toMatchObject([
    { message: { id: deferred } },
  ]);
  expect(await walk(others.tenant.tenantId, from, from + 1_000)).toEqual([]);
});
