import type { EpochMs } from '@cadenza/domain';
import {
  EVENT_TRIGGERS,
  impliedActions,
  step,
  STOP,
  type CompiledPlan,
  type EnrollmentState,
  type ImpliedAction,
  type MachineSettings,
} from '@cadenza/plan';

/** What follows in an enrollment, if nobody does anything. */
export type Ahead =
  /** The next send is implied; from `at` on, where a silence has to pass before. */
  | { readonly kind: 'send'; readonly action: ImpliedAction; readonly at: EpochMs | null }
  /** A silence ends the enrollment. */
  | { readonly kind: 'ends'; readonly at: EpochMs; readonly reason: string }
  /** It waits for an event, for ever. */
  | { readonly kind: 'nothing' };

/** More silences in a row than any plan has nodes and visits to spend on them. */
const MOST_SILENCES = 100;

/**
 * Follows an enrollment through silences to its next send.
 *
 * @param timerAt when the first of its timers fires.
 */
export function whatFollows(
  plan: CompiledPlan,
  state: EnrollmentState,
  settings: MachineSettings,
  timerAt: EpochMs | null,
): Ahead {
  let current = state;
  let passed: EpochMs | null = null;
  for (let n = 0; n < MOST_SILENCES; n += 1) {
    if (current.end !== null) {
      return { kind: 'ends', at: passed ?? current.end.at, reason: current.end.reason };
    }
    const implied = impliedActions(plan, current, settings);
    const action = implied.find(({ type }) => type === 'send');
    if (action !== undefined) return { kind: 'send', action, at: passed };
    const first = implied.toSorted((a, b) => a.dueAt - b.dueAt)[0];
    if (first === undefined || first.timer === null) return { kind: 'nothing' };
    const { timer: type, nodeId, visit, dueAt: at } = first;
    const fires: EpochMs = passed === null && timerAt !== null ? timerAt : at + settings.graceMs;
    passed = Math.max(passed ?? fires, fires);
    current = step(plan, current, { kind: 'timer', type, nodeId, visit, at }, settings).state;
  }
  return { kind: 'nothing' };
}

/** Names of the events that lead from the current node to another one. */
export function awaitedEvents(plan: CompiledPlan, { nodeId }: EnrollmentState): string[] {
  const node = nodeId === null ? undefined : plan.nodes[nodeId];
  return EVENT_TRIGGERS.filter((on) => {
    const transition = node?.transitions[on];
    return transition !== undefined && transition.to !== STOP;
  });
}
