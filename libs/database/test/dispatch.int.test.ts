import { newId, type RateLimiter } from '@cadenza/domain';
import {
  dispatchSends,
  pauseCampaign,
  pauseSender,
  pauseTenant,
  rebuildLimiter,
  startCampaign,
  sweep,
} from '@cadenza/engine';
import { createMemoryLimiter } from '@cadenza/rate-limiter';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { clear, crowd } from './support/crowd.ts';
import { explained, rowsRead } from './support/explain.ts';
import { findable } from './support/found-messages.ts';
import {
  ACCEPT,
  enrolled,
  hurry,
  liveActions,
  messagesOf,
  provider,
  sendDue,
  sendOptions,
} from './support/scenario.ts';
import { createWorld, TWO_STEPS, type Tenant, type World, processSends } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

function limit(tenant: Tenant, scope: string, windowSeconds: number, maxMessages: number) {
  return world.rows(
    `INSERT INTO send_rate_limits (id, tenant_id, scope, window_seconds, max_messages, counted_at)
     VALUES (?, ?, ?, ?, ?, now())`,
    newId(),
    tenant.tenantId,
    scope,
    windowSeconds,
    maxMessages,
  );
}

async function lane({ campaignId }: Tenant) {
  const [row] = await world.rows<{ ahead: number | null }>(
    `SELECT CASE WHEN isfinite(next_at) THEN epoch_ms(next_at) - epoch_ms(campaign_now()) END AS ahead
     FROM dispatch_lanes WHERE campaign_id = ?`,
    campaignId,
  );
  return row?.ahead ?? null;
}

describe('lanes', () => {
  test('take turns: 5,000 due of one tenant do not keep out three of another', async () => {
    await clear(world);
    const [big, small] = [await world.createTenant(), await world.createTenant()];
    await crowd(world, big, 5_000);
    const claim = () =>
      world.store.claimDueSends({
        limit: 100,
        perLane: 50,
        maxOutstanding: 750,
        leadMs: 2_000,
        leaseMs: 60_000,
      });
    await claim();
    const few = await crowd(world, small, 3);

    const claimed = await claim();

    expect(claimed).toHaveLength(53);
    expect(claimed.filter(({ tenantId }) => tenantId === small.tenantId)).toHaveLength(few.length);
  });

  test('are served while an enrolment into them is under way', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    await enrolled(world, tenant);
    const open = world.owner.transaction().execute(async (trx) => {
      // What an insert of an action into the lane holds until its transaction ends.
      await trx
        .selectFrom('dispatch_lanes')
        .select('next_at')
        .where('campaign_id', '=', tenant.campaignId)
        .forKeyShare()
        .execute();
      return world.dispatch();
    });

    expect(await open).toHaveLength(1);
  });

  test('that a limit refuses are left alone until it allows more', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    await limit(tenant, 'sender', 60, 2);
    await crowd(world, tenant, 5);

    const first = await dispatchSends(world.dispatchOptions({ horizonMs: 10_000 }));
    const second = await dispatchSends(world.dispatchOptions({ horizonMs: 10_000 }));

    expect(first).toEqual({ dispatched: 2, plannedAgain: 3, refusedBy: { sender: 3 } });
    expect(second).toEqual({ dispatched: 0, plannedAgain: 0, refusedBy: {} });
    const rests = await world.rows<{ ms: number }>(
      `SELECT epoch_ms(l.next_at) - epoch_ms(min(a.slot_end)) AS ms FROM dispatch_lanes l
       JOIN scheduled_actions a USING (tenant_id, campaign_id) WHERE campaign_id = ?
       GROUP BY l.next_at`,
      tenant.campaignId,
    );
    expect(rests).toEqual([{ ms: 60_000 }]);
  });

  test('go on where only the domain of some recipients is full', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    await limit(tenant, 'recipient_domain', 3_600, 2);
    const crowded = await crowd(world, tenant, 5, 'crowded.example.org');
    const others = await crowd(world, tenant, 3);

    expect(await dispatchSends(world.dispatchOptions())).toEqual({
      dispatched: 5,
      plannedAgain: 3,
      refusedBy: { domain: 3 },
    });
    expect(await lane(tenant)).toBeNull();
    const waiting = await world.rows<{ enrollment_id: string; minutes: number }>(
      `SELECT enrollment_id, (epoch_ms(run_at) - epoch_ms(campaign_now())) / 60000 AS minutes
       FROM scheduled_actions WHERE campaign_id = ? AND status = 'pending'`,
      tenant.campaignId,
    );
    expect(waiting.every((row) => crowded.includes(row.enrollment_id))).toBe(true);
    expect(waiting.every((row) => row.minutes > 50)).toBe(true);
    expect(others).toHaveLength(3);
  });

  test.each(['campaign', 'sender', 'tenant'] as const)(
    'of a paused %s are not claimed',
    async (what) => {
      await clear(world);
      const tenant = await world.createTenant();
      const mail = await enrolled(world, tenant);
      await world.dispatch();
      const { tenantId, campaignId, senderId } = tenant;
      if (what === 'campaign') {
        await pauseCampaign(world.store, { tenantId, id: campaignId }, 'test');
      } else if (what === 'sender') {
        await pauseSender(world.store, { tenantId, id: senderId }, 'test');
      } else await pauseTenant(world.store, tenantId, 'test');

      expect(await world.dispatch()).toEqual([]);
      expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
    },
  );
});

