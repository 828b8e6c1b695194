import type { ActionsJob, NewJob, QueueName, SendOutcome } from '@cadenza/domain';
import { createSender, dispatchSends, type MessageRenderer } from '@cadenza/engine';
import '@cadenza/testing/global-setup';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { setClock } from '../src/index.ts';
import { clear, crowd } from './support/crowd.ts';
import { door, withMethods } from './support/interleave.ts';
import { ACCEPT, enrolled, messagesOf, provider, sendOptions } from './support/scenario.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld(inject('postgresAdminUrl'));
});
afterAll(() => world.close());

async function enrolledMany(count: number) {
  await clear(world);
  const tenant = await world.createTenant();
  return Promise.all(Array.from({ length: count }, () => enrolled(world, tenant)));
}

/** A provider that answers when it is told to. */
function patientProvider() {
  const answers: ((outcome: SendOutcome) => void)[] = [];
  let called: (() => void)[] = [];
  const { port } = provider(() => {
    const answer = Promise.withResolvers<SendOutcome>();
    answers.push(answer.resolve);
    for (const call of called.splice(0)) call();
    return answer.promise;
  });
  return {
    port,
    calls: () => answers.length,
    nextCall: () => new Promise<void>((resolve) => (called = [...called, resolve])),
    answer: (index: number, outcome: SendOutcome = ACCEPT) => answers[index]?.(outcome),
  };
}

