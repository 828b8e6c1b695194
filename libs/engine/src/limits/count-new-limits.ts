import type { EpochMs, Id } from '@cadenza/domain';
import type { PastHandOff, UncountedLimit } from '../ports/limits.ts';
import type { EngineStore } from '../ports/store.ts';
import { releaseGivenBack, type RebuildOptions } from './given-back.ts';
import { createScopeResolver } from './scopes.ts';

/**
 * Counts past hand-offs for limits and ramps that are new, and lets messages be granted slots under
 * them from then on. A limiter that is closed has to be rebuilt first. One process counts at a time:
 * each would read and add the same, and take back what the others' rounds have planned.
 *
 * None is missed, since the limiter has another name before the hand-offs are read. Whoever asks for
 * slots notes the name, reads the settings, and uses a slot only if the name is the same once the
 * slot is committed. If it read the settings before a limit was there, it noted the former name: its
 * slots were committed before the hand-offs are read, which tell of slots as well, or are not used.
 * If it read them later, it knows the limit, and is granted nothing under it before it is counted.
 *
 * @returns how many limits and ramps were counted.
 */
export async function countNewLimits(options: RebuildOptions): Promise<number> {
  if ((await options.store.uncountedLimits()).length === 0) return 0;
  const done = await options.store.alone('count new limits', () => countUncounted(options));
  return done?.counted ?? 0;
}

async function countUncounted(options: RebuildOptions): Promise<{ counted: number }> {
  const { store, limiter, clock } = options;
  // Again: whoever was at it before may have counted them.
  const uncounted = await store.uncountedLimits();
  if (uncounted.length === 0) return { counted: 0 };
  const now = clock.now();
  let past: readonly PastHandOff[] = [];
  const extended = await limiter.extend(async () => {
    past = await readPast(uncounted, now, store);
    const concerned = [...new Set(past.map(({ tenantId }) => tenantId))];
    const scopesOf = createScopeResolver(
      await store.transaction(concerned, (tx) => tx.rateLimits()),
    );
    return past.map((handOff) => ({
      id: handOff.reservationId,
      scopes: scopesOf(handOff).filter((scope) => scope.uncounted),
      at: handOff.begunAt,
      until: handOff.until,
    }));
  }, now);
  if (!extended) return { counted: 0 };
  await releaseGivenBack(past, now, options);
  await store.markLimitsCounted(uncounted.map(({ id }) => id));
  return { counted: uncounted.length };
}

/** What each owner's longest new window holds; no further back for anybody than that needs. */
async function readPast(
  uncounted: readonly UncountedLimit[],
  now: EpochMs,
  store: EngineStore,
): Promise<PastHandOff[]> {
  const past = new Map<string, PastHandOff>();
  for (const { tenantIds, windowSeconds } of readingsFor(uncounted)) {
    const read = await store.handOffsSince(now - windowSeconds * 1_000, tenantIds);
    // A slot that was read first covers the hand-off that has begun in it since.
    for (const handOff of read) {
      if (!past.has(handOff.reservationId)) past.set(handOff.reservationId, handOff);
    }
  }
  return [...past.values()];
}

interface Reading {
  /** Null: everybody's hand-offs. */
  readonly tenantIds: readonly Id[] | null;
  readonly windowSeconds: number;
}

function readingsFor(uncounted: readonly UncountedLimit[]): Reading[] {
  const longest = new Map<Id | null, number>();
  for (const { tenantId, windowSeconds } of uncounted) {
    longest.set(tenantId, Math.max(longest.get(tenantId) ?? 0, windowSeconds));
  }
  const platform = longest.get(null) ?? 0;
  // Tenants whose windows the platform's cover are read with everybody.
  const further = [...longest].flatMap(([tenantId, windowSeconds]) =>
    tenantId !== null && windowSeconds > platform ? [{ tenantId, windowSeconds }] : [],
  );
  const readings: Reading[] = [...Map.groupBy(further, ({ windowSeconds }) => windowSeconds)].map(
    ([windowSeconds, owners]) => ({
      tenantIds: owners.map(({ tenantId }) => tenantId),
      windowSeconds,
    }),
  );
  return platform === 0 ? readings : [{ tenantIds: null, windowSeconds: platform }, ...readings];
}
