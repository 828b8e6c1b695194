import type { EngineStore, EngineTransaction } from '@cadenza/engine';
import type { World } from './world.ts';

/** A door that a test holds shut. */
export interface Door {
  /** Resolves when somebody stands before it. */
  readonly reached: Promise<void>;
  readonly open: () => void;
  /** Waits until it is opened. */
  readonly pass: () => Promise<void>;
}

export function door(): Door {
  const arrival = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<void>();
  return {
    reached: arrival.promise,
    open: opening.resolve,
    pass: () => {
      arrival.resolve();
      return opening.promise;
    },
  };
}

/** A place that nobody leaves before so many have come; open for all who come later. */
export function meeting(size: number): () => Promise<void> {
  const complete = Promise.withResolvers<void>();
  let come = 0;
  return () => {
    come += 1;
    if (come >= size) complete.resolve();
    return complete.promise;
  };
}

/** A store whose transactions stand before a door when their work is done, not yet committed. */
export function heldBeforeCommit(store: EngineStore, held: Door): EngineStore {
  return {
    ...store,
    transaction: (tenantIds, work) =>
      store.transaction(tenantIds, async (tx) => {
        const result = await work(tx);
        await held.pass();
        return result;
      }),
  };
}

/** A store in whose transactions some methods are others. */
export function withMethods(
  store: EngineStore,
  change: (tx: EngineTransaction) => Partial<EngineTransaction>,
): EngineStore {
  return {
    ...store,
    transaction: (tenantIds, work) =>
      store.transaction(tenantIds, (tx) => work({ ...tx, ...change(tx) })),
  };
}

/** Resolves once so many sessions of the world's database wait for a lock. */
export async function lockWaiters(world: World, wanted: number): Promise<void> {
  for (let look = 0; look < 20_000; look += 1) {
    const [row] = await world.rows<{ waiting: number }>(
      `SELECT count(*) AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if ((row?.waiting ?? 0) >= wanted) return;
  }
  throw new Error(`nobody came to wait for a lock`);
}

/** Numbers of [0, 1) that a seed decides (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
