import { newId, type EpochMs, type RateLimiter } from '@cadenza/domain';
import type { LimitedScope } from '../limits/scopes.ts';

/** What the limiter says of one message, without giving it anything. */
export type AskedLimits =
  /** Nothing had to be asked: nothing is planned, or it has its slot. */
  | { readonly state: 'unasked' }
  | { readonly state: 'unreachable' | 'closed' | 'uncounted' }
  | {
      readonly state: 'answered';
      /** Each limit, with when it would let a message begin, from now on; null: never. */
      readonly limits: readonly { readonly scope: LimitedScope; readonly from: EpochMs | null }[];
      /** When all of them together would, from the time on that was asked for; null: never. */
      readonly together: EpochMs | null;
    };

/** Real milliseconds in which the limiter must answer. */
const ANSWER_WITHIN_MS = 2_000;

/** Asks the limiter when a message of these scopes could begin, at `wantedAt` or later. */
export async function askLimits(
  limiter: Pick<RateLimiter, 'peek'>,
  scopes: readonly LimitedScope[],
  wantedAt: EpochMs,
  now: EpochMs,
): Promise<AskedLimits> {
  if (scopes.some(({ uncounted }) => uncounted)) return { state: 'uncounted' };
  const id = newId();
  const answered = await withinTime(
    limiter.peek(
      [
        { id, scopes, notBefore: wantedAt },
        ...scopes.map((scope, n) => ({ id: `${id}-${n}`, scopes: [scope], notBefore: now })),
      ],
      now,
    ),
  );
  if (answered === 'unreachable') return { state: 'unreachable' };
  const [together, ...single] = answered ?? [];
  if (together === undefined) return { state: 'closed' };
  return {
    state: 'answered',
    together: together.start,
    limits: scopes.map((scope, n) => ({ scope, from: single[n]?.start ?? null })),
  };
}

/** A limiter that is down is one more reason, and no reason to say nothing. */
async function withinTime<T>(work: Promise<T>): Promise<T | 'unreachable'> {
  const { promise: late, resolve } = Promise.withResolvers<'unreachable'>();
  const timer = setTimeout(() => resolve('unreachable'), ANSWER_WITHIN_MS);
  try {
    return await Promise.race([work.catch(() => 'unreachable' as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
