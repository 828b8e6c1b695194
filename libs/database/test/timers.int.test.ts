import type { ActionsJob } from '@cadenza/domain';
import { dispatchTimeouts, fireTimeouts } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  deliver,
  enrollmentOf,
  fireTimers,
  liveActions,
  providerEvent,
  sendDue,
  sent,
} from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

describe('due timers', () => {
  /** People whose timers, and nobody else's, are due. */
  async function due(count: number): Promise<string[]> {
    const ids: string[] = [];
    const tenant = await world.createTenant();
    for (let n = 0; n < count; n += 1) ids.push((await sent(world, tenant)).enrollmentId);
    await world.rows(
      `UPDATE scheduled_actions SET lease_until = NULL,
         status = CASE WHEN enrollment_id = ANY (?) THEN 'pending' ELSE 'canceled' END,
         run_at = campaign_now() - interval '1 second'
       WHERE type = 'timeout' AND status IN ('pending', 'dispatched')`,
      ids,
    );
    return ids;
  }

  const statusesOf = async (enrollmentIds: readonly string[]) =>
    (
      await world.rows<{ status: string }>(
        `SELECT status FROM scheduled_actions
         WHERE type = 'timeout' AND enrollment_id = ANY (?) ORDER BY status`,
        enrollmentIds,
      )
    ).map(({ status }) => status);

  test('that the queue does not take are due again at once', async () => {
    const people = await due(2);
    const publisher = { publish: () => Promise.reject(new Error('the queue is down')) };
    const round = { limit: 1_000, maxOutstanding: 1_000, leaseMs: 30_000 };

    await expect(dispatchTimeouts({ ...world, ...round, publisher })).rejects.toThrow('is down');

    expect(await statusesOf(people)).toEqual(['pending', 'pending']);
    expect(await dispatchTimeouts({ ...world, ...round })).toBe(2);
  });

  test('come to the queue so many at a time, and more as those have fired', async () => {
    const people = await due(3);
    const round = { limit: 1_000, maxOutstanding: 2, leaseMs: 30_000 };
    const before = world.published.length;

    expect(await dispatchTimeouts({ ...world, ...round })).toBe(2);
    expect(await dispatchTimeouts({ ...world, ...round })).toBe(0);
    expect(await statusesOf(people)).toEqual(['dispatched', 'dispatched', 'pending']);

    for (const { job } of world.published.slice(before)) {
      const { actions } = job.data as ActionsJob;
      await fireTimeouts(actions, { ...world, jobId: job.jobId });
    }
    expect(await dispatchTimeouts({ ...world, ...round })).toBe(1);
  });
});

describe('silence', () => {
  test('is recorded as a synthetic event, once, and drives the plan', async () => {
    const mail = await sent(world);

    await fireTimers(world, [mail.enrollmentId], 2);

    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'second' });
    const [silence, ...more] = await world.rows<{
      type: string;
      synthetic: boolean;
      data: Record<string, unknown>;
    }>('SELECT type, synthetic, data FROM message_events WHERE message_id = ?', mail.messageId);
    expect(more).toEqual([]);
    expect(silence).toMatchObject({
      type: 'no_open',
      synthetic: true,
      data: { synthetic: true, triggeredBy: 'timeout' },
    });
    expect(Object.keys(silence?.data ?? {}).sort()).toEqual([
      'actualFiredAt',
      'originalJobId',
      'scheduledAt',
      'synthetic',
      'triggeredBy',
    ]);
  });

  test('is called back by a late open whose own time is earlier', async () => {
    const mail = await sent(world);
    await fireTimers(world, [mail.enrollmentId]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:second:1:1']);

    await deliver(world, [providerEvent(world, mail, 'opened')]);

    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'third' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:third:1:1']);
  });

  test('comes again where late news leads back to a wait whose timer had fired', async () => {
    const tenant = await world.createTenant({
      version: '1.0',
      timezone: 'UTC',
      startNodeId: 'a',
      nodes: [
        {
          id: 'a',
          channel: 'email',
          action: 'send',
          subject: 'A',
          body: '<p>A</p>',
          transitions: [
            { on: 'delivered', to: 'v' },
            { on: 'opened', to: 'w' },
          ],
        },
        {
          id: 'v',
          channel: 'email',
          action: 'wait',
          transitions: [{ on: 'no_click', to: 'w', after: 'P2D' }],
        },
        {
          id: 'w',
          channel: 'email',
          action: 'wait',
          transitions: [{ on: 'no_click', to: 'c', after: 'P1D' }],
        },
        {
          id: 'c',
          channel: 'email',
          action: 'send',
          subject: 'C',
          body: '<p>C</p>',
          schedule: { delay: 'P7D' },
          transitions: [],
        },
      ],
    });
    const mail = await sent(world, tenant);
    const now = world.clock.now();
    await deliver(world, [providerEvent(world, mail, 'opened', { at: now + 7_200_000 })]);
    await fireTimers(world, [mail.enrollmentId]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'c' });

    await deliver(world, [providerEvent(world, mail, 'delivered', { at: now + 3_600_000 })]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'v' });
    await fireTimers(world, [mail.enrollmentId]);

    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'w' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_click:w:1:1']);
    await fireTimers(world, [mail.enrollmentId]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:c:1:1']);
  });

  test('has the last word once the follow-up has begun', async () => {
    const mail = await sent(world);
    await fireTimers(world, [mail.enrollmentId]);
    await world.rows(
      "UPDATE scheduled_actions SET run_at = campaign_now() WHERE enrollment_id = ? AND status = 'pending'",
      mail.enrollmentId,
    );
    await sendDue(world);

    await deliver(world, [providerEvent(world, mail, 'opened')]);

    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'second' });
    const [last] = await world.rows<{ outcome: string }>(
      'SELECT outcome FROM campaign_transitions WHERE enrollment_id = ? ORDER BY seq DESC LIMIT 1',
      mail.enrollmentId,
    );
    expect(last?.outcome).toMatch(/late|ended/);
  });

  test('that cannot be recorded for one holds up nobody else of its job', async () => {
    const tenant = await world.createTenant();
    const people = [
      await sent(world, tenant),
      await sent(world, tenant),
      await sent(world, tenant),
    ];
    const ids = people.map(({ enrollmentId }) => enrollmentId);
    const [, bad = ''] = ids;
    // Where its next input would be recorded, something stands already.
    await world.rows(
      `INSERT INTO campaign_transitions (tenant_id, enrollment_id, seq, input_id, input, own_at,
         recorded_at, settings, machine_version, outcome)
       SELECT tenant_id, enrollment_id, seq + 1, 'stray', input, own_at, recorded_at, settings,
         machine_version, outcome
       FROM campaign_transitions WHERE enrollment_id = ? ORDER BY seq DESC LIMIT 1`,
      bad,
    );

    await expect(fireTimers(world, ids)).rejects.toThrow(/campaign_transitions/);

    const nodes = await Promise.all(ids.map((id) => enrollmentOf(world, id)));
    expect(nodes.map(({ node_id }) => node_id)).toEqual(['second', 'first', 'second']);
    const [timer] = await world.rows<{ status: string }>(
      "SELECT status FROM scheduled_actions WHERE enrollment_id = ? AND type = 'timeout'",
      bad,
    );
    expect(timer?.status).toBe('dispatched');
  });
});
