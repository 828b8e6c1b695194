import type { LookupAnswer, MessageInquiry, MessageLookup, SendOutcome } from '@cadenza/domain';
import {
  reconcile,
  resendMessage,
  resolveUnknown,
  type ReconcileResult,
  type UnknownResolution,
} from '@cadenza/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { door } from './support/interleave.ts';
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
  suppressAddresses,
  type Enrolled,
} from './support/scenario.ts';
import { createWorld, TWO_STEPS, type World } from './support/world.ts';

const UNKNOWN: SendOutcome = { kind: 'unknown', reason: 'no answer' };
const FAILURE: LookupAnswer = {
  kind: 'could_not_look',
  cause: 'rate_limited',
  retryAfterMs: 3_600_000,
  reason: 'HTTP 429',
};
/** What cannot be delivered is not the end. */
const BLOCKED_LEADS_ON = {
  ...TWO_STEPS,
  nodes: TWO_STEPS.nodes.map((node) =>
    node.id === 'first'
      ? { ...node, transitions: [...node.transitions, { on: 'blocked', to: 'second' }] }
      : node,
  ),
};
/** A step that is late gives way to the next one. */
const SKIPPED_LEADS_ON = {
  ...TWO_STEPS,
  nodes: TWO_STEPS.nodes.map((node) =>
    node.id === 'first'
      ? {
          ...node,
          schedule: { delay: 'PT0S', maxLateness: 'PT1H' },
          transitions: [...node.transitions, { on: 'skipped', to: 'second' }],
        }
      : { ...node, schedule: { delay: 'P1D' } },
  ),
};
let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

/** What one test leaves behind is neither looked up nor sent in the next. */
beforeEach(async () => {
  await world.rows("UPDATE outbound_messages SET look_up_at = NULL WHERE status = 'unknown'");
  await world.rows("UPDATE campaigns SET status = 'paused'");
});

afterAll(async () => {
  expect(await brokenInvariants(world)).toEqual({});
  await world.close();
});

/** A message whose fate is not known, of a tenant with this policy. */
async function unknown(
  policy: 'hold' | 'resend' = 'hold',
  plan: unknown = TWO_STEPS,
): Promise<Enrolled> {
  const mail = await enrolled(world, await world.createTenant(plan));
  await world.rows(
    'UPDATE tenants SET unknown_policy = ? WHERE id = ?',
    policy,
    mail.tenant.tenantId,
  );
  await sendDue(world, provider(() => UNKNOWN).port);
  // The campaign clock of an installation is finer than a millisecond.
  await world.rows(
    "UPDATE outbound_messages SET begun_at = begun_at + interval '700 microseconds' WHERE id = ?",
    mail.messageId,
  );
  return mail;
}

async function waited(mail: Enrolled): Promise<void> {
  await world.rows(
    'UPDATE outbound_messages SET look_up_at = clock_timestamp() WHERE id = ?',
    mail.messageId,
  );
}

async function lookUp(
  answer: LookupAnswer,
): Promise<{ asked: MessageInquiry[]; result: ReconcileResult }> {
  const asked: MessageInquiry[] = [];
  const lookup: MessageLookup = {
    lookUp(inquiries) {
      asked.push(...inquiries);
      return Promise.resolve(inquiries.map(() => answer));
    },
    close: () => Promise.resolve(),
  };
  const result = await reconcile({ ...world, lookup, limit: 100, leaseMs: 60_000 });
  return { asked, result };
}

const FOUND: LookupAnswer = { kind: 'found', providerMessageId: 'x.y', status: 'delivered' };
const ABSENT: LookupAnswer = { kind: 'not_found' };

async function messageOf(mail: Enrolled) {
  const [row] = await world.rows<{
    status: string;
    attempt: number;
    look_ups: number;
    absent: boolean;
    pause: number | null;
  }>(
    `SELECT status, attempt, look_ups, absent_at IS NOT NULL AS absent,
       round(extract(epoch FROM look_up_at - clock_timestamp()) / 60)::integer AS pause
     FROM outbound_messages WHERE id = ?`,
    mail.messageId,
  );
  return row;
}

