import type { Problem } from '@cadenza/domain';
import {
  EVENT_TRIGGERS,
  REFUTES,
  STOP,
  TIMER_TRIGGERS,
  type TimerTrigger,
  type Trigger,
} from '../schema/vocabulary.ts';
import type { Duration } from '../time/duration.ts';
import { DAY_MS } from '../time/local-time.ts';
import type { CompiledNode, CompiledPlan, CompiledTransition } from './compiled-plan.ts';
import { triggersInto } from './graph.ts';

type Refuting = (typeof REFUTES)[TimerTrigger][number];

/**
 * A warning where somebody can stay at a node for ever: it awaits an event without `within`, and
 * each of its silences can be ended by something that moves nobody. An open ends no_open, say, and
 * the click that is waited for never comes.
 */
export function endlessWaits(plan: CompiledPlan): Problem[] {
  const into = triggersInto(plan);
  return plan.source.nodes.flatMap(({ id, transitions }, n): Problem[] => {
    const node = plan.nodes[id];
    const endless = EVENT_TRIGGERS.find((on) => {
      const transition = node?.transitions[on];
      return transition && transition.to !== STOP && !transition.within;
    });
    if (!node || !endless) return [];
    const entered = node.action === 'wait' ? into(id) : new Set<Trigger>();
    const ends = TIMER_TRIGGERS.flatMap((timer) => {
      const silence = node.transitions[timer];
      return silence ? [endOf(node, timer, silence, entered)] : [];
    });
    if (ends.includes(null)) return [];
    const once = ends.length > 0 ? ` once ${ends.join(' and ')}` : '';
    return [
      {
        path: `nodes[${n}].transitions[${transitions.findIndex((t) => t.on === endless)}]`,
        code: 'waits_forever',
        message: `"${id}" waits for "${endless}" without an end${once}: expected "within", or a silence that only a way on ends, such as ${silenceFor(endless)}`,
      },
    ];
  });
}

function silenceFor(event: Trigger): TimerTrigger {
  if (event === 'clicked') return 'no_click';
  return event === 'opened' ? 'no_open' : 'no_reply';
}

/** How a silence can end while nobody moves; null where it cannot. */
function endOf(
  node: CompiledNode,
  timer: TimerTrigger,
  silence: CompiledTransition,
  entered: ReadonlySet<Trigger>,
): string | null {
  for (const event of REFUTES[timer]) {
    if (entered.has(event) && !isTriedAgain(node, event, silence)) {
      return `"${event}" has ended ${timer} before`;
    }
    if (!leaves(node, event, silence)) return `"${event}" has ended ${timer}`;
    // A machine's click is no open.
    const byMachine = silence.anyActor && event !== 'replied';
    if (byMachine && !(node.transitions[event]?.anyActor && isTaken(node, event, silence))) {
      return `"${event}" of a machine has ended ${timer}`;
    }
  }
  return null;
}

/** Whether a click that led here brings an open, which leads on at once or has done so before. */
function isTriedAgain(node: CompiledNode, event: Refuting, silence: CompiledTransition): boolean {
  return event === 'clicked' && !silence.anyActor && leaves(node, 'opened', silence);
}

/** Whether an event that a person causes before the silence is due leads away in any case. */
function leaves(node: CompiledNode, event: Refuting, silence: CompiledTransition): boolean {
  // An answer that no transition takes ends the enrollment.
  if (event === 'replied') return true;
  // A click is an open as well.
  if (event === 'clicked' && leaves(node, 'opened', silence)) return true;
  return isTaken(node, event, silence);
}

/** Whether the event has a transition for as long as it could end the silence. */
function isTaken(node: CompiledNode, event: Refuting, silence: CompiledTransition): boolean {
  const transition = node.transitions[event];
  if (!transition) return false;
  return !transition.within || !silence.after || covers(transition.within, silence.after);
}

/** Whether a duration is never shorter than another, whatever the days of the calendar are. */
function covers(long: Duration, short: Duration): boolean {
  if (long.days >= short.days && long.ms >= short.ms) return true;
  return long.days * DAY_MS + long.ms >= (short.days + 1) * DAY_MS + short.ms;
}
