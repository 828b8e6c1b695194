import { newId } from '@cadenza/domain';
import {
  enrol,
  resendMessage,
  takeBackUnsubscribe,
  unsubscribe,
  type EngineStore,
  type UnsubscribeRequest,
  type UnsubscribeSource,
} from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { findUnsubscriber, inTenants } from '../src/index.ts';
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
import { createWorld, processSends, TWO_STEPS, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

type Leaving = Pick<Enrolled, 'tenant' | 'contactId'>;

function requestOf(mail: Leaving, scope: 'all' | 'campaign' = 'all'): UnsubscribeRequest {
  const { tenantId, campaignId } = mail.tenant;
  return { tenantId, contactId: mail.contactId, campaignId, scope };
}

/** As the API does it: by its role, in its store. */
function leave(
  request: UnsubscribeRequest,
  source: UnsubscribeSource = 'link',
  store: EngineStore = world.apiStore,
) {
  return unsubscribe({ ...request, source }, { ...world, store, now: () => world.clock.now() });
}

const comeBack = (request: UnsubscribeRequest) =>
  takeBackUnsubscribe(request, { store: world.apiStore });

const pageOf = ({ tenant, contactId }: Leaving) =>
  inTenants(world.api, [tenant.tenantId], (trx) =>
    findUnsubscriber(trx, {
      tenantId: tenant.tenantId,
      contactId,
      campaignId: tenant.campaignId,
    }),
  );

function suppressionsOf(tenantId: string) {
  return world.rows<{ value: string; reason: string; source: string }>(
    `SELECT value, reason, source FROM communication_suppressions
     WHERE tenant_id = ? ORDER BY value`,
    tenantId,
  );
}

async function eventsOf(messageId: string): Promise<object[]> {
  return world.rows('SELECT type, data FROM message_events WHERE message_id = ?', messageId);
}

async function secondCampaign({ tenantId, campaignId }: Tenant): Promise<string> {
  const id = newId();
  await world.rows(
    `INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
     SELECT tenant_id, ?, 'Other', plan_version_id, sender_identity_id, 'running'
     FROM campaigns WHERE tenant_id = ? AND id = ?`,
    id,
    tenantId,
    campaignId,
  );
  return id;
}

async function tryEnrol({ tenant, contactId }: Leaving) {
  const result = await enrol(
    { ...tenant, contactIds: [contactId] },
    { ...world, store: world.apiStore, now: () => world.clock.now() },
  );
  return result?.refused[0]?.reason ?? 'enrolled';
}

describe('leaving everything', () => {
  test('ends what is under way, cancels what is queued, and forbids the address', async () => {
    const mail = await sent(world);
    const campaignId = await secondCampaign(mail.tenant);
    const other = await enrolledAgain(world, { ...mail, tenant: { ...mail.tenant, campaignId } });

    const left = await leave(requestOf(mail), 'one_click');

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
    expect(await suppressionsOf(mail.tenant.tenantId)).toEqual([
      { value: mail.address, reason: 'unsubscribed', source: 'one_click' },
    ]);
    expect(await eventsOf(mail.messageId)).toEqual([
      { type: 'unsubscribed', data: { source: 'one_click' } },
    ]);
    expect(
      await world.rows(
        `SELECT type, actor, count FROM event_rollups WHERE campaign_id = ? AND type <> 'sent'`,
        mail.tenant.campaignId,
      ),
    ).toEqual([{ type: 'unsubscribed', actor: 'human', count: 1 }]);
    expect(await tryEnrol(mail)).toBe('suppressed');
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

      await leave(requestOf(byLink));
      await deliver(world, [providerEvent(world, byEvent, 'unsubscribed')]);

      expect(await enrollmentOf(world, byLink.enrollmentId)).toMatchObject(expected);
      expect(await enrollmentOf(world, byEvent.enrollmentId)).toMatchObject(expected);
    }
  });

  test('twice, and by two at once, is recorded once', async () => {
    const mail = await sent(world);
    const both = await Promise.all([
      leave(requestOf(mail), 'one_click'),
      leave(requestOf(mail), 'link'),
    ]);
    expect(both.map((ids) => ids?.length).toSorted()).toEqual([0, 1]);
    const { version } = await enrollmentOf(world, mail.enrollmentId);

    expect(await leave(requestOf(mail))).toEqual([]);

    expect((await enrollmentOf(world, mail.enrollmentId)).version).toBe(version);
    expect(await eventsOf(mail.messageId)).toHaveLength(1);
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

    expect(await leave(requestOf(mail))).toEqual([]);

    expect((await enrollmentOf(world, mail.enrollmentId)).version).toBeGreaterThan(version);
    expect(await eventsOf(mail.messageId)).toHaveLength(2);
    expect(await suppressionsOf(mail.tenant.tenantId)).toMatchObject([{ value: mail.address }]);
  });

  test('forbids the present address and those that mails went to', async () => {
    const mail = await sent(world);
    const present = `new-${newId()}@example.org`;
    await world.rows(
      'UPDATE contact_channels SET address = ? WHERE contact_id = ?',
      present,
      mail.contactId,
    );
    expect(await pageOf(mail)).toMatchObject({ address: present, suppressed: false });

    await leave(requestOf(mail));

    const values = (await suppressionsOf(mail.tenant.tenantId)).map(({ value }) => value);
    expect(values).toEqual([mail.address, present].toSorted());
    expect(await pageOf(mail)).toMatchObject({ suppressed: true, suppressedByLink: true });

    expect(await comeBack(requestOf(mail))).toBe(true);
    expect(await suppressionsOf(mail.tenant.tenantId)).toEqual([]);
  });

  test('works where the contact has no address any more', async () => {
    const mail = await sent(world);
    await world.rows('DELETE FROM contact_channels WHERE contact_id = ?', mail.contactId);

    expect(await leave(requestOf(mail))).toEqual([mail.enrollmentId]);

    expect(await suppressionsOf(mail.tenant.tenantId)).toMatchObject([{ value: mail.address }]);
    expect(await pageOf(mail)).toMatchObject({ address: mail.address, suppressed: true });
  });

  test('by a link that names no campaign tells all that are active', async () => {
    const mail = await sent(world);
    await leave({ ...requestOf(mail), scope: 'all', campaignId: null });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'unsubscribed',
    });
  });

  test('of a contact or a tenant that is not there changes nothing', async () => {
    const mail = await sent(world);
    const foreign = await world.createTenant();
    const { tenantId } = foreign;
    expect(await leave({ ...requestOf(mail), contactId: newId() })).toBeNull();
    expect(await leave({ ...requestOf(mail), tenantId: newId() })).toBeNull();
    expect(await leave({ ...requestOf(mail), tenantId })).toBeNull();
    expect(await comeBack({ ...requestOf(mail), tenantId })).toBeNull();
    expect(await suppressionsOf(mail.tenant.tenantId)).toEqual([]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });
});

