import type { ProviderEvent, SendOutcome } from '@cadenza/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  enrolledAgain,
  enrollmentOf,
  hurry,
  liftLimits,
  liveActions,
  provider,
  providerEvent,
  sendDue,
  sendOptions,
  stop,
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, processSends, TWO_STEPS, type World } from './support/world.ts';

const HOUR = 3_600_000;
let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

afterAll(async () => {
  expect(await brokenInvariants(world)).toEqual({});
  await world.close();
});

async function sent(): Promise<Enrolled> {
  const mail = await enrolled(world);
  await sendDue(world);
  return mail;
}

/** @param order names of the events, of which each comes in a delivery of its own. */
async function deliverInTurn(order: string, events: Readonly<Record<string, ProviderEvent>>) {
  for (const name of order.split(' ')) {
    const event = events[name];
    if (event === undefined) throw new Error(`no event is called ${name}`);
    await deliver(world, [event]);
  }
}

function referenceOf({ tenant, messageId }: Enrolled, attempt: number) {
  return { tenantId: tenant.tenantId, messageId, attempt };
}

function eventOf(
  mail: Enrolled,
  type: ProviderEvent['type'],
  attempt: number,
  over: Partial<ProviderEvent> = {},
): ProviderEvent {
  const reference = referenceOf(mail, attempt);
  const at = over.at ?? world.clock.now();
  const dedupeKey = `${mail.messageId} ${type} ${attempt} ${at}`;
  return providerEvent(world, mail, type, { reference, dedupeKey, ...over });
}

const softBounce = (mail: Enrolled, attempt: number, over: Partial<ProviderEvent> = {}) =>
  deliver(world, [eventOf(mail, 'bounced', attempt, { bounceKind: 'soft', ...over })]);

/** The message, and its attempts that are not the current one. */
async function record(mail: Enrolled) {
  const [message] = await world.rows<{ status: string; attempt: number }>(
    'SELECT status, attempt FROM outbound_messages WHERE id = ?',
    mail.messageId,
  );
  const former = await world.rows<{ attempt: number; status: string }>(
    `SELECT attempt, status FROM message_attempts WHERE message_id = ? ORDER BY attempt, begun_at`,
    mail.messageId,
  );
  return {
    now: `${message?.status} ${message?.attempt}`,
    former: former.map(({ status, attempt }) => `${status} ${attempt}`),
  };
}

async function sendRetry(answer: SendOutcome = ACCEPT) {
  await hurry(world);
  const { mails, port } = provider(() => answer);
  await sendDue(world, port);
  return mails.map(({ reference }) => reference);
}