describe('limits', () => {
  test('count a hand-off although its job comes twice', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    await limit(tenant, 'sender', 3_600, 1);
    await crowd(world, tenant, 2);
    const { mails, port } = provider(() => ACCEPT);
    const jobs = await world.dispatch();
    expect(jobs).toHaveLength(1);

    await processSends(jobs, sendOptions(world, port));
    await processSends(jobs, sendOptions(world, port));
    await hurry(world);
    await sendDue(world, port);

    expect(mails).toHaveLength(1);
  });

  test('count a hand-off whose job comes twice at once', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    await limit(tenant, 'sender', 3_600, 1);
    await crowd(world, tenant, 2);
    const { mails, port } = provider(() => ACCEPT);
    const jobs = await world.dispatch();

    await Promise.all(
      Array.from({ length: 6 }, () => processSends(jobs, sendOptions(world, port))),
    );
    await hurry(world);
    await sendDue(world, port);

    expect(mails).toHaveLength(1);
  });

  test('get back the slot of a send that was cancelled', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    await limit(tenant, 'sender', 3_600, 1);
    const mail = await enrolled(world, tenant);
    const jobs = await world.dispatch();
    await pauseCampaign(world.store, { tenantId: tenant.tenantId, id: tenant.campaignId }, 'test');
    await startCampaign(world.store, { tenantId: tenant.tenantId, id: tenant.campaignId });
    const { mails, port } = provider(() => ACCEPT);

    await processSends(jobs, sendOptions(world, port));
    await sendDue(world, port);

    expect(mails).toHaveLength(1);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'sent' });
  });

  describe('of a limiter that came back empty', () => {
    /** A limiter that is closed until it is rebuilt, as the shared ones are. */
    function emptied(): RateLimiter {
      const memory = createMemoryLimiter();
      let open = false;
      return {
        ...memory,
        ready: () => Promise.resolve(open),
        generation: () => Promise.resolve(open ? 'rebuilt' : null),
        async rebuild(records, now) {
          await memory.rebuild(records, now);
          open = true;
        },
        extend: async (read, now) => open && memory.extend(read, now),
      };
    }

    test('count hand-offs and slots that were given before', async () => {
      await clear(world);
      const tenant = await world.createTenant();
      await limit(tenant, 'sender', 3_600, 3);
      await crowd(world, tenant, 1);
      await sendDue(world);
      await crowd(world, tenant, 1);
      await world.dispatch();
      await crowd(world, tenant, 5);
      const limiter = emptied();

      expect(await rebuildLimiter({ ...world, limiter })).toBe(true);
      expect(await rebuildLimiter({ ...world, limiter })).toBe(false);

      expect(await dispatchSends(world.dispatchOptions({ limiter }))).toEqual({
        dispatched: 1,
        plannedAgain: 4,
        refusedBy: { sender: 4 },
      });
    });

    test('count what was handed off within the longest window of each tenant', async () => {
      await clear(world);
      const tenant = await world.createTenant();
      await limit(tenant, 'sender', 86_400, 2);
      await crowd(world, tenant, 2);
      await sendDue(world);
      await world.rows(
        "UPDATE outbound_messages SET begun_at = begun_at - interval '5 hours' WHERE campaign_id = ?",
        tenant.campaignId,
      );
      await findable(world);
      await crowd(world, tenant, 3);
      const limiter = emptied();
      await rebuildLimiter({ ...world, limiter });

      expect(await dispatchSends(world.dispatchOptions({ limiter }))).toMatchObject({
        dispatched: 0,
      });
    });
  });
});

