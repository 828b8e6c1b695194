import type { ProviderEvent } from '@cadenza/domain';
import { processDelivery, type DeliveryRef, type ParsedDelivery } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  enrolled,
  messagesOf,
  providerEvent,
  sendDue,
  sent,
  stored,
  type Mail,
} from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** An event that PostgreSQL refuses: none of its texts holds the character U+0000. */
function poison(mail: Mail): ProviderEvent {
  return providerEvent(world, mail, 'bounced', { reason: 'mailbox \u0000 unavailable' });
}

function process(delivery: DeliveryRef, parsed: ParsedDelivery) {
  return processDelivery(delivery, { ...world, parse: () => parsed });
}

async function deliveryOf({ id }: DeliveryRef) {
  const [row] = await world.rows<{ status: string; attempts: number; error: string | null }>(
    'SELECT status, attempts, error FROM webhook_deliveries WHERE id = ?',
    id,
  );
  return row;
}

async function receivedMinutesAgo({ id }: DeliveryRef, minutes: number): Promise<void> {
  await world.rows(
    "UPDATE webhook_deliveries SET received_at = now() - ? * interval '1 minute' WHERE id = ?",
    minutes,
    id,
  );
}

const waiting = (olderThanMs: number) => world.store.waitingDeliveries(olderThanMs, 1_000);

describe('a delivery that cannot be processed', () => {
  test('costs its neighbours nothing: what cannot be recorded is put aside at the tenth attempt', async () => {
    const [mail, neighbour] = [await enrolled(world), await enrolled(world)];
    await sendDue(world);
    const parsed = {
      ok: true,
      events: [
        { position: 0, event: poison(mail) },
        { position: 1, event: providerEvent(world, neighbour, 'delivered') },
      ],
      rejected: [],
    } as const;
    const delivery = await stored(world);

    await expect(process(delivery, parsed)).rejects.toThrow(/unicode|0x00/i);
    expect(await messagesOf(world, neighbour.enrollmentId)).toMatchObject({ first: 'sent' });
    await expect(process(delivery, parsed)).rejects.toThrow(/unicode|0x00/i);
    expect(await messagesOf(world, neighbour.enrollmentId)).toMatchObject({ first: 'delivered' });
    for (let attempt = 3; attempt < 10; attempt += 1) {
      await expect(process(delivery, parsed)).rejects.toThrow(/unicode|0x00/i);
    }
    expect(await deliveryOf(delivery)).toEqual({ status: 'received', attempts: 9, error: null });
    expect(await process(delivery, parsed)).toMatchObject({ recorded: 0, quarantined: 1 });

    expect(await deliveryOf(delivery)).toEqual({ status: 'processed', attempts: 10, error: null });
    expect(
      await world.rows(
        'SELECT position, reason FROM quarantined_events WHERE delivery_id = ?',
        delivery.id,
      ),
    ).toEqual([
      { position: 0, reason: expect.stringMatching(/could not be recorded: .*(unicode|0x00)/i) },
    ]);
    expect(await waiting(0)).not.toContainEqual(delivery);
    expect(await process(delivery, parsed)).toMatchObject({ recorded: 0, quarantined: 0 });
    expect(await messagesOf(world, mail.enrollmentId)).toMatchObject({ first: 'sent' });
  });

  test('because its process dies each time is put aside as well', async () => {
    const delivery = await stored(world);
    for (let attempt = 1; attempt <= 10; attempt += 1) await world.store.loadDeliveries([delivery]);

    const result = await processDelivery(delivery, {
      ...world,
      parse: () => expect.unreachable('it would take the process with it again'),
    });

    expect(result).toMatchObject({ quarantined: 1 });
    expect(await deliveryOf(delivery)).toEqual({
      status: 'quarantined',
      attempts: 11,
      error: 'not processed in 10 attempts',
    });
  });

  test('is swept up less and less often', async () => {
    const delivery = await stored(world);
    await receivedMinutesAgo(delivery, 2);
    expect(await waiting(60_000)).toContainEqual(delivery);

    for (let attempt = 1; attempt <= 3; attempt += 1) await world.store.loadDeliveries([delivery]);

    await receivedMinutesAgo(delivery, 7.5);
    expect(await waiting(60_000)).not.toContainEqual(delivery);
    await receivedMinutesAgo(delivery, 8.5);
    expect(await waiting(60_000)).toContainEqual(delivery);

    // 32 times as long at most, however often it was cut off.
    for (let attempt = 4; attempt <= 9; attempt += 1) await world.store.loadDeliveries([delivery]);
    await receivedMinutesAgo(delivery, 31);
    expect(await waiting(60_000)).not.toContainEqual(delivery);
    await receivedMinutesAgo(delivery, 33);
    expect(await waiting(60_000)).toContainEqual(delivery);
  });

  test('is processed like any other once its trouble is over', async () => {
    const mail = await sent(world);
    const delivery = await stored(world);
    const event = poison(mail);
    const of = (one: ProviderEvent) =>
      ({ ok: true, events: [{ position: 0, event: one }], rejected: [] }) as const;
    await expect(process(delivery, of(event))).rejects.toThrow();

    expect(await process(delivery, of({ ...event, reason: 'unknown user' }))).toMatchObject({
      recorded: 1,
      byType: { bounced: 1 },
    });

    expect(await deliveryOf(delivery)).toEqual({ status: 'processed', attempts: 2, error: null });
  });

  test('is not put aside where another worker has processed it meanwhile', async () => {
    const delivery = await stored(world);
    await process(delivery, { ok: true, events: [], rejected: [] });

    await world.store.quarantineDelivery(delivery, 'attempt 10 failed: too late');

    expect(await deliveryOf(delivery)).toEqual({ status: 'processed', attempts: 1, error: null });
  });

  test('keeps the reason for which it was put aside first', async () => {
    const delivery = await stored(world);
    await world.store.quarantineDelivery(delivery, 'the first');
    await world.store.quarantineDelivery(delivery, 'the second');
    expect(await deliveryOf(delivery)).toMatchObject({ status: 'quarantined', error: 'the first' });
  });
});
