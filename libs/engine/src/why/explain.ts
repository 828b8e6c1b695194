import type { EpochMs } from '@cadenza/domain';
import { isLate, planRun, type CompiledPlan, type MachineSettings } from '@cadenza/plan';
import type { SendLimits } from '../ports/limits.ts';
import type { WhyFacts } from '../ports/why.ts';
import type { AskedLimits } from './asked-limits.ts';
import {
  closedGate,
  openGate,
  WHY_GATES,
  type Explanation,
  type NextSend,
  type WhyGate,
} from './explanation.ts';
import { limitGates, turnsLater } from './limit-gates.ts';
import type { Ahead } from './next-send.ts';
import { standingGates } from './standing-gates.ts';
import type { TimedGates } from './timed-gates.ts';

/** What is known of an enrollment's next message. */
export interface WhyReading {
  readonly facts: WhyFacts;
  readonly limits: SendLimits;
  readonly plan: CompiledPlan;
  readonly settings: MachineSettings;
  readonly ahead: Ahead;
  readonly timed: TimedGates;
  readonly asked: AskedLimits;
  /** Campaign milliseconds per real millisecond. */
  readonly rate: number;
}

/** Why an enrollment's next message has not been sent, from what was read. */
export function explain(reading: WhyReading): Explanation {
  const { facts, ahead, limits } = reading;
  const { now, state } = facts;
  if (state.end !== null) {
    const { status, reason } = state.end;
    const words = facts.message?.detail ?? null;
    return only(
      now,
      closedGate(
        'ended',
        `the enrollment has ended as ${status}: ${reason}${words === null ? '' : ` (${words})`}`,
      ),
    );
  }
  if (state.phase === 'handed_off') return only(now, handOffGate(facts));

  const gates = [
    ...standingGates(facts, limits),
    ...reading.timed.gates,
    ...limitGates(reading.asked, now, reading.rate),
    ...turnGates(facts, ahead),
  ];
  const expected = expectedAt(reading, gates);
  const late = latenessGate(reading, expected);
  const all = inOrder([...gates, ...late]);
  return {
    at: now,
    answer: answerOf(all) ?? openGate('turn', DUE),
    expectedAt: late.some(({ state: is }) => is === 'closed') ? null : expected,
    next: nextOf(facts, ahead),
    gates: all,
  };
}

const DUE =
  'nobody of its campaign and sender comes first: if nothing else is closed, the dispatcher takes it in its next round';

function only(at: EpochMs, answer: WhyGate): Explanation {
  return { at, answer, expectedAt: null, next: null, gates: [answer] };
}

function nextOf({ send }: WhyFacts, ahead: Ahead): NextSend | null {
  if (ahead.kind !== 'send') return null;
  const { nodeId, visit, attempt, dueAt } = ahead.action;
  return { nodeId, visit, attempt, messageId: send?.messageId ?? null, dueAt };
}

function handOffGate({ message, tenant, now }: WhyFacts): WhyGate {
  if (message?.status !== 'unknown') {
    const overdue = (message?.deadlineAt ?? now) < now;
    return closedGate(
      'handing_off',
      overdue
        ? 'it was being handed over and its outcome was not recorded in time: a sweep finds it, and it is looked up'
        : 'it is being handed over to the provider now',
    );
  }
  if (message.channel === 'sms') {
    return closedGate(
      'outcome_unknown',
      'nobody knows whether the text message went out, and its provider cannot be asked: its report says, or an operator',
    );
  }
  const held = tenant.unknownPolicy === 'hold';
  return closedGate(
    'outcome_unknown',
    message.lookedUpInVain && held
      ? 'nobody knows whether the message went out, and the provider shows nothing of it: an operator has to say what became of it'
      : `nobody knows whether the message went out: it is looked up${held ? ', and an operator can say what became of it' : ', and sent again where the provider shows nothing'}`,
    message.lookedUpInVain && held ? null : message.lookUpAt,
  );
}

function turnGates({ send, now }: WhyFacts, ahead: Ahead): WhyGate[] {
  if (ahead.kind !== 'send' || send === null) return [];
  if (!send.dispatched) {
    return [
      send.ahead > 0
        ? closedGate(
            'turn',
            `${send.ahead} of the same campaign and sender come first: the time expected is an estimate`,
            now,
          )
        : openGate('turn', DUE),
    ];
  }
  const { slotStart, slotEnd, leaseUntil } = send;
  if (slotStart === null || slotEnd === null) {
    return [closedGate('queue', 'the dispatcher is asking the limiter for its slot', now)];
  }
  return [
    slotEnd >= now
      ? closedGate(
          'queue',
          'it is in the queue with its slot, where a send-worker takes it',
          Math.max(now, slotStart),
        )
      : closedGate(
          'queue',
          'it is in the queue and its slot is over: a send-worker asks for another, or it is planned again when its lease ends',
          leaseUntil,
        ),
  ];
}

/** When it begins if nothing changes; null where a gate does not say when it opens. */
function expectedAt(
  { facts, ahead, plan, settings, timed, asked }: WhyReading,
  gates: readonly WhyGate[],
): EpochMs | null {
  if (ahead.kind !== 'send' || timed.wantedAt === null) return null;
  if (gates.some(({ state, opensAt }) => state === 'closed' && opensAt === null)) return null;
  const { send } = facts;
  if (send?.dispatched === true) {
    if (send.slotStart === null || send.slotEnd === null) return facts.now;
    return send.slotEnd < facts.now ? null : Math.max(facts.now, send.slotStart);
  }
  const asking = gates.find(({ gate }) => gate === 'limiter')?.opensAt ?? timed.wantedAt;
  const earliest = Math.max(asking, timed.wantedAt);
  const together = asked.state === 'answered' ? asked.together : earliest;
  if (together === null) return null;
  return planRun(
    plan,
    ahead.action,
    settings,
    Math.max(together, earliest) + turnsLater(asked, send?.ahead ?? 0),
  ).runAt;
}

function latenessGate(
  { facts, ahead, plan, settings }: WhyReading,
  expected: EpochMs | null,
): WhyGate[] {
  if (ahead.kind !== 'send') return [];
  return [
    isLate(plan, ahead.action, settings, expected ?? facts.now)
      ? closedGate(
          'lateness',
          'the step is later than its maxLateness when its turn comes: it is skipped then',
        )
      : openGate('lateness', 'the step is not later than the plan allows'),
  ];
}

function inOrder(gates: readonly WhyGate[]): WhyGate[] {
  return gates.toSorted((a, b) => WHY_GATES.indexOf(a.gate) - WHY_GATES.indexOf(b.gate));
}

/** The first that no time opens, else the one that opens last. */
function answerOf(gates: readonly WhyGate[]): WhyGate | null {
  const closed = gates.filter(({ state }) => state === 'closed');
  const standing = closed.find(({ opensAt }) => opensAt === null);
  if (standing !== undefined) return standing;
  return closed.reduce<WhyGate | null>(
    (last, gate) => ((gate.opensAt ?? 0) > (last?.opensAt ?? -1) ? gate : last),
    null,
  );
}