describe('windows', () => {
  /** Open on no day but one that is three days away. */
  function openLater() {
    const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    return days[(new Date(world.clock.now()).getUTCDay() + 3) % 7] ?? 'mon';
  }

  test('that close before a hand-off begins plan it for the next time they open', async () => {
    await clear(world);
    const tenant = await world.createTenant({
      ...TWO_STEPS,
      // Within one hour: a step keeps its time of day where the window has it.
      sendWindow: { days: [openLater()], start: '09:00', end: '09:59' },
    });
    const mail = await enrolled(world, tenant);
    // Dispatched within a window that has just ended.
    await world.rows(
      `UPDATE scheduled_actions SET run_at = campaign_now(), not_after = campaign_now() + interval '1 minute'
       WHERE enrollment_id = ?`,
      mail.enrollmentId,
    );
    const jobs = await world.dispatch();
    expect(jobs).toHaveLength(1);
    await world.rows(
      'UPDATE scheduled_actions SET not_after = run_at WHERE enrollment_id = ?',
      mail.enrollmentId,
    );
    const { mails, port } = provider(() => ACCEPT);

    await processSends(jobs, sendOptions(world, port));

    expect(mails).toEqual([]);
    const [row] = await world.rows<{ status: string; day: number; hour: number }>(
      `SELECT status, extract(dow FROM run_at AT TIME ZONE 'UTC')::integer AS day,
         extract(hour FROM run_at AT TIME ZONE 'UTC')::integer AS hour
       FROM scheduled_actions WHERE enrollment_id = ?`,
      mail.enrollmentId,
    );
    expect(row).toEqual({
      status: 'pending',
      day: (new Date(world.clock.now()).getUTCDay() + 3) % 7,
      hour: 9,
    });
  });

  test('that were over before anything was dispatched keep nobody else of their lane waiting', async () => {
    await clear(world);
    const tenant = await world.createTenant({
      ...TWO_STEPS,
      sendWindow: { days: [openLater()], start: '09:00', end: '09:59' },
    });
    const late = await crowd(world, tenant, 250);
    const [timely = ''] = await crowd(world, tenant, 1);
    // As after an outage in which a window went by. Whoever is in time comes last in the lane.
    await world.rows(
      `UPDATE scheduled_actions SET run_at = campaign_now() - interval '1 day',
         not_after = campaign_now() - interval '1 hour' WHERE enrollment_id = ANY (?)`,
      late,
    );
    await world.rows(
      `UPDATE scheduled_actions SET run_at = campaign_now(),
         not_after = campaign_now() + interval '1 hour' WHERE enrollment_id = ?`,
      timely,
    );

    const rounds = [];
    for (let round = 1; round <= 3; round += 1) {
      rounds.push(await dispatchSends(world.dispatchOptions()));
    }

    expect(rounds).toEqual([
      { dispatched: 0, plannedAgain: 100, refusedBy: { window: 100 } },
      { dispatched: 0, plannedAgain: 100, refusedBy: { window: 100 } },
      { dispatched: 1, plannedAgain: 50, refusedBy: { window: 50 } },
    ]);
    const planned = await world.rows(
      `SELECT FROM scheduled_actions WHERE enrollment_id = ANY (?) AND status = 'pending'
         AND deferred_run_at IS NULL AND run_at > campaign_now() AND extract(hour FROM run_at AT TIME ZONE 'UTC') = 9`,
      late,
    );
    expect(planned).toHaveLength(250);
  });
});