describe('a soft bounce', () => {
  test('is retried after 1 h, 4 h and 24 h as attempts of the same message, then it is final', async () => {
    const mail = await sent();
    for (const [attempt, hours] of [
      [1, 1],
      [2, 4],
      [3, 24],
    ] as const) {
      const at = world.clock.now();
      await softBounce(mail, attempt, { at });
      expect(await record(mail)).toMatchObject({ now: `queued ${attempt + 1}` });
      const [due] = await world.rows<{ due: number }>(
        `SELECT epoch_ms(due_at) AS due FROM scheduled_actions
         WHERE enrollment_id = ? AND status = 'pending'`,
        mail.enrollmentId,
      );
      const [begun] = await world.rows<{ at: number }>(
        'SELECT epoch_ms(max(begun_at)) AS at FROM message_attempts WHERE message_id = ?',
        mail.messageId,
      );
      expect(due?.due).toBe(Math.max(at, begun?.at ?? 0) + hours * HOUR);
      expect(await sendRetry()).toEqual([referenceOf(mail, attempt + 1)]);
    }
    await softBounce(mail, 4);

    expect(await record(mail)).toEqual({
      now: 'bounced 4',
      former: ['retrying 1', 'retrying 2', 'retrying 3'],
    });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'failed',
      end_reason: 'bounced',
    });
  });

  test('that is a refusal of this very message is not retried', async () => {
    const mail = await sent();
    await deliver(world, [eventOf(mail, 'bounced', 1, { bounceKind: 'refused' })]);
    expect(await record(mail)).toEqual({ now: 'bounced 1', former: [] });
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
  });

  test('starts the timers of the message again with its next attempt', async () => {
    const mail = await sent();
    await softBounce(mail, 1);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:first:1:2']);
    await sendRetry();
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:2']);
  });

  test('is called back by a delivery after it, whichever is reported first', async () => {
    for (const order of ['bounce first', 'delivery first']) {
      const mail = await sent();
      const at = world.clock.now();
      const bounce = () => softBounce(mail, 1, { at });
      const delivery = () => deliver(world, [eventOf(mail, 'delivered', 1, { at: at + 1_000 })]);
      await (order === 'bounce first' ? bounce() : delivery());
      await (order === 'bounce first' ? delivery() : bounce());

      expect(await record(mail)).toEqual({ now: 'delivered 1', former: [] });
      expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
    }
  });

  test('stands against a delivery before it, whichever is reported first', async () => {
    for (const order of ['bounce first', 'delivery first']) {
      const mail = await sent();
      const at = world.clock.now();
      const bounce = () => softBounce(mail, 1, { at: at + 1_000 });
      const delivery = () => deliver(world, [eventOf(mail, 'delivered', 1, { at })]);
      await (order === 'bounce first' ? bounce() : delivery());
      await (order === 'bounce first' ? delivery() : bounce());

      expect(await record(mail)).toEqual({ now: 'queued 2', former: ['retrying 1'] });
    }
  });

  test.each([
    [
      'is no more than what a person has read',
      ['refused soft opened', 'opened refused soft'],
      'delivered',
    ],
    ['makes it one that is retried', ['refused soft', 'soft refused'], 'retrying'],
  ])(
    'of an attempt that was refused before %s, whichever is reported first',
    async (_, orders, status) => {
      const [first, second] = TWO_STEPS.nodes;
      const tenant = await world.createTenant({
        ...TWO_STEPS,
        nodes: [{ ...first, transitions: [{ on: 'bounced', to: 'second' }] }, second],
      });
      for (const order of orders) {
        const mail = await enrolled(world, tenant);
        await sendDue(world);
        const at = world.clock.now();
        await deliverInTurn(order, {
          refused: eventOf(mail, 'bounced', 1, { at, bounceKind: 'refused' }),
          soft: eventOf(mail, 'bounced', 1, { at: at + 1_000, bounceKind: 'soft' }),
          opened: eventOf(mail, 'opened', 1, { at: at + 1_000 }),
        });
        expect(await record(mail)).toEqual({ now: 'queued 2', former: [`${status} 1`] });
      }
    },
  );

  test('is not retried once its address is suppressed, and stays the message’s last word', async () => {
    const mail = await sent();
    await softBounce(mail, 1);
    await suppressAddresses(world, mail.tenant.tenantId, [mail.address]);
    expect(await record(mail)).toEqual({ now: 'bounced 1', former: [] });
    expect(await sendRetry()).not.toContainEqual(referenceOf(mail, 2));
  });

  test('of an attempt that is not the last is kept, and starts no other', async () => {
    const mail = await sent();
    await softBounce(mail, 1);
    await sendRetry();
    await softBounce(mail, 1);
    expect(await record(mail)).toEqual({ now: 'sent 2', former: ['retrying 1'] });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:2']);
  });

  test('without our reference is matched to the attempt that it speaks of', async () => {
    const mail = await enrolled(world);
    await sendDue(world, provider(() => ({ ...ACCEPT, providerMessageId: 'first.try' })).port);
    await softBounce(mail, 1);
    await sendRetry({ kind: 'accepted', providerMessageId: 'second.try' });
    const anonymous = { reference: null, bounceKind: 'soft' } as const;
    await deliver(world, [
      eventOf(mail, 'bounced', 1, { ...anonymous, providerMessageId: 'first.try.filter1' }),
    ]);
    expect(await record(mail)).toMatchObject({ now: 'sent 2' });
    await deliver(world, [
      eventOf(mail, 'bounced', 2, { ...anonymous, providerMessageId: 'second.try.filter1' }),
    ]);
    expect(await record(mail)).toMatchObject({ now: 'queued 3' });
  });
});

