import type { ProviderEvent } from '@cadenza/domain';
import {
  processDeliveries,
  type DeliveryRef,
  type EngineStore,
  type ParsedDelivery,
} from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { lockWaiters } from './support/interleave.ts';
import { messagesOf, providerEvent, sent, stored } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** Stores deliveries of these events, and processes them all in one go. */
async function together(
  batches: readonly (readonly ProviderEvent[])[],
  store: EngineStore = world.store,
) {
  const parsed = new Map<string, ParsedDelivery>();
  const refs: DeliveryRef[] = [];
  for (const [nth, events] of batches.entries()) {
    const payload = Buffer.from(`delivery ${nth} of ${performance.now()}`);
    parsed.set(payload.toString(), {
      ok: true,
      events: events.map((event, position) => ({ position, event })),
      rejected: [],
    });
    refs.push(await stored(world, payload));
  }
  const outcomes = await processDeliveries(refs, {
    ...world,
    store,
    parse: (payload) => parsed.get(payload.toString()) ?? { ok: false, reason: 'unknown bytes' },
  });
  return { refs, ids: refs.map(({ id }) => id), outcomes };
}

async function statusOf(ids: readonly string[]) {
  const rows = await world.rows<{ id: string; status: string }>(
    'SELECT id, status FROM webhook_deliveries WHERE id = ANY (?::uuid[])',
    ids,
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.status);
}

/** Counts the transactions in which something is recorded. */
function countingTransactions(store: EngineStore) {
  let count = 0;
  const counting: EngineStore = {
    ...store,
    transaction: (tenantIds, work) => {
      count += 1;
      return store.transaction(tenantIds, work);
    },
  };
  return { counting, count: () => count };
}

describe('deliveries processed together', () => {
  test('share a transaction, and each has its own counts', async () => {
    const [mine, other] = [await sent(world), await sent(world)];
    const delivered = providerEvent(world, mine, 'delivered');
    const opened = providerEvent(world, other, 'opened');
    const stranger = { ...delivered, reference: null, dedupeKey: 'e'.repeat(64) };
    const { counting, count } = countingTransactions(world.store);

    const { ids, outcomes } = await together(
      [[delivered, opened], [delivered, stranger], []],
      counting,
    );

    expect(outcomes.map((one) => one.ok && one.result)).toEqual([
      { recorded: 2, byType: { delivered: 1, opened: 1 }, duplicates: 0, quarantined: 0 },
      { recorded: 0, byType: {}, duplicates: 1, quarantined: 1 },
      { recorded: 0, byType: {}, duplicates: 0, quarantined: 0 },
    ]);
    expect(count()).toBe(1);
    expect(await statusOf(ids)).toEqual(['processed', 'processed', 'processed']);
    expect(await messagesOf(world, mine.enrollmentId)).toMatchObject({ first: 'delivered' });
    expect(
      await world.rows(
        'SELECT delivery_id, position FROM quarantined_events WHERE delivery_id = ANY (?::uuid[])',
        ids,
      ),
    ).toEqual([{ delivery_id: ids[1], position: 1 }]);
  });

  test('cost each other nothing where one cannot be recorded', async () => {
    const [mine, other] = [await sent(world), await sent(world)];
    // PostgreSQL refuses it: none of its texts holds the character U+0000.
    const poison = providerEvent(world, mine, 'bounced', { reason: 'mailbox \u0000 unavailable' });

    const { ids, outcomes } = await together([
      [poison],
      [providerEvent(world, other, 'delivered')],
    ]);

    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true]);
    expect(await statusOf(ids)).toEqual(['received', 'processed']);
    expect(await messagesOf(world, other.enrollmentId)).toMatchObject({ first: 'delivered' });
    expect(await messagesOf(world, mine.enrollmentId)).toMatchObject({ first: 'sent' });
  });

  test('are told apart: one that is no delivery is put aside, one that is done is nothing', async () => {
    const mine = await sent(world);
    const { refs } = await together([[providerEvent(world, mine, 'delivered')]]);
    const broken = await stored(world);

    const outcomes = await processDeliveries([broken, ...refs], {
      ...world,
      parse: () => ({ ok: false, reason: 'the body is not JSON' }),
    });

    expect(outcomes.map((one) => one.ok && one.result.quarantined)).toEqual([1, 0]);
    expect(await statusOf([broken.id, ...refs.map(({ id }) => id)])).toEqual([
      'quarantined',
      'processed',
    ]);
  });

  test('of very many events take several transactions', async () => {
    const mails = [await sent(world), await sent(world), await sent(world)];
    const many = mails.map((mail) =>
      Array.from({ length: 900 }, (_, n) =>
        providerEvent(world, mail, 'deferred', { at: world.clock.now() - n * 1_000 }),
      ),
    );
    const { counting, count } = countingTransactions(world.store);

    const { outcomes } = await together(many, counting);

    expect(outcomes.map((one) => one.ok && one.result.recorded)).toEqual([900, 900, 900]);
    expect(count()).toBe(2);
  });
});

test('news of the same messages take turns, in whichever order they come', async () => {
  const tenant = await world.createTenant();
  const mails = [await sent(world, tenant), await sent(world, tenant)].sort((a, b) =>
    a.messageId < b.messageId ? -1 : 1,
  );
  let begun = 0;
  const tell = (messageIds: readonly string[]) =>
    world.store.transaction([tenant.tenantId], (tx) => {
      begun += 1;
      return tx.applyNews(
        messageIds.map((id) => ({
          tenantId: tenant.tenantId,
          id,
          attempt: 1,
          status: 'deferred',
          providerMessageId: null,
          smtpId: null,
          detail: `the ${begun}th try`,
        })),
      );
    });
  const ids = mails.map(({ messageId }) => messageId);
  const telling: Promise<void>[] = [];
  await world.owner.transaction().execute(async (trx) => {
    await trx
      .selectFrom('outbound_messages')
      .select('id')
      .where('id', '=', ids[0] ?? '')
      .forUpdate()
      .execute();
    telling.push(tell(ids));
    await lockWaiters(world, 1);
    telling.push(tell(ids.toReversed()));
    await lockWaiters(world, 2);
  });
  await Promise.all(telling);
  // Neither was the loser of a deadlock.
  expect(begun).toBe(2);
});
