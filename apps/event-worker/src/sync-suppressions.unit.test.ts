import type { ProviderLists } from '@cadenza/domain';
import type { EngineStore } from '@cadenza/engine';
import { expect, onTestFinished, test } from 'vitest';
import { startSyncing } from './sync-suppressions.ts';

const INTERVAL_MS = 48;
const MANY_LOOKS = 20;

/** Lists that nothing is on, and the notes of two processes on one store. */
function world() {
  const notes = new Map<string, number>();
  const clock = { now: () => 10_000_000_000, rate: 1 };
  let busy = false;
  let looks = 0;
  const lookedOften = Promise.withResolvers<void>();
  const store = {
    async alone<T extends object>(_: string, work: () => Promise<T>) {
      looks += 1;
      if (looks === MANY_LOOKS) lookedOften.resolve();
      if (busy) return null;
      busy = true;
      try {
        return await work();
      } finally {
        busy = false;
      }
    },
    suppressionSyncs: async () => notes,
    noteSuppressionSync: async (list: string, until: number) => void notes.set(list, until),
    suppressionsToPush: async () => ({ values: [], last: '', full: false }),
    pushesToTakeBack: async () => [],
    removalsToPush: async () => [],
  } as Partial<EngineStore> as EngineStore;
  let reads = 0;
  const first = Promise.withResolvers<void>();
  const lists: ProviderLists = {
    async *entries(list) {
      reads += 1;
      if (list === 'unsubscribes') first.resolve();
      yield* [];
    },
    unsubscribe: () => Promise.resolve(),
    isUnsubscribed: () => Promise.resolve(false),
    resubscribe: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return {
    notes,
    clock,
    lists,
    store,
    first: first.promise,
    lookedOften: lookedOften.promise,
    reads: () => reads,
    start(onError: (error: unknown) => void, given: ProviderLists = lists) {
      const periodic = startSyncing(
        {
          runtime: { store, clock, plans: { load: async () => new Map() }, graceMs: 1 } as never,
          lists: given,
          suppressionSyncIntervalMs: INTERVAL_MS,
        },
        onError,
      );
      onTestFinished(() => periodic.stop());
      return periodic;
    },
  };
}

test('of several processes one syncs, and in an interval once', async () => {
  const { start, lookedOften, reads, notes } = world();
  const processes = [start(fail), start(fail), start(fail)];
  await lookedOften;
  await Promise.all(processes.map((one) => one.stop()));
  expect(reads()).toBe(4);
  expect([...notes.keys()].sort()).toEqual([
    'bounces',
    'invalid_emails',
    'pushes',
    'spam_reports',
    'unsubscribes',
  ]);
});

test('what fails is told, and done at the next look', async () => {
  const { start, lists, first, notes } = world();
  const told: unknown[] = [];
  let broken = true;
  const flaky: ProviderLists = {
    ...lists,
    async *entries(list, from, to) {
      if (broken && list === 'spam_reports') {
        broken = false;
        throw new Error('HTTP 503');
      }
      yield* lists.entries(list, from, to);
    },
  };
  const periodic = start((error) => told.push(error), flaky);
  await first;
  await periodic.stop();
  expect(told).toMatchObject([{ message: 'HTTP 503' }]);
  expect(notes.has('pushes')).toBe(true);
});

function fail(error: unknown): void {
  throw error;
}
