import type { Actor, BounceKind, EpochMs } from '@cadenza/domain';
import { diffActions, impliedActions } from '../machine/actions.ts';
import { fold } from '../machine/fold.ts';
import { DEFAULT_SETTINGS, initialState } from '../machine/state.ts';
import type {
  EnrollmentInput,
  EnrollmentState,
  FoldResult,
  HandOff,
  ImpliedAction,
  MachineSettings,
  Outcome,
  ReactionType,
  RecordedInput,
} from '../machine/types.ts';
import { isLate, planRun } from '../schedule/plan-run.ts';
import type { CompiledPlan } from '../validate/compiled-plan.ts';

/** Something a simulated recipient, or their server, does with a message. */
export interface Reaction {
  readonly type: ReactionType;
  /** Milliseconds after the message was sent. */
  readonly afterMs: number;
  /** `human` by default. */
  readonly actor?: Actor;
  /** Of a bounce; soft by default. */
  readonly bounce?: BounceKind;
}

/** What a recipient does with each message, whatever its attempt. */
export type Script = (handOff: HandOff & { readonly sentAt: EpochMs }) => readonly Reaction[];

/** One line of a simulation. */
export interface TraceEntry {
  /** Virtual time. */
  readonly at: EpochMs;
  readonly input: EnrollmentInput;
  readonly outcome: Outcome;
  /** Where the enrollment stands after it. */
  readonly nodeId: string | null;
  readonly phase: EnrollmentState['phase'];
}

export interface Simulation {
  readonly trace: readonly TraceEntry[];
  /** `ended`, or waiting for something that the script does not do. */
  readonly state: EnrollmentState;
}

export interface SimulationOptions {
  /** Virtual time of the enrollment; 0 by default. */
  readonly startAt?: EpochMs;
  readonly settings?: MachineSettings;
}

interface Due {
  readonly at: EpochMs;
  readonly make: (now: EpochMs) => EnrollmentInput[];
}

/**
 * Runs one enrollment of a plan in virtual time against a scripted recipient, until it ends or
 * nothing more can happen. Every message is accepted at once; slots and limits play no part.
 */
export function simulate(
  plan: CompiledPlan,
  script: Script,
  { startAt = 0, settings = DEFAULT_SETTINGS }: SimulationOptions = {},
): Simulation {
  const trace: TraceEntry[] = [];
  const actions = new Map<string, Due>();
  const reactions: Due[] = [];
  let inputs: RecordedInput[] = [];
  let result: FoldResult = {
    state: initialState(),
    base: { state: initialState(), seq: 0 },
    outcomes: new Map(),
    until: null,
  };
  let seq = 0;

  const record = (input: EnrollmentInput, now: EpochMs): void => {
    const before = impliedActions(plan, result.state, settings);
    seq += 1;
    inputs.push({ seq, id: String(seq).padStart(6, '0'), now, input });
    result = fold(plan, result.base, inputs, settings);
    inputs = inputs.filter((recorded) => recorded.seq > result.base.seq);
    trace.push({
      at: now,
      input,
      outcome: result.outcomes.get(seq) ?? 'noted',
      nodeId: result.state.nodeId,
      phase: result.state.phase,
    });
    const diff = diffActions(before, impliedActions(plan, result.state, settings));
    for (const { key } of diff.cancel) actions.delete(key);
    for (const action of [...diff.add, ...diff.move]) {
      const { runAt } = planRun(plan, action, settings, now);
      actions.set(action.key, { at: runAt, make: (at) => perform(action, at) });
    }
  };

  const perform = (action: ImpliedAction, now: EpochMs): EnrollmentInput[] => {
    actions.delete(action.key);
    const { nodeId, visit, attempt, timer } = action;
    if (timer !== null) {
      return [{ kind: 'timer', type: timer, nodeId, visit, at: action.dueAt }];
    }
    if (isLate(plan, action, settings, now)) return [{ kind: 'skipped', nodeId, visit, at: now }];
    const handOff = { nodeId, visit, attempt };
    for (const reaction of script({ ...handOff, sentAt: now })) {
      const at = now + reaction.afterMs;
      const { type, actor = 'human', bounce = 'soft' } = reaction;
      reactions.push({
        at,
        make: () => [
          { kind: 'event', type, at, actor, ...handOff, ...(type === 'bounced' && { bounce }) },
        ],
      });
    }
    return [
      { kind: 'begun', at: now, ...handOff },
      { kind: 'sent', at: now, ...handOff },
    ];
  };

  record({ kind: 'enrolled', at: startAt }, startAt);
  while (result.state.phase !== 'ended') {
    const next = earliest([...reactions, ...actions.values()]);
    if (!next) break;
    const index = reactions.indexOf(next);
    if (index >= 0) reactions.splice(index, 1);
    for (const input of next.make(next.at)) record(input, next.at);
  }
  return { trace, state: result.state };
}

function earliest(due: readonly Due[]): Due | null {
  return due.reduce<Due | null>((first, one) => (!first || one.at < first.at ? one : first), null);
}
