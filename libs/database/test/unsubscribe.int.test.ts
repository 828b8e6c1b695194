import { newId } from '@cadenza/domain';
import { resendMessage } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { brokenInvariants } from './support/invariants.ts';
import { leavers, requestOf, type Leavers } from './support/leaving.ts';
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
} from './support/scenario.ts';
import { createWorld, processSends, TWO_STEPS, type World } from './support/world.ts';

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

describe('leaving everything', () => {
  test('ends what is under way, cancels what is queued, and forbids the address', async () => {
    const mail = await sent(world);
    const campaignId = await as.secondCampaign(mail.tenant);
    const other = await enrolledAgain(world, { ...mail, tenant: { ...mail.tenant, campaignId } });

    const left = await as.leave(requestOf(mail), 'one_click');

    expect(left?.toSorted()).toEqual([mail.enrollmentId, other.enrollmentId].toSorted());
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'unsubscribed',
    });
    expect(await enrollmentOf(world, other.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'address_suppressed',
    });
    expect(await messagesOf(world, other.enrollmentId)).toEqual({ first: 'canceled' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    expect(await as.suppressionsOf(mail.tenant.tenantId)).toEqual([
      { value: mail.address, reason: 'unsubscribed', source: 'one_click' },
    ]);
    expect(await as.eventsOf(mail.messageId)).toEqual([
      { type: 'unsubscribed', data: { source: 'one_click' } },
    ]);
    expect(
      await world.rows(
        `SELECT type, actor, count FROM event_rollups WHERE campaign_id = ? AND type <> 'sent'`,
        mail.tenant.campaignId,
      ),
    ).toEqual([{ type: 'unsubscribed', actor: 'human', count: 1 }]);
    expect(await as.tryEnrol(mail)).toBe('suppressed');
  });

  test('ends an enrollment where the provider’s own event would', async () => {
    const [first, second] = TWO_STEPS.nodes;
    const silence = { on: 'no_open', to: 'second', after: 'PT72H' };
    const leads = (...more: object[]) => ({ ...first, transitions: [silence, ...more] });
    const last = { ...second, transitions: [] };
    for (const [nodes, expected] of [
      [
        [leads({ on: 'unsubscribed', to: 'stop' }), last],
        { status: 'stopped', end_reason: 'unsubscribed' },
      ],
      [
        [leads({ on: 'unsubscribed', to: 'second' }), last],
        { status: 'suppressed', end_reason: 'address_suppressed' },
      ],
      [[leads(), last], { status: 'suppressed', end_reason: 'unsubscribed' }],
    ] as const) {
      const tenant = await world.createTenant({ ...TWO_STEPS, nodes });
      const byLink = await sent(world, tenant);
      const byEvent = await sent(world, tenant);

      await as.leave(requestOf(byLink));
      await deliver(world, [providerEvent(world, byEvent, 'unsubscribed')]);

      expect(await enrollmentOf(world, byLink.enrollmentId)).toMatchObject(expected);
      expect(await enrollmentOf(world, byEvent.enrollmentId)).toMatchObject(expected);
    }
  });

  test('twice, and by two at once, is recorded once', async () => {
    const mail = await sent(world);
    const both = await Promise.all([
      as.leave(requestOf(mail), 'one_click'),
      as.leave(requestOf(mail), 'link'),
    ]);
    expect(both.map((ids) => ids?.length).toSorted()).toEqual([0, 1]);
    const { version } = await enrollmentOf(world, mail.enrollmentId);

    expect(await as.leave(requestOf(mail))).toEqual([]);

    expect((await enrollmentOf(world, mail.enrollmentId)).version).toBe(version);
    expect(await as.eventsOf(mail.messageId)).toHaveLength(1);
  });

  test('is told to an enrollment that had ended, since late news may bring it back', async () => {
    const tenant = await world.createTenant({
      ...TWO_STEPS,
      nodes: [
        {
          ...TWO_STEPS.nodes[0],
          transitions: [
            { on: 'clicked', to: 'stop' },
            { on: 'no_open', to: 'second' },
          ],
        },
        { ...TWO_STEPS.nodes[1], transitions: [] },
      ],
    });
    const mail = await sent(world, tenant);
    const at = world.clock.now();
    await deliver(world, [providerEvent(world, mail, 'clicked', { at })]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ phase: 'ended' });
    const { version } = await enrollmentOf(world, mail.enrollmentId);

    expect(await as.leave(requestOf(mail))).toEqual([]);

    expect((await enrollmentOf(world, mail.enrollmentId)).version).toBeGreaterThan(version);
    expect(await as.eventsOf(mail.messageId)).toHaveLength(2);
    expect(await as.suppressionsOf(mail.tenant.tenantId)).toMatchObject([{ value: mail.address }]);
  });

  test('forbids the present address and those that mails went to', async () => {
    const mail = await sent(world);
    const present = await as.move(mail);
    expect(await as.pageOf(mail)).toMatchObject({ address: present, suppressed: false });

    await as.leave(requestOf(mail));

    const values = (await as.suppressionsOf(mail.tenant.tenantId)).map(({ value }) => value);
    expect(values).toEqual([mail.address, present].toSorted());
    expect(await as.pageOf(mail)).toMatchObject({ suppressed: true, suppressedByLink: true });

    expect(await as.comeBack(requestOf(mail))).toBe(true);
    expect(await as.suppressionsOf(mail.tenant.tenantId)).toEqual([]);
  });

  test('works where the contact has no address any more', async () => {
    const mail = await sent(world);
    await world.rows('DELETE FROM contact_channels WHERE contact_id = ?', mail.contactId);

    expect(await as.leave(requestOf(mail))).toEqual([mail.enrollmentId]);

    expect(await as.suppressionsOf(mail.tenant.tenantId)).toMatchObject([{ value: mail.address }]);
    expect(await as.pageOf(mail)).toMatchObject({ address: mail.address, suppressed: true });
  });

  test('by a link that names no campaign tells all that are active', async () => {
    const mail = await sent(world);
    await as.leave({ ...requestOf(mail), scope: 'all', campaignId: null });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'unsubscribed',
    });
  });

  test('of a contact or a tenant that is not there changes nothing', async () => {
    const mail = await sent(world);
    const foreign = await world.createTenant();
    const { tenantId } = foreign;
    expect(await as.leave({ ...requestOf(mail), contactId: newId() })).toBeNull();
    expect(await as.leave({ ...requestOf(mail), tenantId: newId() })).toBeNull();
    expect(await as.leave({ ...requestOf(mail), tenantId })).toBeNull();
    expect(await as.comeBack({ ...requestOf(mail), tenantId })).toBeNull();
    expect(await as.suppressionsOf(mail.tenant.tenantId)).toEqual([]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });
});

