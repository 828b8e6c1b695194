import { guardDeliverability, type GuardThresholds } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { inTenants, setGuardThresholds } from '../src/index.ts';
import {
  deliver,
  enrolled,
  enrolledAgain,
  enrollmentOf,
  liftLimits,
  providerEvent,
  sendDue,
  sent,
  type Enrolled,
} from './support/scenario.ts';
import { leavers } from './support/leaving.ts';
import { brokenInvariants } from './support/invariants.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

beforeEach(() => world.rows('UPDATE sender_failures SET judge_at = NULL'));

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

const guard = () => guardDeliverability({ store: world.store, limit: 100 });

/** So many more messages that a sender has handed over, so long ago. */
const sentBesides = ({ tenantId, senderId }: Tenant, count: number, ago = '0 hours') =>
  world.rows(
    `INSERT INTO event_rollup_deltas
       (tenant_id, campaign_id, node_id, variant, hour, type, actor, count, sender_identity_id)
     SELECT tenant_id, id, 'first', '', date_trunc('hour', campaign_now() - ?::interval, 'UTC'), 'sent',
       'unknown', ?, ?
     FROM campaigns WHERE tenant_id = ? LIMIT 1`,
    ago,
    count,
    senderId,
    tenantId,
  );

const complain = (...mails: readonly Enrolled[]) =>
  deliver(
    world,
    mails.map((mail) => providerEvent(world, mail, 'spamreport')),
  );

const bounce = (...mails: readonly Enrolled[]) =>
  deliver(
    world,
    mails.map((mail) => providerEvent(world, mail, 'bounced', { bounceKind: 'hard' })),
  );

async function several(tenant: Tenant, count: number): Promise<Enrolled[]> {
  const mails: Enrolled[] = [];
  for (let n = 0; n < count; n += 1) mails.push(await sent(world, tenant));
  return mails;
}

const senderOf = async ({ senderId }: Tenant) =>
  (
    await world.rows<{ paused: boolean; reason: string | null }>(
      'SELECT paused_at IS NOT NULL AS paused, pause_reason AS reason FROM email_sender_identities WHERE id = ?',
      senderId,
    )
  )[0];

const tenantOf = async ({ tenantId }: Tenant) =>
  (
    await world.rows<{ status: string; reason: string | null }>(
      'SELECT status, pause_reason AS reason FROM tenants WHERE id = ?',
      tenantId,
    )
  )[0];

const resume = ({ senderId }: Tenant) =>
  world.rows(
    'UPDATE email_sender_identities SET paused_at = NULL, pause_reason = NULL WHERE id = ?',
    senderId,
  );

const set = ({ tenantId }: Tenant, changes: Parameters<typeof setGuardThresholds>[2]) =>
  inTenants(world.api, [tenantId], (trx) =>
    setGuardThresholds(trx, tenantId, changes, { actor: 'test', check: () => undefined }),
  );

/** Thresholds by which a handful of messages is enough. */
const SMALL: GuardThresholds = {
  bounce: { warn: 0.1, pause: 0.25, stop: 0.9, minSample: 4, minFailed: 1 },
  complaint: { warn: 0.1, pause: 0.25, stop: 0.9, minSample: 4, minFailed: 1 },
};

/** One person is enough. */
const ONE = { complaint: { minFailed: 1 } };

describe('people are counted, and not their complaints', () => {
  /** So many messages of a tenant to one person, in a campaign each. */
  async function toOne(tenant: Tenant, count: number): Promise<Enrolled[]> {
    const mails = [await sent(world, tenant)];
    const [first] = mails;
    if (first === undefined) throw new Error('one was sent');
    for (let n = 1; n < count; n += 1) {
      const campaignId = await leavers(world).secondCampaign(tenant);
      mails.push(await enrolledAgain(world, { ...first, tenant: { ...tenant, campaignId } }));
    }
    await sendDue(world);
    return mails;
  }

  test('three complaints of one person stop nobody, those of three people do', async () => {
    const [one, three] = [await world.createTenant(), await world.createTenant()];
    const mails = await toOne(one, 3);
    const others = await several(three, 3);
    for (const tenant of [one, three]) await sentBesides(tenant, 997);
    await complain(...mails, ...others);

    const { judged, pauses } = await guard();

    const failed = judged
      .filter(({ tenantId }) => tenantId === one.tenantId)
      .flatMap(({ judgements }) => judgements.map(({ rates, level }) => [rates[1]?.failed, level]));
    expect(failed).toEqual([1, 1, 1].map((count) => [count, 'warn']));
    expect(await tenantOf(one)).toMatchObject({ status: 'active' });
    expect(pauses.map(({ tenantId, level }) => [tenantId, level])).toEqual([
      [three.tenantId, 'stop'],
      [three.tenantId, 'stop'],
    ]);
  });

  test('one who is written to by two senders is one of their domain', async () => {
    const tenant = await world.createTenant();
    await set(tenant, { complaint: { minSample: 2, minFailed: 2 } });
    const mails = await toOne(tenant, 2);
    await world.rows(
      `WITH other AS (
         INSERT INTO email_sender_identities (tenant_id, id, email, name, verification)
         VALUES (?, gen_random_uuid(), 'two@example.com', 'Two', 'verified')
         RETURNING tenant_id, id)
       UPDATE outbound_messages m SET sender_identity_id = other.id FROM other
       WHERE m.tenant_id = other.tenant_id AND m.id = ?`,
      tenant.tenantId,
      mails[1]?.messageId,
    );
    await complain(...mails);

    expect((await guard()).pauses).toEqual([]);
  });
});

