import type { CompiledPlan } from '../validate/compiled-plan.ts';
import { heldBack } from './away.ts';
import { add, awaitedHandOff, currentNode, type Context } from './state.ts';
import type {
  EnrollmentState,
  HandOff,
  ImpliedAction,
  MachineSettings,
  TimerType,
} from './types.ts';
import { lastChance, pendingTimers } from './waiting.ts';

function sendAction({ nodeId, visit, attempt }: HandOff, dueAt: number): ImpliedAction {
  const key = `send:${nodeId}:${visit}:${attempt}`;
  return { key, type: 'send', nodeId, visit, attempt, timer: null, dueAt };
}

function timeoutAction(
  { nodeId, visit, attempt }: HandOff,
  timer: TimerType,
  dueAt: number,
): ImpliedAction {
  const key = `${timer}:${nodeId}:${visit}:${attempt}`;
  return { key, type: 'timeout', nodeId, visit, attempt, timer, dueAt };
}

/**
 * The future steps that a state implies, without regard to now:
 *
 * - `scheduled`: its hand-off; where an operator has hurried it, without the rest of its delay, and no
 *   earlier than the return of somebody who is away;
 * - `listening`: a time-out per timer that can still fire; where there is none and a `within`
 *   still runs, an `elapsed` at its end;
 * - after a soft bounce, or a hand-off that was lost: the next attempt, and nothing else;
 * - otherwise nothing. Timers wait until the message is known to be accepted.
 */
export function impliedActions(
  plan: CompiledPlan,
  state: EnrollmentState,
  settings: MachineSettings,
): ImpliedAction[] {
  const ctx: Context = { plan, settings };
  const { nodeId, visit, attempt, retry } = state;
  const node = currentNode(ctx, state);
  if (nodeId === null || !node) return [];
  const awaited = awaitedHandOff(state);
  if (awaited !== null && state.phase === 'scheduled') {
    if (node.action !== 'send') return [];
    const { hurry } = state;
    if (hurry !== undefined) {
      const due = heldBack(state, hurry.at, hurry.at);
      return [{ ...sendAction(awaited, due), hurried: hurry.anyTime ? 'any_time' : 'in_window' }];
    }
    // The delay belongs to the step, not to another attempt at it.
    const { enteredAt } = state;
    const due = attempt > 1 ? enteredAt : add(ctx, enteredAt, node.delay);
    return [sendAction(awaited, heldBack(state, enteredAt, due))];
  }
  if (state.phase !== 'listening') return [];
  if (awaited !== null && retry) {
    return [sendAction(awaited, heldBack(state, retry.dueAt, retry.dueAt))];
  }
  const here = { nodeId, visit, attempt };
  const timers = pendingTimers(ctx, state);
  if (timers.length > 0) return timers.map(({ type, due }) => timeoutAction(here, type, due));
  const last = lastChance(ctx, state);
  return last === null || last === Infinity ? [] : [timeoutAction(here, 'elapsed', last)];
}

/** What changes between two sets of implied actions. */
export interface ActionDiff {
  readonly cancel: readonly ImpliedAction[];
  readonly add: readonly ImpliedAction[];
  /** The same step at another time, or hurried, as it is now. */
  readonly move: readonly ImpliedAction[];
}

/** Compares what was implied with what is implied now, by key. */
export function diffActions(
  before: readonly ImpliedAction[],
  after: readonly ImpliedAction[],
): ActionDiff {
  const old = new Map(before.map((action) => [action.key, action]));
  const kept = new Set(after.map((action) => action.key));
  return {
    cancel: before.filter((action) => !kept.has(action.key)),
    add: after.filter((action) => !old.has(action.key)),
    move: after.filter((action) => {
      const previous = old.get(action.key);
      if (previous === undefined) return false;
      return previous.dueAt !== action.dueAt || previous.hurried !== action.hurried;
    }),
  };
}