describe('leaving one campaign', () => {
  test('ends it and keeps the contact out of it, and out of nothing else', async () => {
    const mail = await sent(world);
    const campaignId = await as.secondCampaign(mail.tenant);
    const other = await enrolledAgain(world, { ...mail, tenant: { ...mail.tenant, campaignId } });

    expect(await as.leave(requestOf(mail, 'campaign'))).toEqual([mail.enrollmentId]);

    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'unsubscribed',
    });
    expect(await enrollmentOf(world, other.enrollmentId)).toMatchObject({ status: 'active' });
    expect(await as.suppressionsOf(mail.tenant.tenantId)).toEqual([]);
    expect(await as.tryEnrol(mail)).toBe('opted_out');
    expect(await as.pageOf(mail)).toMatchObject({ leftCampaign: true, suppressed: false });

    expect(await as.leave(requestOf(mail, 'campaign'))).toEqual([]);
    expect(await as.eventsOf(mail.messageId)).toHaveLength(1);

    expect(await as.comeBack(requestOf(mail, 'campaign'))).toBe(true);
    expect(await as.comeBack(requestOf(mail, 'campaign'))).toBe(false);
    expect(await as.tryEnrol(mail)).toBe('enrolled');
  });

  test('goes no way that the plan has for it', async () => {
    const [first, second] = TWO_STEPS.nodes;
    const tenant = await world.createTenant({
      ...TWO_STEPS,
      nodes: [
        { ...first, transitions: [{ on: 'unsubscribed', to: 'second' }] },
        { ...second, transitions: [] },
      ],
    });
    const mail = await sent(world, tenant);

    await as.leave(requestOf(mail, 'campaign'));

    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
  });

  test('keeps a failed message from being sent again', async () => {
    const rejecting = provider(() => ({
      kind: 'rejected',
      scope: 'message',
      statusCode: 400,
      reason: 'no',
    }));
    const mail = await sent(world, undefined, rejecting.port);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'failed' });
    await as.leave(requestOf(mail, 'campaign'));
    const ref = { tenantId: mail.tenant.tenantId, id: mail.messageId };

    expect(await resendMessage(ref, { ...world, now: () => world.clock.now() })).toBe(
      'not_reachable',
    );
  });

  test('stops a message that was about to leave, whoever has been enrolled meanwhile', async () => {
    const mail = await enrolled(world);
    const jobs = await world.dispatch();
    await world.rows(
      `INSERT INTO campaign_opt_outs (tenant_id, contact_id, campaign_id, source, left_at)
       VALUES (?, ?, ?, 'link', now())`,
      mail.tenant.tenantId,
      mail.contactId,
      mail.tenant.campaignId,
    );
    const { mails, port } = provider(() => ACCEPT);

    await processSends(jobs, sendOptions(world, port));

    expect(mails).toEqual([]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'suppressed',
    });
  });

  test('of another tenant’s campaign, or of none, is refused', async () => {
    const mail = await sent(world);
    const foreign = await world.createTenant();
    const { campaignId } = foreign;
    expect(
      await as.leave({ ...requestOf(mail, 'campaign'), scope: 'campaign', campaignId }),
    ).toBeNull();
    expect(
      await world.rows('SELECT 1 FROM campaign_opt_outs WHERE contact_id = ?', mail.contactId),
    ).toEqual([]);
  });
});