describe('a sender of whose messages one in a thousand is complained about', () => {
  test('is paused with the reason, and loses nobody', async () => {
    const mail = await sent(world);
    const { tenant } = mail;
    await set(tenant, ONE);
    await sentBesides(tenant, 999);
    const waiting = await enrolled(world, tenant);
    expect((await world.dispatch()).length).toBeGreaterThan(0);
    await complain(mail);

    const { pauses } = await guard();

    const reason = 'complaint rate of this sender: 0.10 % in 24 h (1 of 1000)';
    expect(pauses).toMatchObject([{ senderIdentityId: tenant.senderId, level: 'pause', reason }]);
    expect(await senderOf(tenant)).toEqual({ paused: true, reason });
    expect(await tenantOf(tenant)).toMatchObject({ status: 'active' });
    expect(await enrollmentOf(world, waiting.enrollmentId)).toMatchObject({ status: 'active' });
    const [entry] = await world.rows(
      "SELECT actor, action, entity_id FROM audit_log WHERE tenant_id = ? AND actor = 'deliverability'",
      tenant.tenantId,
    );
    expect(entry).toEqual({
      actor: 'deliverability',
      action: 'sender.paused',
      entity_id: tenant.senderId,
    });
    await resume(tenant);
    await sendDue(world);
    const [status] = await world.rows(
      'SELECT status FROM outbound_messages WHERE enrollment_id = ?',
      waiting.enrollmentId,
    );
    expect(status).toEqual({ status: 'sent' });
  });

  test('goes on below that, and below the smallest sample', async () => {
    const [less, few] = [await sent(world), await sent(world)];
    await sentBesides(less.tenant, 1_000);
    await sentBesides(few.tenant, 998);
    await complain(less, few);

    const { judged, pauses } = await guard();

    expect(pauses).toEqual([]);
    const levels = Object.fromEntries(
      judged.map(({ tenantId, judgements }) => [tenantId, judgements[0]?.level]),
    );
    expect(levels).toEqual({ [less.tenant.tenantId]: 'warn', [few.tenant.tenantId]: 'ok' });
    expect(await senderOf(less.tenant)).toMatchObject({ paused: false });
  });

  test('is judged again when it has sent enough, though nothing more comes back', async () => {
    const [mail] = await several(await world.createTenant(), 1);
    if (!mail) throw new Error('one was sent');
    await set(mail.tenant, { complaint: { ...SMALL.complaint, pause: 0.2 } });
    await complain(mail);
    expect(await guard()).toMatchObject({ pauses: [] });
    await sentBesides(mail.tenant, 4);
    expect(await guard()).toMatchObject({ judged: [] });
    const again = await world.rows(
      `UPDATE sender_failures SET judge_at = now()
       WHERE tenant_id = ? AND judge_at > now() + interval '5 minutes' RETURNING 1`,
      mail.tenant.tenantId,
    );
    expect(again).toHaveLength(1);

    expect(await guard()).toMatchObject({ pauses: [{ senderIdentityId: mail.tenant.senderId }] });
  });
});

test('what was sent before the windows does not count, folded or not', async () => {
  const mail = await sent(world);
  await set(mail.tenant, ONE);
  await sentBesides(mail.tenant, 5_000, '200 hours');
  await sentBesides(mail.tenant, 900, '100 hours');
  await world.store.foldEventRollUps(10_000);
  await sentBesides(mail.tenant, 99, '100 hours');
  await complain(mail);

  const { judged } = await guard();

  const [sender] = judged[0]?.judgements ?? [];
  const complaints = sender?.rates.filter(({ kind }) => kind === 'complaint');
  expect(complaints).toMatchObject([
    { sent: 1, failed: 1, level: 'ok' },
    { sent: 1_000, failed: 1, level: 'pause' },
  ]);
});

