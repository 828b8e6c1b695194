import { newId, type ProviderEvent } from '@cadenza/domain';
import { processDelivery, type DeliveryRef, type ParsedDelivery } from '@cadenza/engine';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { inTenants, listQuarantined, retryEvents } from '../src/index.ts';
import { providerEvent, sent, stored } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

const PAGE = { after: null, limit: 10 };

function processed(ref: DeliveryRef, parsed: ParsedDelivery) {
  return processDelivery(ref, { ...world, parse: () => parsed });
}

function readable(...events: readonly (readonly [position: number, event: ProviderEvent])[]) {
  return {
    ok: true as const,
    events: events.map(([position, event]) => ({ position, event })),
    rejected: [] as { position: number; reason: string; raw: unknown }[],
  };
}

/** As an operator of the tenant does it by the API. */
function retried({ id, tenantId }: DeliveryRef) {
  return inTenants(world.api, [tenantId ?? ''], (trx) => retryEvents(trx, [id]));
}

function listed({ tenantId }: DeliveryRef) {
  const ownerId = tenantId ?? '';
  return inTenants(world.api, [ownerId], (trx) => listQuarantined(trx, { ownerId }, PAGE));
}

const recorded = async (messageId: string) => {
  const rows = await world.rows<{ type: string }>(
    'SELECT type FROM message_events WHERE message_id = ? ORDER BY type',
    messageId,
  );
  return rows.map(({ type }) => type);
};

test('a delivery that is retried gives what can be used by now, and nothing twice', async () => {
  const mail = await sent(world);
  const delivery = await stored(world, undefined, mail.tenant.tenantId);
  const delivered = providerEvent(world, mail, 'delivered');
  const nobodys = providerEvent(world, { ...mail, messageId: newId() }, 'delivered');
  await processed(delivery, {
    ...readable([0, delivered], [2, nobodys]),
    rejected: [{ position: 1, reason: 'a type that is not known yet', raw: {} }],
  });
  expect(await listed(delivery)).toMatchObject({
    items: [{ id: delivery.id, parts: 2, reason: 'a type that is not known yet' }],
  });
  expect(await recorded(mail.messageId)).toEqual(['delivered']);

  await retried(delivery);
  expect(await listed(delivery)).toMatchObject({ items: [] });
  expect(await world.store.waitingDeliveries(0, 10)).toContainEqual({
    id: delivery.id,
    tenantId: mail.tenant.tenantId,
  });
  const opened = providerEvent(world, mail, 'opened');
  expect(
    await processed(delivery, readable([0, delivered], [1, opened], [2, nobodys])),
  ).toMatchObject({ recorded: 1, duplicates: 1, quarantined: 1 });
  expect(await recorded(mail.messageId)).toEqual(['delivered', 'opened']);
  expect(await listed(delivery)).toMatchObject({
    items: [{ parts: 1, reason: 'event names a message that does not exist' }],
  });
});

test('a delivery that was put aside as a whole is processed when it is retried', async () => {
  const mail = await sent(world);
  const delivery = await stored(world, undefined, mail.tenant.tenantId);
  await processed(delivery, { ok: false, reason: 'expected a JSON array' });
  expect(await listed(delivery)).toMatchObject({
    items: [{ parts: null, reason: 'expected a JSON array' }],
  });
  await retried(delivery);
  await processed(delivery, readable([0, providerEvent(world, mail, 'delivered')]));
  expect(await listed(delivery)).toMatchObject({ items: [] });
  expect(await recorded(mail.messageId)).toEqual(['delivered']);
});

test('deliveries of the platform and of others are retried by no tenant', async () => {
  const mail = await sent(world);
  const shared = await stored(world);
  const other = await stored(world, undefined, (await world.createTenant()).tenantId);
  for (const one of [shared, other]) {
    await processed(one, { ok: false, reason: 'expected a JSON array' });
  }
  await inTenants(world.api, [mail.tenant.tenantId], (trx) =>
    retryEvents(trx, [shared.id, other.id]),
  );
  const rows = await world.rows<{ status: string }>(
    'SELECT status FROM webhook_deliveries WHERE id = ANY (?::uuid[])',
    [shared.id, other.id],
  );
  expect(rows).toEqual([{ status: 'quarantined' }, { status: 'quarantined' }]);
});
