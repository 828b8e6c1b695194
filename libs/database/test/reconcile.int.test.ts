import type { LookupAnswer, MessageInquiry, MessageLookup, SendOutcome } from '@cadenza/domain';
import { reconcile, resendMessage, resolveUnknown, type ReconcileResult } from '@cadenza/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
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
let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

beforeEach(() =>
  world.rows("UPDATE outbound_messages SET look_up_at = NULL WHERE status = 'unknown'"),
);

afterAll(async () => {
  expect(await brokenInvariants(world)).toEqual({});
  await world.close();
});

/** A message whose fate is not known, of a tenant with this policy. */
async function unknown(policy: 'hold' | 'resend' = 'hold'): Promise<Enrolled> {
  const mail = await enrolled(world);
  await world.rows(
    'UPDATE tenants SET unknown_policy = ? WHERE id = ?',
    policy,
    mail.tenant.tenantId,
  );
  await sendDue(world, provider(() => UNKNOWN).port);
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

describe('an operator', () => {
  const options = () => ({ ...world, now: () => world.clock.now() });
  const ref = (mail: Enrolled) => ({ tenantId: mail.tenant.tenantId, id: mail.messageId });

  test('says that a message went out: its plan goes on', async () => {
    const mail = await unknown();
    expect(await resolveUnknown(ref(mail), 'accepted', options())).toBe(true);
    expect(await messageOf(mail)).toMatchObject({ status: 'sent' });
    expect(await liveActions(world, mail.enrollmentId)).toEqual(['no_open:first:1:1']);
  });

  test('says that it did not: it is sent again', async () => {
    const mail = await unknown();
    expect(await resolveUnknown(ref(mail), 'lost', options())).toBe(true);
    expect(await messageOf(mail)).toMatchObject({ status: 'queued', attempt: 2 });
  });

  test('gives it up: its enrollment ends as failed', async () => {
    const mail = await unknown();
    expect(await resolveUnknown(ref(mail), 'failed', options())).toBe(true);
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
    expect(await resolveUnknown(foreign, 'accepted', options())).toBe(false);
    const both = await Promise.all([
      resolveUnknown(ref(mail), 'accepted', options()),
      resolveUnknown(ref(mail), 'lost', options()),
    ]);
    expect(both.filter(Boolean)).toHaveLength(1);
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
