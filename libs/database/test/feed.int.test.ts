import { newId } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { feedBounds, inTenants, readFeed, wantFeedFor, type Schema } from '../src/index.ts';
import {
  deliver,
  enrolled,
  providerEvent,
  sendDue,
  sent,
  stop,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, type Tenant, type World } from './support/world.ts';

const HOUR_MS = 3_600_000;

let world: World;
let tenant: Tenant;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
beforeEach(async () => {
  tenant = await world.createTenant();
});
afterAll(() => world.close());

function asTenant<T>(work: (trx: Transaction<Schema>) => Promise<T>, of = tenant): Promise<T> {
  return inTenants(world.api, [of.tenantId], work);
}

const want = (of = tenant) => asTenant((trx) => wantFeedFor(trx, of.tenantId, HOUR_MS), of);

async function feed(after = 0, of = tenant) {
  while ((await world.store.relayFeedEvents(100)) > 0);
  return asTenant((trx) => readFeed(trx, of.tenantId, after, 1_000), of);
}

const typesOf = (events: Awaited<ReturnType<typeof feed>>) => events.map(({ type }) => type);

async function written(of: Tenant): Promise<number> {
  const rows = await world.rows('SELECT 1 FROM feed_events WHERE tenant_id = ?', of.tenantId);
  return rows.length;
}

