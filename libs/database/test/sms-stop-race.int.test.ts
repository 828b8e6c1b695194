import { newId } from '@cadenza/domain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { door, heldBeforeCommit, lockWaiters, withMethods } from './support/interleave.ts';
import {
  ACCEPT,
  enrollmentOf,
  messageOf,
  messagesOf,
  provider,
  sendOptions,
} from './support/scenario.ts';
import {
  coming,
  createSmsTenant,
  deliverSms,
  enrolReachable,
  sendTexts,
  SMS_ONLY,
  smsProvider,
  widen,
} from './support/sms.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

test('STOP in 50 races with a due message: no hand-off whose gate began after its commit', async () => {
  const tenant = await createSmsTenant(world, {
    ...SMS_ONLY,
    nodes: [
      { ...SMS_ONLY.nodes[0], transitions: [{ on: 'delivered', to: 'second' }] },
      { ...SMS_ONLY.nodes[1], transitions: [{ on: 'no_reply', to: 'stop' }] },
    ],
  });
  await widen(world, tenant);
  const seen = { early: 0, late: 0, handedOffLate: 0 };
  for (let round = 0; round < 50; round += 1) {
    const phone = `+1404555${String(round).padStart(4, '0')}`;
    const { enrollmentId } = await enrolReachable(world, tenant, phone);
    await sendTexts(world, tenant);
    const { id: messageId } = await messageOf(world, enrollmentId);
    const reference = { tenantId: tenant.tenantId, messageId, attempt: 1 };
    const at = world.clock.now();
    await deliverSms(world, [
      { type: 'status', id: newId(), messageId: 'm', reference, status: 'delivered', at },
    ]);
    const jobs = (await world.dispatch()).filter(({ tenantId }) => tenantId === tenant.tenantId);
    expect(jobs).toHaveLength(1);

    let committed = false;
    let gateAfterCommit = false;
    const store = withMethods(world.store, (tx) => ({
      beginHandOffs(requests) {
        gateAfterCommit = committed;
        return tx.beginHandOffs(requests);
      },
    }));
    const sms = smsProvider(() => ACCEPT);
    const begin = () =>
      processSends(jobs, sendOptions(world, provider(() => ACCEPT).port, { store, sms: sms.port }));
    const stop = [coming(world, phone, tenant.from, 'STOP')];
    if (round % 2 === 0) {
      // The stop holds its locks until the begin waits for them.
      const held = door();
      const stopping = deliverSms(world, stop, heldBeforeCommit(world.store, held));
      const recorded = stopping.then(() => (committed = true));
      await held.reached;
      const beginning = begin();
      await lockWaiters(world, 1);
      held.open();
      await Promise.all([recorded, beginning]);
      expect(sms.texts).toEqual([]);
    } else {
      const stopping = deliverSms(world, stop).then(() => (committed = true));
      await Promise.all([stopping, begin()]);
    }
    seen[gateAfterCommit ? 'late' : 'early'] += 1;
    if (gateAfterCommit) seen.handedOffLate += sms.texts.length;
    expect(await enrollmentOf(world, enrollmentId)).toMatchObject({ status: 'suppressed' });
    expect(sms.texts.length === 0 ? ['canceled'] : ['sent', 'delivered']).toContain(
      (await messagesOf(world, enrollmentId))['second'],
    );
  }
  expect(seen.handedOffLate).toBe(0);
  expect(seen.early + seen.late).toBe(50);
});
