import { accept, onEvent } from './events.ts';
import { end, enter, follow } from './moves.ts';
import { awaitsRetry, currentNode, elsewhere, sameMessage, type Context } from './state.ts';
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
  if (state.phase === 'ended') return { state, outcome: 'ended' };
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
    case 'failed':
      return onFailed(state, input);
    case 'event':
      return onEvent(ctx, state, input);
    case 'timer':
      return onTimer(ctx, state, input);
    case 'skipped':
      return onSkipped(ctx, state, input);
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
    ...state,
    phase: 'handed_off',
    nodeId,
    visit,
    attempt,
    enteredAt: state.nodeId === nodeId && state.visit === visit ? state.enteredAt : at,
    anchor: { nodeId, visit, attempt, sentAt: at },
    seen: [],
    happened: [],
    bounce: null,
    behind: null,
  };
}

function isScheduled(state: EnrollmentState, of: HandOff): boolean {
  return (
    state.phase === 'scheduled' && sameMessage(here(state), of) && state.attempt === of.attempt
  );
}

function here(state: EnrollmentState): Pick<HandOff, 'nodeId' | 'visit'> | null {
  return state.nodeId === null ? null : { nodeId: state.nodeId, visit: state.visit };
}

/** Whether a hand-off is the next attempt of the message that has bounced, or is not known of. */
function isRetry(state: EnrollmentState, of: HandOff): boolean {
  return (
    (state.phase === 'handed_off' || awaitsRetry(state)) &&
    sameMessage(state.anchor, of) &&
    of.attempt === (state.anchor?.attempt ?? 0) + 1
  );
}

function isHandedOff(state: EnrollmentState, of: HandOff): boolean {
  return sameMessage(state.anchor, of) && state.anchor?.attempt === of.attempt;
}

function onBegun(state: EnrollmentState, input: Input<'begun'>): StepResult {
  return isScheduled(state, input) || isRetry(state, input)
    ? { state: handedOff(state, input), outcome: 'applied' }
    : { state, outcome: 'other_node' };
}

function onSent(state: EnrollmentState, input: Input<'sent'>): StepResult {
  if (!isHandedOff(state, input)) return { state, outcome: elsewhere(state, input) };
  return state.phase === 'handed_off'
    ? { state: accept(state), outcome: 'applied' }
    : { state, outcome: 'noted' };
}

function onFailed(state: EnrollmentState, input: Input<'failed'>): StepResult {
  const pending = state.phase === 'handed_off' && isHandedOff(state, input);
  if (pending || isScheduled(state, input) || isRetry(state, input)) {
    return { state: end(state, 'failed', input.reason, input.at), outcome: 'applied' };
  }
  return { state, outcome: isHandedOff(state, input) ? 'noted' : elsewhere(state, input) };
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
  if (state.phase !== 'scheduled' || !sameMessage(here(state), input)) {
    return { state, outcome: elsewhere(state, input) };
  }
  const transition = currentNode(ctx, state)?.transitions.skipped;
  return {
    state: transition
      ? follow(ctx, state, transition, input.at)
      : end(state, 'expired', 'skipped', input.at),
    outcome: 'applied',
  };
}
