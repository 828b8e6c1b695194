import type { EpochMs } from '@cadenza/domain';
import type { CompiledPlan } from '../validate/compiled-plan.ts';
import { inOwnOrder } from './order.ts';
import { initialState, visitsOf } from './state.ts';
import { handedOff, step } from './step.ts';
import type {
  EnrollmentInput,
  EnrollmentState,
  FoldBase,
  FoldResult,
  HandOff,
  MachineSettings,
  Outcome,
  RecordedInput,
} from './types.ts';

/** Before anything has begun. */
const ORIGIN: FoldBase = { state: initialState(), seq: 0 };

function handOffKey({ nodeId, visit, attempt }: HandOff): string {
  return `${nodeId} ${visit} ${attempt}`;
}

/** Hand-offs proven not to have begun, and their proofs. */
interface Withdrawals {
  /** `seq` of every such `begun`, with that of its `released`. */
  readonly releasedBy: ReadonlyMap<number, number>;
  /** `seq` of every `begun` that was released, and taken all the same, with that of the proof. */
  readonly reinstatedBy: ReadonlyMap<number, number>;
  /** `seq` of every `released`, or proof against one, without a `begun` among the inputs. */
  readonly unmatched: ReadonlySet<number>;
}

function withdrawals(bySeq: readonly RecordedInput[]): Withdrawals {
  const open = new Map<string, number[]>();
  const closed = new Map<string, number[]>();
  const releasedBy = new Map<number, number>();
  const reinstatedBy = new Map<number, number>();
  const unmatched = new Set<number>();
  for (const { seq, input } of bySeq) {
    if (input.kind === 'begun') push(open, handOffKey(input), seq);
    else if (input.kind === 'released') {
      const key = handOffKey(input);
      const begun = open.get(key)?.pop();
      if (begun === undefined) unmatched.add(seq);
      else {
        releasedBy.set(begun, seq);
        push(closed, key, begun);
      }
    } else if (input.kind === 'sent' && input.reinstated) {
      const key = handOffKey(input);
      const begun = closed.get(key)?.pop();
      if (begun === undefined) unmatched.add(seq);
      else {
        releasedBy.delete(begun);
        reinstatedBy.set(begun, seq);
      }
    }
  }
  return { releasedBy, reinstatedBy, unmatched };
}

function push(lists: Map<string, number[]>, key: string, seq: number): void {
  lists.set(key, [...(lists.get(key) ?? []), seq]);
}

function foldSegment(
  plan: CompiledPlan,
  from: EnrollmentState,
  inputs: readonly RecordedInput[],
  settings: MachineSettings,
  outcomes: Map<number, Outcome>,
): { readonly state: EnrollmentState; readonly until: EpochMs | null } {
  const enrolled = inputs.find(({ input }) => input.kind === 'enrolled');
  const floor = from.anchor?.sentAt ?? enrolled?.input.at ?? -Infinity;
  let state = from;
  let until: EpochMs | null = null;
  for (const { time, recorded } of inOwnOrder(inputs, floor)) {
    const result = step(plan, state, recorded.input, settings);
    outcomes.set(recorded.seq, result.outcome);
    state = result.state;
    until = time;
  }
  return { state, until };
}

/**
 * A hand-off that began is a fact. It was recorded against a fold that the withdrawal of an earlier
 * one, or the proof that there was none, has since changed; sending anything else in its place now would take both ways.
 */
function force(state: EnrollmentState, begun: HandOff & { readonly at: number }): EnrollmentState {
  const visits = {
    ...state.visits,
    [begun.nodeId]: Math.max(begun.visit, visitsOf(state, begun.nodeId)),
  };
  return handedOff({ ...state, visits }, begun);
}

/**
 * Whether inputs take back a hand-off that a base stands on, or bring one back, so that only
 * `replay` of all inputs can tell where the enrollment is.
 */