test('holds what happened to a message and its enrollment, in order, by ids alone', async () => {
  await want();
  const mail = await enrolled(world, tenant);
  await sendDue(world);
  await deliver(world, [providerEvent(world, mail, 'delivered')]);
  await deliver(world, [providerEvent(world, mail, 'opened')]);
  await deliver(world, [providerEvent(world, mail, 'bounced')]);
  const events = await feed();
  expect(typesOf(events)).toEqual([
    'enrollment.started',
    'message.sent',
    'message.delivered',
    'message.opened',
    'message.bounced',
    'enrollment.ended',
  ]);
  expect(events.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
  const { enrollmentId, contactId, messageId, address } = mail;
  const { campaignId } = tenant;
  const ofMessage = { messageId, enrollmentId, campaignId, contactId, nodeId: 'first' };
  expect(events[1]?.data).toEqual({ ...ofMessage, channel: 'email', attempt: 1 });
  expect(events[3]?.data).toMatchObject({ ...ofMessage, actor: expect.any(String) });
  expect(events[5]?.data).toMatchObject({ enrollmentId, campaignId, contactId });
  expect(JSON.stringify(events)).not.toContain(address);
});

test('has how far a campaign is, once for all that was folded, and not again for a while', async () => {
  await want();
  const other = await world.createTenant();
  const mails = [await enrolled(world, tenant), await enrolled(world, tenant)];
  await enrolled(world, other);
  const progress = async () =>
    (await feed()).filter(({ type }) => type === 'campaign.progress').map(({ data }) => data);

  await world.store.foldEnrollmentCounts(1_000, HOUR_MS);
  const { campaignId } = tenant;
  expect(await progress()).toEqual([{ campaignId, enrollments: { active: 2 } }]);
  await stop(world, mails[0] as Enrolled);
  await world.store.foldEnrollmentCounts(1_000, HOUR_MS);
  expect(await progress()).toHaveLength(1);
  await world.store.foldEnrollmentCounts(1_000, 0);
  expect((await progress()).slice(1)).toEqual([
    { campaignId, enrollments: { active: 1, stopped: 1 } },
  ]);
  await world.store.foldEnrollmentCounts(1_000, 0);
  expect(await progress()).toHaveLength(2);
  expect(await written(other)).toBe(0);
});

test('holds nothing of a tenant that nobody is told of', async () => {
  await want();
  const other = await world.createTenant();
  const [mine, theirs] = [await enrolled(world, tenant), await enrolled(world, other)];
  await sendDue(world);
  // One statement for the events of both.
  await deliver(world, [
    providerEvent(world, mine, 'delivered'),
    providerEvent(world, theirs, 'delivered'),
  ]);
  expect(await written(other)).toBe(0);
  expect(typesOf(await feed())).toContain('message.delivered');
});

test('has an event once that is reported again', async () => {
  await want();
  const mail = await sent(world, tenant);
  const opened = providerEvent(world, mail, 'opened');
  await deliver(world, [opened]);
  await deliver(world, [opened]);
  expect(typesOf(await feed()).filter((type) => type === 'message.opened')).toHaveLength(1);
});

test('has what changed of campaigns, senders, limits and the tenant', async () => {
  await want();
  const { tenantId, campaignId, senderId } = tenant;
  await asTenant(async (trx) => {
    await sql`UPDATE campaigns SET status = 'paused', pause_reason = 'x' WHERE id = ${campaignId}`.execute(
      trx,
    );
    await sql`UPDATE campaigns SET updated_at = now() WHERE id = ${campaignId}`.execute(trx);
    await sql`UPDATE email_sender_identities SET paused_at = now(), pause_reason = 'x'
      WHERE id = ${senderId}`.execute(trx);
    await sql`INSERT INTO send_rate_limits (id, tenant_id, scope, window_seconds, max_messages)
      VALUES (${newId()}, ${tenantId}, 'tenant', 60, 5)`.execute(trx);
    await sql`UPDATE send_rate_limits SET max_messages = 6 WHERE tenant_id = ${tenantId}`.execute(
      trx,
    );
    await sql`UPDATE tenants SET status = 'paused', pause_reason = 'x' WHERE id = ${tenantId}`.execute(
      trx,
    );
  });
  const events = await feed();
  expect(typesOf(events)).toEqual([
    'campaign.changed',
    'sender.changed',
    'limit.changed',
    'limit.changed',
    'tenant.changed',
  ]);
  expect(events[0]?.data).toEqual({ campaignId, status: 'paused', priority: 5 });
  expect(events[4]?.data).toEqual({ status: 'paused' });
});

test('tells of those who are ended by a suppression', async () => {
  await want();
  const mail = await sent(world, tenant);
  await suppressAddresses(world, tenant.tenantId, [mail.address]);
  expect((await feed()).at(-1)).toMatchObject({
    type: 'enrollment.ended',
    data: { enrollmentId: mail.enrollmentId, status: 'suppressed' },
  });
});

describe('positions', () => {
  async function pause(trx: Transaction<Schema>, status: string): Promise<void> {
    await sql`UPDATE campaigns SET status = ${status}, pause_reason = ${status}
      WHERE id = ${tenant.campaignId}`.execute(trx);
  }

  test('are given after the commit, so that a late one is not passed over', async () => {
    await want();
    const other = newId();
    let committed: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      committed = resolve;
    });
    let begun: () => void = () => undefined;
    const wrote = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = asTenant(async (trx) => {
      await pause(trx, 'paused');
      begun();
      await held;
    });
    await wrote;
    // Written later, and committed before it.
    await asTenant((trx) =>
      sql`INSERT INTO send_rate_limits (id, tenant_id, scope, window_seconds, max_messages)
        VALUES (${other}, ${tenant.tenantId}, 'tenant', 60, 5)`.execute(trx),
    );
    const first = await feed();
    expect(typesOf(first)).toEqual(['limit.changed']);
    committed();
    await slow;
    const rest = await feed(first.at(-1)?.position);
    expect(typesOf(rest)).toEqual(['campaign.changed']);
    expect(rest[0]?.position).toBe(2);
  });

  test('are none for what was rolled back', async () => {
    await want();
    await asTenant(async (trx) => {
      await pause(trx, 'paused');
      throw new Error('no');
    }).catch(() => undefined);
    expect(await feed()).toEqual([]);
    await asTenant((trx) => pause(trx, 'paused'));
    expect((await feed()).map(({ position }) => position)).toEqual([1]);
  });

  test('are without gaps and doubles, however many relay at once', async () => {
    await want();
    for (let n = 0; n < 30; n += 1) {
      await asTenant((trx) => pause(trx, n % 2 === 0 ? 'paused' : 'running'));
    }
    const relays = Array.from({ length: 8 }, () => world.store.relayFeedEvents(4));
    await Promise.all(relays);
    const positions = (await feed()).map(({ position }) => position);
    expect(positions).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  test('leave one out where nothing was written for a while', async () => {
    await want();
    await asTenant((trx) => pause(trx, 'paused'));
    const last = (await feed()).at(-1)?.position ?? 0;
    await want();
    expect(await asTenant((trx) => feedBounds(trx, tenant.tenantId))).toEqual({
      from: 0,
      to: last,
    });
    await world.rows(
      "UPDATE event_feeds SET wanted_until = now() - interval '1 s' WHERE tenant_id = ?",
      tenant.tenantId,
    );
    await asTenant((trx) => pause(trx, 'running'));
    await want();
    // Whoever has read up to the last one sees that something is missing since.
    expect(await asTenant((trx) => feedBounds(trx, tenant.tenantId))).toEqual({
      from: last + 1,
      to: last + 1,
    });
    expect(await feed(last)).toEqual([]);
  });

  test('of what was forgotten show that it was', async () => {
    await want();
    for (const status of ['paused', 'running', 'paused'])
      await asTenant((trx) => pause(trx, status));
    await feed();
    await world.rows(
      `UPDATE feed_events SET created_at = now() - interval '8 days'
       WHERE tenant_id = ? AND position < 3`,
      tenant.tenantId,
    );
    expect(await world.store.forgetFeedEvents(7, 1)).toBe(1);
    while ((await world.store.forgetFeedEvents(7, 100)) > 0);
    expect((await feed()).map(({ position }) => position)).toEqual([3]);
    expect(await asTenant((trx) => feedBounds(trx, tenant.tenantId))).toEqual({ from: 2, to: 3 });
  });
});
