import { emailDomain, newId } from '@cadenza/domain';
import {
  enrol,
  pauseCampaign,
  startCampaign,
  suppress,
  syncSuppressions,
  type EngineStore,
} from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTenants } from '../src/index.ts';
import {
  door,
  heldBeforeCommit,
  lockWaiters,
  seededRandom,
  withMethods,
} from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import { leavers } from './support/leaving.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  enrolledAgain,
  enrollmentOf,
  liftLimits,
  liveActions,
  messagesOf,
  provider,
  providerEvent,
  sendOptions,
  sent,
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

function suppressAddressOf({ tenant, address }: Enrolled, store: EngineStore) {
  return suppressAddresses(world, tenant.tenantId, [address], store);
}

function suppressDomainOf({ tenant, address }: Enrolled, store: EngineStore) {
  return suppressDomain(tenant.tenantId, emailDomain(address), store);
}

/** An address that has come onto a list of the provider's, two hours ago. */
function syncWithListOf({ address }: Enrolled, store: EngineStore) {
  return syncSuppressions({
    ...enrolOptions(),
    store,
    lists: {
      async *entries(list) {
        if (list !== 'unsubscribes') return;
        yield [{ address, at: world.clock.now() - 7_200_000, final: true }];
      },
      unsubscribe: () => Promise.resolve(),
      isUnsubscribed: () => Promise.resolve(false),
      resubscribe: () => Promise.resolve(),
      remove: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
  });
}

function suppressDomain(tenantId: string, value: string, store: EngineStore) {
  const entry = {
    channel: 'email',
    kind: 'domain',
    value,
    reason: 'manual',
    source: 'test',
  } as const;
  return suppress(
    { tenantId, entries: [{ ...entry, at: null }], actor: 'test' },
    { ...enrolOptions(), store },
  );
}

function enrolOptions() {
  const { store, plans, graceMs } = world;
  return { store, plans, graceMs, now: () => world.clock.now() };
}

/** So many contacts with an address of a domain. */
function crowdOf({ tenantId }: Tenant, domain: string, size: number): Promise<string[]> {
  const people = Array.from({ length: size }, (_, n) => ({
    id: newId(),
    address: `p${n}@${domain}`,
  }));
  return inTenants(world.api, [tenantId], async (trx) => {
    await trx
      .insertInto('contacts')
      .values(people.map(({ id }) => ({ tenant_id: tenantId, id })))
      .execute();
    await trx
      .insertInto('contact_channels')
      .values(
        people.map(({ id, address }) => ({
          tenant_id: tenantId,
          id: newId(),
          contact_id: id,
          channel: 'email' as const,
          address,
        })),
      )
      .execute();
    return people.map(({ id }) => id);
  });
}

/** Works all that is due of a tenant, and has not been dispatched. */
async function sendAll(tenant: Tenant): Promise<void> {
  const { port } = provider(() => ACCEPT);
  for (;;) {
    const jobs = (await world.dispatch()).filter(({ tenantId }) => tenantId === tenant.tenantId);
    if (jobs.length === 0) return;
    await processSends(jobs, sendOptions(world, port));
  }
}

const campaignOf = ({ tenantId, campaignId }: Tenant) => ({ tenantId, id: campaignId });

describe('a suppression', () => {
  const random = seededRandom(20_260_114);

  /** A begin races a suppression; whose work commits first, the test decides. */
  async function race(
    mail: Enrolled,
    order: 'suppression_first' | 'free' | 'spread',
    suppressIt: (mail: Enrolled, store: EngineStore) => Promise<unknown> = suppressAddressOf,
  ) {
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    let committed = false;
    const held = door();
    const suppressing = suppressIt(
      mail,
      order === 'suppression_first' ? heldBeforeCommit(world.store, held) : world.store,
    );
    const recorded = suppressing.then(() => (committed = true));
    if (order === 'suppression_first') await held.reached;
    else if (order === 'spread') {
      // Anywhere between the first statement of it and its commit, and after that.
      for (let turn = Math.floor(random() * 400); turn > 0 && !committed; turn -= 1) {
        await new Promise(setImmediate);
      }
    } else for (let turn = Math.floor(random() * 40); turn > 0; turn -= 1) await Promise.resolve();
    // What is found to be gone before does not come to its gate.
    let gateAfterCommit = committed;
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

  test('by a complaint in 200 free races: no hand-off whose gate statement began after the commit', async () => {
    const tenant = await world.createTenant();
    const as = leavers(world);
    const next = { ...tenant, campaignId: await as.secondCampaign(tenant) };
    const seen = { early: 0, late: 0, handedOffLate: 0 };
    for (let round = 0; round < 200; round += 1) {
      // The complaint is about a mail that has arrived, and the next one to the person is due.
      const arrived = await sent(world, tenant);
      const due = await enrolledAgain(world, { ...arrived, tenant: next });
      const complaint = providerEvent(world, arrived, 'spamreport');
      const { handedOff, gateAfterCommit } = await race(due, 'spread', (_, store) =>
        deliver(world, [complaint], store),
      );
      seen[gateAfterCommit ? 'late' : 'early'] += 1;
      if (gateAfterCommit) seen.handedOffLate += handedOff;
      expect(await enrollmentOf(world, due.enrollmentId)).toMatchObject({ status: 'suppressed' });
    }
    expect(seen.handedOffLate).toBe(0);
    expect(seen.early).toBeGreaterThan(0);
    expect(seen.late).toBeGreaterThan(0);
  }, 300_000);

  test.each([
    ['of an address', suppressAddressOf],
    ['of a domain', suppressDomainOf],
    ['by the provider’s list', syncWithListOf],
  ])(
    '%s in 200 free races: no hand-off whose gate statement began after the commit',
    async (_, suppressIt) => {
      const tenant = await world.createTenant();
      const seen = { early: 0, late: 0, handedOffLate: 0 };
      for (let round = 0; round < 200; round += 1) {
        const mail = await enrolled(world, tenant, `a@${newId()}.example`);
        const { handedOff, gateAfterCommit } = await race(mail, 'free', suppressIt);
        seen[gateAfterCommit ? 'late' : 'early'] += 1;
        if (gateAfterCommit) seen.handedOffLate += handedOff;
        expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
          status: 'suppressed',
        });
      }
      expect(seen.handedOffLate).toBe(0);
    },
    300_000,
  );

  test('of a domain with more addresses than one transaction ends stops all of them at once', async () => {
    const tenant = await world.createTenant();
    const domain = 'crowded.example';
    const contacts = await crowdOf(tenant, domain, 1_200);
    await enrol({ ...tenant, contactIds: contacts }, enrolOptions());
    const mail = await enrolled(world, tenant, 'a@elsewhere.example');
    const committed: number[] = [];
    const store: EngineStore = {
      ...world.store,
      transaction: async (tenantIds, work) => {
        const result = await world.store.transaction(tenantIds, work);
        const [{ count = 0 } = {}] = await world.rows<{ count: number }>(
          `SELECT count(*)::integer AS count FROM contact_campaigns
           WHERE tenant_id = ? AND status = 'suppressed'`,
          tenant.tenantId,
        );
        committed.push(count);
        if (committed.length === 1) await sendAll(tenant);
        return result;
      },
    };
    await suppressDomain(tenant.tenantId, domain, store);
    expect(committed.slice(0, 2)).toEqual([1_000, 1_200]);
    const handedOff = await world.rows<{ to_address: string }>(
      'SELECT to_address FROM outbound_messages WHERE tenant_id = ? AND begun_at IS NOT NULL',
      tenant.tenantId,
    );
    expect(handedOff).toEqual([{ to_address: mail.address }]);
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
