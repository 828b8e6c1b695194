import { newId } from '@cadenza/domain';
import {
  pauseCampaign,
  pauseSender,
  pauseTenant,
  resumeSender,
  resumeTenant,
  startCampaign,
} from '@cadenza/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { anotherCampaign, clear, crowd, lanesOf } from './support/crowd.ts';
import { explained, rowsRead } from './support/explain.ts';
import { lockWaiters } from './support/interleave.ts';
import { enrolled } from './support/scenario.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

beforeEach(async () => {
  await clear(world);
  await world.rows(
    "UPDATE scheduled_actions SET status = 'canceled', lease_until = NULL WHERE status = 'dispatched'",
  );
  // Those of the tests before are found paused here, and put to rest.
  await claim({ limit: 10_000 });
});

function claim(over: Partial<Parameters<World['store']['claimDueSends']>[0]> = {}) {
  return world.store.claimDueSends({
    limit: 500,
    perLane: 100,
    maxOutstanding: 10_000,
    leadMs: 2_000,
    leaseMs: 60_000,
    ...over,
  });
}

function of(claimed: Awaited<ReturnType<typeof claim>>, { tenantId }: Tenant): number {
  return claimed.filter((one) => one.tenantId === tenantId).length;
}

async function campaignsOf(claimed: Awaited<ReturnType<typeof claim>>): Promise<string[]> {
  const rows = await world.rows<{ id: string; campaign_id: string }>(
    'SELECT id, campaign_id FROM scheduled_actions WHERE id = ANY (?::uuid[])',
    claimed.map(({ actionId }) => actionId),
  );
  const campaigns = new Map(rows.map((row) => [row.id, row.campaign_id]));
  return claimed.map(({ actionId }) => campaigns.get(actionId) ?? '');
}

/** Seconds until a lane is visited again; null: never, unless something wakes it. */
async function visitIn({ campaignId }: Tenant): Promise<number | null> {
  const [row] = await world.rows<{ seconds: number | null }>(
    `WITH clock AS MATERIALIZED (SELECT campaign_now() AS now)
     SELECT CASE WHEN visit_at < 'infinity' THEN
       extract(epoch FROM greatest(visit_at, now) - now)::float8 END AS seconds
     FROM dispatch_lanes CROSS JOIN clock WHERE campaign_id = ?`,
    campaignId,
  );
  return row?.seconds ?? null;
}

describe('turns', () => {
  test('are the tenants’: one with 200 lanes does not keep out one with three messages', async () => {
    const [big, small] = [await world.createTenant(), await world.createTenant()];
    const [one = ''] = await crowd(world, big, 1);
    await lanesOf(world, big, one, 200);
    await crowd(world, small, 3);

    const claimed = await claim({ limit: 20 });

    expect(claimed).toHaveLength(20);
    expect(of(claimed, small)).toBe(3);
  });

  test('count what a tenant has in the queue already', async () => {
    const [first, second] = [await world.createTenant(), await world.createTenant()];
    await crowd(world, first, 60);
    expect(await claim({ limit: 30 })).toHaveLength(30);
    await crowd(world, second, 60);

    const claimed = await claim({ limit: 20 });

    expect(of(claimed, second)).toBe(20);
  });

  test('of a tenant’s campaigns go by priority, and leave nobody out', async () => {
    const normal = await world.createTenant();
    const high = await anotherCampaign(world, normal, { priority: 10 });
    const low = await anotherCampaign(world, normal, { priority: 1 });
    for (const tenant of [low, normal, high]) await crowd(world, tenant, 40);

    const order = await campaignsOf(await claim({ limit: 32 }));

    const count = ({ campaignId }: Tenant) => order.filter((id) => id === campaignId).length;
    expect([count(high), count(normal), count(low)]).toEqual([20, 10, 2]);
    expect(order[0]).toBe(high.campaignId);
  });
});

describe('what is outstanding', () => {
  test('stays within its bound whoever claims at the same time, and leaves room for others', async () => {
    const [big, small] = [await world.createTenant(), await world.createTenant()];
    const [one = ''] = await crowd(world, big, 1);
    // More lanes than a claim takes, so that claims at the same time are not kept apart by them.
    await lanesOf(world, big, one, 600);

    const rounds = await Promise.all(
      Array.from({ length: 6 }, () => claim({ limit: 80, maxOutstanding: 200 })),
    );
    expect(rounds.flat()).toHaveLength(100);
    expect(await claim({ maxOutstanding: 200 })).toEqual([]);

    await crowd(world, small, 10);
    expect(of(await claim({ maxOutstanding: 200 }), small)).toBe(10);
  });
});

