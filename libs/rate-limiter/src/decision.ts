import type { EarliestSlot, EpochMs, SlotDecision, SlotRequest } from '@cadenza/domain';
import { prepareCall, type PreparedCall } from './prepare.ts';

/** Long enough for a process to act on, and without effect on windows of five seconds or more. */
export const DEFAULT_MIN_SLOT_MS = 100;

/**
 * The scope named by a refusal that no limit caused: the limiter is closed, or the time wanted is
 * over or empty.
 */
export const LIMITER_SCOPE = 'limiter';

/**
 * What a store found out about one request. In a refusal, `scope` is the index of the scope that
 * moved the start last, and `start` the earliest possible one, null when there is none.
 */
export type Outcome =
  | { readonly granted: true; readonly start: EpochMs }
  | { readonly granted?: never; readonly scope: number | null; readonly start: EpochMs | null };

/** The decisions of a call, from what the store found out. */
export function decide(call: PreparedCall, outcomes: readonly Outcome[]): SlotDecision[] {
  return call.requests.map(({ id, notAfter, widthMs, scopes }, n) => {
    const outcome = outcomes[n];
    if (!outcome) throw new Error(`the limiter's store gave no decision on request ${n}, ${id}`);
    const { start } = outcome;
    if (outcome.granted) {
      return { granted: true, id, start: outcome.start, end: outcome.start + widthMs };
    }
    const blocker = outcome.scope === null ? undefined : call.scopes[outcome.scope];
    const longest = Math.max(0, ...scopes.map((index) => call.scopes[index]?.windowMs ?? 0));
    return {
      granted: false,
      id,
      scope: (blocker && call.keys[blocker.key]) ?? LIMITER_SCOPE,
      retryAt: start ?? notAfter + longest,
    };
  });
}

/**
 * A call in which every request is refused, since its time was over before all others, and so takes
 * nothing and tells when it could begin.
 */
export function preparePeek(
  requests: readonly Omit<SlotRequest, 'notAfter'>[],
  minSlotMs: number,
): PreparedCall {
  return prepareCall(
    requests.map((request) => ({ ...request, notAfter: NEVER_MS })),
    minSlotMs,
  );
}

/** Before any time that a slot may begin at. */
const NEVER_MS = -(2 ** 49);

/** What a peek has found, from what the store found out about its call. */
export function earliestSlots(call: PreparedCall, outcomes: readonly Outcome[]): EarliestSlot[] {
  return call.requests.map(({ id }, n) => {
    const outcome = outcomes[n];
    if (!outcome) throw new Error(`the limiter's store gave no answer on request ${n}, ${id}`);
    if (outcome.granted) throw new Error(`the limiter's store gave ${id} a slot in a peek`);
    const blocker = outcome.scope === null ? undefined : call.scopes[outcome.scope];
    return { id, start: outcome.start, scope: (blocker && call.keys[blocker.key]) ?? null };
  });
}

/** The decisions of a closed limiter. */
export function refuseAll(requests: readonly SlotRequest[], retryAt: EpochMs): SlotDecision[] {
  return requests.map(({ id }) => ({ granted: false, id, scope: LIMITER_SCOPE, retryAt }));
}
