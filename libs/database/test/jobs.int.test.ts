import { newId, type RateLimiter } from '@cadenza/domain';
import { pauseCampaign, startCampaign } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { door, heldBeforeCommit, lockWaiters, meeting, withMethods } from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  enrolled,
  enrollmentOf,
  hurry,
  liftLimits,
  liveActions,
  provider,
  sendDue,
  sendOptions,
} from './support/scenario.ts';
import { createWorld, TWO_STEPS, type Tenant, type World, processSends } from './support/world.ts';

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

/** A limiter that does something once, between the reading of jobs' messages and any's begin. */
function betweenReadAndBegin(what: () => Promise<unknown>): RateLimiter {
  let done: Promise<unknown> | null = null;
  return {
    ...world.limiter,
    async release(ids) {
      await (done ??= what());
      return world.limiter.release(ids);
    },
  };
}

describe('a job', () => {
  test('whose slot a pause took does not begin after the resume', async () => {
    const mail = await enrolled(world);
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    const limiter = betweenReadAndBegin(async () => {
      await pauseCampaign(world.store, campaignOf(mail.tenant), 'test');
      await startCampaign(world.store, campaignOf(mail.tenant));
    });

    expect(await processSends(jobs, sendOptions(world, port, { limiter }))).toEqual({
      handedOff: 0,
      notBegun: 1,
    });

    expect(mails).toEqual([]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
    await sendDue(world, port);
    expect(mails).toHaveLength(1);
  });

  test('that a pause overtakes while it waits for its enrollment does not begin', async () => {
    const mail = await enrolled(world);
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    const held = door();
    const pausing = pauseCampaign(
      heldBeforeCommit(world.store, held),
      campaignOf(mail.tenant),
      'test',
    );
    await held.reached;
    const begin = processSends(jobs, sendOptions(world, port));
    await lockWaiters(world, 1);
    held.open();

    await Promise.all([pausing, begin]);

    expect(mails).toEqual([]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
  });

  test('that comes before its time sends nothing early', async () => {
    const mail = await enrolled(world);
    await world.rows(
      "UPDATE scheduled_actions SET run_at = campaign_now() + interval '30 seconds' WHERE enrollment_id = ?",
      mail.enrollmentId,
    );
    const jobs = await world.dispatch();
    expect(jobs).toHaveLength(1);
    const { mails, port } = provider(() => ACCEPT);

    await processSends(jobs, sendOptions(world, port));

    expect(mails).toEqual([]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:1']);
  });

  test('whose person has a new address by now writes to that, and loses nobody', async () => {
    const mail = await enrolled(world);
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    const address = `moved-${newId()}@example.org`;
    const limiter = betweenReadAndBegin(() =>
      world.rows(
        'UPDATE contact_channels SET address = ? WHERE contact_id = ?',
        address,
        mail.contactId,
      ),
    );

    await processSends(jobs, sendOptions(world, port, { limiter }));
    await hurry(world);
    await sendDue(world, port);

    const own = mails
      .map(({ to }) => to.email)
      .filter((to) => [mail.address, address].includes(to));
    expect(own).toEqual([address]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test('that the queue doubles fails nobody where a gate has closed for good', async () => {
    const people = await Promise.all([1, 2, 3].map(() => enrolled(world)));
    const jobs = await world.dispatch();
    // However slow the machine is, no slot is over before the two meet.
    await world.rows(
      "UPDATE scheduled_actions SET slot_end = slot_start + interval '1 hour' WHERE status = 'dispatched'",
    );
    const gone = people[0]?.contactId;
    const { mails, port } = provider(() => ACCEPT);
    const limiter = betweenReadAndBegin(() =>
      world.rows("UPDATE contact_channels SET validity = 'invalid' WHERE contact_id = ?", gone),
    );
    const both = meeting(2);
    const store = withMethods(world.store, (tx) => ({
      async closedGates(requests) {
        const gates = await tx.closedGates(requests);
        await both();
        return gates;
      },
    }));

    await Promise.all(
      [1, 2].map(() => processSends(jobs, sendOptions(world, port, { limiter, store }))),
    );

    expect(mails).toHaveLength(2);
    expect(await enrollmentOf(world, people[0]?.enrollmentId ?? '')).toMatchObject({
      status: 'suppressed',
      end_reason: 'invalid_address',
    });
  });

  test('that the queue doubles is skipped once where it is too late', async () => {
    const tenant = await world.createTenant({ ...TWO_STEPS, maxLateness: 'PT1M' });
    const [late, fine] = [await enrolled(world, tenant), await enrolled(world, tenant)];
    const jobs = await world.dispatch();
    await world.rows(
      "UPDATE scheduled_actions SET due_at = due_at - interval '1 hour' WHERE enrollment_id = ?",
      late.enrollmentId,
    );
    const both = meeting(2);
    const store = withMethods(world.store, (tx) => ({
      async rateLimits() {
        const limits = await tx.rateLimits();
        await both();
        return limits;
      },
    }));
    const { mails, port } = provider(() => ACCEPT);

    await Promise.all([1, 2].map(() => processSends(jobs, sendOptions(world, port, { store }))));

    expect(mails.map(({ to }) => to.email)).toEqual([fine.address]);
    expect(await enrollmentOf(world, late.enrollmentId)).toMatchObject({ status: 'expired' });
  });
});
