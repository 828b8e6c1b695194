import {
  fold,
  initialState,
  needsReplay,
  replay,
  type CompiledPlan,
  type EnrollmentState,
  type FoldBase,
  type MachineSettings,
} from '@cadenza/plan';
import { consequences, endsBatch, NO_EFFECTS, rewritesHistory } from '../inputs/consequences.ts';
import type { EnrollmentHistory, RecordedTransition } from '../ports/verification.ts';

/** What is to be recorded beside an input. */
export interface RefoldedInput {
  readonly outcome: string;
  readonly fromNode: string | null;
  readonly toNode: string | null;
  readonly effects: RecordedTransition['effects'];
}

/** Where an enrollment's inputs lead. */
export interface Refolded {
  readonly state: EnrollmentState;
  readonly base: FoldBase;
  /** Settings of the last batch; null where there are no inputs. */
  readonly settings: MachineSettings | null;
  /** By `seq`. */
  readonly results: ReadonlyMap<number, RefoldedInput>;
}

/**
 * Runs recorded inputs again: batch by batch as they were recorded, each with its own settings, on
 * nothing but the inputs before it. So each input's outcome is what the fold said when it was
 * recorded; a later input may change how an earlier one folds, and that is never written back.
 */
export function refold(plan: CompiledPlan, history: EnrollmentHistory): Refolded {
  const { inputs, snapshot } = history;
  const results = new Map<number, RefoldedInput>();
  let base: FoldBase = snapshot ?? { state: initialState(), seq: 0 };
  let { state } = base;
  let settings: MachineSettings | null = null;
  let from = 0;
  for (let end = 1; end <= inputs.length; end += 1) {
    const last = inputs[end - 1];
    if (last === undefined) break;
    if (end < inputs.length && !endsBatch(last.recorded.input, last.effects)) continue;
    const batch = inputs.slice(from, end);
    ({ settings } = last);
    const folded = foldBatch(plan, base, inputs.slice(0, from), batch, settings, snapshot);
    const { effects } = consequences(plan, state, folded.state, settings);
    for (const one of batch) {
      const { seq } = one.recorded;
      results.set(seq, {
        outcome: folded.outcomes.get(seq) ?? 'noted',
        ...nodesOf(one, state, folded.state),
        effects: one === last && !isAlone(one) ? effects : NO_EFFECTS,
      });
    }
    ({ state, base } = folded);
    from = end;
  }
  return { state, base, settings, results };
}

function foldBatch(
  plan: CompiledPlan,
  base: FoldBase,
  earlier: readonly RecordedTransition[],
  batch: readonly RecordedTransition[],
  settings: MachineSettings,
  snapshot: FoldBase | null,
) {
  const before = earlier.map(({ recorded }) => recorded);
  const added = batch.map(({ recorded }) => recorded);
  const since = before.filter(({ seq }) => seq > base.seq);
  const whole = added.some(({ input }) => rewritesHistory(input)) || needsReplay(base, since);
  return whole
    ? replay(plan, [...before, ...added], settings, snapshot ?? undefined)
    : fold(plan, base, [...since, ...added], settings);
}

/** Recorded by a statement of its own, which writes no effects: its actions are its own affair. */
function isAlone({ recorded: { input } }: RecordedTransition): boolean {
  return input.kind === 'enrolled' || input.kind === 'begun';
}

/** A hand-off begins at its own node, whichever wait its enrollment may have come to since. */
function nodesOf(
  { recorded: { input } }: RecordedTransition,
  before: EnrollmentState,
  after: EnrollmentState,
): { readonly fromNode: string | null; readonly toNode: string | null } {
  return input.kind === 'begun'
    ? { fromNode: input.nodeId, toNode: input.nodeId }
    : { fromNode: before.nodeId, toNode: after.nodeId };
}