describe('looking an unknown message up', () => {
  test('begins no sooner than the wait after its deadline is over', async () => {
    const mail = await enrolled(world);
    await sendDue(world, provider(() => UNKNOWN).port);
    expect((await lookUp(FOUND)).asked).toEqual([]);
    const [row] = await world.rows<{ wait: number }>(
      'SELECT extract(epoch FROM look_up_at - deadline_at)::integer AS wait FROM outbound_messages WHERE id = ?',
      mail.messageId,
    );
    expect(row?.wait).toBe(60);
  });

  test('asks for its attempt by reference, address and time, and completes what is found', async () => {
    const mail = await unknown();
    await waited(mail);
    const { asked, result } = await lookUp(FOUND);

    expect(asked).toEqual([
      {
        reference: { tenantId: mail.tenant.tenantId, messageId: mail.messageId, attempt: 1 },
        recipient: mail.address,
        since: expect.any(Number) as number,
      },
    ]);
    expect(result).toMatchObject({ asked: 1, accepted: 1, resent: 0, held: 0 });
    expect(await messageOf(mail)).toMatchObject({ status: 'sent', attempt: 1 });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
  });

  test('leaves it to an operator where nothing is found, and asks again later and later', async () => {
    const mail = await unknown('hold');
    for (const [n, minutes] of [
      [1, 15],
      [2, 30],
      [3, 60],
    ] as const) {
      await waited(mail);
      expect((await lookUp(ABSENT)).result).toMatchObject({ resent: 0, held: 1 });
      expect(await messageOf(mail)).toEqual({
        status: 'unknown',
        attempt: 1,
        look_ups: n,
        absent: true,
        pause: minutes,
      });
    }
    expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
  });

  test('takes no failure for absence, and waits as long as it is told to', async () => {
    const mail = await unknown('resend');
    await waited(mail);
    expect((await lookUp(FAILURE)).result).toMatchObject({
      resent: 0,
      held: 0,
      failure: 'rate_limited: HTTP 429',
    });
    expect(await messageOf(mail)).toMatchObject({ status: 'unknown', absent: false, pause: 60 });
  });

  test('sends it again as the next attempt where that is the tenant’s policy', async () => {
    const mail = await unknown('resend');
    await waited(mail);
    expect((await lookUp(ABSENT)).result).toMatchObject({ resent: 1, held: 0 });
    expect(await messageOf(mail)).toMatchObject({ status: 'queued', attempt: 2 });

    await hurry(world);
    const { mails, port } = provider(() => ACCEPT);
    await sendDue(world, port);
    expect(mails.map(({ reference }) => reference.attempt)).toEqual([2]);
    expect(await messageOf(mail)).toMatchObject({ status: 'sent', attempt: 2 });
  });

  test('is asked by one process at a time', async () => {
    const mail = await unknown();
    await waited(mail);
    const [one, other] = await Promise.all([lookUp(ABSENT), lookUp(ABSENT)]);
    expect(one.asked.length + other.asked.length).toBe(1);
  });
});

describe('under the policy resend', () => {
  test('evidence that comes before the next attempt begins calls it back', async () => {
    const mail = await unknown('resend');
    await waited(mail);
    await lookUp(ABSENT);
    await deliver(world, [providerEvent(world, mail, 'delivered')]);

    expect(await messageOf(mail)).toMatchObject({ status: 'delivered', attempt: 1 });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
  });

  test('evidence that comes too late is counted as a double', async () => {
    const before = await world.store.countDoubledHandOffs();
    const mail = await unknown('resend');
    await waited(mail);
    await lookUp(ABSENT);
    await hurry(world);
    await sendDue(world);
    expect(await world.store.countDoubledHandOffs()).toBe(before);

    await deliver(world, [providerEvent(world, mail, 'delivered')]);
    expect(await world.store.countDoubledHandOffs()).toBe(before + 1);
    expect(await messageOf(mail)).toMatchObject({ status: 'sent', attempt: 2 });
  });

  test('a late answer of the first attempt calls the second back', async () => {
    const mail = await enrolled(world);
    await world.rows(
      "UPDATE tenants SET unknown_policy = 'resend' WHERE id = ?",
      mail.tenant.tenantId,
    );
    await sendDue(
      world,
      provider(async () => {
        await world.rows(
          `UPDATE outbound_messages SET status = 'unknown', look_up_at = clock_timestamp()
           WHERE id = ?`,
          mail.messageId,
        );
        await lookUp(ABSENT);
        return { kind: 'accepted', providerMessageId: 'late.answer' };
      }).port,
    );
    expect(await messageOf(mail)).toMatchObject({ status: 'sent', attempt: 1 });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
  });
});

