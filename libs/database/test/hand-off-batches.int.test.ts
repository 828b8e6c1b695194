import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { inTenants, listMessages } from '../src/index.ts';
import { crowd } from './support/crowd.ts';
import { ACCEPT, provider, sendOptions } from './support/scenario.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** Real milliseconds after a deadline: none. */
const AT_ONCE = 0;

async function endDeadlines(): Promise<void> {
  await world.rows("UPDATE hand_off_batches SET deadline_at = now() - interval '1 hour'");
}

async function watched(): Promise<boolean[]> {
  const batches = await world.rows<{ watched: boolean }>('SELECT watched FROM hand_off_batches');
  return batches.map((batch) => batch.watched);
}

test('a batch is watched until none of its messages waits for its answer', async () => {
  const tenant = await world.createTenant();
  await crowd(world, tenant, 3);
  const silent = new Set<string>();
  const options = sendOptions(world, provider(() => ACCEPT).port, {
    reached(point, messageId) {
      if (point !== 'begun' || silent.size > 0) return;
      silent.add(messageId);
    },
    // Of the first one the answer comes, and the process dies before it is recorded.
    store: {
      ...world.store,
      transaction: (tenantIds, work) =>
        world.store.transaction(tenantIds, (tx) =>
          work({
            ...tx,
            completeHandOffs: (list) =>
              tx.completeHandOffs(list.filter(({ id }) => !silent.has(id))),
          }),
        ),
    },
  });
  await processSends(await world.dispatch(), options);
  const lost = [...silent].map((id) => ({ tenantId: tenant.tenantId, id }));
  expect(lost).toHaveLength(1);
  const dispatching = async () => {
    const page = await inTenants(world.api, [tenant.tenantId], (trx) =>
      listMessages(trx, tenant.tenantId, { limit: 10, after: null }, { status: 'dispatching' }),
    );
    return page.items.map(({ id }) => id);
  };

  expect(await world.store.findStaleHandOffs(AT_ONCE, 10)).toEqual([]);
  await endDeadlines();
  await world.rows(
    "UPDATE outbound_messages SET deadline_at = now() - interval '1 hour' WHERE status = 'dispatching'",
  );
  expect(await world.store.findStaleHandOffs(AT_ONCE, 10)).toEqual(lost);
  expect(await world.store.findStaleHandOffs(AT_ONCE, 10)).toEqual(lost);
  expect(await watched()).toEqual([true]);
  expect(await dispatching()).toEqual(lost.map(({ id }) => id));

  await world.store.transaction([tenant.tenantId], (tx) =>
    tx.markUnknown(
      lost.map((ref) => ({ ...ref, token: null, detail: 'no outcome' })),
      60_000,
    ),
  );
  expect(await world.store.findStaleHandOffs(AT_ONCE, 10)).toEqual([]);
  expect(await watched()).toEqual([false]);
  expect(await dispatching()).toEqual([]);
});