describe('leaving one campaign', () => {
  test('ends it and keeps the contact out of it, and out of nothing else', async () => {
    const mail = await sent(world);
    const campaignId = await secondCampaign(mail.tenant);
    const other = await enrolledAgain(world, { ...mail, tenant: { ...mail.tenant, campaignId } });

    expect(await leave(requestOf(mail, 'campaign'))).toEqual([mail.enrollmentId]);

    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'suppressed',
      end_reason: 'unsubscribed',
    });
    expect(await enrollmentOf(world, other.enrollmentId)).toMatchObject({ status: 'active' });
    expect(await suppressionsOf(mail.tenant.tenantId)).toEqual([]);
    expect(await tryEnrol(mail)).toBe('opted_out');
    expect(await pageOf(mail)).toMatchObject({ leftCampaign: true, suppressed: false });

    expect(await leave(requestOf(mail, 'campaign'))).toEqual([]);
    expect(await eventsOf(mail.messageId)).toHaveLength(1);

    expect(await comeBack(requestOf(mail, 'campaign'))).toBe(true);
    expect(await comeBack(requestOf(mail, 'campaign'))).toBe(false);
    expect(await tryEnrol(mail)).toBe('enrolled');
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

    await leave(requestOf(mail, 'campaign'));

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
    await leave(requestOf(mail, 'campaign'));
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
      await leave({ ...requestOf(mail, 'campaign'), scope: 'campaign', campaignId }),
    ).toBeNull();
    expect(
      await world.rows('SELECT 1 FROM campaign_opt_outs WHERE contact_id = ?', mail.contactId),
    ).toEqual([]);
  });
});

