import { pauseCampaign, startCampaign, sweep, type SenderOrTenantPaused } from '@cadenza/engine';
import {
  DEFAULT_SOFT_BOUNCE_RETRY_MS,
  parsePlan,
  replay,
  type EnrollmentInput,
} from '@cadenza/plan';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ACCEPT, enrollmentOf, messageOf, provider, sendOptions } from './support/scenario.ts';
import { createWorld, TWO_STEPS, type World, processSends } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

function actionsOf(enrollmentId: string) {
  return world.rows<{ dedupe_key: string; status: string }>(
    'SELECT dedupe_key, status FROM scheduled_actions WHERE enrollment_id = ? ORDER BY dedupe_key',
    enrollmentId,
  );
}

describe('a hand-off', () => {
  test('is accepted, and its follow-up timers come from the same transaction', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);

    expect(await processSends(jobs, sendOptions(world, port))).toEqual({
      handedOff: 1,
      notBegun: 0,
    });

    expect(mails).toHaveLength(1);
    expect(await messageOf(world, id)).toMatchObject({ status: 'sent', attempt: 1 });
    expect(await enrollmentOf(world, id)).toMatchObject({
      status: 'active',
      phase: 'listening',
      version: 3,
    });
    expect(await actionsOf(id)).toEqual([
      { dedupe_key: 'no_open:first:1:1', status: 'pending' },
      { dedupe_key: 'send:first:1:1', status: 'completed' },
    ]);
  });

  test('of a doubled job is made once', async () => {
    const tenant = await world.createTenant();
    await world.enrolOne(tenant);
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);

    await Promise.all(
      Array.from({ length: 8 }, () => processSends(jobs, sendOptions(world, port))),
    );

    expect(mails).toHaveLength(1);
  });

  test('whose job the queue doubles after a past-deadline release is not lost', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    const jobs = await world.dispatch();
    const late = provider(async () => {
      await processSends(jobs, sendOptions(world, provider(() => ACCEPT).port));
      return {
        kind: 'not_handed_off',
        cause: 'deadline_passed',
        retryAfterMs: null,
        reason: 'the deadline had passed',
      };
    });

    await processSends(jobs, sendOptions(world, late.port));

    expect(await messageOf(world, id)).toMatchObject({ status: 'queued' });
    expect(await actionsOf(id)).toEqual([{ dedupe_key: 'send:first:1:1', status: 'pending' }]);
    const again = provider(() => ACCEPT);
    await processSends(await world.dispatch(), sendOptions(world, again.port));
    expect(again.mails).toHaveLength(1);
  });

  test('by an old job finds nothing once the action was dispatched anew', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    const old = await world.dispatch();
    await pauseCampaign(world.store, { tenantId: tenant.tenantId, id: tenant.campaignId }, 'test');
    await startCampaign(world.store, { tenantId: tenant.tenantId, id: tenant.campaignId });
    const { mails, port } = provider(() => ACCEPT);

    expect(await processSends(old, sendOptions(world, port))).toEqual({
      handedOff: 0,
      notBegun: 1,
    });

    expect(mails).toHaveLength(0);
    await processSends(await world.dispatch(), sendOptions(world, port));
    expect(mails).toHaveLength(1);
    expect(await messageOf(world, id)).toMatchObject({ status: 'sent' });
  });

  test('that reached nobody is planned again, after the back-off', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    const { port } = provider(() => ({
      kind: 'not_handed_off',
      cause: 'rate_limited',
      retryAfterMs: 600_000,
      reason: '429',
    }));

    await processSends(await world.dispatch(), sendOptions(world, port));

    expect(await messageOf(world, id)).toMatchObject({ status: 'queued' });
    expect(await enrollmentOf(world, id)).toMatchObject({ phase: 'scheduled', node_id: 'first' });
    expect(await world.dispatch()).toEqual([]);
  });

  test('whose deadline passes is planned again at once, and backs off from the second time on', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    // Late slots and lost jobs have dispatched it often: those are no failures of its hand-off.
    await world.rows('UPDATE scheduled_actions SET dispatch_no = 10 WHERE enrollment_id = ?', id);
    const { port } = provider(() => ({
      kind: 'not_handed_off',
      cause: 'deadline_passed',
      retryAfterMs: null,
      reason: 'the deadline had passed',
    }));
    const backOffs: number[] = []; // seconds
    for (let dispatch = 1; dispatch <= 4; dispatch += 1) {
      // A little ago: the clock of a process may be behind the database's.
      await world.rows(
        `UPDATE scheduled_actions SET run_at = campaign_now() - interval '10 s'
         WHERE enrollment_id = ?`,
        id,
      );
      await processSends(await world.dispatch(), sendOptions(world, port));
      const [planned] = await world.rows<{ back_off: number }>(
        `SELECT round((epoch_ms(a.run_at) - epoch_ms(t.recorded_at)) / 1000.0)::integer AS back_off
         FROM scheduled_actions a
         JOIN campaign_transitions t ON t.tenant_id = a.tenant_id
           AND t.enrollment_id = a.enrollment_id
         WHERE a.enrollment_id = ? AND t.input_id LIKE 'released:%' ORDER BY t.seq DESC LIMIT 1`,
        id,
      );
      backOffs.push(planned?.back_off ?? NaN);
    }
    expect(backOffs).toEqual([0, 2, 4, 8]);
    await pauseCampaign(world.store, { tenantId: tenant.tenantId, id: tenant.campaignId }, 'test');
  });

  test('that the provider refuses for good fails the message and ends the enrollment', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    const { port } = provider(() => ({
      kind: 'rejected',
      scope: 'message',
      statusCode: 400,
      reason: 'bad content',
    }));

    await processSends(await world.dispatch(), sendOptions(world, port));

    expect(await messageOf(world, id)).toMatchObject({ status: 'failed' });
    expect(await enrollmentOf(world, id)).toMatchObject({
      status: 'failed',
      end_reason: 'rejected',
    });
  });

  test('refused for the whole tenant pauses it and loses nobody', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    const { port } = provider(() => ({
      kind: 'rejected',
      scope: 'tenant',
      statusCode: 401,
      reason: 'Maximum credits exceeded',
    }));

    const other = await world.enrolOne(tenant);
    const paused: SenderOrTenantPaused[] = [];
    const onPaused = (pause: SenderOrTenantPaused) => paused.push(pause);

    await processSends(await world.dispatch(), sendOptions(world, port, { onPaused }));

    expect(await messageOf(world, id)).toMatchObject({ status: 'queued' });
    expect(await messageOf(world, other)).toMatchObject({ status: 'queued' });
    expect(await world.dispatch()).toEqual([]);
    // Two were refused, and it was paused once.
    expect(paused).toEqual([
      {
        tenantId: tenant.tenantId,
        senderIdentityId: null,
        reason: 'the provider answered 401: Maximum credits exceeded',
      },
    ]);
    const [row] = await world.rows<{ status: string; pause_reason: string }>(
      'SELECT status, pause_reason FROM tenants WHERE id = ?',
      tenant.tenantId,
    );
    expect(row).toEqual({
      status: 'paused',
      pause_reason: 'the provider answered 401: Maximum credits exceeded',
    });
  });

  test('refused for its sender pauses that, and says so', async () => {
    const tenant = await world.createTenant();
    await world.enrolOne(tenant);
    const reason = 'the from address is not verified';
    const refusal = { kind: 'rejected', scope: 'sender', statusCode: 403, reason } as const;
    const paused: SenderOrTenantPaused[] = [];

    await processSends(
      await world.dispatch(),
      sendOptions(world, provider(() => refusal).port, { onPaused: (pause) => paused.push(pause) }),
    );

    expect(paused).toEqual([
      {
        tenantId: tenant.tenantId,
        senderIdentityId: tenant.senderId,
        reason: `the provider answered 403: ${reason}`,
      },
    ]);
  });

  test('without an answer is unknown, and is never made again by itself', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    const { port } = provider(() => ({ kind: 'unknown', reason: 'time-out' }));

    await processSends(await world.dispatch(), sendOptions(world, port));

    expect(await messageOf(world, id)).toMatchObject({ status: 'unknown' });
    expect(await world.dispatch()).toEqual([]);
  });

  test('whose worker died is found by the sweep and becomes unknown', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    const { port } = provider(() => {
      throw new Error('the worker dies here');
    });
    const options = { ...sendOptions(world, port), handOffDeadlineMs: 1 };
    await expect(processSends(await world.dispatch(), options)).rejects.toThrow('dies here');
    expect(await messageOf(world, id)).toMatchObject({ status: 'dispatching' });

    await expect
      .poll(async () => {
        await sweep({
          store: world.store,
          publisher: world.publisher,
          clock: world.clock,
          answerGraceMs: 0,
          lookUpAfterMs: 60_000,
          deliveryGraceMs: 0,
          limit: 1_000,
        });
        return (await messageOf(world, id)).status;
      })
      .toBe('unknown');
  });

  test('recorded again adds what it knows and moves nobody', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    await processSends(await world.dispatch(), sendOptions(world, provider(() => ACCEPT).port));
    const message = await messageOf(world, id);

    const through = await world.store.transaction([tenant.tenantId], (tx) =>
      tx.completeHandOffs([
        {
          tenantId: tenant.tenantId,
          id: message.id,
          attempt: 1,
          token: null,
          providerMessageId: 'another',
        },
      ]),
    );

    expect(through).toEqual([]);
    expect((await enrollmentOf(world, id)).version).toBe(3);
  });

  test('beginning leaves the state that the machine would', async () => {
    const tenant = await world.createTenant();
    const id = await world.enrolOne(tenant);
    await processSends(
      await world.dispatch(),
      sendOptions(world, provider(() => ({ kind: 'unknown', reason: 'time-out' })).port),
    );
    const inputs = await world.rows<{ seq: number; input_id: string; input: EnrollmentInput }>(
      'SELECT seq, input_id, input FROM campaign_transitions WHERE enrollment_id = ? ORDER BY seq',
      id,
    );
    const plan = parsePlan(TWO_STEPS);
    if (!plan.ok) throw new Error('the plan of the test is not valid');
    const replayed = replay(
      plan.plan,
      inputs.map(({ seq, input_id, input }) => ({ seq, id: input_id, now: 0, input })),
      { timezone: null, graceMs: world.graceMs, softBounceRetryMs: DEFAULT_SOFT_BOUNCE_RETRY_MS },
    );
    const [stored] = await world.rows<{ state: unknown; base_state: unknown; base_seq: number }>(
      'SELECT state, coalesce(base_state, state) AS base_state, base_seq FROM contact_campaigns WHERE id = ?',
      id,
    );
    expect(stored?.state).toEqual(replayed.state);
    expect({ state: stored?.base_state, seq: stored?.base_seq }).toEqual(replayed.base);
  });
});
