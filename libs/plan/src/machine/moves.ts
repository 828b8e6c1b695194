import type { EndStatus, EpochMs } from '@cadenza/domain';
import { STOP, TIMER_TRIGGERS } from '../schema/vocabulary.ts';
import type { CompiledTransition } from '../validate/compiled-plan.ts';
import { withoutPast } from './away.ts';
import {
  baseTime,
  currentNode,
  isRead,
  visitsOf,
  waitFrom,
  withoutHurry,
  type Context,
} from './state.ts';
import type { EnrollmentState, SeenEvent } from './types.ts';

/** Ends an enrollment. */
export function end(
  state: EnrollmentState,
  status: EndStatus,
  reason: string,
  at: EpochMs,
): EnrollmentState {
  return { ...withoutHurry(state), phase: 'ended', end: { status, reason, at } };
}

/**
 * Enters a node. At a wait node the events of its message that nothing has used yet are tried at
 * once, in their own order: what a person has done already need not be done again.
 */
export function enter(
  ctx: Context,
  before: EnrollmentState,
  nodeId: string,
  at: EpochMs,
): EnrollmentState {
  const state = withoutHurry(withoutPast(before, at));
  const node = ctx.plan.nodes[nodeId];
  const visit = visitsOf(state, nodeId) + 1;
  if (!node || (node.maxVisits !== null && visit > node.maxVisits)) {
    return end(state, 'completed', 'max_visits', at);
  }
  const visits = { ...state.visits, [nodeId]: visit };
  if (node.action === 'send') {
    return {
      ...state,
      phase: 'scheduled',
      nodeId,
      visit,
      attempt: 1,
      enteredAt: at,
      anchor: null,
      visits,
      seen: [],
      happened: [],
      retry: null,
      behind: state.anchor ? (isRead(state) ? null : state.anchor) : state.behind,
    };
  }
  return useSeen(ctx, {
    ...state,
    phase: 'listening',
    nodeId,
    visit,
    attempt: state.anchor?.attempt ?? 1,
    enteredAt: at,
    visits,
  });
}

function useSeen(ctx: Context, state: EnrollmentState): EnrollmentState {
  const node = currentNode(ctx, state);
  for (const event of state.seen) {
    const transition = node?.transitions[event.type];
    if (!transition || !answers(ctx, state, transition, event)) continue;
    return follow(ctx, useUp(state, event), transition, state.enteredAt);
  }
  return state;
}

/** Whether a transition of the current node answers to an event of its own type. */
export function answers(
  ctx: Context,
  state: EnrollmentState,
  transition: CompiledTransition,
  event: SeenEvent,
): boolean {
  return (!event.machine || transition.anyActor) && inTime(ctx, state, transition, event.at);
}

export function inTime(
  ctx: Context,
  state: EnrollmentState,
  transition: CompiledTransition,
  at: EpochMs,
): boolean {
  return (
    transition.within === null || at <= waitFrom(ctx, state, baseTime(state), transition.within)
  );
}

export function useUp(state: EnrollmentState, event: SeenEvent): EnrollmentState {
  return { ...state, seen: state.seen.filter((other) => other !== event) };
}

/**
 * Takes a transition. To `stop`, an event ends the enrollment as `stopped`; a timer as
 * `completed`, since nobody stopped it: the plan had nothing more to say.
 */
export function follow(
  ctx: Context,
  state: EnrollmentState,
  transition: CompiledTransition,
  at: EpochMs,
): EnrollmentState {
  if (transition.to !== STOP) return enter(ctx, state, transition.to, at);
  const silence = TIMER_TRIGGERS.some((type) => type === transition.on);
  return end(state, silence ? 'completed' : 'stopped', transition.on, at);
}
