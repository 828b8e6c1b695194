import type { Clock, EpochMs, RateLimiter, SlotDecision } from '@cadenza/domain';
import { LIMITER_REST_MS, reserveSlots } from '../limits/reserve.ts';
import type { ScopeResolver } from '../limits/scopes.ts';
import type { PlanCache } from '../plans/plan-cache.ts';
import type { SendLimits } from '../ports/limits.ts';
import type { DueSend } from '../ports/sends.ts';
import { accountHeldUntil, accountOf } from '../send/account-of.ts';
import { jobIdOf } from './action-jobs.ts';

/** What slots are planned with. */
export interface PlanningOptions {
  readonly limiter: RateLimiter;
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly graceMs: number;
  /** How far ahead slots may lie, in campaign milliseconds. */
  readonly horizonMs: number;
  /** Real milliseconds, beyond a slot's end, that a job may take to reach a worker. */
  readonly leaseMs: number;
}

/** A send that has a slot. */
export interface Granted {
  readonly send: DueSend;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** One that has none, and by what limit. */
export interface Refused {
  readonly send: DueSend;
  readonly decision: SlotDecision & { granted: false };
}

/** What bounds how fast messages leave. */
export interface Bounds {
  readonly limits: SendLimits;
  readonly scopesOf: ScopeResolver;
}

/** Asks the limiter for a slot of each; `late` are those whose window is over. */
export async function slotsFor(
  sends: readonly DueSend[],
  { limits, scopesOf }: Bounds,
  now: EpochMs,
  options: PlanningOptions,
): Promise<{ granted: Granted[]; refused: Refused[]; late: readonly DueSend[] }> {
  const [late, timely] = parted(sends, ({ notAfter }) => notAfter !== null && notAfter < now);
  // A tenant's account that takes messages again within the horizon is planned for: slots begin then. What
  // all others share was held since the claim: what waits for it would be in the way of who has another.
  const heldUntil = (send: DueSend) => accountHeldUntil(limits, send) ?? 0;
  const latest = (send: DueSend) =>
    Math.min(
      Math.max(now, send.runAt) + options.horizonMs,
      send.notAfter ?? Number.POSITIVE_INFINITY,
    );
  const isShared = (send: DueSend) => accountOf(limits, send)?.shared === true;
  const [held, open] = parted(
    timely,
    (send) => heldUntil(send) > (isShared(send) ? Math.max(now, send.runAt) : latest(send)),
  );
  const decisions = await reserveSlots(
    options.limiter,
    open.map((send) => ({
      id: jobIdOf(send),
      scopes: scopesOf(send),
      notBefore: Math.max(now, send.runAt, heldUntil(send)),
      notAfter: latest(send),
    })),
    now,
    options.clock,
  );
  const granted: Granted[] = [];
  const refused = held.map((send): Refused => {
    const id = jobIdOf(send);
    return { send, decision: { granted: false, id, scope: 'account', retryAt: heldUntil(send) } };
  });
  open.forEach((send, index) => {
    const decision = decisions[index];
    if (decision === undefined) return;
    if (decision.granted) granted.push({ send, start: decision.start, end: decision.end });
    else refused.push({ send, decision: askedSoon(decision, now, options.clock) });
  });
  return { granted, refused, late };
}

/** Those for which something holds, and the others. */
function parted<T>(list: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  return [list.filter(holds), list.filter((one) => !holds(one))];
}

/**
 * A limiter that is closed opens within moments, whatever time it names. Its lanes must not rest
 * until a time that another clock has left in it.
 */
function askedSoon(
  decision: SlotDecision & { granted: false },
  now: number,
  { rate }: Clock,
): SlotDecision & { granted: false } {
  if (decision.scope !== 'limiter') return decision;
  return { ...decision, retryAt: Math.min(decision.retryAt, now + LIMITER_REST_MS * rate) };
}
