import { withHold } from './away.ts';
import { accept, onEvent } from './events.ts';
import { end, enter, follow } from './moves.ts';
import {
  atMessage,
  awaitedHandOff,
  awaitsRetry,
  currentNode,
  elsewhere,
  repeatAt,
  sameMessage,
  type Context,
} from './state.ts';
import type {
  EnrollmentInput,
  EnrollmentState,
  HandOff,
  MachineSettings,
  StepResult,
} from './types.ts';
import { isRefuted, settle, timerDue } from './waiting.ts';
import type { CompiledPlan } from '../validate/compiled-plan.ts';

type Input<K extends EnrollmentInput['kind']> = Extract<EnrollmentInput, { kind: K }>;

/**
 * One input on one state. Pure, and throws for no input. It knows nothing of the order of inputs:
 * `fold` sorts them, and only `fold` and `replay` can take a hand-off back (`released`).
 */
export function step(
  plan: CompiledPlan,
  state: EnrollmentState,
  input: EnrollmentInput,
  settings: MachineSettings,
): StepResult {
  const ctx: Context = { plan, settings };
  if (state.phase === 'ended') {
    return input.kind === 'resend' ? onResend(state, input) : { state, outcome: 'ended' };
  }
  if (state.phase === 'new') {
    return input.kind === 'enrolled'
      ? { state: enter(ctx, state, plan.startNodeId, input.at), outcome: 'applied' }
      : { state, outcome: 'other_node' };
  }
  const result = dispatch(ctx, state, input);
  // An input that left no trace must not end anything either.
  if (result.state === state) return result;
  return { ...result, state: settle(ctx, result.state, input.at) };
}

function dispatch(ctx: Context, state: EnrollmentState, input: EnrollmentInput): StepResult {
  switch (input.kind) {
    case 'enrolled':
      return { state, outcome: 'noted' };
    case 'begun':
      return onBegun(state, input);
    case 'released':
      return { state, outcome: elsewhere(state, input) };
    case 'sent':
      return onSent(state, input);
    case 'lost':
      return onLost(state, input);
    case 'failed':
      return onFailed(state, input);
    case 'resend':
      return { state, outcome: elsewhere(state, input) };
    case 'event':
      return onEvent(ctx, state, input);
    case 'timer':
      return onTimer(ctx, state, input);
    case 'skipped':
      return onSkipped(ctx, state, input);
    case 'away':
      return onAway(state, input);
    case 'hurried':
      return onHurried(state, input);
    case 'suppressed':
    case 'stopped':
      return { state: end(state, input.kind, input.reason, input.at), outcome: 'applied' };
  }
}

/** The state just after a hand-off began. */
export function handedOff(
  state: EnrollmentState,
  { nodeId, visit, attempt, at }: HandOff & { readonly at: number },
): EnrollmentState {
  return {
    phase: 'handed_off',
    nodeId,
    visit,
    attempt,
    enteredAt: state.nodeId === nodeId && state.visit === visit ? state.enteredAt : at,
    anchor: { nodeId, visit, attempt, sentAt: at },
    visits: state.visits,
    seen: [],
    happened: [],
    retry: null,
    behind: null,
    end: state.end,
  };
}

function here(state: EnrollmentState): Pick<HandOff, 'nodeId' | 'visit'> | null {
  return state.nodeId === null ? null : { nodeId: state.nodeId, visit: state.visit };
}

function isAwaited(state: EnrollmentState, of: HandOff): boolean {
  const awaited = awaitedHandOff(state);
  return sameMessage(awaited, of) && awaited?.attempt === of.attempt;
}

function isHandedOff(state: EnrollmentState, of: HandOff): boolean {
  return sameMessage(state.anchor, of) && state.anchor?.attempt === of.attempt;
}

function onBegun(state: EnrollmentState, input: Input<'begun'>): StepResult {
  return isAwaited(state, input)
    ? { state: handedOff(state, input), outcome: 'applied' }
    : { state, outcome: 'other_node' };
}

function onSent(state: EnrollmentState, input: Input<'sent'>): StepResult {
  if (!isHandedOff(state, input)) return { state, outcome: elsewhere(state, input) };
  return state.phase === 'handed_off'
    ? { state: accept(state), outcome: 'applied' }
    : { state, outcome: 'noted' };
}