test('a look-up says nothing of a hand-off that has begun since it was asked', async () => {
  const mail = await enrolled(world);
  await world.rows(
    "UPDATE tenants SET unknown_policy = 'resend' WHERE id = ?",
    mail.tenant.tenantId,
  );
  const asked = door();
  const lookup: MessageLookup = {
    async lookUp(inquiries) {
      await asked.pass();
      return inquiries.map(() => ABSENT);
    },
    close: () => Promise.resolve(),
  };
  const lookedUp: Promise<ReconcileResult>[] = [];
  const outcomes = [
    // Its worker stands still for so long that it is asked for, and goes on then.
    async (): Promise<SendOutcome> => {
      await world.rows(
        "UPDATE outbound_messages SET status = 'unknown', look_up_at = clock_timestamp() WHERE id = ?",
        mail.messageId,
      );
      lookedUp.push(reconcile({ ...world, lookup, limit: 100, leaseMs: 60_000 }));
      await asked.reached;
      return {
        kind: 'not_handed_off',
        cause: 'deadline_passed',
        retryAfterMs: null,
        reason: 'too late',
      };
    },
    () => UNKNOWN,
  ];
  const { port, mails } = provider(() => outcomes.shift()?.() ?? ACCEPT);
  await sendDue(world, port);
  await hurry(world);
  await sendDue(world, port);
  expect(mails.map(({ reference }) => reference.attempt)).toEqual([1, 1]);
  asked.open();

  expect(await Promise.all(lookedUp)).toMatchObject([{ asked: 1, resent: 0, held: 0 }]);
  expect(await messageOf(mail)).toMatchObject({
    status: 'unknown',
    attempt: 1,
    look_ups: 0,
    absent: false,
  });
});

describe('an unknown message that its enrollment does not wait for any more', () => {
  const GONE = [
    ['has ended', (mail: Enrolled) => suppressed(mail)],
    [
      'has ended while the next attempt was waiting',
      async (mail: Enrolled) => {
        await waited(mail);
        expect((await lookUp(ABSENT)).result).toMatchObject({ resent: 1 });
        await suppressed(mail);
      },
    ],
    [
      'has skipped the next attempt, and gone on',
      async (mail: Enrolled) => {
        await waited(mail);
        expect((await lookUp(ABSENT)).result).toMatchObject({ resent: 1 });
        await world.rows(
          "UPDATE scheduled_actions SET due_at = due_at - interval '1 day' WHERE enrollment_id = ?",
          mail.enrollmentId,
        );
        await hurry(world);
        await sendDue(world);
        expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:second:1:1']);
      },
    ],
  ] as const;

  async function suppressed(mail: Enrolled): Promise<void> {
    await suppressAddresses(world, mail.tenant.tenantId, [mail.address]);
  }

  test.each(GONE)(
    'since it %s: is held even under the policy resend, and costs no other its look-up',
    async (_, leave) => {
      const mail = await unknown('resend', SKIPPED_LEADS_ON);
      await leave(mail);
      const { version } = await enrollmentOf(world, mail.enrollmentId);
      for (const minutes of [15, 30]) {
        const neighbour = await unknown('resend');
        await waited(mail);
        await waited(neighbour);
        expect((await lookUp(ABSENT)).result).toMatchObject({ asked: 2, resent: 1, held: 1 });
        expect(await messageOf(mail)).toMatchObject({
          status: 'unknown',
          attempt: 1,
          absent: true,
          pause: minutes,
        });
        expect(await messageOf(neighbour)).toMatchObject({ status: 'queued', attempt: 2 });
      }
      expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ version });

      await waited(mail);
      expect((await lookUp(FOUND)).result).toMatchObject({ accepted: 1 });
      expect(await messageOf(mail)).toMatchObject({ status: 'sent', attempt: 1 });
    },
  );

  test.each(GONE)(
    'since it %s: an operator cannot have it sent again, and can say what became of it',
    async (_, leave) => {
      const mail = await unknown('resend', SKIPPED_LEADS_ON);
      await leave(mail);
      const before = await enrollmentOf(world, mail.enrollmentId);
      const resolve = (as: UnknownResolution) =>
        resolveUnknown({ tenantId: mail.tenant.tenantId, id: mail.messageId }, as, {
          ...world,
          now: () => world.clock.now(),
        });
      for (const time of ['once', 'twice']) {
        expect([time, await resolve('lost')]).toEqual([time, 'moved_on']);
        expect(await messageOf(mail)).toMatchObject({ status: 'unknown', attempt: 1 });
      }
      expect(await resolve('failed')).toBeNull();
      expect(await messageOf(mail)).toMatchObject({ status: 'failed', attempt: 1 });
      expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
        status: before.status,
        node_id: before.node_id,
      });
      expect(await resolve('accepted')).toBe('not_unknown');
    },
  );

  test('does not keep the look-ups of others from being recorded where its own cannot be', async () => {
    const [mail, neighbour] = [await unknown('resend'), await unknown('resend')];
    // What no statement would let happen: the input of this look-up stands already.
    await world.rows(
      `UPDATE campaign_transitions SET input_id = 'lost:' || ?::text || ':1'
       WHERE enrollment_id = ? AND seq = 1`,
      mail.messageId,
      mail.enrollmentId,
    );
    await waited(mail);
    await waited(neighbour);
    await expect(lookUp(ABSENT)).rejects.toThrow(/duplicate key/);
    expect(await messageOf(neighbour)).toMatchObject({ status: 'queued', attempt: 2 });
    expect(await messageOf(mail)).toMatchObject({ status: 'unknown', look_ups: 0 });
  });
});

