import type { Clock, EpochMs, RateLimiter } from '@cadenza/domain';
import type { PastHandOff } from '../ports/limits.ts';
import type { EngineStore } from '../ports/store.ts';

/** Real milliseconds after which hardly a hand-off that has begun is withdrawn any more. */
const WITHDRAWN_WITHIN_MS = 60_000;

/**
 * Takes out of the limiter what was given back or withdrawn since it was read. Its release came
 * before the limiter knew it, and it would count for a whole window.
 *
 * @param readAt campaign time before the first of them was read: adding them may have taken minutes.
 */
export async function releaseGivenBack(
  past: readonly PastHandOff[],
  readAt: EpochMs,
  { store, limiter, clock }: RebuildOptions,
): Promise<void> {
  const since = readAt - WITHDRAWN_WITHIN_MS * clock.rate;
  const recent = past.filter(({ begunAt }) => begunAt > since);
  if (recent.length === 0) return;
  const tenantIds = [...new Set(recent.map(({ tenantId }) => tenantId))];
  const still = new Set(
    (await store.handOffsSince(since, tenantIds)).map(({ reservationId }) => reservationId),
  );
  await limiter.release(
    recent.flatMap(({ reservationId }) => (still.has(reservationId) ? [] : [reservationId])),
  );
}

/** What fills a limiter from past hand-offs. */
export interface RebuildOptions {
  readonly store: EngineStore;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
}
