import { pauseCampaign, startCampaign } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  door,
  heldBeforeCommit,
  lockWaiters,
  seededRandom,
  withMethods,
} from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  enrollmentOf,
  liftLimits,
  liveActions,
  messagesOf,
  provider,
  providerEvent,
  sendOptions,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, type Tenant, type World, processSends } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

const campaignOf = ({ tenantId, campaignId }: Tenant) => ({ tenantId, id: campaignId });

describe('a suppression', () => {
  const random = seededRandom(20_260_114);

  /** A begin races a suppression; whose work commits first, the test decides. */
  async function race(mail: Enrolled, order: 'suppression_first' | 'free') {
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    let committed = false;
    let gateAfterCommit = false;
    const held = door();
    const suppressing = suppressAddresses(
      world,
      mail.tenant.tenantId,
      [mail.address],
      order === 'suppression_first' ? heldBeforeCommit(world.store, held) : world.store,
    );
    const recorded = suppressing.then(() => (committed = true));
    if (order === 'suppression_first') await held.reached;
    else for (let turn = Math.floor(random() * 40); turn > 0; turn -= 1) await Promise.resolve();
    const store = withMethods(world.store, (tx) => ({
      beginHandOffs(requests) {
        gateAfterCommit = committed;
        return tx.beginHandOffs(requests);
      },
    }));
    const begin = processSends(jobs, sendOptions(world, port, { store }));
    if (order === 'suppression_first') {
      await lockWaiters(world, 1);
      held.open();
    }
    await Promise.all([recorded, begin]);
    return { handedOff: mails.length, gateAfterCommit };
  }

  test('that commits while 60 begins wait lets none of them hand off', async () => {
    const tenant = await world.createTenant();
    let handedOff = 0;
    for (let round = 0; round < 60; round += 1) {
      const mail = await enrolled(world, tenant);
      handedOff += (await race(mail, 'suppression_first')).handedOff;
      expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'canceled' });
      expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    }
    expect(handedOff).toBe(0);
  });

  test('in 60 free races: no hand-off whose gate statement began after the commit', async () => {
    const tenant = await world.createTenant();
    const seen = { early: 0, late: 0, handedOffLate: 0 };
    for (let round = 0; round < 60; round += 1) {
      const mail = await enrolled(world, tenant);
      const { handedOff, gateAfterCommit } = await race(mail, 'free');
      seen[gateAfterCommit ? 'late' : 'early'] += 1;
      if (gateAfterCommit) seen.handedOffLate += handedOff;
      expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    }
    expect(seen.handedOffLate).toBe(0);
  });

  test('that waits for a begin comes after it, and ends what follows', async () => {
    const mail = await enrolled(world);
    const jobs = await world.dispatch();
    const held = door();
    const { mails, port } = provider(() => ACCEPT);
    const store = withMethods(world.store, (tx) => ({
      async beginHandOffs(requests) {
        const begun = await tx.beginHandOffs(requests);
        await held.pass();
        return begun;
      },
    }));
    const begin = processSends(jobs, sendOptions(world, port, { store }));
    await held.reached;
    const suppressing = suppressAddresses(world, mail.tenant.tenantId, [mail.address]);
    await lockWaiters(world, 1);
    held.open();

    await Promise.all([begin, suppressing]);

    expect(mails).toHaveLength(1);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'sent' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
  });

  test('in the opposite order of begins, pauses and events ends, deadlocks or not', async () => {
    const tenant = await world.createTenant();
    for (let round = 0; round < 8; round += 1) {
      const people = await Promise.all(Array.from({ length: 6 }, () => enrolled(world, tenant)));
      const jobs = await world.dispatch();
      const { port } = provider(() => ACCEPT);
      const backwards = people.toReversed();
      await Promise.all([
        processSends(jobs, sendOptions(world, port)),
        processSends(jobs.toReversed(), sendOptions(world, port)),
        suppressAddresses(
          world,
          tenant.tenantId,
          people.slice(0, 4).map(({ address }) => address),
        ),
        deliver(
          world,
          backwards.map((mail) => providerEvent(world, mail, 'unsubscribed')),
        ),
        deliver(
          world,
          people.map((mail) => providerEvent(world, mail, 'spamreport')),
        ),
        pauseCampaign(world.store, campaignOf(tenant), 'test'),
      ]);
      await startCampaign(world.store, campaignOf(tenant));
      for (const { enrollmentId } of people) {
        expect((await enrollmentOf(world, enrollmentId)).status).toBe('suppressed');
      }
    }
  });
});
