import { releaseGivenBack, type RebuildOptions } from './given-back.ts';
import { createScopeResolver, longestWindowMs } from './scopes.ts';

/**
 * Fills a limiter that came back empty from the hand-offs in the store, and opens it.
 *
 * @returns whether it had to be rebuilt.
 */
export async function rebuildLimiter(options: RebuildOptions): Promise<boolean> {
  const { store, limiter, clock } = options;
  if (await limiter.ready()) return false;
  const platform = await store.transaction([], (tx) => tx.rateLimits());
  const now = clock.now();
  const past = await store.handOffsSince(now - longestWindowMs(platform), null, {
    ownWindows: true,
  });
  const tenantIds = [...new Set(past.map(({ tenantId }) => tenantId))];
  const settings = await store.transaction(tenantIds, (tx) => tx.rateLimits());
  const scopesOf = createScopeResolver(settings);
  await limiter.rebuild(
    past.map((handOff) => ({
      id: handOff.reservationId,
      scopes: scopesOf(handOff),
      at: handOff.begunAt,
      until: handOff.until,
    })),
    now,
  );
  await releaseGivenBack(past, now, options);
  return true;
}
