import {
  diffActions,
  impliedActions,
  type ActionDiff,
  type CompiledPlan,
  type EnrollmentInput,
  type EnrollmentState,
  type ImpliedAction,
  type MachineSettings,
} from '@cadenza/plan';
import type { TransitionRecord } from '../ports/enrollments.ts';

type Effects = TransitionRecord['effects'];

/**
 * Beside every input of a batch but the last, and beside those that are no batch's: what a batch
 * does together is written beside the last of it, even where that is nothing.
 */
export const NO_EFFECTS: Effects = {};

/** Whether an input is the last of the batch in which it was recorded. */
export function endsBatch(input: EnrollmentInput, effects: Effects): boolean {
  return input.kind === 'enrolled' || input.kind === 'begun' || Object.keys(effects).length > 0;
}

/** Whether an input changes which hand-offs have begun, so that all inputs must be folded anew. */
export function rewritesHistory(input: EnrollmentInput): boolean {
  return input.kind === 'released' || (input.kind === 'sent' && input.reinstated === true);
}

/** What changes of an enrollment's future when it comes from one state to another. */
export function consequences(
  plan: CompiledPlan,
  before: EnrollmentState,
  after: EnrollmentState,
  settings: MachineSettings,
): {
  readonly implied: readonly ImpliedAction[];
  readonly diff: ActionDiff;
  readonly effects: Effects;
} {
  const implied = impliedActions(plan, after, settings);
  const diff = diffActions(impliedActions(plan, before, settings), implied);
  const keys = (actions: readonly ImpliedAction[]) => actions.map(({ key }) => key);
  return {
    implied,
    diff,
    effects: { cancel: keys(diff.cancel), add: keys(diff.add), move: keys(diff.move) },
  };
}
