import { newId, type ProviderEvent } from '@cadenza/domain';
import {
  detachInputs,
  processDelivery,
  replayDeliveries,
  type ParsedDelivery,
  type ReplayedDeliveries,
  type ReplayRequest,
} from '@cadenza/engine';
import { withClient } from '@cadenza/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { verifyAll } from './support/invariants.ts';
import {
  enrollmentOf,
  hurry,
  liftLimits,
  liveActions,
  messageOf,
  providerEvent,
  sendDue,
  sent,
  stored,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

const HOUR = 3_600_000;
let world: World;
/** Real time at which a test began: its deliveries are those received since. */
let from = 0;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

beforeEach(async () => {
  const [row] = await world.rows<{ at: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at',
  );
  from = row?.at ?? 0;
});

afterAll(() => world.close());

/** What a payload holds, as the provider's format would have it. */
const bodies = new Map<string, ParsedDelivery>();
const parse = (payload: Buffer): ParsedDelivery =>
  bodies.get(payload.toString()) ?? { ok: false, reason: 'the body is not JSON' };

function bodyOf(...events: readonly ProviderEvent[]): ParsedDelivery {
  return {
    ok: true,
    events: events.map((event, position) => ({ position, event })),
    rejected: [],
  };
}

/** Stores a delivery of these events, and says what its payload is. */
async function storedDelivery(parsed: ParsedDelivery) {
  const body = newId();
  bodies.set(body, parsed);
  return { ...(await stored(world, Buffer.from(body))), body };
}

async function delivered(...events: readonly ProviderEvent[]) {
  const delivery = await storedDelivery(bodyOf(...events));
  await processDelivery(delivery, { ...world, parse });
  return delivery;
}

async function replay(request: Partial<ReplayRequest> = {}): Promise<ReplayedDeliveries> {
  const total = {
    deliveries: 0,
    recorded: 0,
    duplicates: 0,
    inputs: 0,
    quarantined: 0,
    skipped: 0,
  };
  const pages = replayDeliveries(
    { from, to: null, tenantId: null, quarantined: false, dryRun: false, ...request },
    { ...world, parse },
  );
  for await (const page of pages) {
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += page[key];
  }
  return total;
}

/** Everything that processing events can change, row by row. */
async function everything(): Promise<string[]> {
  const tables = [
    'contact_campaigns',
    'campaign_transitions',
    'outbound_messages',
    'message_attempts',
    'scheduled_actions',
    'message_events',
    'communication_suppressions',
    'contact_channels',
    'webhook_deliveries',
    'quarantined_events',
  ];
  const found = await Promise.all(
    tables.map((table) =>
      world.rows<{ line: string }>(
        `SELECT '${table} ' || to_jsonb(t)::text AS line FROM ${table} t`,
      ),
    ),
  );
  return found
    .flat()
    .map(({ line }) => line)
    .sort();
}

const event = (of: Enrolled, type: ProviderEvent['type'], over: Partial<ProviderEvent> = {}) =>
  providerEvent(world, of, type, over);
const softBounce = (of: Enrolled, over: Partial<ProviderEvent> = {}) =>
  event(of, 'bounced', { bounceKind: 'soft', reason: 'mailbox full', ...over });

async function eventsOf({ enrollmentId }: Enrolled): Promise<string[]> {
  const found = await world.rows<{ type: string }>(
    'SELECT type FROM message_events WHERE enrollment_id = ? AND NOT synthetic ORDER BY type',
    enrollmentId,
  );
  return found.map(({ type }) => type);
}

async function suppressionsOf({ tenant, address }: Enrolled): Promise<string[]> {
  const found = await world.rows<{ reason: string }>(
    'SELECT reason FROM communication_suppressions WHERE tenant_id = ? AND value = ?',
    tenant.tenantId,
    address,
  );
  return found.map(({ reason }) => reason);
}

async function softBouncesOf({ contactId }: Enrolled): Promise<number | undefined> {
  const [row] = await world.rows<{ soft_bounces: number }>(
    'SELECT soft_bounces FROM contact_channels WHERE contact_id = ?',
    contactId,
  );
  return row?.soft_bounces;
}

const deliveryOf = async ({ id }: { readonly id: string }) =>
  (
    await world.rows<{ status: string; error: string | null }>(
      'SELECT status, error FROM webhook_deliveries WHERE id = ?',
      id,
    )
  )[0];

const quarantineOf = async ({ id }: { readonly id: string }) =>
  (
    await world.rows<{ position: number }>(
      'SELECT position FROM quarantined_events WHERE delivery_id = ? ORDER BY position',
      id,
    )
  ).map(({ position }) => position);

const forgetEvents = ({ enrollmentId }: Enrolled) =>
  world.rows('DELETE FROM message_events WHERE enrollment_id = ?', enrollmentId);

describe('deliveries processed again', () => {
  test('change nothing of what is right', async () => {
    const [opened, bounced, retried, left, late, read] = [
      await sent(world),
      await sent(world),
      await sent(world),
      await sent(world),
      await sent(world),
      await sent(world),
    ];
    const now = world.clock.now();
    await delivered(
      event(opened, 'delivered', { reason: '250 OK' }),
      event(opened, 'opened', { at: now + 1 }),
      event(opened, 'opened', { at: now + 1 }),
      event(bounced, 'bounced'),
      event(left, 'deferred', { reason: 'later' }),
      event(opened, 'other'),
    );
    await delivered(softBounce(retried), event(left, 'unsubscribed'));
    // Arrived after all, and told of first.
    await delivered(event(read, 'delivered', { at: now + HOUR }), softBounce(read));
    await delivered(event(left, 'deferred', { at: now - 1, reason: 'an earlier word' }));
    await delivered(event(late, 'opened'));
    await hurry(world);
    await sendDue(world);
    await delivered(
      event(late, 'clicked'),
      event(opened, 'clicked'),
      softBounce(retried, {
        reference: { tenantId: retried.tenant.tenantId, messageId: retried.messageId, attempt: 2 },
        dedupeKey: newId(),
      }),
      event({ ...late, messageId: newId() }, 'opened'),
      event(late, 'opened', { reference: null }),
    );
    const before = await everything();

    expect(await replay()).toEqual({
      deliveries: 6,
      recorded: 0,
      duplicates: 15,
      inputs: 0,
      quarantined: 0,
      skipped: 2,
    });

    expect(await everything()).toEqual(before);
    expect(await softBouncesOf(retried)).toBe(2);
  });

  test('bring back events that are gone, without counting or recording anything twice', async () => {
    const mail = await sent(world);
    await delivered(event(mail, 'processed'), softBounce(mail));
    await hurry(world);
    await sendDue(world);
    const before = await enrollmentOf(world, mail.enrollmentId);
    await forgetEvents(mail);

    expect(await replay()).toMatchObject({ recorded: 2, duplicates: 0, inputs: 0 });

    expect(await eventsOf(mail)).toEqual(['bounced', 'processed']);
    expect(await softBouncesOf(mail)).toBe(1);
    expect(await enrollmentOf(world, mail.enrollmentId)).toEqual(before);
    expect(await replay()).toMatchObject({ recorded: 0, duplicates: 2 });
    expect(await verifyAll(world)).toEqual([]);
  });

  test('bring back statuses that are behind what events say', async () => {
    const [read, arrived, bounced] = [await sent(world), await sent(world), await sent(world)];
    const at = world.clock.now();
    await delivered(
      event(read, 'opened'),
      softBounce(arrived, { at }),
      event(arrived, 'delivered', { at: at + 1 }),
      softBounce(bounced),
    );
    for (const { enrollmentId } of [read, arrived]) {
      await world.rows(
        "UPDATE outbound_messages SET status = 'sent', detail = 'as it was' WHERE node_id = 'first' AND enrollment_id = ?",
        enrollmentId,
      );
    }
    await world.rows(
      "UPDATE message_attempts SET status = 'sent' WHERE message_id = ?",
      bounced.messageId,
    );

    expect(await replay()).toMatchObject({ recorded: 0, duplicates: 4, inputs: 0 });

    expect(await messageOf(world, read.enrollmentId)).toMatchObject({ status: 'delivered' });
    expect(await messageOf(world, arrived.enrollmentId)).toMatchObject({ status: 'delivered' });
    expect(
      await world.rows(
        'SELECT status FROM message_attempts WHERE message_id = ?',
        bounced.messageId,
      ),
    ).toEqual([{ status: 'retrying' }]);
    expect(
      await world.rows('SELECT detail FROM outbound_messages WHERE id = ?', read.messageId),
    ).toEqual([{ detail: 'as it was' }]);
  });

  test('complete a hand-off of which an event tells', async () => {
    const mail = await sent(world);
    await delivered(event(mail, 'delivered'));
    await world.rows(
      `UPDATE outbound_messages SET status = 'unknown' WHERE id = ?`,
      mail.messageId,
    );

    expect(await replay()).toMatchObject({ duplicates: 1, inputs: 0 });

    expect(await messageOf(world, mail.enrollmentId)).toMatchObject({ status: 'delivered' });
  });

  test('bring back inputs that are missing', async () => {
    const mail = await sent(world);
    const [enrollment] = await world.rows<{ version: number; state: unknown }>(
      'SELECT version, state FROM contact_campaigns WHERE id = ?',
      mail.enrollmentId,
    );
    await delivered(event(mail, 'opened'));
    // The enrollment as it was before, and the event as it is.
    await world.rows(
      'DELETE FROM campaign_transitions WHERE seq > 3 AND enrollment_id = ?',
      mail.enrollmentId,
    );
    await world.rows(
      'UPDATE contact_campaigns SET version = ?, state = ?::jsonb WHERE id = ?',
      enrollment?.version,
      JSON.stringify(enrollment?.state),
      mail.enrollmentId,
    );
    await world.rows(
      `UPDATE scheduled_actions
       SET status = CASE node_id WHEN 'first' THEN 'pending' ELSE 'canceled' END
       WHERE type <> 'send' AND enrollment_id = ? OR node_id = 'third' AND enrollment_id = ?`,
      mail.enrollmentId,
      mail.enrollmentId,
    );
    await world.rows(
      "UPDATE outbound_messages SET status = 'canceled' WHERE node_id = 'third' AND enrollment_id = ?",
      mail.enrollmentId,
    );
    expect(await verifyAll(world)).toEqual([]);

    expect(await replay()).toMatchObject({ recorded: 0, duplicates: 1, inputs: 1 });

    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:third:1:1']);
    expect(await verifyAll(world)).toEqual([]);
    expect(await replay()).toMatchObject({ duplicates: 1, inputs: 0 });
  });

  test('bring back a suppression with its event, and none that was lifted since', async () => {
    const [lost, lifted] = [await sent(world), await sent(world)];
    await delivered(event(lost, 'unsubscribed'), event(lifted, 'unsubscribed'));
    await world.rows('DELETE FROM communication_suppressions WHERE value = ANY (?::text[])', [
      lost.address,
      lifted.address,
    ]);
    await forgetEvents(lost);

    expect(await replay()).toMatchObject({ recorded: 1, duplicates: 1, inputs: 0 });

    expect(await suppressionsOf(lost)).toEqual(['unsubscribed']);
    expect(await suppressionsOf(lifted)).toEqual([]);
  });

  test('end who has been enrolled since, where a suppression comes back', async () => {
    const mail = await sent(world);
    await delivered(event(mail, 'unsubscribed'));
    await world.rows('DELETE FROM communication_suppressions WHERE value = ?', mail.address);
    await world.rows('DELETE FROM contact_opt_outs WHERE contact_id = ?', mail.contactId);
    const again = await world.enrolOne(mail.tenant, mail.contactId);
    await forgetEvents(mail);

    expect(await replay()).toMatchObject({ recorded: 1, inputs: 1 });

    expect(await enrollmentOf(world, again)).toMatchObject({ status: 'suppressed' });
    expect(await verifyAll(world)).toEqual([]);
  });

  test('give inputs to nobody whose inputs were detached', async () => {
    const mail = await sent(world);
    await delivered(event(mail, 'opened'));
    await hurry(world);
    await sendDue(world);
    await suppressAddresses(world, mail.tenant.tenantId, [mail.address]);
    const third = await messageOf(world, mail.enrollmentId, 'third');
    const bounce = event({ ...mail, messageId: third.id }, 'bounced');
    await delivered(bounce);
    const before = world.clock.now() + 1;
    expect(await detachInputs({ tenantId: mail.tenant.tenantId, before }, world)).toMatchObject({
      enrollments: 1,
    });
    await forgetEvents(mail);

    expect(await replay()).toMatchObject({ recorded: 2, inputs: 0, quarantined: 0 });

    expect(await eventsOf(mail)).toEqual(['bounced', 'opened']);
    expect(await verifyAll(world)).toEqual([]);
  });

  test('are those of a time, or of a tenant', async () => {
    const [one, other] = [await sent(world), await sent(world)];
    const first = await delivered(event(one, 'opened'), event(other, 'opened'));
    const second = await delivered(event(one, 'clicked'));
    for (const mail of [one, other]) await forgetEvents(mail);
    const hours = async ({ id }: { readonly id: string }, ahead: number) =>
      world.rows(
        `UPDATE webhook_deliveries SET received_at = to_timestamp(? / 1000.0) WHERE id = ?`,
        from + ahead * HOUR,
        id,
      );
    await hours(first, 1);
    await hours(second, 2);

    expect(await replay({ from: from + HOUR + 1, to: from + 2 * HOUR })).toMatchObject({
      deliveries: 0,
    });
    expect(
      await replay({
        from: from + HOUR,
        to: from + 2 * HOUR,
        tenantId: one.tenant.tenantId,
      }),
    ).toMatchObject({ deliveries: 1, recorded: 1, duplicates: 0 });
    expect(await eventsOf(one)).toEqual(['opened']);
    expect(await eventsOf(other)).toEqual([]);

    expect(await replay({ to: from + 3 * HOUR })).toMatchObject({ recorded: 2, duplicates: 1 });
    expect(await eventsOf(one)).toEqual(['clicked', 'opened']);
    await world.rows("UPDATE webhook_deliveries SET received_at = now() - interval '1 hour'");
  });

  test('are only counted in a dry run', async () => {
    const mail = await sent(world);
    await delivered(event(mail, 'opened'));
    const waiting = await storedDelivery(bodyOf(event(mail, 'clicked')));
    const unreadable = await stored(world);
    await forgetEvents(mail);
    const before = await everything();

    expect(await replay({ dryRun: true })).toEqual({
      deliveries: 3,
      recorded: 2,
      duplicates: 0,
      inputs: 1,
      quarantined: 1,
      skipped: 0,
    });
    expect(await everything()).toEqual(before);

    expect(await replay()).toMatchObject({ recorded: 2, inputs: 1, quarantined: 1 });
    expect(await deliveryOf(waiting)).toEqual({ status: 'processed', error: null });
    expect(await deliveryOf(unreadable)).toMatchObject({ status: 'quarantined' });
  });
});

describe('what is in quarantine', () => {
  const noSuch = (mail: Enrolled) => event({ ...mail, messageId: newId() }, 'opened');

  test('is tried again, and leaves it where it can be used now', async () => {
    const mail = await sent(world);
    const untouched = await delivered(event(mail, 'delivered'));
    const text = `{${newId()}`;
    const unreadable = await stored(world, Buffer.from(text));
    await processDelivery(unreadable, { ...world, parse });
    const deferred = event(mail, 'deferred');
    const delivery = await delivered(noSuch(mail), noSuch(mail), deferred);
    expect(await quarantineOf(delivery)).toEqual([0, 1]);
    bodies.set(text, bodyOf(event(mail, 'clicked'), noSuch(mail)));
    bodies.set(delivery.body, bodyOf(event(mail, 'opened'), noSuch(mail), deferred));

    expect(
      await replay({ quarantined: true, tenantId: mail.tenant.tenantId, dryRun: true }),
    ).toMatchObject({
      deliveries: 2,
      recorded: 2,
    });
    expect(await replay({ quarantined: true })).toMatchObject({
      deliveries: 2,
      recorded: 2,
      quarantined: 1,
      skipped: 1,
    });

    expect(await quarantineOf(delivery)).toEqual([1]);
    expect(await deliveryOf(unreadable)).toEqual({ status: 'processed', error: null });
    expect(await quarantineOf(unreadable)).toEqual([1]);
    expect(await deliveryOf(untouched)).toEqual({ status: 'processed', error: null });
    expect(await eventsOf(mail)).toEqual(['clicked', 'deferred', 'delivered', 'opened']);
  });

  test('stays there where only the part of one tenant is tried', async () => {
    const mail = await sent(world);
    const text = `{${newId()}`;
    const unreadable = await stored(world, Buffer.from(text));
    await processDelivery(unreadable, { ...world, parse });
    bodies.set(text, bodyOf(event(mail, 'clicked'), event(await sent(world), 'clicked')));

    expect(await replay({ quarantined: true, tenantId: mail.tenant.tenantId })).toMatchObject({
      deliveries: 1,
      recorded: 1,
    });

    expect(await deliveryOf(unreadable)).toMatchObject({ status: 'quarantined' });
  });

  test('grows by what cannot be recorded, which costs its neighbours nothing', async () => {
    const [mail, neighbour] = [await sent(world), await sent(world)];
    const poison = event(mail, 'bounced', { reason: 'mailbox \u0000 unavailable' });
    const delivery = await storedDelivery(bodyOf(poison, event(neighbour, 'delivered')));

    expect(await replay()).toMatchObject({ recorded: 1, quarantined: 1 });

    expect(await deliveryOf(delivery)).toEqual({ status: 'processed', error: null });
    expect(await quarantineOf(delivery)).toEqual([0]);
    bodies.set(delivery.body, bodyOf({ ...poison, reason: 'unknown user' }));
    expect(await replay({ quarantined: true })).toMatchObject({ recorded: 1, quarantined: 0 });
    expect(await quarantineOf(delivery)).toEqual([]);
    expect(await suppressionsOf(mail)).toEqual(['hard_bounce']);
  });

  test('does not grow by events of messages that are gone', async () => {
    const mail = await sent(world);
    const delivery = await delivered(event(mail, 'opened'));
    await withClient(world.database.url, async (client) => {
      // Messages stay, whoever is erased; this is a database that somebody else has cleaned.
      await client.query('SET session_replication_role = replica');
      for (const table of ['scheduled_actions', 'message_events', 'outbound_messages']) {
        await client.query(`DELETE FROM ${table} WHERE enrollment_id = $1`, [mail.enrollmentId]);
      }
    });

    expect(await replay()).toMatchObject({ recorded: 0, quarantined: 0, skipped: 1 });

    expect(await quarantineOf(delivery)).toEqual([]);
    expect(await eventsOf(mail)).toEqual([]);
  });
});

test('events of months that were detached are not recorded once more', async () => {
  const mail = await sent(world);
  const [{ name = '', at = 0 } = {}] = await world.rows<{ name: string; at: number }>(
    `SELECT min(inhrelid::regclass::text) AS name, epoch_ms(oldest_event_partition()) AS at
     FROM pg_inherits WHERE inhparent = 'message_events'::regclass
       AND inhrelid::regclass::text <> 'message_events_default'`,
  );
  await delivered(event(mail, 'delivered', { at: at + HOUR }), event(mail, 'opened'));
  expect(await world.rows(`SELECT type FROM ${name}`)).toEqual([{ type: 'delivered' }]);
  await world.rows(`ALTER TABLE message_events DETACH PARTITION ${name}`);

  expect(await replay()).toMatchObject({ recorded: 0, duplicates: 1, skipped: 1 });

  expect(await eventsOf(mail)).toEqual(['opened']);
});
