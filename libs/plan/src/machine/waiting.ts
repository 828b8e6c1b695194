import type { EpochMs } from '@cadenza/domain';
import {
  EVENT_TRIGGERS,
  REFUTES,
  STOP,
  TIMER_TRIGGERS,
  type TimerTrigger,
} from '../schema/vocabulary.ts';
import type { CompiledTransition } from '../validate/compiled-plan.ts';
import { end } from './moves.ts';
import { awaitsRetry, baseTime, currentNode, waitFrom, type Context } from './state.ts';
import type { EnrollmentState, ReactionType } from './types.ts';

/** Events that only a message has: without one they cannot come. */
const OF_MESSAGE: readonly ReactionType[] = [
  'delivered',
  'opened',
  'clicked',
  'blocked',
  'dropped',
];

/** When a timer of the current node is due. */
export function timerDue(
  ctx: Context,
  state: EnrollmentState,
  transition: CompiledTransition,
): EpochMs {
  const base = baseTime(state);
  const due = transition.after ? waitFrom(ctx, state, base, transition.after) : base;
  // Timers stood still until there was proof that the message had arrived after all.
  return Math.max(due, state.retry?.clearedAt ?? due);
}

/** Whether the real event came by the time the timer was due. */
export function isRefuted(
  state: EnrollmentState,
  type: TimerTrigger,
  transition: CompiledTransition,
  due: EpochMs,
): boolean {
  return state.happened.some(
    (event) =>
      REFUTES[type].some((refuting) => refuting === event.type) &&
      event.at <= due &&
      (!event.machine || transition.anyActor),
  );
}

/** Timers of the current node that can still fire. */
export function pendingTimers(
  ctx: Context,
  state: EnrollmentState,
): { readonly type: TimerTrigger; readonly due: EpochMs }[] {
  const node = currentNode(ctx, state);
  const pending: { readonly type: TimerTrigger; readonly due: EpochMs }[] = [];
  for (const type of TIMER_TRIGGERS) {
    const transition = node?.transitions[type];
    if (!transition) continue;
    const due = timerDue(ctx, state, transition);
    if (!isRefuted(state, type, transition, due)) pending.push({ type, due });
  }
  return pending;
}

/**
 * The last moment at which an event can still lead to another node: Infinity where no `within`
 * ends it, null where no event leads anywhere. Transitions to `stop` hold nobody.
 */
export function lastChance(ctx: Context, state: EnrollmentState): EpochMs | null {
  const node = currentNode(ctx, state);
  let last: EpochMs | null = null;
  for (const type of EVENT_TRIGGERS) {
    const transition = node?.transitions[type];
    if (!transition || transition.to === STOP) continue;
    if (state.anchor === null && OF_MESSAGE.includes(type)) continue;
    const until = transition.within
      ? waitFrom(ctx, state, baseTime(state), transition.within)
      : Infinity;
    last = Math.max(last ?? until, until);
  }
  return last;
}

/**
 * Ends an enrollment that listens where nothing can lead on any more. An event at exactly the last
 * moment still counts, and sorts before the `elapsed` of that moment: hence `passed`.
 */
export function settle(
  ctx: Context,
  state: EnrollmentState,
  at: EpochMs,
  passed = false,
): EnrollmentState {
  if (state.phase !== 'listening' || awaitsRetry(state)) return state;
  if (pendingTimers(ctx, state).length > 0) return state;
  const last = lastChance(ctx, state);
  if (last !== null && (last > at || (last === at && !passed))) return state;
  return end(state, 'completed', 'no_further_step', at);
}