describe('a dispatched send', () => {
  test('whose lease ends is dispatched again under the next number', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    await enrolled(world, tenant);
    const [lost] = await world.dispatch();
    await world.rows(
      "UPDATE scheduled_actions SET lease_until = now() - interval '1 second' WHERE status = 'dispatched'",
    );
    await sweep({
      ...world,
      answerGraceMs: 60_000,
      lookUpAfterMs: 60_000,
      deliveryGraceMs: 60_000,
      limit: 1_000,
    });

    const [again] = await world.dispatch();

    expect(again).toMatchObject({ actionId: lost?.actionId, dispatch: (lost?.dispatch ?? 0) + 1 });
  });

  test('comes back in the next sweep with all others whose leases have ended', async () => {
    await clear(world);
    await crowd(world, await world.createTenant(), 5);
    expect(await world.dispatch()).toHaveLength(5);
    await world.rows(
      "UPDATE scheduled_actions SET lease_until = now() - interval '1 second' WHERE status = 'dispatched'",
    );

    const { leases } = await sweep({
      ...world,
      answerGraceMs: 60_000,
      lookUpAfterMs: 60_000,
      deliveryGraceMs: 60_000,
      limit: 2,
    });

    expect(leases).toBeGreaterThanOrEqual(5);
    expect(await world.dispatch()).toHaveLength(5);
  });

  test('that could not be published is claimed again in the next round', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    const mail = await enrolled(world, tenant);
    const publisher = { publish: () => Promise.reject(new Error('the queue is down')) };
    await expect(dispatchSends(world.dispatchOptions({ publisher }))).rejects.toThrow('is down');
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);

    await sendDue(world);

    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'sent' });
  });
});

describe('claiming', () => {
  test('a few due among 20,000 waiting reads an index and no whole table', async () => {
    await clear(world);
    const tenant = await world.createTenant();
    const [one] = await crowd(world, tenant, 1);
    await world.rows(
      "UPDATE scheduled_actions SET status = 'canceled', lease_until = NULL WHERE enrollment_id <> ?",
      one,
    );
    await world.rows(
      `INSERT INTO scheduled_actions (tenant_id, id, enrollment_id, campaign_id, message_id,
         sender_identity_id, type, timer, node_id, visit, attempt, dedupe_key, status, due_at, run_at)
       SELECT a.tenant_id, gen_random_uuid(), a.enrollment_id, a.campaign_id,
         CASE WHEN n % 2 = 0 THEN a.message_id END, CASE WHEN n % 2 = 0 THEN a.sender_identity_id END,
         CASE WHEN n % 2 = 0 THEN 'send' ELSE 'timeout' END, CASE WHEN n % 2 = 1 THEN 'no_open' END,
         'later', 1, 1, 'later:' || n, 'pending', a.due_at + interval '10 days', a.run_at + interval '10 days'
       FROM scheduled_actions a CROSS JOIN generate_series(1, 20000) n WHERE a.enrollment_id = ?`,
      one,
    );
    await world.rows('ANALYZE');

    const sends = await explained(
      world,
      'SELECT * FROM claim_due_sends(100, 50, 750, 60000, 60000)',
    );
    const timeouts = await explained(world, 'SELECT * FROM claim_due_timeouts(100, 750, 60000)');

    for (const plan of [sends, timeouts]) {
      expect(plan.length).toBeGreaterThan(3);
      const whole = plan.filter(
        (node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'scheduled_actions',
      );
      expect(whole).toEqual([]);
      expect(rowsRead(plan, 'scheduled_actions')).toBeLessThan(10);
    }
  });
});
