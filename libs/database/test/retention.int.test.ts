import { applyRetention } from '@cadenza/engine';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants, setRetention, type Retention } from '../src/index.ts';
import { memoryBlobs } from './support/inbound.ts';
import { deliver, providerEvent, sent, stop, stored, type Enrolled } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
const blobs = memoryBlobs();

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await world.rows(
    "SELECT ensure_event_partitions((now() AT TIME ZONE 'UTC' - interval '6 months')::date, 6)",
  );
});

afterAll(() => world.close());

/** In the middle of the month that was so many months ago. */
function middleOf(monthsAgo: number, ms = 0): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 15) + ms;
}

function keep({ tenant }: Enrolled, change: Partial<Retention>): Promise<Retention> {
  return inTenants(world.api, [tenant.tenantId], (trx) =>
    setRetention(trx, tenant.tenantId, change),
  );
}

const apply = (over: { sharedDeliveryMonths?: number; limit?: number } = {}) =>
  applyRetention({ store: world.store, blobs, sharedDeliveryMonths: null, limit: 1_000, ...over });

const deferred = (mail: Enrolled, monthsAgo: number, ms = 0) =>
  providerEvent(world, mail, 'deferred', { at: middleOf(monthsAgo, ms) });

async function monthsOf({ messageId }: Enrolled): Promise<number[]> {
  const found = await world.rows<{ at: number }>(
    'SELECT epoch_ms(occurred_at) AS at FROM message_events WHERE message_id = ? ORDER BY 1',
    messageId,
  );
  return found.map(({ at }) => at);
}

describe('events', () => {
  test('older than their tenant keeps are deleted, and come back by no delivery', async () => {
    const [mine, theirs] = [await sent(world), await sent(world)];
    const all = [mine, theirs].flatMap((mail) => [deferred(mail, 4), deferred(mail, 1)]);
    expect(await deliver(world, all)).toMatchObject({ recorded: 4 });
    const rollUps = () => world.rows('SELECT * FROM event_rollups ORDER BY 1, 2, 3, 5, 6, 7');
    const before = await rollUps();
    await keep(mine, { eventMonths: 2 });

    expect(await apply()).toMatchObject({ events: 1, more: false });

    expect(await monthsOf(mine)).toEqual([middleOf(1)]);
    expect(await monthsOf(theirs)).toEqual([middleOf(4), middleOf(1)]);
    expect(await deliver(world, all)).toMatchObject({
      recorded: 0,
      duplicates: 3,
      quarantined: 1,
    });
    expect(await rollUps()).toEqual(before);
    expect(await world.store.tenantsToRetain(null, 10)).toEqual([]);

    // What is gone does not come back where more is to be kept from now on.
    await keep(mine, { eventMonths: null });
    expect(await deliver(world, all)).toMatchObject({ recorded: 0, quarantined: 1 });
    expect(await apply()).toMatchObject({ events: 0 });
  });

  test('are deleted some at a time', async () => {
    const mail = await sent(world);
    await deliver(
      world,
      [1, 2, 3, 4, 5].map((ms) => deferred(mail, 4, ms)),
    );
    await keep(mail, { eventMonths: 1 });

    const rounds = [
      await apply({ limit: 2 }),
      await apply({ limit: 2 }),
      await apply({ limit: 2 }),
    ];

    expect(rounds.map(({ events, more }) => [events, more])).toEqual([
      [2, true],
      [2, true],
      [1, false],
    ]);
    expect(await monthsOf(mail)).toEqual([]);
  });

  test('that are to be kept cannot be deleted by a worker at all', async () => {
    const mail = await sent(world);
    await deliver(world, [deferred(mail, 3), deferred(mail, 1)]);
    const { tenantId } = mail.tenant;
    const deleteAll = () =>
      inTenants(world.worker, [tenantId], (trx) =>
        sql`DELETE FROM message_events WHERE message_id = ${mail.messageId}`.execute(trx),
      );

    expect((await deleteAll()).numAffectedRows).toBe(0n);
    await keep(mail, { eventMonths: 2 });
    await apply();

    expect((await deleteAll()).numAffectedRows).toBe(0n);
    expect(await monthsOf(mail)).toEqual([middleOf(1)]);
  });
});

describe('raw deliveries', () => {
  /** A delivery of so many months ago, with something in quarantine. */
  async function old(monthsAgo: number, status: string, tenantId: string | null = null) {
    const { id } = await stored(world, undefined, tenantId);
    await world.rows(
      `UPDATE webhook_deliveries
       SET status = ?, error = 'unreadable', received_at = from_epoch_ms(?),
         processed_at = CASE ?::text WHEN 'processed' THEN now() END
       WHERE id = ?`,
      status,
      middleOf(monthsAgo),
      status,
      id,
    );
    await world.rows(
      `INSERT INTO quarantined_events (delivery_id, position, reason, raw) VALUES (?, 0, 'test', '{}')`,
      id,
    );
    return id;
  }

  async function left(ids: readonly string[]): Promise<string[]> {
    const found = await world.rows<{ id: string }>(
      `SELECT d.id FROM webhook_deliveries d JOIN quarantined_events q ON q.delivery_id = d.id
       WHERE d.id = ANY (?::uuid[]) ORDER BY 1`,
      ids,
    );
    return found.map(({ id }) => id);
  }

  test('of the shared account are deleted as the installation says, and none that waits', async () => {
    const gone = [await old(3, 'processed'), await old(3, 'quarantined')];
    const kept = [await old(1, 'processed'), await old(3, 'received')];
    const mail = await sent(world);
    const own = await old(9, 'processed', mail.tenant.tenantId);

    expect(await apply()).toMatchObject({ deliveries: 0 });
    expect(await apply({ sharedDeliveryMonths: 2, limit: 1 })).toMatchObject({
      deliveries: 1,
      more: true,
    });
    expect(await apply({ sharedDeliveryMonths: 2 })).toMatchObject({ deliveries: 1, more: false });

    expect(await left([...gone, ...kept, own])).toEqual([...kept, own].sort());
  });

  test('of a tenant’s own account are deleted as the tenant says', async () => {
    const [mine, theirs] = [await sent(world), await sent(world)];
    const gone = await old(3, 'processed', mine.tenant.tenantId);
    const kept = [
      await old(1, 'processed', mine.tenant.tenantId),
      await old(3, 'received', mine.tenant.tenantId),
      await old(3, 'processed', theirs.tenant.tenantId),
      await old(3, 'processed'),
    ];
    await keep(mine, { deliveryMonths: 2 });

    expect(await apply()).toMatchObject({ deliveries: 1 });

    expect(await left([gone, ...kept])).toEqual(kept.sort());
  });
});

// Last, since it sets the clock.
test('inputs of ended enrollments are detached, once a month', async () => {
  const [mine, theirs] = [await sent(world), await sent(world)];
  await stop(world, mine);
  await stop(world, theirs);
  await keep(mine, { inputMonths: 1 });
  expect(await apply()).toMatchObject({ inputs: 0 });
  await world.rows("UPDATE clock_settings SET campaign_base = campaign_base + interval '100 days'");

  const { inputs } = await apply();

  expect(inputs).toBeGreaterThan(0);
  expect(await world.rows('SELECT tenant_id FROM enrollment_snapshots')).toEqual([
    { tenant_id: mine.tenant.tenantId },
  ]);
  expect(await world.store.tenantsToRetain(null, 10)).not.toContain(mine.tenant.tenantId);
  expect(await apply()).toMatchObject({ inputs: 0 });
});
