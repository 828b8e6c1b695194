import type { PastHandOff } from '../ports/records.ts';
import { releaseGivenBack, type RebuildOptions } from './given-back.ts';
import { createScopeResolver } from './scopes.ts';

/**
 * Counts past hand-offs for limits and ramps that are new, and lets messages be granted slots under
 * them from then on. A limiter that is closed has to be rebuilt first.
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
  const { store, limiter, clock } = options;
  const uncounted = await store.uncountedLimits();
  if (uncounted.length === 0) return 0;
  const now = clock.now();
  const since = now - Math.max(...uncounted.map(({ windowSeconds }) => windowSeconds * 1_000));
  const owners = [...new Set(uncounted.map(({ tenantId }) => tenantId))];
  const tenantIds = owners.filter((owner) => owner !== null);
  const everybody = tenantIds.length < owners.length;
  let past: readonly PastHandOff[] = [];
  const counted = await limiter.extend(async () => {
    past = await store.handOffsSince(since, everybody ? null : tenantIds);
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
  if (!counted) return 0;
  await releaseGivenBack(past, options);
  await store.markLimitsCounted(uncounted.map(({ id }) => id));
  return uncounted.length;
}
