import { newId } from '@cadenza/domain';
import { processDelivery, storeDelivery } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  ACCEPT,
  deliver,
  enrollmentOf,
  liveActions,
  provider,
  providerEvent,
  sent,
} from './support/scenario.ts';
import { createWorld, TWO_STEPS, type Tenant, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});

afterAll(() => world.close());

async function statusOf(messageId: string) {
  const [row] = await world.rows<{ status: string }>(
    'SELECT status FROM outbound_messages WHERE id = ?',
    messageId,
  );
  return row?.status;
}

describe('an event', () => {
  test('advances the enrollment, cancels the timer and moves the status', async () => {
    const mail = await sent(world);

    const result = await deliver(world, [
      providerEvent(world, mail, 'delivered'),
      providerEvent(world, mail, 'opened'),
    ]);

    expect(result).toEqual({
      recorded: 2,
      byType: { delivered: 1, opened: 1 },
      duplicates: 0,
      quarantined: 0,
    });
    expect(await statusOf(mail.messageId)).toBe('delivered');
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      phase: 'scheduled',
      node_id: 'third',
    });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:third:1:1']);
  });

  test('of a click on the unsubscribe link is recorded, and is no interest', async () => {
    const tenant = await world.createTenant({
      ...TWO_STEPS,
      nodes: TWO_STEPS.nodes.map((node) => ({
        ...node,
        body: '<p><a href="https://example.com">Look</a></p>',
        transitions:
          node.id === 'first'
            ? [
                { on: 'clicked', to: 'third', within: 'P3D' },
                { on: 'no_click', to: 'second', after: 'P3D' },
              ]
            : [],
      })),
    });
    const { port, mails } = provider(() => ACCEPT);
    const mail = await sent(world, tenant, port);
    const leave = /<(https:[^>]+)>/.exec(mails[0]?.headers['List-Unsubscribe'] ?? '')?.[1] ?? '';
    expect(leave).toContain('/u/');
    const click = (url: string, at: number) => providerEvent(world, mail, 'clicked', { url, at });

    const result = await deliver(world, [click(leave, world.clock.now() + 60_000)]);

    expect(result).toMatchObject({ recorded: 1, byType: { clicked: 1 } });
    expect(await statusOf(mail.messageId)).toBe('delivered');
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      phase: 'listening',
      node_id: 'first',
    });

    // Another's link proves nothing about this person, and is a link like any other.
    const other = await sent(world, tenant, port);
    const theirs = /<(https:[^>]+)>/.exec(mails[1]?.headers['List-Unsubscribe'] ?? '')?.[1] ?? '';
    expect(theirs).not.toBe(leave);
    await deliver(world, [
      providerEvent(world, other, 'clicked', { url: leave, at: world.clock.now() + 60_000 }),
    ]);
    expect(await enrollmentOf(world, other.enrollmentId)).toMatchObject({ node_id: 'third' });
    await deliver(world, [click('https://example.com', world.clock.now() + 90_000)]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'third' });
  });

  test('delivered again changes nothing', async () => {
    const mail = await sent(world);
    const opened = providerEvent(world, mail, 'opened');
    await deliver(world, [opened, opened]);
    const before = await enrollmentOf(world, mail.enrollmentId);

    expect(await deliver(world, [opened])).toMatchObject({
      recorded: 0,
      duplicates: 1,
      quarantined: 0,
    });

    expect(await enrollmentOf(world, mail.enrollmentId)).toEqual(before);
  });

  test('proves acceptance where no answer came', async () => {
    const unanswered = provider(() => ({ kind: 'unknown', reason: 'time-out' }));
    const mail = await sent(world, undefined, unanswered.port);
    expect(await statusOf(mail.messageId)).toBe('unknown');

    await deliver(world, [providerEvent(world, mail, 'delivered')]);

    expect(await statusOf(mail.messageId)).toBe('delivered');
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ phase: 'listening' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
  });

  test('never moves a status backwards', async () => {
    const mail = await sent(world);
    await deliver(world, [providerEvent(world, mail, 'bounced')]);
    await deliver(world, [providerEvent(world, mail, 'delivered')]);
    expect(await statusOf(mail.messageId)).toBe('bounced');
  });

  test('that forbids the address ends all its enrollments and cancels what is queued', async () => {
    const mail = await sent(world);
    const other = await world.enrolOne(
      { ...mail.tenant, campaignId: await secondCampaign(mail.tenant) },
      mail.contactId,
    );

    await deliver(world, [providerEvent(world, mail, 'spamreport')]);

    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'suppressed' });
    expect(await enrollmentOf(world, other)).toMatchObject({
      status: 'suppressed',
      end_reason: 'address_suppressed',
    });
    expect(await liveActions(world, other)).toEqual([]);
    const [queued] = await world.rows<{ status: string }>(
      'SELECT status FROM outbound_messages WHERE enrollment_id = ?',
      other,
    );
    expect(queued?.status).toBe('canceled');
  });

  test('of another tenant, or of nothing, is kept apart with its reason', async () => {
    const mail = await sent(world);
    const stranger = await world.createTenant();
    const forged = providerEvent(world, { ...mail, tenant: stranger }, 'opened');
    const lost = providerEvent(world, mail, 'opened', { reference: null });

    const result = await deliver(world, [forged, providerEvent(world, mail, 'delivered'), lost]);

    expect(result).toMatchObject({ recorded: 1, duplicates: 0, quarantined: 2 });
    const reasons = await world.rows<{ reason: string }>(
      "SELECT reason FROM quarantined_events WHERE created_at > now() - interval '1 minute' ORDER BY reason",
    );
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'event names a message that does not exist',
      'event names no message of ours',
    ]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ node_id: 'first' });
  });
});

describe('a delivery', () => {
  test('of the same bytes is stored once', async () => {
    const options = {
      store: world.apiStore,
      publisher: world.publisher,
      onQueueError: () => undefined,
    };
    expect(await storeDelivery(Buffer.from('[]'), options)).not.toBeNull();
    expect(await storeDelivery(Buffer.from('[]'), options)).toBeNull();
  });

  test('is stored although the queue is down, and a sweep would find it', async () => {
    const errors: unknown[] = [];
    const id = await storeDelivery(Buffer.from('[1]'), {
      store: world.apiStore,
      publisher: { publish: () => Promise.reject(new Error('the queue is down')) },
      onQueueError: (error) => errors.push(error),
    });
    expect(errors).toHaveLength(1);
    expect(await world.store.waitingDeliveries(0, 100)).toContain(id);
  });

  test('that cannot be read is quarantined with its reason', async () => {
    const id = await world.apiStore.storeDelivery(Buffer.from('{'), Buffer.alloc(32, 7));
    if (id === null) throw new Error('not stored');
    await processDelivery(id, {
      ...world,
      parse: () => ({ ok: false, reason: 'the body is not JSON' }),
    });
    const [row] = await world.rows<{ status: string; error: string }>(
      'SELECT status, error FROM webhook_deliveries WHERE id = ?',
      id,
    );
    expect(row).toEqual({ status: 'quarantined', error: 'the body is not JSON' });
  });
});

async function secondCampaign(tenant: Tenant): Promise<string> {
  const id = newId();
  await world.rows(
    `INSERT INTO campaigns (tenant_id, id, name, plan_version_id, sender_identity_id, status)
     SELECT tenant_id, ?, 'Another', plan_version_id, sender_identity_id, 'running'
     FROM campaigns WHERE id = ?`,
    id,
    tenant.campaignId,
  );
  return id;
}
