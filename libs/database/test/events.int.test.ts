import { createHash } from 'node:crypto';
import { newId, type JobPublisher, type ProviderEvent } from '@cadenza/domain';
import { createIntake, processDelivery, type DeliveryRef } from '@cadenza/engine';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findable } from './support/found-messages.ts';
import {
  ACCEPT,
  deliver,
  enrollmentOf,
  liveActions,
  provider,
  providerEvent,
  sent,
  stored,
  suppressAddresses,
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

function suppressionOf(address: string) {
  return world.rows<{ reason: string; first: number; last: number }>(
    `SELECT reason, epoch_ms(first_seen_at) AS first, epoch_ms(last_seen_at) AS last
     FROM communication_suppressions WHERE value = ?`,
    address,
  );
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

  test('is kept with what it says besides, and with nothing of what it does not say', async () => {
    const mail = await sent(world);

    await deliver(world, [
      providerEvent(world, mail, 'delivered', { reason: '250 2.0.0 OK', statusCode: '2.0.0' }),
    ]);

    expect(
      await world.rows('SELECT data FROM message_events WHERE message_id = ?', mail.messageId),
    ).toEqual([{ data: { rawType: 'delivered', reason: '250 2.0.0 OK', statusCode: '2.0.0' } }]);
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

  test('that forbids the address ends its own enrollment, also where late news show that it had not ended', async () => {
    const [first, second, third] = TWO_STEPS.nodes;
    const tenant = await world.createTenant({
      ...TWO_STEPS,
      nodes: [
        {
          ...first,
          transitions: [
            { on: 'clicked', to: 'stop' },
            { on: 'unsubscribed', to: 'second' },
          ],
        },
        { ...second, transitions: [{ on: 'no_open', to: 'third' }] },
        third,
      ],
    });
    for (const order of ['click first', 'unsubscribed first']) {
      const mail = await sent(world, tenant);
      const at = world.clock.now();
      const clicked = providerEvent(world, mail, 'clicked', { at: at + 2 });
      const left = providerEvent(world, mail, 'unsubscribed', { at: at + 1 });
      const events = order === 'click first' ? [clicked, left] : [left, clicked];
      for (const event of events) await deliver(world, [event]);

      expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
        status: 'suppressed',
        end_reason: 'address_suppressed',
      });
      expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
    }
  });

  test('says why its address is suppressed, where it is the earliest that says so', async () => {
    const at = world.clock.now();
    const complaint = { type: 'spamreport', at: at + 1_000 } as const;
    const left = { type: 'unsubscribed', at } as const;
    for (const [order, together] of [
      [[complaint, left], false],
      [[left, complaint], false],
      [[complaint, left], true],
      [[left, complaint], true],
    ] as const) {
      const mail = await sent(world);
      const events = order.map((one) => providerEvent(world, mail, one.type, { at: one.at }));
      for (const some of together ? [events] : events.map((event) => [event])) {
        await deliver(world, some);
      }
      expect(await suppressionOf(mail.address)).toEqual([
        { reason: 'unsubscribed', first: at, last: at + 1_000 },
      ]);
    }
  });

  test('does not say so of an address that an operator has suppressed', async () => {
    const mail = await sent(world);
    await suppressAddresses(world, mail.tenant.tenantId, [mail.address]);
    await deliver(world, [
      providerEvent(world, mail, 'spamreport', { at: world.clock.now() - 60_000 }),
    ]);
    expect(await suppressionOf(mail.address)).toMatchObject([{ reason: 'manual' }]);
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
    const intake = intakeOf(world.publisher);
    const [first, second] = await Promise.all([
      intake.add({ tenantId: null, payload: Buffer.from('[]') }),
      intake.add({ tenantId: null, payload: Buffer.from('[]') }),
    ]);
    expect(first).not.toBeNull();
    expect(second).toBeNull();
    expect(await intake.add({ tenantId: null, payload: Buffer.from('[]') })).toBeNull();
  });

  test('of the same bytes is stored once in one statement, too', async () => {
    const payload = Buffer.from(newId());
    const hash = createHash('sha256').update(payload).digest();
    const copies = [newId(), newId()].map((id) => ({ id, tenantId: null, payload, hash }));
    expect((await world.apiStore.storeDeliveries(copies)).size).toBe(1);
    const kept = await world.rows(
      'SELECT payload FROM webhook_deliveries WHERE payload = ?',
      payload,
    );
    expect(kept).toEqual([{ payload }]);
  });

  test('is stored byte by byte among others, empty ones too', async () => {
    const intake = intakeOf(world.publisher);
    const payloads = [
      Buffer.alloc(0),
      Buffer.from([0, 255, 10]),
      ...Array.from({ length: 70 }, (_, n) => Buffer.from(`delivery ${n} ${newId()}`)),
    ];
    const ids = await Promise.all(
      payloads.map((payload) => intake.add({ tenantId: null, payload })),
    );
    const kept = await world.rows<{ id: string; payload: Buffer }>(
      'SELECT id, payload FROM webhook_deliveries WHERE id = ANY (?::uuid[])',
      ids,
    );
    const byId = new Map(kept.map(({ id, payload }) => [id, payload.toString('hex')]));
    expect(ids.map((id) => byId.get(id ?? ''))).toEqual(
      payloads.map((payload) => payload.toString('hex')),
    );
  });

  test('that the database refuses costs those of the same statement nothing', async () => {
    const intake = intakeOf(world.publisher);
    const nobody = newId();
    const add = (tenantId: string | null) =>
      intake.add({ tenantId, payload: Buffer.from(newId()) });
    const results = await Promise.allSettled([null, null, nobody, null].map(add));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  test('is stored although the queue is down, and a sweep would find it', async () => {
    const errors: unknown[] = [];
    const intake = intakeOf(
      { publish: () => Promise.reject(new Error('the queue is down')) },
      (error) => errors.push(error),
    );
    const id = await intake.add({ tenantId: null, payload: Buffer.from('[1]') });
    await intake.close();
    expect(errors).toHaveLength(1);
    expect(await world.store.waitingDeliveries(0, 1_000)).toContainEqual({ id, tenantId: null });
  });

  test('that cannot be read is quarantined with its reason', async () => {
    const delivery = await stored(world, Buffer.from('{'));
    await processDelivery(delivery, {
      ...world,
      parse: () => ({ ok: false, reason: 'the body is not JSON' }),
    });
    const [row] = await world.rows<{ status: string; error: string }>(
      'SELECT status, error FROM webhook_deliveries WHERE id = ?',
      delivery.id,
    );
    expect(row).toEqual({ status: 'quarantined', error: 'the body is not JSON' });
  });
});

describe('a delivery of a tenant’s own account', () => {
  const parsed = (...events: ProviderEvent[]) => ({
    ...world,
    parse: () => ({
      ok: true as const,
      events: events.map((event, position) => ({ position, event })),
      rejected: [],
    }),
  });
  const quarantinedOf = ({ id }: DeliveryRef) =>
    world.rows<{ position: number; reason: string }>(
      'SELECT position, reason FROM quarantined_events WHERE delivery_id = ? ORDER BY position',
      id,
    );

  test('moves the messages of that tenant alone', async () => {
    const [mine, theirs] = [await sent(world), await sent(world)];
    const delivery = await stored(world, undefined, mine.tenant.tenantId);

    const result = await processDelivery(
      delivery,
      parsed(
        providerEvent(world, theirs, 'bounced'),
        providerEvent(world, mine, 'delivered'),
        providerEvent(world, mine, 'opened', { reference: null }),
      ),
    );

    expect(result).toMatchObject({ recorded: 1, byType: { delivered: 1 }, quarantined: 2 });
    expect(await statusOf(mine.messageId)).toBe('delivered');
    expect(await statusOf(theirs.messageId)).toBe('sent');
    expect(await quarantinedOf(delivery)).toEqual([
      { position: 0, reason: 'event names a message of another tenant' },
      { position: 2, reason: 'event names no message of ours' },
    ]);
    const [row] = await world.rows<{ status: string }>(
      'SELECT status FROM webhook_deliveries WHERE id = ?',
      delivery.id,
    );
    expect(row).toEqual({ status: 'processed' });
  });

  test('is told apart by the provider’s id as well, and finds its own under one that both have', async () => {
    const [mine, theirs] = [await sent(world), await sent(world)];
    const id = newId();
    await world.rows(
      'UPDATE outbound_messages SET provider_message_id = ? WHERE id = ANY (?::uuid[])',
      id,
      [mine.messageId, theirs.messageId],
    );
    const lost = { reference: null, providerMessageId: `${id}.filter-1` };
    const other = newId();
    await world.rows(
      'UPDATE outbound_messages SET smtp_id = NULL, provider_message_id = ? WHERE id = ?',
      other,
      (await sent(world)).messageId,
    );
    await findable(world);
    const delivery = await stored(world, undefined, mine.tenant.tenantId);

    const result = await processDelivery(
      delivery,
      parsed(
        providerEvent(world, mine, 'delivered', lost),
        providerEvent(world, mine, 'opened', { reference: null, providerMessageId: other }),
      ),
    );

    expect(result).toMatchObject({ recorded: 1, quarantined: 1 });
    expect(await statusOf(mine.messageId)).toBe('delivered');
    expect(await statusOf(theirs.messageId)).toBe('sent');
    expect(await quarantinedOf(delivery)).toEqual([
      { position: 1, reason: 'event names no message of ours' },
    ]);
  });

  test('of the same bytes as another’s is a delivery of its own', async () => {
    const payload = Buffer.from(newId());
    const [mine, theirs] = [await world.createTenant(), await world.createTenant()];
    const refs = [
      await stored(world, payload, mine.tenantId),
      await stored(world, payload, theirs.tenantId),
      await stored(world, payload),
    ];
    expect(new Set(refs.map(({ id }) => id)).size).toBe(3);
    expect(await world.store.waitingDeliveries(0, 1_000)).toEqual(expect.arrayContaining(refs));
    await expect(stored(world, payload, mine.tenantId)).rejects.toThrow('was not stored');
  });

  test('is nobody else’s, and no work of one who does not know whose it is', async () => {
    const mine = await world.createTenant();
    const { id, tenantId } = await stored(world, undefined, mine.tenantId);
    const { tenantId: other } = await world.createTenant();
    expect(await world.store.loadDeliveries([{ id, tenantId: null }])).toEqual([]);
    expect(await world.store.loadDeliveries([{ id, tenantId: other }])).toEqual([]);
    expect(await world.store.loadDeliveries([{ id, tenantId }])).toMatchObject([{ id, tenantId }]);
  });

  test('that cannot be read is quarantined with its reason', async () => {
    const { tenantId } = await world.createTenant();
    const delivery = await stored(world, undefined, tenantId);
    await processDelivery(delivery, { ...world, parse: () => ({ ok: false, reason: 'no JSON' }) });
    const [row] = await world.rows(
      'SELECT status, error FROM webhook_deliveries WHERE id = ?',
      delivery.id,
    );
    expect(row).toEqual({ status: 'quarantined', error: 'no JSON' });
  });
});

function intakeOf(
  publisher: JobPublisher,
  onQueueError: (error: unknown) => void = () => undefined,
) {
  return createIntake({ store: world.apiStore, publisher, timeoutMs: 10_000, onQueueError });
}

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
