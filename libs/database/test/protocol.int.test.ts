import { newId } from '@cadenza/domain';
import { CRASH_POINTS, sweep, type CrashPoint } from '@cadenza/engine';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { door, heldBeforeCommit, lockWaiters, withMethods } from './support/interleave.ts';
import { brokenInvariants } from './support/invariants.ts';
import {
  ACCEPT,
  deliver,
  enrolled,
  enrollmentOf,
  fireTimers,
  hurry,
  liftLimits,
  liveActions,
  messagesOf,
  provider,
  providerEvent,
  reply,
  sendDue,
  sendOptions,
} from './support/scenario.ts';
import { createWorld, TWO_STEPS, type World, processSends } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
  await liftLimits(world);
});

afterEach(async () => {
  expect(await brokenInvariants(world)).toEqual({});
});

afterAll(() => world.close());

const REFUSED_429 = {
  kind: 'not_handed_off',
  cause: 'rate_limited',
  retryAfterMs: 0,
  reason: '429',
} as const;

const TOO_LATE = {
  kind: 'not_handed_off',
  cause: 'deadline_passed',
  retryAfterMs: null,
  reason: 'the deadline had passed',
} as const;

/** The plan of two steps, with one transition more at its first node. */
function withTransition(transition: object) {
  return {
    ...TWO_STEPS,
    nodes: TWO_STEPS.nodes.map((node) =>
      node.id === 'first' ? { ...node, transitions: [...node.transitions, transition] } : node,
    ),
  };
}

/** Ends every deadline and lease, and sweeps. */
async function sweepAll(): Promise<void> {
  await world.rows(
    "UPDATE outbound_messages SET deadline_at = now() - interval '1 hour' WHERE status = 'dispatching'",
  );
  await world.rows("UPDATE hand_off_batches SET deadline_at = now() - interval '1 hour'");
  await world.rows(
    "UPDATE scheduled_actions SET lease_until = now() - interval '1 hour' WHERE status = 'dispatched'",
  );
  await sweep({
    store: world.store,
    publisher: world.publisher,
    clock: world.clock,
    answerGraceMs: 0,
    lookUpAfterMs: 60_000,
    deliveryGraceMs: 0,
    limit: 10_000,
  });
}

describe('two writers of one enrollment', () => {
  async function silentAndDispatched() {
    const mail = await enrolled(world);
    await sendDue(world);
    await fireTimers(world, [mail.enrollmentId]);
    await hurry(world);
    return { mail, jobs: await world.dispatch() };
  }

  test('an open that commits while the follow-up of silence waits to begin takes its place', async () => {
    const { mail, jobs } = await silentAndDispatched();
    const held = door();
    const opened = deliver(
      world,
      [providerEvent(world, mail, 'opened')],
      heldBeforeCommit(world.store, held),
    );
    await held.reached;
    const { mails, port } = provider(() => ACCEPT);
    const begin = processSends(jobs, sendOptions(world, port));
    await lockWaiters(world, 1);
    held.open();

    await Promise.all([opened, begin]);
    await hurry(world);
    await sendDue(world, port);

    expect(mails.map(({ subject }) => subject)).toEqual(['Thanks']);
    expect(await messagesOf(world, mail.enrollmentId)).toMatchObject({
      second: 'canceled',
      third: 'sent',
    });
  });

  test('an open that waits while the follow-up begins comes late and sends nothing', async () => {
    const { mail, jobs } = await silentAndDispatched();
    const held = door();
    const { mails, port } = provider(() => ACCEPT);
    const store = withMethods(world.store, (tx) => ({
      async beginHandOffs(requests) {
        const begun = await tx.beginHandOffs(requests);
        await held.pass();
        return begun;
      },
    }));
    const begin = processSends(jobs, sendOptions(world, port, { store }));
    await held.reached;
    const opened = deliver(world, [providerEvent(world, mail, 'opened')]);
    await lockWaiters(world, 1);
    held.open();

    await Promise.all([opened, begin]);
    await hurry(world);
    await sendDue(world, port);

    expect(mails.map(({ subject }) => subject)).toEqual(['Again']);
    expect(Object.keys(await messagesOf(world, mail.enrollmentId)).sort()).toEqual([
      'first',
      'second',
    ]);
  });

  test('events recorded at once are all counted, those that move nothing too', async () => {
    const mail = await enrolled(world);
    await sendDue(world);
    const at = world.clock.now();

    await Promise.all([
      deliver(world, [providerEvent(world, mail, 'opened', { at: at + 1 })]),
      deliver(world, [providerEvent(world, mail, 'delivered', { at: at + 2 })]),
      deliver(world, [providerEvent(world, mail, 'clicked', { at: at + 3 })]),
    ]);

    // Enrolled, begun, sent, and these three.
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      version: 6,
      node_id: 'third',
    });
  });
});

