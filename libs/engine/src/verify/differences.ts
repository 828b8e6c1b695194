import type { Id } from '@cadenza/domain';
import { impliedActions, MACHINE_VERSION, type CompiledPlan } from '@cadenza/plan';
import type { EnrollmentHistory, RecordedTransition } from '../ports/verification.ts';
import { refold, type Refolded } from './refold.ts';
import { canonical, differingParts } from './same.ts';

/** One thing that is stored otherwise than the inputs imply. */
export interface Difference {
  readonly tenantId: Id;
  readonly enrollmentId: Id;
  /**
   * `plan`, `version`, `state`, `base`; `input`, `outcome`, `nodes` and `effects` with the input's
   * number, `action` with its key, `message` with its node and visit.
   */
  readonly what: string;
  /** Null: nothing should be there. */
  readonly expected: unknown;
  /** Null: nothing is there. */
  readonly found: unknown;
}

type Finding = Omit<Difference, 'tenantId' | 'enrollmentId'>;

/** Whether all that was folded of an enrollment, was so by the machine of this version. */
export function isComparable({ inputs, snapshot }: EnrollmentHistory): boolean {
  return (
    (snapshot?.machineVersion ?? MACHINE_VERSION) === MACHINE_VERSION &&
    inputs.every(({ machineVersion }) => machineVersion === MACHINE_VERSION)
  );
}

/**
 * Compares what is stored of an enrollment with its inputs, run again. Where inputs are missing the
 * rest is not compared: it would differ for that reason alone.
 *
 * @param plan null where the stored one cannot be read.
 */
export function differencesOf(
  plan: CompiledPlan | null,
  history: EnrollmentHistory,
): readonly Difference[] {
  const { tenantId, id: enrollmentId } = history;
  return findings(plan, history).map((one) => ({ tenantId, enrollmentId, ...one }));
}

function findings(plan: CompiledPlan | null, history: EnrollmentHistory): readonly Finding[] {
  if (plan === null) {
    return [{ what: 'plan', expected: 'a plan', found: history.planVersionId }];
  }
  const gaps = missingInputs(history);
  if (gaps.length > 0) return gaps;
  let refolded: Refolded;
  try {
    refolded = refold(plan, history);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [{ what: 'inputs', expected: 'inputs that can be folded', found }];
  }
  return [
    ...ofInputs(refolded, history),
    ...ofEnrollment(refolded, history),
    ...ofActions(plan, refolded, history),
    ...ofMessages(plan, refolded, history),
  ];
}

function firstSeq({ snapshot }: EnrollmentHistory): number {
  return (snapshot?.seq ?? 0) + 1;
}

/** Whether the last ones are missing is for the version to say. */
function missingInputs(history: EnrollmentHistory): Finding[] {
  const { inputs } = history;
  const first = firstSeq(history);
  const there = new Set(inputs.map(({ recorded }) => recorded.seq));
  const last = history.snapshot === null ? Math.max(first, ...there) : Math.max(0, ...there);
  const missing: Finding[] = [];
  for (let seq = first; seq <= last; seq += 1) {
    if (!there.has(seq)) missing.push({ what: `input ${seq}`, expected: 'an input', found: null });
  }
  return missing;
}

function ofInputs({ results }: Refolded, { inputs }: EnrollmentHistory): Finding[] {
  return inputs.flatMap((one): Finding[] => {
    const { seq, input } = one.recorded;
    const result = results.get(seq);
    if (result === undefined) return [];
    const of = (what: string, expected: unknown, found: unknown): Finding[] =>
      canonical(expected) === canonical(found) ? [] : [{ what: `${what} ${seq}`, expected, found }];
    return [
      ...of('input', { at: one.ownAt }, { at: input.at }),
      ...of('outcome', result.outcome, one.outcome),
      ...of('nodes', nodes(result), nodes(one)),
      ...of('effects', result.effects, one.effects),
    ];
  });
}

function nodes({ fromNode, toNode }: Pick<RecordedTransition, 'fromNode' | 'toNode'>) {
  return { from: fromNode, to: toNode };
}

function ofEnrollment({ state, base }: Refolded, history: EnrollmentHistory): Finding[] {
  const found: Finding[] = [];
  const last = history.inputs.at(-1)?.recorded.seq ?? firstSeq(history) - 1;
  if (history.version !== last) {
    found.push({ what: 'version', expected: last, found: history.version });
  }
  const inState = differingParts(state, history.state);
  if (inState !== null) found.push({ what: 'state', ...inState });
  const inBase = differingParts(
    { ...base.state, seq: base.seq },
    { ...history.base.state, seq: history.base.seq },
  );
  if (inBase !== null) found.push({ what: 'base', ...inBase });
  return found;
}

/**
 * Live actions against those implied. Nothing needs allowances for what is under way: the
 * transaction that closes an action is the one that records what closed it.
 */
function ofActions(plan: CompiledPlan, refolded: Refolded, history: EnrollmentHistory): Finding[] {
  const expected = new Map(impliedOf(plan, refolded).map(({ key, dueAt }) => [key, dueAt]));
  const live = new Map(history.actions.map(({ key, dueAt }) => [key, dueAt]));
  const keys = [...new Set([...expected.keys(), ...live.keys()])].sort();
  const due = (at: number | undefined) => (at === undefined ? null : { dueAt: at });
  return keys.flatMap((key): Finding[] =>
    expected.get(key) === live.get(key)
      ? []
      : [{ what: `action ${key}`, expected: due(expected.get(key)), found: due(live.get(key)) }],
  );
}

function impliedOf(plan: CompiledPlan, { state, settings }: Refolded) {
  return settings === null ? [] : impliedActions(plan, state, settings);
}

/**
 * A queued message for each send that is implied and for none else, and some message for each
 * hand-off that began.
 */
function ofMessages(plan: CompiledPlan, refolded: Refolded, history: EnrollmentHistory): Finding[] {
  const name = ({ nodeId, visit }: { readonly nodeId: string; readonly visit: number }) =>
    `${nodeId}:${visit}`;
  const implied = new Map(
    impliedOf(plan, refolded)
      .filter(({ type }) => type === 'send')
      .map((action) => [name(action), action]),
  );
  const begun = history.inputs.flatMap(({ recorded: { input } }) =>
    input.kind === 'begun' ? [name(input)] : [],
  );
  const there = new Map(history.messages.map((message) => [name(message), message]));
  const queued = history.messages.filter(({ status }) => status === 'queued').map(name);
  const names = [...new Set([...implied.keys(), ...begun, ...queued])].sort();
  return names.flatMap((of): Finding[] => {
    const action = implied.get(of);
    const message = there.get(of);
    const found =
      message === undefined ? null : { status: message.status, attempt: message.attempt };
    if (action !== undefined) {
      const expected = { status: 'queued', attempt: action.attempt };
      return canonical(expected) === canonical(found)
        ? []
        : [{ what: `message ${of}`, expected, found }];
    }
    if (found === null) return [{ what: `message ${of}`, expected: 'a message', found }];
    return found.status === 'queued'
      ? [{ what: `message ${of}`, expected: 'a message that is not queued', found }]
      : [];
  });
}
