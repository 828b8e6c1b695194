import {
  pauseCampaign,
  type ClosedGate,
  type EngineStore,
  type SenderOrTenantPaused,
} from '@cadenza/engine';
import { createMemoryLimiter } from '@cadenza/rate-limiter';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants, setSenderVerification } from '../src/index.ts';
import { ACCEPT, enrolled, provider, sendDue, sendOptions } from './support/scenario.ts';
import { createWorld, processSends, TWO_STEPS, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

/** Works these jobs and answers with the gates that kept messages back. */
async function gatesOf(
  jobs: Awaited<ReturnType<World['dispatch']>>,
  over: Parameters<typeof sendOptions>[2] = {},
) {
  const gates: ClosedGate[] = [];
  const { mails, port } = provider(() => ACCEPT);
  await processSends(
    jobs,
    sendOptions(world, port, { onGated: (gate) => gates.push(gate), ...over }),
  );
  return { gates, mails: mails.length };
}

describe('a message that is kept back is counted by its gate', () => {
  test('none where it is handed over', async () => {
    await enrolled(world);
    expect(await gatesOf(await world.dispatch())).toEqual({ gates: [], mails: 1 });
  });

  test('none where its job is out of date', async () => {
    const { tenant } = await enrolled(world);
    const jobs = await world.dispatch();
    await pauseCampaign(world.store, { tenantId: tenant.tenantId, id: tenant.campaignId }, 'test');
    expect(await gatesOf(jobs)).toEqual({ gates: [], mails: 0 });
  });

  test.each<[ClosedGate, string]>([
    ['paused', "UPDATE campaigns SET status = 'paused' WHERE tenant_id = ?"],
    [
      'sender_unverified',
      "UPDATE email_sender_identities SET verification = 'unverified' WHERE tenant_id = ?",
    ],
  ])('%s', async (gate, statement) => {
    const { tenant } = await enrolled(world);
    const jobs = await world.dispatch();
    await world.rows(statement, tenant.tenantId);
    expect(await gatesOf(jobs)).toEqual({ gates: [gate], mails: 0 });
  });

  test('sender_unverified, until a verification lifts the pause that came of it', async () => {
    const { tenant } = await enrolled(world);
    const { tenantId, senderId } = tenant;
    const verify = (status: 'verified' | 'unverified') =>
      inTenants(world.api, [tenantId], (trx) =>
        setSenderVerification(trx, tenantId, senderId, { status, detail: 'said SendGrid' }),
      );
    const jobs = await world.dispatch();
    await verify('unverified');
    const paused: SenderOrTenantPaused[] = [];
    expect(await gatesOf(jobs, { onPaused: (pause) => paused.push(pause) })).toEqual({
      gates: ['sender_unverified'],
      mails: 0,
    });
    expect(paused).toEqual([
      { tenantId, senderIdentityId: senderId, reason: 'sender identity is not verified' },
    ]);
    expect(await world.dispatch()).toEqual([]);

    await verify('verified');
    expect(await gatesOf(await world.dispatch())).toEqual({ gates: [], mails: 1 });
  });

  test('a sender that was verified since is not paused for not being so', async () => {
    const { tenant } = await enrolled(world);
    const jobs = await world.dispatch();
    await world.rows(
      "UPDATE email_sender_identities SET verification = 'unverified' WHERE tenant_id = ?",
      tenant.tenantId,
    );
    const store = {
      ...world.store,
      transaction: ((tenantIds, work) =>
        world.store.transaction(tenantIds, async (tx) =>
          work({
            ...tx,
            async closedGates(requests) {
              const gates = await tx.closedGates(requests);
              await world.rows(
                "UPDATE email_sender_identities SET verification = 'verified' WHERE tenant_id = ?",
                tenant.tenantId,
              );
              return gates;
            },
          }),
        )) satisfies EngineStore['transaction'],
    };
    expect(await gatesOf(jobs, { store })).toEqual({ gates: ['sender_unverified'], mails: 0 });
    expect(
      await world.rows(
        'SELECT pause_reason FROM email_sender_identities WHERE tenant_id = ?',
        tenant.tenantId,
      ),
    ).toEqual([{ pause_reason: null }]);
    expect(await gatesOf(await world.dispatch())).toEqual({ gates: [], mails: 1 });
  });

  test('slot, where none is left outside the one it had', async () => {
    const { tenant } = await enrolled(world);
    await enrolled(world, tenant);
    const jobs = await world.dispatch();
    await world.rows(
      `UPDATE scheduled_actions SET slot_start = slot_start - interval '1 hour',
         slot_end = slot_end - interval '1 hour' WHERE tenant_id = ?`,
      tenant.tenantId,
    );
    await world.rows(
      `INSERT INTO send_rate_limits (id, tenant_id, scope, window_seconds, max_messages, counted_at)
       VALUES (gen_random_uuid(), ?, 'tenant', 60, 1, now())`,
      tenant.tenantId,
    );
    const limiter = createMemoryLimiter({ minSlotMs: 30_000 });
    expect(await gatesOf(jobs, { limiter })).toEqual({ gates: ['slot'], mails: 1 });
  });

  test('late', async () => {
    const tenant = await world.createTenant({ ...TWO_STEPS, maxLateness: 'PT1M' });
    await enrolled(world, tenant);
    const jobs = await world.dispatch();
    await world.rows(
      "UPDATE scheduled_actions SET due_at = due_at - interval '1 hour' WHERE tenant_id = ?",
      tenant.tenantId,
    );
    expect(await gatesOf(jobs)).toEqual({ gates: ['late'], mails: 0 });
  });
});

test('messages of unknown fate are counted across tenants', async () => {
  const before = await world.store.countUnknownMessages();
  for (const kind of ['unknown', 'accepted', 'unknown'] as const) {
    await enrolled(world);
    const answer = kind === 'accepted' ? ACCEPT : ({ kind, reason: 'time-out' } as const);
    await sendDue(world, provider(() => answer).port);
  }
  expect(await world.store.countUnknownMessages()).toBe(before + 2);
});