function onLost(state: EnrollmentState, input: Input<'lost'>): StepResult {
  if (!isHandedOff(state, input)) return { state, outcome: elsewhere(state, input) };
  if (state.phase !== 'handed_off') return { state, outcome: 'noted' };
  const retry = repeatAt(input.at, input.at);
  return { state: { ...state, phase: 'listening', retry }, outcome: 'applied' };
}

/**
 * A message whose failure ended the enrollment goes out again as its next attempt, and the plan
 * goes on from there. What has ended in any other way stays ended.
 */
function onResend(state: EnrollmentState, input: Input<'resend'>): StepResult {
  const { anchor, end: ended } = state;
  const last = anchor ?? state;
  const isLast = last.nodeId === input.nodeId && last.visit === input.visit;
  if (ended?.status !== 'failed' || !isLast || last.attempt !== input.attempt) {
    return { state, outcome: 'ended' };
  }
  const revived: EnrollmentState =
    anchor === null
      ? { ...state, phase: 'scheduled', attempt: input.attempt + 1, enteredAt: input.at, end: null }
      : { ...atMessage(state, anchor), retry: repeatAt(input.at, input.at), end: null };
  return { state: revived, outcome: 'applied' };
}

function onFailed(state: EnrollmentState, input: Input<'failed'>): StepResult {
  const pending = state.phase === 'handed_off' && isHandedOff(state, input);
  if (pending || isAwaited(state, input)) {
    return { state: end(state, 'failed', input.reason, input.at), outcome: 'applied' };
  }
  return { state, outcome: isHandedOff(state, input) ? 'noted' : elsewhere(state, input) };
}

function onAway(state: EnrollmentState, input: Input<'away'>): StepResult {
  const { at: from, until, estimated = false } = input;
  const held = withHold(state, { from, until }, estimated);
  return held === null ? { state, outcome: 'noted' } : { state: held, outcome: 'applied' };
}

/** A repeated attempt keeps its distance from the one before: its receiver has asked for that. */
function onHurried(state: EnrollmentState, input: Input<'hurried'>): StepResult {
  if (!isAwaited(state, input)) return { state, outcome: elsewhere(state, input) };
  if (state.phase !== 'scheduled') return { state, outcome: 'noted' };
  const { at, anyTime } = state.hurry ?? input;
  const hurry = { at, anyTime: anyTime || input.anyTime };
  return { state: { ...state, hurry }, outcome: 'applied' };
}

function onTimer(ctx: Context, before: EnrollmentState, input: Input<'timer'>): StepResult {
  const atNode = sameMessage(here(before), input);
  if (!atNode || before.phase === 'scheduled') {
    return { state: before, outcome: elsewhere(before, input) };
  }
  if (awaitsRetry(before)) return { state: before, outcome: 'refuted' };
  // A timer runs for accepted messages alone: that it fired says that this one was.
  const state = accept(before);
  if (input.type === 'elapsed') {
    const settled = settle(ctx, state, input.at, true);
    return settled.phase === 'ended'
      ? { state: settled, outcome: 'applied' }
      : { state: before, outcome: 'noted' };
  }
  const transition = currentNode(ctx, state)?.transitions[input.type];
  if (!transition) return { state: before, outcome: 'noted' };
  const due = timerDue(ctx, state, transition);
  // A timer of an earlier attempt, which stopped with it.
  if (input.at < due) return { state: before, outcome: 'noted' };
  if (isRefuted(state, input.type, transition, due)) return { state: before, outcome: 'refuted' };
  return { state: follow(ctx, state, transition, input.at), outcome: 'applied' };
}

function onSkipped(ctx: Context, state: EnrollmentState, input: Input<'skipped'>): StepResult {
  const awaited = awaitedHandOff(state);
  if (awaited === null || !sameMessage(awaited, input)) {
    return { state, outcome: elsewhere(state, input) };
  }
  const transition = ctx.plan.nodes[awaited.nodeId]?.transitions.skipped;
  return {
    state: transition
      ? follow(ctx, { ...state, retry: null }, transition, input.at)
      : end(state, 'expired', 'skipped', input.at),
    outcome: 'applied',
  };
}
