import type { Clock, EpochMs, RateLimiter, SlotDecision, SlotRequest } from '@cadenza/domain';
import type { LimitedScope } from './scopes.ts';

/** Real milliseconds after which a limiter that refuses without a limit is asked again. */
export const LIMITER_REST_MS = 1_000;

export interface LimitedRequest extends SlotRequest {
  readonly scopes: readonly LimitedScope[];
}

/**
 * Asks the limiter for slots. Messages under a limit that past hand-offs are not counted for yet are
 * refused as by a closed limiter, without being asked for: it would count from nothing.
 */
export async function reserveSlots(
  limiter: RateLimiter,
  requests: readonly LimitedRequest[],
  now: EpochMs,
  { rate }: Clock,
): Promise<SlotDecision[]> {
  const countable = requests.filter(({ scopes }) => !scopes.some(({ uncounted }) => uncounted));
  const decisions = await limiter.reserve(countable, now);
  const decided = new Map(countable.map((request, n) => [request, decisions[n]]));
  return requests.map(
    (request) =>
      decided.get(request) ?? {
        granted: false,
        id: request.id,
        scope: 'limiter',
        retryAt: now + LIMITER_REST_MS * rate,
      },
  );
}
