import type { EpochMs } from '@cadenza/domain';
import type { EnrollmentState, Hold } from './types.ts';

/** Holds that are kept at most: more than anybody is away for while one message is waited for. */
const MOST_HOLDS = 10;

/**
 * The state of somebody who is away until a time. What is said later replaces what was said before
 * of the same absence, so that a return which is put forward ends it earlier; but an estimate only
 * makes it longer. Null where nothing is held by it.
 */
export function withHold(
  state: EnrollmentState,
  { from, until }: Hold,
  estimated: boolean,
): (EnrollmentState & { readonly away: readonly Hold[] }) | null {
  const holds = state.away ?? [];
  const last = holds.at(-1);
  const ends = Math.max(from, until);
  if (last !== undefined && from <= last.until) {
    const extended = { from: last.from, until: estimated ? Math.max(ends, last.until) : ends };
    return { ...state, away: [...holds.slice(0, -1), extended] };
  }
  if (ends === from) return null;
  return { ...state, away: [...holds, { from, until }].slice(-MOST_HOLDS) };
}

/** The state without the holds that are over by a time. */
export function withoutPast(state: EnrollmentState, at: EpochMs): EnrollmentState {
  if (state.away === undefined) return state;
  const { away, ...rest } = state;
  const left = away.filter(({ until }) => until > at);
  return left.length === 0 ? rest : { ...rest, away: left };
}

/** When a wait from `base` to `due` ends, if time stands still while the person is away. */
export function heldOver(state: EnrollmentState, base: EpochMs, due: EpochMs): EpochMs {
  let end = due;
  for (const { from, until } of state.away ?? []) {
    const begin = Math.max(from, base);
    if (until > begin && (begin < end || begin === base)) end += until - begin;
  }
  return end;
}

/**
 * When a step that has not begun may leave: as above, and no earlier than the return from an
 * absence that came after its wait had ended, since windows or limits may have kept it until then.
 */
export function heldBack(state: EnrollmentState, base: EpochMs, due: EpochMs): EpochMs {
  let end = due;
  for (const { from, until } of state.away ?? []) {
    const begin = Math.max(from, base);
    if (until > begin) end = begin <= end ? end + until - begin : until;
  }
  return end;
}