describe('a hand-off that is taken back', () => {
  test('is taken back whole: a crash in the middle leaves it unknown, not queued alone', async () => {
    const mail = await enrolled(world);
    const store = withMethods(world.store, (tx) => ({
      changeActions: async (change) => {
        await tx.changeActions(change);
        throw new Error('the process dies before the commit');
      },
    }));
    const jobs = await world.dispatch();
    const dying = processSends(jobs, sendOptions(world, provider(() => TOO_LATE).port, { store }));

    await expect(dying).rejects.toThrow('dies before the commit');

    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'dispatching' });
    await sweepAll();
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'unknown' });
    expect(await world.dispatch()).toEqual([]);
  });

  test('is not made again for somebody who has answered meanwhile', async () => {
    const mail = await enrolled(world);
    const { port, mails } = provider(async () => {
      await reply(world, mail);
      return REFUSED_429;
    });

    await sendDue(world, port);
    await hurry(world);
    await sendDue(world, port);

    expect(mails).toHaveLength(1);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'canceled' });
    expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
      status: 'stopped',
      end_reason: 'replied',
    });
  });

  test('does not send mail 1 behind mail 3, which an open had brought forward', async () => {
    const mail = await enrolled(
      world,
      await world.createTenant(withTransition({ on: 'replied', to: 'third' })),
    );
    const first = provider(async () => {
      await reply(world, mail);
      return REFUSED_429;
    });
    const later = provider(() => ACCEPT);

    await sendDue(world, first.port);
    await hurry(world);
    await sendDue(world, later.port);
    await hurry(world);
    await sendDue(world, later.port);

    expect(first.mails).toHaveLength(1);
    expect(later.mails.map(({ subject }) => subject)).toEqual(['Thanks']);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({
      first: 'canceled',
      third: 'sent',
    });
  });

  test('by a token that is not the holder of it changes nothing', async () => {
    const mail = await enrolled(world);
    await sendDue(world, provider(() => ({ kind: 'unknown', reason: 'time-out' })).port);

    const withdrawn = await world.store.transaction([mail.tenant.tenantId], (tx) =>
      tx.withdrawHandOffs([{ tenantId: mail.tenant.tenantId, id: mail.messageId, token: newId() }]),
    );

    expect(withdrawn).toEqual([]);
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: 'unknown' });
  });
});

test('a step that is implied again is revived under its own key', async () => {
  const plan = withTransition({ on: 'delivered', to: 'second', within: 'PT5S' });
  const mail = await enrolled(world, await world.createTenant(plan));
  await sendDue(world);
  const sentAt = world.clock.now();
  await fireTimers(world, [mail.enrollmentId]);
  expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:second:1:1']);

  await deliver(world, [providerEvent(world, mail, 'opened', { at: sentAt + 2_000 })]);
  expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:third:1:1']);
  await deliver(world, [providerEvent(world, mail, 'delivered', { at: sentAt + 1_000 })]);
  expect(await liveActions(world, mail.enrollmentId)).toEqual(['send:second:1:1']);

  await hurry(world);
  const { mails, port } = provider(() => ACCEPT);
  await sendDue(world, port);
  expect(mails.map(({ subject }) => subject)).toEqual(['Again']);
});

test('a bounce that is reported again acts once', async () => {
  const mail = await enrolled(world);
  await sendDue(world);
  const at = world.clock.now();
  const refused = { bounceKind: 'refused' } as const;
  await deliver(world, [providerEvent(world, mail, 'bounced', { ...refused, at })]);
  const first = await enrollmentOf(world, mail.enrollmentId);
  await deliver(world, [providerEvent(world, mail, 'bounced', { ...refused, at: at + 1_000 })]);

  expect(first).toMatchObject({ status: 'failed', end_reason: 'bounced' });
  expect(await enrollmentOf(world, mail.enrollmentId)).toMatchObject({
    status: 'failed',
    version: first.version + 1,
  });
  expect(await liveActions(world, mail.enrollmentId)).toEqual([]);
});

describe.each(CRASH_POINTS)('a crash at %s', (point) => {
  test('loses nobody and doubles nothing', async () => {
    const mail = await enrolled(world);
    const accepted = provider(() => ACCEPT);
    const reached = (at: CrashPoint) => {
      if (at === point) throw new Error(`dies at ${point}`);
    };
    const dying = processSends(
      await world.dispatch(),
      sendOptions(world, accepted.port, { reached }),
    );
    await expect(dying).rejects.toThrow(`dies at ${point}`);

    await sweepAll();
    await sendDue(world, accepted.port);

    expect(accepted.mails.length).toBe(point === 'begun' ? 0 : 1);
    const status = {
      before_begin: 'sent',
      begun: 'unknown',
      answered: 'unknown',
      recorded: 'sent',
    };
    expect(await messagesOf(world, mail.enrollmentId)).toEqual({ first: status[point] });
  });
});