export function needsReplay(
  base: Pick<FoldBase, 'seq'>,
  inputs: readonly RecordedInput[],
): boolean {
  const bySeq = inputs.toSorted((a, b) => a.seq - b.seq);
  return base.seq > 0 && withdrawals(bySeq).unmatched.size > 0;
}

/**
 * Folds inputs on a base: between two beginnings of hand-offs they count in their own order
 * (time, rank of type, id), whatever the order in which they arrived; a beginning is where it was
 * recorded. Every hand-off that begins and is not released makes the next base.
 *
 * @param inputs Inputs with a `seq` above the base's, in any order.
 * @throws RangeError where {@link needsReplay} holds.
 */
export function fold(
  plan: CompiledPlan,
  base: FoldBase,
  inputs: readonly RecordedInput[],
  settings: MachineSettings,
): FoldResult {
  const bySeq = inputs.toSorted((a, b) => a.seq - b.seq);
  const found = withdrawals(bySeq);
  if (base.seq > 0 && found.unmatched.size > 0) {
    throw new RangeError(
      `what is recorded as ${[...found.unmatched].join(', ')} concerns a hand-off that began at or before ${base.seq}: replay all inputs instead`,
    );
  }
  return foldInOrder(plan, base, bySeq, found, settings);
}

function foldInOrder(
  plan: CompiledPlan,
  base: FoldBase,
  bySeq: readonly RecordedInput[],
  { releasedBy, reinstatedBy, unmatched }: Withdrawals,
  settings: MachineSettings,
): FoldResult {
  const outcomes = new Map<number, Outcome>();
  const rewritten = [...releasedBy, ...reinstatedBy];
  const withdrawn = new Set(releasedBy.values());
  let at = base;
  let segment: RecordedInput[] = [];
  for (const recorded of bySeq) {
    const { seq, input } = recorded;
    if (releasedBy.has(seq)) outcomes.set(seq, 'withdrawn');
    else if (input.kind === 'released') {
      const refuted = withdrawn.has(seq) ? 'withdrawn' : 'noted';
      outcomes.set(seq, unmatched.has(seq) ? 'other_node' : refuted);
    } else if (input.kind === 'begun') {
      const { state: before } = foldSegment(plan, at.state, segment, settings, outcomes);
      const result = step(plan, before, input, settings);
      const rebased = rewritten.some(([begun, proof]) => begun < seq && seq < proof);
      const sends = plan.nodes[input.nodeId]?.action === 'send';
      const forced = result.outcome === 'other_node' && rebased && sends;
      outcomes.set(seq, forced ? 'applied' : result.outcome);
      if (outcomes.get(seq) !== 'applied') continue;
      at = { state: forced ? force(before, input) : result.state, seq };
      segment = [];
    } else segment.push(recorded);
  }
  return { ...foldSegment(plan, at.state, segment, settings, outcomes), base: at, outcomes };
}

/**
 * Whether inputs count after everything that has been folded since the base, so that these alone,
 * folded on the state, lead where all of them together would.
 *
 * @param until {@link FoldResult.until} of that state.
 */
export function followOn(until: EpochMs, inputs: readonly EnrollmentInput[]): boolean {
  return inputs.every((input) => input.at > until && !movesBase(input));
}

function movesBase(input: EnrollmentInput): boolean {
  return (
    ['enrolled', 'begun', 'released'].includes(input.kind) ||
    (input.kind === 'sent' && input.reinstated === true)
  );
}

/**
 * Folds all inputs of an enrollment, from the first on.
 *
 * @param from Stands for inputs up to its `seq`, where those are not kept any more: of what is then
 *   said about their hand-offs nothing follows.
 */
export function replay(
  plan: CompiledPlan,
  inputs: readonly RecordedInput[],
  settings: MachineSettings,
  from: FoldBase = ORIGIN,
): FoldResult {
  const bySeq = inputs.toSorted((a, b) => a.seq - b.seq);
  return foldInOrder(plan, from, bySeq, withdrawals(bySeq), settings);
}
