import type { EpochMs } from '@cadenza/domain';
import { addDuration, type Duration } from '../time/duration.ts';
import { isTimeZone } from '../time/zone.ts';
import type { CompiledNode, CompiledPlan } from '../validate/compiled-plan.ts';
import { heldOver } from './away.ts';
import type { EnrollmentState, HandOff, MachineSettings, Outcome, SeenEvent } from './types.ts';

/** 1 h, 4 h, 24 h: how long after each soft bounce a message is tried again by default. */
export const DEFAULT_SOFT_BOUNCE_RETRY_MS: readonly number[] = [3_600_000, 14_400_000, 86_400_000];

/** The settings of an installation that sets nothing: a grace of 2 minutes, the plan's zone. */
export const DEFAULT_SETTINGS: MachineSettings = { timezone: null, graceMs: 120_000 };

/** A plan with the settings under which it runs. */
export interface Context {
  readonly plan: CompiledPlan;
  readonly settings: MachineSettings;
}

/** The state before anything is recorded. */
export function initialState(): EnrollmentState {
  return {
    phase: 'new',
    nodeId: null,
    visit: 0,
    attempt: 0,
    enteredAt: 0,
    anchor: null,
    visits: {},
    seen: [],
    happened: [],
    retry: null,
    behind: null,
    end: null,
  };
}

/** The zone in which an enrollment lives: the contact's, else the plan's. */
export function zoneOf({ plan, settings }: Context): string {
  const own = settings.timezone;
  return own !== null && isTimeZone(own) ? own : plan.timezone;
}

export function add(ctx: Context, at: EpochMs, duration: Duration): EpochMs {
  return duration.days === 0 ? at + duration.ms : addDuration(at, duration, zoneOf(ctx));
}

/** When a wait of an enrollment ends that began at `base`. */
export function waitFrom(
  ctx: Context,
  state: EnrollmentState,
  base: EpochMs,
  duration: Duration,
): EpochMs {
  return heldOver(state, base, add(ctx, base, duration));
}

export function currentNode(ctx: Context, state: EnrollmentState): CompiledNode | null {
  return (state.nodeId === null ? undefined : ctx.plan.nodes[state.nodeId]) ?? null;
}

export function visitsOf(state: EnrollmentState, nodeId: string): number {
  return Object.hasOwn(state.visits, nodeId) ? (state.visits[nodeId] ?? 0) : 0;
}

/** Whether two hand-offs are of one message. */
export function sameMessage(
  a: Pick<HandOff, 'nodeId' | 'visit'> | null,
  b: Pick<HandOff, 'nodeId' | 'visit'>,
): boolean {
  return a !== null && a.nodeId === b.nodeId && a.visit === b.visit;
}

/** How far back `within` and `after` count: to the time sent, or to entering a wait node. */
export function baseTime(state: EnrollmentState): EpochMs {
  const { anchor } = state;
  return anchor && state.nodeId === anchor.nodeId && state.visit === anchor.visit
    ? anchor.sentAt
    : state.enteredAt;
}

/** Whether the anchor's attempt is to be repeated, and nothing speaks against it. */
export function awaitsRetry(state: EnrollmentState): boolean {
  return state.retry !== null && state.retry.clearedAt === null;
}

/** The next attempt at the anchor's message, implied from `dueAt` on. */
export function repeatAt(at: EpochMs, dueAt: EpochMs): NonNullable<EnrollmentState['retry']> {
  return { at, dueAt, clearedAt: null };
}

/** The hand-off whose beginning a state waits for; null where it waits for none. */
export function awaitedHandOff(state: EnrollmentState): HandOff | null {
  const { phase, nodeId, visit, attempt, anchor } = state;
  if (phase === 'scheduled' && nodeId !== null) return { nodeId, visit, attempt };
  if (phase !== 'listening' || anchor === null || !awaitsRetry(state)) return null;
  return { nodeId: anchor.nodeId, visit: anchor.visit, attempt: anchor.attempt + 1 };
}

/** The state without an operator's word about a hand-off that is not waited for any more. */
export function withoutHurry(state: EnrollmentState): EnrollmentState {
  const { hurry, ...rest } = state;
  return hurry === undefined ? state : rest;
}

/** Listening at a message's own node, as after it was sent. */
export function atMessage(
  state: EnrollmentState,
  message: NonNullable<EnrollmentState['anchor']>,
): EnrollmentState {
  return {
    ...withoutHurry(state),
    phase: 'listening',
    nodeId: message.nodeId,
    visit: message.visit,
    attempt: message.attempt,
    enteredAt: message.sentAt,
    anchor: message,
  };
}

/** Whether a person is known to have the anchor's message. */
export function isRead(state: EnrollmentState): boolean {
  return state.happened.some(({ type, machine }) => type !== 'delivered' && !machine);
}

/** The outcome of an input that concerns another node, or another message, than the current. */
export function elsewhere(
  state: EnrollmentState,
  of: { readonly nodeId: string; readonly visit: number },
): Outcome {
  const here = state.nodeId === of.nodeId && state.visit === of.visit;
  return !here && of.visit <= visitsOf(state, of.nodeId) ? 'late' : 'other_node';
}

/** Events of one type that are kept for later use: more than any plan can use up. */
const SEEN_PER_TYPE = 20;

/** The state with an event of the anchor's message remembered. */
export function remember(state: EnrollmentState, event: SeenEvent): EnrollmentState {
  const same = (other: SeenEvent): boolean =>
    other.type === event.type && other.machine === event.machine;
  const happened = state.happened.some((other) => same(other) && other.at <= event.at)
    ? state.happened
    : [...state.happened.filter((other) => !same(other)), event];
  if (state.seen.filter(same).length >= SEEN_PER_TYPE) return { ...state, happened };
  return { ...state, happened, seen: [...state.seen, event] };
}