describe('a job', () => {
  test('holds sends of any tenants whose slots open together, 50 at most', async () => {
    await clear(world);
    for (let tenants = 3; tenants > 0; tenants -= 1) {
      await crowd(world, await world.createTenant(), 20);
    }
    const jobs: ActionsJob[] = [];
    await dispatchSends(
      world.dispatchOptions({
        publisher: {
          publish: (_, published) => {
            jobs.push(...published.map(({ data }) => data as ActionsJob));
            return Promise.resolve();
          },
        },
      }),
    );

    expect(jobs.map(({ actions }) => actions.length).toSorted((a, b) => b - a)).toEqual([50, 10]);
    expect(
      new Set(jobs.flatMap(({ actions }) => actions.map(({ actionId }) => actionId))).size,
    ).toBe(60);
  });

  test('comes a little before its slot opens', async () => {
    await enrolledMany(1);
    const start = world.clock.now() + 5_000;
    const jobs: NewJob<QueueName>[] = [];
    const before = world.clock.now();
    await dispatchSends(
      world.dispatchOptions({
        limiter: {
          ...world.limiter,
          reserve: (requests) =>
            Promise.resolve(
              requests.map(({ id }) => ({ id, granted: true, start, end: start + 30_000 })),
            ),
        },
        publisher: {
          publish: (_, published) => {
            jobs.push(...published);
            return Promise.resolve();
          },
        },
      }),
    );
    const after = world.clock.now();

    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.delayMs).toBeLessThanOrEqual(start - before - 25);
    expect(jobs[0]?.delayMs).toBeGreaterThanOrEqual(start - after - 125);
  });

  test('that comes before its slot opens waits for that', async () => {
    const [mail] = await enrolledMany(1);
    const actions = await world.dispatch();
    await world.rows(
      `UPDATE scheduled_actions SET slot_start = campaign_now() + interval '400 milliseconds'
       WHERE status = 'dispatched'`,
    );
    const sender = createSender(sendOptions(world, provider(() => ACCEPT).port));
    expect(await sender.process(actions)).toEqual({ begun: 1, left: 0 });
    await sender.idle();
    expect(
      await world.rows(
        `SELECT m.begun_at >= a.slot_start AS opened FROM scheduled_actions a
         JOIN outbound_messages m ON m.id = a.message_id WHERE m.enrollment_id = ?`,
        mail?.enrollmentId ?? '',
      ),
    ).toEqual([{ opened: true }]);
  });

  test('is done when its hand-offs have begun, and they end on their own', async () => {
    const [mail] = await enrolledMany(1);
    const { port, calls, answer } = patientProvider();
    const sender = createSender(sendOptions(world, port));

    expect(await sender.process(await world.dispatch())).toEqual({ begun: 1, left: 0 });
    expect(await messagesOf(world, mail?.enrollmentId ?? '')).toEqual({ first: 'dispatching' });
    expect(calls()).toBe(1);

    answer(0);
    await sender.idle();
    expect(await messagesOf(world, mail?.enrollmentId ?? '')).toMatchObject({ first: 'sent' });
  });

  test('waits where as many hand-offs as may be are under way, and goes on as they end', async () => {
    await enrolledMany(3);
    const { port, calls, nextCall, answer } = patientProvider();
    const sender = createSender(sendOptions(world, port, { concurrency: 2 }));
    let done = false;

    const job = sender.process(await world.dispatch()).finally(() => (done = true));
    while (calls() < 2) await nextCall();
    expect(done).toBe(false);
    expect(
      await world.rows("SELECT FROM outbound_messages WHERE status = 'dispatching'"),
    ).toHaveLength(2);

    const third = nextCall();
    answer(0);
    await third;
    expect(await job).toEqual({ begun: 3, left: 0 });
    answer(1);
    answer(2);
    await sender.idle();
  });

  test('is handed over while others wait for their record, but only as many again', async () => {
    await enrolledMany(3);
    const { port, calls, nextCall, answer } = patientProvider();
    const held = door();
    const store = withMethods(world.store, (tx) => ({
      async completeHandOffs(list) {
        await held.pass();
        return tx.completeHandOffs(list);
      },
    }));
    const sender = createSender(sendOptions(world, port, { store, concurrency: 1 }));
    const job = sender.process(await world.dispatch());
    while (calls() < 1) await nextCall();
    const second = nextCall();
    answer(0);
    await Promise.all([held.reached, second]);
    answer(1);
    // Time enough for a third to begin, if it could.
    for (let look = 0; look < 20; look += 1) await world.rows('SELECT 1');
    expect(calls()).toBe(2);

    const third = nextCall();
    held.open();
    await third;
    answer(2);
    expect(await job).toEqual({ begun: 3, left: 0 });
    await sender.idle();
  });

  describe('whose second message waits for its turn', () => {
    let ahead = 0;
    async function moveClock(ms: number) {
      await setClock(world.owner, { campaignNow: Date.now() + ms, rate: 1 });
      const [clock] = await world.rows<{ now: number }>('SELECT epoch_ms(campaign_now()) AS now');
      // Behind the database's by what the answer took: a slot that is asked for has opened there.
      ahead = (clock?.now ?? NaN) - Date.now();
    }

    async function waiting() {
      const mails = await enrolledMany(2);
      const { port, calls, nextCall, answer } = patientProvider();
      let rendered = 0;
      const bothReady = Promise.withResolvers<undefined>();
      const renderer: MessageRenderer = {
        ...world.renderer,
        render(...message) {
          rendered += 1;
          if (rendered === mails.length) bothReady.resolve(undefined);
          return world.renderer.render(...message);
        },
      };
      const clock = { ...world.clock, now: () => Date.now() + ahead };
      const sender = createSender(sendOptions(world, port, { renderer, clock, concurrency: 1 }));
      const job = sender.process(await world.dispatch());
      await bothReady.promise;
      while (calls() < 1) await nextCall();
      return { mails, sender, job, calls, nextCall, answer, rendered: () => rendered };
    }

    test('has it ready by then', async () => {
      const { sender, job, calls, nextCall, answer, rendered } = await waiting();
      answer(0);
      while (calls() < 2) await nextCall();
      answer(1);
      expect(await job).toEqual({ begun: 2, left: 0 });
      await sender.idle();
      expect(rendered()).toBe(2);
    });

    test('begins it in another slot where its own is over by then', async () => {
      const { sender, job, calls, nextCall, answer, rendered } = await waiting();
      await moveClock(60_000);
      answer(0);
      while (calls() < 2) await nextCall();
      answer(1);
      expect(await job).toEqual({ begun: 2, left: 0 });
      await sender.idle();
      expect(rendered()).toBe(3);
      await moveClock(0);
    });

    test('leaves it alone where the provider refused the first, and has to be held', async () => {
      const { mails, sender, job, calls, answer } = await waiting();
      answer(0, {
        kind: 'not_handed_off',
        cause: 'rate_limited',
        retryAfterMs: 60_000,
        reason: 'HTTP 429',
      });
      expect(await job).toEqual({ begun: 1, left: 0 });
      await sender.idle();
      expect(calls()).toBe(1);
      for (const { enrollmentId } of mails) {
        expect(await messagesOf(world, enrollmentId)).toMatchObject({ first: 'queued' });
      }
    });
  });

  test('leaves what it has not begun to another worker when its own stops', async () => {
    const mails = await enrolledMany(2);
    const { port, calls, nextCall, answer } = patientProvider();
    const stopping = createSender(sendOptions(world, port, { concurrency: 1 }));
    const actions = await world.dispatch();

    const job = stopping.process(actions);
    while (calls() < 1) await nextCall();
    stopping.stop();
    answer(0);
    expect(await job).toEqual({ begun: 1, left: 1 });
    await stopping.idle();

    const another = createSender(sendOptions(world, provider(() => ACCEPT).port));
    expect(await another.process(actions)).toEqual({ begun: 1, left: 0 });
    await another.idle();
    for (const { enrollmentId } of mails) {
      expect(await messagesOf(world, enrollmentId)).toMatchObject({ first: 'sent' });
    }
  });
});
