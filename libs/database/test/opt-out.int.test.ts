import { syncSuppressions } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { findSuppression, inTenants, listSuppressions, removeSuppression } from '../src/index.ts';
import { brokenInvariants } from './support/invariants.ts';
import { leavers, requestOf, type Leavers } from './support/leaving.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  enrolledAgain,
  enrollmentOf,
  liftLimits,
  provider,
  providerEvent,
  sendOptions,
  sent,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, processSends, type World } from './support/world.ts';

let world: World;
let as: Leavers;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  as = leavers(world);
  await liftLimits(world);
});

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

/** Entries of the provider's list of global unsubscribes, two hours old. */
function syncWith({ address }: Enrolled) {
  return syncSuppressions({
    ...world,
    now: () => world.clock.now(),
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

/** Takes the address off the list, as an operator does to whom the person has agreed. */
function liftAddress({ tenant: { tenantId }, address }: Enrolled) {
  return inTenants(world.api, [tenantId], async (trx) => {
    const page = await listSuppressions(trx, tenantId, { limit: 1, after: null }, { address });
    const id = page.items[0]?.id ?? '';
    expect(await findSuppression(trx, tenantId, id)).toMatchObject({ value: address });
    return removeSuppression(trx, tenantId, id, {
      actor: 'api_key:test',
      consent: { source: 'a form', at: new Date(Date.now() + 1_000) },
      now: new Date(world.clock.now()),
    });
  });
}

const say = (type: 'unsubscribed' | 'spamreport') => (mail: Enrolled) =>
  deliver(world, [providerEvent(world, mail, type)]);

describe('a person who has left', () => {
  test.each<readonly [how: string, leave: (mail: Enrolled) => Promise<unknown>]>([
    ['by the link', (mail) => as.leave(requestOf(mail))],
    ['by their mail program’s button', (mail) => as.leave(requestOf(mail), 'one_click')],
    ['by the provider’s link', say('unsubscribed')],
    ['by a complaint', say('spamreport')],
    ['by the provider’s list', syncWith],
  ])('%s is not written to at another address either', async (_, leave) => {
    const mail = await sent(world);
    await leave(mail);
    await as.move(mail);

    expect(await as.tryEnrol(mail)).toBe('opted_out');
    expect(await as.pageOf(mail)).toMatchObject({ left: true, suppressed: true });
  });

  test('by an event of an old mail is out of what goes to the new address', async () => {
    const mail = await sent(world);
    const campaignId = await as.secondCampaign(mail.tenant);
    const address = await as.move(mail);
    const tenant = { ...mail.tenant, campaignId };
    const other = await enrolledAgain(world, { ...mail, tenant, address });

    await say('spamreport')(mail);

    expect(await enrollmentOf(world, other.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'address_suppressed',
    });
  });

  test('has a message that was about to leave stopped, whatever its address', async () => {
    const mail = await enrolled(world);
    const jobs = await world.dispatch();
    await world.rows(
      `INSERT INTO contact_opt_outs (tenant_id, contact_id, channel, reason, source, left_at)
       VALUES (?, ?, 'email', 'unsubscribed', 'link', now())`,
      mail.tenant.tenantId,
      mail.contactId,
    );
    const { mails, port } = provider(() => ACCEPT);

    await processSends(jobs, sendOptions(world, port));

    expect(mails).toEqual([]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
  });

  test('may be written to again where they come back, or agree to it', async () => {
    const byLink = await sent(world);
    await as.leave(requestOf(byLink));
    await as.move(byLink);
    expect(await as.comeBack(requestOf(byLink))).toBe(true);
    expect(await as.tryEnrol(byLink)).toBe('enrolled');

    const byConsent = await sent(world);
    await as.leave(requestOf(byConsent));
    await as.move(byConsent);
    expect(await liftAddress(byConsent)).toMatchObject({ kind: 'removed' });
    expect(await as.tryEnrol(byConsent)).toBe('enrolled');
  });

  test('stays out where another agrees, whose address it is by now', async () => {
    const mail = await sent(world);
    await as.leave(requestOf(mail));
    await as.move(mail);
    const contactId = await world.createContact(mail.tenant.tenantId, mail.address);
    const other = { ...mail, contactId };

    expect(await liftAddress(mail)).toMatchObject({ kind: 'removed' });

    expect(await as.tryEnrol(other)).toBe('enrolled');
    expect(await as.tryEnrol(mail)).toBe('opted_out');
  });

  test('takes back nothing that they have told the provider as well', async () => {
    for (const type of ['unsubscribed', 'spamreport'] as const) {
      const mail = await sent(world);
      await as.leave(requestOf(mail));
      await say(type)(mail);
      await as.move(mail);
      expect(await as.comeBack(requestOf(mail))).toBe(false);
      expect(await as.tryEnrol(mail)).toBe('opted_out');
    }
  });

  test('is not whom an operator’s list of addresses names', async () => {
    const mail = await sent(world);
    await suppressAddresses(world, mail.tenant.tenantId, [mail.address]);
    await as.move(mail);
    expect(await as.tryEnrol(mail)).toBe('enrolled');
  });
});