describe('coming back', () => {
  test('lifts what the link has done, and leaves a record of it', async () => {
    const mail = await sent(world);
    await leave(requestOf(mail));

    expect(await comeBack(requestOf(mail))).toBe(true);

    expect(await pageOf(mail)).toMatchObject({ suppressed: false });
    expect(await tryEnrol(mail)).toBe('enrolled');
    expect(
      await world.rows(
        `SELECT actor, action, before ->> 'source' AS source FROM audit_log
         WHERE tenant_id = ? ORDER BY id`,
        mail.tenant.tenantId,
      ),
    ).toEqual([
      { actor: 'recipient', action: 'suppression.added', source: null },
      { actor: 'recipient', action: 'suppression.removed', source: 'link' },
    ]);
    expect(await comeBack(requestOf(mail))).toBe(false);
  });

  test('lifts nothing of an address that is another contact’s by now', async () => {
    const mail = await sent(world);
    await world.rows(
      'UPDATE contact_channels SET address = ? WHERE contact_id = ?',
      `new-${mail.address}`,
      mail.contactId,
    );
    const contactId = await world.createContact(mail.tenant.tenantId, mail.address);
    await leave(requestOf({ ...mail, contactId }));

    expect(await comeBack(requestOf(mail))).toBe(false);
    expect(await tryEnrol({ ...mail, contactId })).toBe('suppressed');
  });

  test.each(['before', 'after'])('lifts nothing that was said otherwise %s it', async (order) => {
    for (const [say, reason] of [
      [(one: Enrolled) => deliver(world, [providerEvent(world, one, 'spamreport')]), 'spamreport'],
      [(one: Enrolled) => deliver(world, [providerEvent(world, one, 'bounced')]), 'hard_bounce'],
      [
        (one: Enrolled) => deliver(world, [providerEvent(world, one, 'unsubscribed')]),
        'unsubscribed',
      ],
      [
        (one: Enrolled) => suppressAddresses(world, one.tenant.tenantId, [one.address]),
        order === 'before' ? 'manual' : 'unsubscribed',
      ],
    ] as const) {
      const mail = await sent(world);
      if (order === 'before') await say(mail);
      await leave(requestOf(mail));
      if (order === 'after') await say(mail);

      expect(await comeBack(requestOf(mail))).toBe(false);

      const [row] = await suppressionsOf(mail.tenant.tenantId);
      expect(row?.reason).toBe(reason);
      expect(row?.source).not.toMatch(/link|click/);
      expect(await pageOf(mail)).toMatchObject({ suppressed: true, suppressedByLink: false });
    }
  });
});

describe.each([
  ['link', 'all'],
  ['one_click', 'all'],
  ['link', 'campaign'],
] as const)('leaving by %s from %s', (source, scope) => {
  const random = seededRandom(20_261_126);
  const rounds = scope === 'all' ? 100 : 30;

  /** A begin races the unsubscribe; whose work commits first, the test decides. */
  async function race(mail: Enrolled, order: 'unsubscribe_first' | 'free') {
    const jobs = await world.dispatch();
    const { mails, port } = provider(() => ACCEPT);
    let committed = false;
    let gateAfterCommit = false;
    const held = door();
    const store =
      order === 'unsubscribe_first' ? heldBeforeCommit(world.apiStore, held) : world.apiStore;
    const leaving = leave(requestOf(mail, scope), source, store).then(() => (committed = true));
    if (order === 'unsubscribe_first') await held.reached;
    else for (let turn = Math.floor(random() * 60); turn > 0; turn -= 1) await Promise.resolve();
    const watched = withMethods(world.store, (tx) => ({
      beginHandOffs(requests) {
        gateAfterCommit = committed;
        return tx.beginHandOffs(requests);
      },
    }));
    const begin = processSends(jobs, sendOptions(world, port, { store: watched }));
    if (order === 'unsubscribe_first') {
      await lockWaiters(world, 1);
      held.open();
    }
    await Promise.all([leaving, begin]);
    return { handedOff: mails.length, gateAfterCommit };
  }

  test(`that commits while ${rounds} begins wait lets none of them hand off`, async () => {
    const tenant = await world.createTenant();
    let handedOff = 0;
    for (let round = 0; round < rounds; round += 1) {
      const mail = await enrolled(world, tenant);
      handedOff += (await race(mail, 'unsubscribe_first')).handedOff;
      expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'canceled' });
      expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    }
    expect(handedOff).toBe(0);
  }, 120_000);

  test(`in ${rounds} free races: no hand-off whose gate statement began after the commit`, async () => {
    const tenant = await world.createTenant();
    const seen = { early: 0, late: 0, handedOffLate: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const mail = await enrolled(world, tenant);
      const { handedOff, gateAfterCommit } = await race(mail, 'free');
      seen[gateAfterCommit ? 'late' : 'early'] += 1;
      if (gateAfterCommit) seen.handedOffLate += handedOff;
      expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    }
    expect(seen.handedOffLate).toBe(0);
  }, 120_000);
});
