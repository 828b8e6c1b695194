import type { BounceKind } from '@cadenza/domain';
import {
  DEFAULT_SETTINGS,
  impliedActions,
  replay,
  type CompiledPlan,
  type EnrollmentInput,
  type EnrollmentState,
  type MachineSettings,
  type Outcome,
  type ReactionType,
  type RecordedInput,
  type TimerType,
} from '../../src/index.ts';

const HOUR = 3_600_000;
const at = (hours: number): number => hours * HOUR;

/** Inputs by the words of a test; times are hours since the enrollment. */
export const begun = (nodeId: string, hours: number, attempt = 1, visit = 1): EnrollmentInput => ({
  kind: 'begun',
  nodeId,
  visit,
  attempt,
  at: at(hours),
});
export const sent = (nodeId: string, hours: number, attempt = 1, visit = 1): EnrollmentInput => ({
  kind: 'sent',
  nodeId,
  visit,
  attempt,
  at: at(hours),
});
export const released = (nodeId: string, hours: number, attempt = 1): EnrollmentInput => ({
  kind: 'released',
  nodeId,
  visit: 1,
  attempt,
  at: at(hours),
  reason: '429',
});
/** An answer, or other evidence, that a hand-off was accepted. */
export const proven = (nodeId: string, hours: number) =>
  ({ kind: 'sent', nodeId, visit: 1, attempt: 1, at: at(hours) }) as const;
export const lost = (nodeId: string, hours: number, attempt = 1): EnrollmentInput => ({
  kind: 'lost',
  nodeId,
  visit: 1,
  attempt,
  at: at(hours),
  reason: 'not found',
});
export const resend = (nodeId: string, hours: number, attempt = 1): EnrollmentInput => ({
  kind: 'resend',
  nodeId,
  visit: 1,
  attempt,
  at: at(hours),
});
export const failed = (nodeId: string, hours: number): EnrollmentInput => ({
  kind: 'failed',
  nodeId,
  visit: 1,
  attempt: 1,
  at: at(hours),
  reason: 'refused',
});
export const event = (
  type: ReactionType,
  nodeId: string,
  hours: number,
  more: {
    attempt?: number;
    visit?: number;
    actor?: 'human' | 'machine' | 'unknown';
    bounce?: BounceKind;
  } = {},
): EnrollmentInput => ({
  kind: 'event',
  type,
  nodeId,
  visit: 1,
  attempt: 1,
  actor: 'human',
  at: at(hours),
  ...more,
});
export const soft = (nodeId: string, hours: number, attempt = 1): EnrollmentInput =>
  event('bounced', nodeId, hours, { bounce: 'soft', attempt });
export const timer = (
  type: TimerType,
  nodeId: string,
  hours: number,
  visit = 1,
): EnrollmentInput => ({
  kind: 'timer',
  type,
  nodeId,
  visit,
  at: at(hours),
});
/** An automatic answer that names when the person is back. */
export const away = (hours: number, untilHours: number, estimated = false): EnrollmentInput => ({
  kind: 'away',
  at: at(hours),
  until: at(untilHours),
  ...(estimated && { estimated }),
});
/** An operator wants a step now. */
export const hurried = (
  nodeId: string,
  hours: number,
  anyTime = false,
  attempt = 1,
): EnrollmentInput => ({ kind: 'hurried', nodeId, visit: 1, attempt, at: at(hours), anyTime });
export const skipped = (nodeId: string, hours: number): EnrollmentInput => ({
  kind: 'skipped',
  nodeId,
  visit: 1,
  at: at(hours),
});

export interface Then {
  readonly state: EnrollmentState;
  /** `phase node`, and of an ended one `status: reason`. */
  readonly where: string;
  /** Keys of what is implied, with the hours at which it is due. */
  readonly implied: readonly string[];
  /** Of every input given, in the order of arrival; `enrolled` left out. */
  readonly outcomes: readonly (Outcome | undefined)[];
}

/** Replays an enrollment at hour 0 and inputs, in the order in which they arrive. */
export function when(
  plan: CompiledPlan,
  inputs: readonly EnrollmentInput[],
  settings: MachineSettings = DEFAULT_SETTINGS,
): Then {
  const all: EnrollmentInput[] = [{ kind: 'enrolled', at: 0 }, ...inputs];
  const recorded: RecordedInput[] = all.map((input, index) => ({
    seq: index + 1,
    id: `input-${index}`,
    now: 0,
    input,
  }));
  const { state, outcomes } = replay(plan, recorded, settings);
  return {
    state,
    where: state.end
      ? `${state.end.status}: ${state.end.reason}`
      : `${state.phase} ${state.nodeId}`,
    implied: impliedActions(plan, state, settings).map(
      ({ key, dueAt }) => `${key} @${dueAt / HOUR}`,
    ),
    outcomes: recorded.slice(1).map(({ seq }) => outcomes.get(seq)),
  };
}
