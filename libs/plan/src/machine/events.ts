import type { EpochMs } from '@cadenza/domain';
import { answers, end, follow, inTime, useUp } from './moves.ts';
import {
  atMessage,
  awaitsRetry,
  currentNode,
  DEFAULT_SOFT_BOUNCE_RETRY_MS,
  elsewhere,
  isRead,
  remember,
  repeatAt,
  sameMessage,
  visitsOf,
  type Context,
} from './state.ts';
import type { EnrollmentInput, EnrollmentState, SeenEvent, StepResult } from './types.ts';

type EventInput = Extract<EnrollmentInput, { kind: 'event' }>;

/** The provider has the message: so say its answer, and every event of it. */
export function accept(state: EnrollmentState): EnrollmentState {
  return state.phase === 'handed_off' ? { ...state, phase: 'listening' } : state;
}

function isOfAnchor(state: EnrollmentState, event: EventInput): boolean {
  return sameMessage(state.anchor, event) && event.attempt <= (state.anchor?.attempt ?? 0);
}

/** The event's own time; one before the message was sent counts as at that moment. */
function timeOf(state: EnrollmentState, event: EventInput): EpochMs {
  return Math.max(event.at, isOfAnchor(state, event) ? (state.anchor?.sentAt ?? 0) : event.at);
}

function arrived(state: EnrollmentState, at: EpochMs): EnrollmentState {
  return awaitsRetry(state) && state.retry
    ? { ...state, retry: { ...state.retry, clearedAt: at } }
    : state;
}

/** What an event does, before it is asked whether anything is left to wait for. */
export function onEvent(ctx: Context, state: EnrollmentState, event: EventInput): StepResult {
  switch (event.type) {
    case 'delivered':
    case 'opened':
    case 'clicked':
      return onReaction(ctx, state, event);
    case 'blocked':
    case 'dropped':
      return onLoss(ctx, state, event);
    case 'bounced':
      return event.bounce === 'hard'
        ? onPersonEvent(ctx, state, event)
        : onSoftBounce(ctx, state, event);
    case 'replied':
    case 'unsubscribed':
    case 'spamreport':
      return onPersonEvent(ctx, state, event);
  }
}

function onReaction(ctx: Context, state: EnrollmentState, event: EventInput): StepResult {
  if (!isOfAnchor(state, event)) return { state, outcome: elsewhere(state, event) };
  const at = timeOf(state, event);
  const machine = event.type !== 'delivered' && event.actor === 'machine';
  const seen: SeenEvent = { type: event.type, at, ...(machine && { machine }) };
  const before = arrived(accept(state), at);
  const impliesOpen =
    event.type === 'clicked' &&
    !machine &&
    !before.happened.some((other) => other.type === 'opened' && !other.machine);
  if (!impliesOpen) return react(ctx, before, seen);
  // Images are often off. Who clicks has opened, and must not be asked why they did not.
  const opened = react(ctx, before, { type: 'opened', at });
  if (opened.outcome === 'applied' && !isOfAnchor(opened.state, event)) return opened;
  if (opened.state.phase === 'ended') return opened;
  const clicked = react(ctx, opened.state, seen);
  return opened.outcome === 'applied' ? { ...clicked, outcome: 'applied' } : clicked;
}

function react(ctx: Context, before: EnrollmentState, event: SeenEvent): StepResult {
  const state = remember(before, event);
  const transition = currentNode(ctx, state)?.transitions[event.type];
  if (transition && answers(ctx, state, transition, event)) {
    return { state: follow(ctx, useUp(state, event), transition, event.at), outcome: 'applied' };
  }
  if (event.machine && !transition?.anyActor) return { state, outcome: 'machine' };
  return { state, outcome: transition ? 'outside_within' : 'noted' };
}

/** The message was accepted and will never arrive. */
function onLoss(ctx: Context, state: EnrollmentState, event: EventInput): StepResult {
  if (!isOfAnchor(state, event)) return { state, outcome: elsewhere(state, event) };
  if (event.attempt !== state.anchor?.attempt) return { state, outcome: 'noted' };
  const at = timeOf(state, event);
  const lost = { ...accept(state), retry: null };
  return { state: leaveBy(ctx, lost, event, at), outcome: 'applied' };
}

/** The current node's transition on an event, else the end. */
function leaveBy(
  ctx: Context,
  state: EnrollmentState,
  event: EventInput,
  at: EpochMs,
): EnrollmentState {
  const transition = currentNode(ctx, state)?.transitions[event.type];
  if (transition && inTime(ctx, state, transition, at)) return follow(ctx, state, transition, at);
  const hard = event.type === 'bounced' && event.bounce === 'hard';
  if (hard || event.type === 'unsubscribed' || event.type === 'spamreport') {
    return end(state, 'suppressed', event.type, at);
  }
  return end(state, event.type === 'replied' ? 'stopped' : 'failed', event.type, at);
}

/** What concerns the person rather than one message acts from wherever the enrollment is. */
function onPersonEvent(ctx: Context, state: EnrollmentState, event: EventInput): StepResult {
  const at = timeOf(state, event);
  const own = isOfAnchor(state, event) ? arrived(accept(state), at) : state;
  const noted = event.type === 'replied' ? remember(own, { type: 'replied', at }) : own;
  const used = noted.seen.filter((seen) => seen.type !== 'replied');
  return { state: leaveBy(ctx, { ...noted, seen: used }, event, at), outcome: 'applied' };
}

/**
 * A soft bounce retires the attempt's timers, and calls back a next step that has not begun, until
 * the message is tried again. The last one is final, and so is a refusal of the message itself.
 */
function onSoftBounce(ctx: Context, state: EnrollmentState, event: EventInput): StepResult {
  const ofAnchor = isOfAnchor(state, event);
  const message = ofAnchor ? state.anchor : sameMessage(state.behind, event) ? state.behind : null;
  if (!message) return { state, outcome: elsewhere(state, event) };
  if (event.attempt !== message.attempt) return { state, outcome: 'noted' };
  // Mail that somebody has read did arrive, whatever a server said later.
  if (ofAnchor && isRead(state)) return { state, outcome: 'noted' };
  if (ofAnchor && awaitsRetry(state)) return { state, outcome: 'soft_bounce' };
  const at = Math.max(event.at, message.sentAt);
  const back = ofAnchor ? accept(state) : callBack(state, message);
  const retries = ctx.settings.softBounceRetryMs ?? DEFAULT_SOFT_BOUNCE_RETRY_MS;
  const delay = event.bounce === 'refused' ? undefined : retries[message.attempt - 1];
  if (delay === undefined) return { state: leaveBy(ctx, back, event, at), outcome: 'applied' };
  return { state: { ...back, retry: repeatAt(at, at + delay) }, outcome: 'soft_bounce' };
}

/** Back to the message behind a step that has not begun; that visit has not taken place. */
function callBack(
  state: EnrollmentState,
  message: NonNullable<EnrollmentState['behind']>,
): EnrollmentState {
  const { nodeId, phase } = state;
  const visits =
    nodeId !== null && phase === 'scheduled'
      ? { ...state.visits, [nodeId]: visitsOf(state, nodeId) - 1 }
      : state.visits;
  return { ...atMessage(state, message), visits, seen: [], happened: [], behind: null };
}
