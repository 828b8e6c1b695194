import type { Id, JobPublisher } from '@cadenza/domain';
import { describe, expect, test } from 'vitest';
import { createIntake, DeliveryTimeoutError, type NewDelivery } from '../index.ts';

/** Two turns: one in which a statement ends, and one in which the next starts. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const raw = (text: string) => ({ tenantId: null, payload: Buffer.from(text) });

/** A store that commits when the test says so. */
function controlled() {
  const statements: {
    texts: readonly string[];
    commit: () => void;
    fail: (error: Error) => void;
  }[] = [];
  const storeDeliveries = (list: readonly NewDelivery[]) =>
    new Promise<ReadonlySet<Id>>((resolve, reject) => {
      statements.push({
        texts: list.map(({ payload }) => payload.toString()),
        commit: () => resolve(new Set(list.map(({ id }) => id))),
        fail: reject,
      });
    });
  return { statements, store: { storeDeliveries } };
}

/** A queue that answers when the test says so. */
function queue() {
  const calls: { ids: readonly string[]; answer: (error?: Error) => void }[] = [];
  const publisher: JobPublisher = {
    publish: (_queue, jobs) =>
      new Promise((resolve, reject) => {
        const ids = jobs.map(({ jobId }) => jobId);
        calls.push({ ids, answer: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  };
  return { calls, publisher };
}

function intakeOf(over: Partial<Parameters<typeof createIntake>[0]>) {
  return createIntake({
    store: { storeDeliveries: async (list) => new Set(list.map(({ id }) => id)) },
    publisher: { publish: () => Promise.resolve() },
    timeoutMs: 60_000,
    onQueueError: () => undefined,
    ...over,
  });
}

describe('deliveries that come at once', () => {
  test('share one statement, and none is answered before its commit', async () => {
    const { statements, store } = controlled();
    const intake = intakeOf({ store });
    const answered: string[] = [];
    const add = (text: string) =>
      intake.add(raw(text)).then((id) => void answered.push(id === null ? 'known' : text));
    const adding = ['a', 'b'].map(add);
    await settled();
    expect(statements.map(({ texts }) => texts)).toEqual([['a', 'b']]);
    expect(answered).toEqual([]);

    adding.push(add('c'));
    statements[0]?.commit();
    await settled();
    expect(answered).toEqual(['a', 'b']);
    expect(statements.map(({ texts }) => texts)).toEqual([['a', 'b'], ['c']]);
    statements[1]?.commit();
    await Promise.all(adding);
    expect(answered).toEqual(['a', 'b', 'c']);
  });

  test('do not pay for one that the store refuses', async () => {
    const intake = intakeOf({
      store: {
        async storeDeliveries(list) {
          await settled();
          if (list.some(({ payload }) => payload.toString() === 'bad')) throw new Error('bad');
          return new Set(list.map(({ id }) => id));
        },
      },
    });
    const results = await Promise.allSettled(
      ['first', 'good', 'bad', 'fine'].map((text) => intake.add(raw(text))),
    );
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});

describe('a store that does not answer', () => {
  test('is waited for so long, and keeps nobody from the next statement', async () => {
    let calls = 0;
    const intake = intakeOf({
      store: {
        storeDeliveries: (list) => {
          calls += 1;
          return calls === 1
            ? Promise.withResolvers<ReadonlySet<Id>>().promise
            : Promise.resolve(new Set(list.map(({ id }) => id)));
        },
      },
      timeoutMs: 500,
    });
    await expect(intake.add(raw('a'))).rejects.toThrow(DeliveryTimeoutError);
    expect(await intake.add(raw('b'))).not.toBeNull();
  });
});

describe('the queue', () => {
  test('keeps nobody waiting, and is told of what came meanwhile in one call', async () => {
    const { calls, publisher } = queue();
    const intake = intakeOf({ publisher });
    const first = await intake.add(raw('a'));
    const others = [await intake.add(raw('b')), await intake.add(raw('c'))];
    expect(calls.map(({ ids }) => ids)).toEqual([[first]]);
    calls[0]?.answer();
    await settled();
    expect(calls.map(({ ids }) => ids)).toEqual([[first], others]);
  });

  test('is told nothing of what was stored before', async () => {
    const { calls, publisher } = queue();
    const intake = intakeOf({ publisher, store: { storeDeliveries: async () => new Set() } });
    expect(await intake.add(raw('a'))).toBeNull();
    expect(calls).toEqual([]);
  });

  test('that fails costs a warning, and is told of the next ones', async () => {
    const { calls, publisher } = queue();
    const warnings: unknown[] = [];
    const intake = intakeOf({
      publisher,
      onQueueError: (error, deliveries) => warnings.push([String(error), deliveries]),
    });
    await intake.add(raw('a'));
    calls[0]?.answer(new Error('down'));
    await settled();
    const next = await intake.add(raw('b'));
    expect(warnings).toEqual([['Error: down', 1]]);
    expect(calls.at(-1)?.ids).toEqual([next]);
  });

  test('that hangs is told of a thousand at most when it is back', async () => {
    const { calls, publisher } = queue();
    const warnings: unknown[] = [];
    const intake = intakeOf({
      publisher,
      onQueueError: (error, deliveries) => warnings.push([String(error), deliveries]),
    });
    await intake.add(raw('first'));
    await Promise.all(Array.from({ length: 1_200 }, (_, n) => intake.add(raw(`delivery ${n}`))));
    expect(calls).toHaveLength(1);
    calls[0]?.answer();
    await settled();
    expect(calls[1]?.ids).toHaveLength(1_000);
    expect(warnings).toEqual([['Error: more than 1000 waited for the queue', 200]]);
  });

  test('is told of nothing that waits once the intake is closed', async () => {
    const { calls, publisher } = queue();
    const intake = intakeOf({ publisher });
    await intake.add(raw('a'));
    await intake.add(raw('b'));
    const closed = intake.close();
    calls[0]?.answer();
    await closed;
    expect(calls).toHaveLength(1);
  });
});