describe('the cost of a claim', () => {
  const CLAIM = 'SELECT * FROM claim_due_sends(500, 100, 750, 2000, 60000)';
  const CROWD = 3_000;

  async function cost() {
    await world.rows('ANALYZE');
    // The first claim puts to rest what is found paused or without work.
    await world.rows(CLAIM.replace('claim_due_sends(500', 'claim_due_sends(10000'));
    await world.rows(
      `UPDATE scheduled_actions SET status = 'pending', lease_until = NULL
       WHERE status = 'dispatched'`,
    );
    const plan = await explained(world, CLAIM);
    return {
      actions: rowsRead(plan, 'scheduled_actions'),
      lanes: rowsRead(plan, 'dispatch_lanes'),
      wholeActions: plan.filter(
        (node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'scheduled_actions',
      ).length,
    };
  }

  test('is that of what is due, however many are limited, paused, idle, or due later', async () => {
    const tenant = await world.createTenant();
    const [one = ''] = await crowd(world, tenant, 1);
    // As many of each as there will be later, so that statistics choose the same plans.
    await lanesOf(world, tenant, one, CROWD, { ahead: '3 days' });
    const before = await cost();

    await lanesOf(world, tenant, one, CROWD, { nextAt: '2999-01-01' });
    await lanesOf(world, tenant, one, CROWD, { ahead: '10 days' });
    const paused = await world.createTenant();
    const [other = ''] = await crowd(world, paused, 1);
    await lanesOf(world, paused, other, CROWD);
    await pauseTenant(world.store, paused.tenantId, 'test');
    await world.rows(
      `UPDATE scheduled_actions SET status = 'canceled'
       WHERE campaign_id IN (SELECT campaign_id FROM dispatch_lanes ORDER BY campaign_id DESC LIMIT 500)
         AND type = 'send' AND tenant_id = ? AND run_at > now() + interval '9 days'`,
      tenant.tenantId,
    );
    for (let from = 0; from < CROWD; from += 500) await world.rows(CLAIM);
    const after = await cost();

    expect(before.wholeActions + after.wholeActions).toBe(0);
    expect(before.actions).toBeLessThan(20);
    expect(after.actions).toBeLessThanOrEqual(before.actions + 5);
    expect(after.lanes).toBeLessThanOrEqual(before.lanes + 5);
  });
});

describe('a lane', () => {
  test('rests until its first message is due, and not at all once one is put in', async () => {
    const tenant = await world.createTenant();
    const [first = ''] = await crowd(world, tenant, 2);
    await world.rows(
      `UPDATE scheduled_actions SET run_at = campaign_now() + interval '1 hour'
       WHERE enrollment_id = ?`,
      first,
    );
    expect(await claim()).toHaveLength(1);
    expect(await visitIn(tenant)).toBeGreaterThan(3_500);
    await world.rows(
      "UPDATE scheduled_actions SET status = 'canceled' WHERE enrollment_id = ?",
      first,
    );
    await world.rows(
      "UPDATE dispatch_lanes SET due_at = '-infinity' WHERE campaign_id = ?",
      tenant.campaignId,
    );
    expect(await claim()).toEqual([]);
    expect(await visitIn(tenant)).toBeNull();

    await crowd(world, tenant, 1);

    expect(await visitIn(tenant)).toBe(0);
    expect(await claim()).toHaveLength(1);
  });

  test('is not put to rest while a message is being put into it', async () => {
    const tenant = await world.createTenant();
    const { enrollmentId } = await enrolled(world, tenant);
    await claim();
    await world.rows(
      "UPDATE dispatch_lanes SET due_at = '-infinity' WHERE campaign_id = ?",
      tenant.campaignId,
    );
    await world.owner.transaction().execute(async (trx) => {
      await trx
        .updateTable('scheduled_actions')
        .set({ status: 'pending', lease_until: null })
        .where('enrollment_id', '=', enrollmentId)
        .execute();
      // Its message is not seen yet.
      expect(await claim()).toEqual([]);
    });

    expect(await visitIn(tenant)).toBe(0);
    expect(await claim()).toHaveLength(1);
  });

  test('that is just being put to rest is woken by a message that waits for it', async () => {
    const tenant = await world.createTenant();
    const { enrollmentId } = await enrolled(world, tenant);
    await claim();
    const put = Promise.withResolvers<unknown>();
    await world.owner.transaction().execute(async (trx) => {
      // What a claim does that found nothing.
      await trx
        .selectFrom('dispatch_lanes')
        .select('due_at')
        .where('campaign_id', '=', tenant.campaignId)
        .forUpdate()
        .execute();
      put.resolve(
        world.rows(
          `UPDATE scheduled_actions SET status = 'pending', lease_until = NULL
           WHERE enrollment_id = ?`,
          enrollmentId,
        ),
      );
      await lockWaiters(world, 1);
      await trx
        .updateTable('dispatch_lanes')
        .set({ due_at: new Date('2999-01-01') })
        .where('campaign_id', '=', tenant.campaignId)
        .execute();
    });
    await put.promise;

    expect(await visitIn(tenant)).toBe(0);
    expect(await claim()).toHaveLength(1);
  });

  test.each(['campaign', 'sender', 'tenant'] as const)(
    'of a paused %s is not visited, and is at once after it was resumed',
    async (what) => {
      const tenant = await world.createTenant();
      const { tenantId, campaignId, senderId } = tenant;
      await crowd(world, tenant, 1);
      if (what === 'campaign') {
        await pauseCampaign(world.store, { tenantId, id: campaignId }, 'test');
      } else if (what === 'sender') {
        await pauseSender(world.store, { tenantId, id: senderId }, 'test');
      } else await pauseTenant(world.store, tenantId, 'test');
      expect(await claim()).toEqual([]);
      expect(await visitIn(tenant)).toBeNull();
      expect(await world.store.oldestDueAction()).toBeNull();

      const resumedAt = world.clock.now();
      if (what === 'campaign') await startCampaign(world.store, { tenantId, id: campaignId });
      else if (what === 'sender') {
        await resumeSender(world.apiStore, { tenantId, id: senderId }, 'test');
      } else {
        await resumeTenant(world.apiStore, tenantId, { by: 'test', own: false });
      }

      expect(await visitIn(tenant)).toBe(0);
      // The pause was no fault of the dispatcher's.
      expect(await world.store.oldestDueAction()).toBeGreaterThanOrEqual(resumedAt - 50);
      expect(await claim()).toHaveLength(1);
    },
  );

  test('found paused while somebody resumes it is visited', async () => {
    const tenant = await world.createTenant();
    await crowd(world, tenant, 1);
    await pauseCampaign(world.store, { tenantId: tenant.tenantId, id: tenant.campaignId }, 'test');
    await world.owner.transaction().execute(async (trx) => {
      await trx
        .updateTable('campaigns')
        .set({ status: 'running', pause_reason: null })
        .where('id', '=', tenant.campaignId)
        .execute();
      expect(await claim()).toEqual([]);
    });
    expect(await claim()).toHaveLength(1);
  });
});

describe('a hold of the provider', () => {
  test('keeps everything from being claimed until it ends, and grows where it comes again', async () => {
    const tenant = await world.createTenant();
    await crowd(world, tenant, 1);
    await world.store.holdProvider('email', 45_000);
    await world.store.holdProvider('email', 10);
    expect(await claim()).toEqual([]);
    expect(await world.store.oldestDueAction()).toBeNull();
    const held = () =>
      world.rows<{ strikes: number; seconds: number }>(
        `SELECT strikes, extract(epoch FROM held_until - campaign_now())::float8 AS seconds
         FROM provider_holds`,
      );
    const [first] = await held();
    expect(first?.strikes).toBe(0);
    expect(first?.seconds).toBeGreaterThan(40);

    for (let strike = 1; strike <= 3; strike += 1) {
      await world.rows('UPDATE provider_holds SET held_until = campaign_now()');
      await world.store.holdProvider('email', 0);
      const [next] = await held();
      expect(next?.strikes).toBe(strike);
      expect(next?.seconds).toBeGreaterThan(2 ** strike - 1);
      expect(next?.seconds).toBeLessThanOrEqual(2 ** strike);
    }
    await world.rows('DELETE FROM provider_holds');
    expect(await claim()).toHaveLength(1);
  });
});

test('lanes of another tenant’s limit are left as they are', async () => {
  const [one, two] = [await world.createTenant(), await world.createTenant()];
  for (const tenant of [one, two]) await crowd(world, tenant, 1);
  await world.rows("UPDATE dispatch_lanes SET next_at = campaign_now() + interval '1 hour'");
  await world.rows(
    `INSERT INTO send_rate_limits (id, tenant_id, scope, reference, window_seconds, max_messages)
     VALUES (?, ?, 'sender', ?, 60, 30)`,
    newId(),
    one.tenantId,
    one.senderId,
  );
  expect(await visitIn(one)).toBe(0);
  expect(await visitIn(two)).toBeGreaterThan(3_000);
});