describe('an operator', () => {
  const options = () => ({ ...world, now: () => world.clock.now() });
  const ref = (mail: Enrolled) => ({ tenantId: mail.tenant.tenantId, id: mail.messageId });

  test('says that a message went out: its plan goes on', async () => {
    const mail = await unknown();
    expect(await resolveUnknown(ref(mail), 'accepted', options())).toBeNull();
    expect(await messageOf(mail)).toMatchObject({ status: 'sent' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
  });

  test('says that it did not: it is sent again', async () => {
    const mail = await unknown();
    expect(await resolveUnknown(ref(mail), 'lost', options())).toBeNull();
    expect(await messageOf(mail)).toMatchObject({ status: 'queued', attempt: 2 });
  });

  test('gives it up: its enrollment ends as failed', async () => {
    const mail = await unknown();
    expect(await resolveUnknown(ref(mail), 'failed', options())).toBeNull();
    expect(await messageOf(mail)).toMatchObject({ status: 'failed' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'failed',
      end_reason: 'given_up',
    });
  });

  test('decides once, and of unknown messages of the own tenant alone', async () => {
    const mail = await unknown();
    const stranger = await world.createTenant();
    const foreign = { tenantId: stranger.tenantId, id: mail.messageId };
    expect(await resolveUnknown(foreign, 'accepted', options())).toBe('not_found');
    const both = await Promise.all([
      resolveUnknown(ref(mail), 'accepted', options()),
      resolveUnknown(ref(mail), 'lost', options()),
    ]);
    expect(both.toSorted()).toEqual(['not_unknown', null]);
  });

  async function refused(): Promise<Enrolled> {
    const mail = await enrolled(world);
    await sendDue(
      world,
      provider(() => ({ kind: 'rejected', scope: 'message', statusCode: 400, reason: 'bad' })).port,
    );
    return mail;
  }

  test('sends a message that has failed again, as an attempt on the record', async () => {
    const mail = await refused();
    expect(await resendMessage(ref(mail), options())).toBeNull();
    await hurry(world);
    const { mails, port } = provider(() => ACCEPT);
    await sendDue(world, port);

    expect(mails.map(({ reference }) => reference)).toEqual([
      { tenantId: mail.tenant.tenantId, messageId: mail.messageId, attempt: 2 },
    ]);
    expect(await messageOf(mail)).toMatchObject({ status: 'sent', attempt: 2 });
    expect(
      await world.rows(
        'SELECT attempt, status FROM message_attempts WHERE message_id = ?',
        mail.messageId,
      ),
    ).toEqual([{ attempt: 1, status: 'failed' }]);
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({ status: 'active' });
  });

  test('sends nothing again that arrived, is under way, or may not be written to', async () => {
    const mail = await enrolled(world);
    expect(await resendMessage(ref(mail), options())).toBe('not_failed');
    await sendDue(world);
    expect(await resendMessage(ref(mail), options())).toBe('not_failed');

    const suppressed = await refused();
    await suppressAddresses(world, suppressed.tenant.tenantId, [suppressed.address]);
    expect(await resendMessage(ref(suppressed), options())).toBe('not_reachable');

    const again = await refused();
    await enrolledAgain(world, again);
    expect(await resendMessage(ref(again), options())).toBe('enrolled_again');

    const elsewhere = await enrolled(world, await world.createTenant(BLOCKED_LEADS_ON));
    await sendDue(world);
    await deliver(world, [providerEvent(world, elsewhere, 'blocked')]);
    const { version } = await enrollmentOf(world, elsewhere.enrollmentId);
    expect(await resendMessage(ref(elsewhere), options())).toBe('moved_on');
    expect(await enrollmentOf(world, elsewhere.enrollmentId)).toMatchObject({ version });
    expect(await resendMessage({ ...ref(again), tenantId: mail.tenant.tenantId }, options())).toBe(
      'not_found',
    );
  });
});