test('a resumed sender is judged by what it sends from there on', async () => {
  const tenant = await world.createTenant();
  await set(tenant, SMALL);
  const [first, second, ...old] = await several(tenant, 6);
  if (!first || !second) throw new Error('six were sent');
  await bounce(first, second);
  expect(await guard()).toMatchObject({ pauses: [{ level: 'pause' }] });
  await resume(tenant);

  await bounce(...old.slice(0, 3));
  expect(await guard()).toMatchObject({ pauses: [] });
  expect(await senderOf(tenant)).toMatchObject({ paused: false });

  const [fresh] = await several(tenant, 4);
  if (!fresh) throw new Error('four were sent');
  await bounce(fresh);
  expect(await guard()).toMatchObject({
    pauses: [{ reason: 'bounce rate of this sender: 25.00 % in 24 h (1 of 4)' }],
  });
});

test('a message counts once, and one that may still arrive does not', async () => {
  const tenant = await world.createTenant();
  await set(tenant, SMALL);
  const [hard, soft] = await several(tenant, 4);
  if (!hard || !soft) throw new Error('four were sent');
  await bounce(hard);
  const at = world.clock.now() + 1_000;
  await deliver(world, [
    providerEvent(world, hard, 'bounced', { bounceKind: 'hard', at }),
    providerEvent(world, soft, 'bounced', { bounceKind: 'soft' }),
    providerEvent(world, soft, 'opened'),
  ]);

  const { judged } = await guard();

  expect(judged[0]?.judgements[0]?.rates[0]).toMatchObject({ sent: 4, failed: 1 });
});

describe('of several senders', () => {
  async function second(tenant: Tenant, email: string): Promise<Tenant> {
    const [row] = await world.rows<{ id: string }>(
      `INSERT INTO email_sender_identities (tenant_id, id, email, name, verification)
       VALUES (?, gen_random_uuid(), ?, 'Bea', 'verified') RETURNING id`,
      tenant.tenantId,
      email,
    );
    if (row === undefined) throw new Error('a sender was made');
    return { ...tenant, senderId: row.id };
  }

  test('the good one goes on when the bad one is paused', async () => {
    const tenant = await world.createTenant();
    await set(tenant, SMALL);
    const good = await second(tenant, 'bea@example.com');
    await sentBesides(good, 3);
    const [bad] = await several(tenant, 4);
    if (!bad) throw new Error('four were sent');
    await bounce(bad);

    expect((await guard()).pauses).toMatchObject([{ senderIdentityId: tenant.senderId }]);

    expect(await senderOf(good)).toMatchObject({ paused: false });
    expect(await tenantOf(tenant)).toMatchObject({ status: 'active' });
  });

  test('all of a domain are paused for what they do together', async () => {
    const tenant = await world.createTenant();
    await set(tenant, { ...SMALL, bounce: { ...SMALL.bounce, minSample: 6 } });
    const [same, elsewhere] = [
      await second(tenant, 'cee@example.com'),
      await second(tenant, 'dee@example.net'),
    ];
    await sentBesides(same, 3);
    await sentBesides(elsewhere, 5);
    const [one, two] = await several(tenant, 3);
    if (!one || !two) throw new Error('three were sent');
    await bounce(one, two);

    const { pauses } = await guard();

    expect(pauses.map(({ scope }) => scope)).toEqual(['domain', 'domain']);
    expect(await senderOf(same)).toMatchObject({
      reason: 'bounce rate of example.com: 33.33 % in 24 h (2 of 6)',
    });
    expect(await senderOf(elsewhere)).toMatchObject({ paused: false });
  });

  test('the tenant is paused where one goes as far as that, and no other tenant', async () => {
    const [tenant, other] = [await world.createTenant(), await world.createTenant()];
    for (const one of [tenant, other]) await set(one, SMALL);
    const mails = await several(tenant, 4);
    await several(other, 4);
    await complain(...mails);

    const { pauses } = await guard();

    expect(pauses.map(({ tenantId, level }) => [tenantId, level])).toEqual([
      [tenant.tenantId, 'stop'],
      [tenant.tenantId, 'stop'],
    ]);
    expect(await tenantOf(tenant)).toMatchObject({ status: 'paused' });
    expect(await tenantOf(other)).toMatchObject({ status: 'active' });
    expect(await senderOf(other)).toMatchObject({ paused: false });
    await world.rows(
      "UPDATE tenants SET status = 'active', pause_reason = NULL WHERE id = ?",
      tenant.tenantId,
    );
    await world.rows(
      'UPDATE sender_failures SET judge_at = now() WHERE tenant_id = ?',
      tenant.tenantId,
    );
    expect((await guard()).pauses).toEqual([]);
  });
});