describe('soft bounces in a row', () => {
  async function bounceOnce(mail: Enrolled): Promise<void> {
    const again = await enrolledAgain(world, mail);
    await sendDue(world);
    await deliver(world, [eventOf(again, 'bounced', 1, { bounceKind: 'soft' })]);
    await stop(world, again);
  }

  test('suppress an address at the fifth, across campaigns, and a delivery starts again from none', async () => {
    const mail = await enrolled(world);
    await stop(world, mail);
    for (let n = 1; n <= 4; n += 1) await bounceOnce(mail);
    const delivered = await enrolledAgain(world, mail);
    await sendDue(world);
    await deliver(world, [eventOf(delivered, 'delivered', 1)]);
    await stop(world, delivered);

    for (let n = 1; n <= 4; n += 1) await bounceOnce(mail);
    const suppressed = () =>
      world.rows<{ reason: string }>(
        'SELECT reason FROM communication_suppressions WHERE value = ?',
        mail.address,
      );
    expect(await suppressed()).toEqual([]);
    const last = await enrolledAgain(world, mail);
    await sendDue(world);
    await deliver(world, [eventOf(last, 'bounced', 1, { bounceKind: 'soft' })]);

    expect(await suppressed()).toEqual([{ reason: 'soft_bounces' }]);
    expect(await enrollmentOf(world, last.enrollmentId)).toMatchObject({ status: 'suppressed' });
    expect(await liveActions(world, last.enrollmentId)).toEqual([]);
  });
});

describe('evidence', () => {
  test('of the first attempt calls back a second that was released', async () => {
    const mail = await sent();
    await softBounce(mail, 1);
    await hurry(world);
    const { port } = provider(async ({ reference }) => {
      if (reference.messageId !== mail.messageId) return ACCEPT;
      await deliver(world, [eventOf(mail, 'opened', 1)]);
      return {
        kind: 'not_handed_off',
        cause: 'deadline_passed',
        retryAfterMs: null,
        reason: 'too late',
      };
    });
    await processSends(await world.dispatch(), sendOptions(world, port));

    expect(await record(mail)).toEqual({ now: 'delivered 1', former: ['released 2'] });
    expect(await liveActions(world, mail.enrollmentId)).not.toContain('send:first:1:2');
    expect(await sendRetry()).not.toContainEqual(referenceOf(mail, 2));
  });

  test('that a released hand-off was accepted all the same brings it back', async () => {
    const mail = await enrolled(world);
    await sendDue(
      world,
      provider(() => ({
        kind: 'not_handed_off',
        cause: 'rate_limited',
        retryAfterMs: 60_000,
        reason: '429',
      })).port,
    );
    expect(await record(mail)).toEqual({ now: 'queued 1', former: ['released 1'] });
    await deliver(world, [eventOf(mail, 'delivered', 1)]);

    expect(await record(mail)).toEqual({ now: 'delivered 1', former: [] });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
    expect(await sendRetry()).not.toContainEqual(referenceOf(mail, 1));
    await deliver(world, [eventOf(mail, 'opened', 1)]);
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:third:1:1']);
  });
});

test('a limiter is rebuilt from every attempt that went out, and from none that was released', async () => {
  const mail = await sent();
  await softBounce(mail, 1);
  await sendRetry({
    kind: 'not_handed_off',
    cause: 'rate_limited',
    retryAfterMs: 600_000,
    reason: '429',
  });
  await sendRetry();

  const past = await world.store.handOffsSince(world.clock.now() - HOUR, null);
  const attempts = past.filter(({ messageId }) => messageId === mail.messageId);
  expect(attempts.map(({ attempt }) => attempt).sort()).toEqual([1, 2]);
  // Each under the name of its own slot, by which it can be given back.
  const slots = await world.rows<{ name: string }>(
    `SELECT id || '-' || dispatch_no AS name FROM scheduled_actions
     WHERE message_id = ? AND status = 'completed' ORDER BY attempt`,
    mail.messageId,
  );
  expect(
    attempts.toSorted((a, b) => a.attempt - b.attempt).map(({ reservationId }) => reservationId),
  ).toEqual(slots.map(({ name }) => name));
});
