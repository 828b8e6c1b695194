import type { Problem } from '@cadenza/domain';
import { isZeroDuration } from '../time/duration.ts';
import type { CompiledNode, CompiledPlan, CompiledTransition } from './compiled-plan.ts';
import { findCycle, listenedSendNodes, reachableFrom } from './graph.ts';

function indexOf(plan: CompiledPlan, id: string | undefined): number {
  return plan.source.nodes.findIndex((node) => node.id === id);
}

function showCycle(cycle: readonly string[]): string {
  return [...cycle, cycle[0]].join(' → ');
}

/** Events that come without anybody acting: they can follow a hand-off at once, again and again. */
const AUTOMATIC: readonly string[] = ['delivered', 'bounced', 'blocked', 'dropped', 'skipped'];

function canTakeNoTime(_: CompiledNode, transition: CompiledTransition, to: CompiledNode): boolean {
  const atOnce = transition.after
    ? isZeroDuration(transition.after)
    : AUTOMATIC.includes(transition.on) || transition.anyActor;
  return atOnce && (to.action === 'wait' || (isZeroDuration(to.delay) && to.at === null));
}

function trackingProblems(plan: CompiledPlan): Problem[] {
  const listened = listenedSendNodes(plan);
  return plan.source.nodes.flatMap((node, n) =>
    node.transitions.flatMap((transition, t): Problem[] => {
      const needs = /^(?:opened|no_open)$/.test(transition.on)
        ? 'openTracking'
        : /^(?:clicked|no_click)$/.test(transition.on)
          ? 'clickTracking'
          : null;
      if (!needs) return [];
      for (const id of listened(node.id)) {
        const sender = plan.nodes[id];
        if (sender?.action !== 'send' || sender[needs]) continue;
        if (sender.channel === 'sms') return [unheardOf(transition.on, id, n, t)];
        const told = needs === 'openTracking' ? 'opens' : 'clicks';
        return [
          {
            path: `nodes[${n}].transitions[${t}].on`,
            code: 'tracking_off',
            message: `"${transition.on}" listens to the message of "${id}", whose ${told} are not tracked: expected ${needs} true`,
          },
        ];
      }
      return [];
    }),
  );
}

/** Nobody hears of opens of a text message, nor of clicks, since its links are not tracked. */
function unheardOf(on: string, id: string, n: number, t: number): Problem {
  return {
    path: `nodes[${n}].transitions[${t}].on`,
    code: 'not_for_sms',
    message: `"${on}" listens to the message of "${id}", an SMS, of which no opens and clicks are known: expected another event, such as delivered, replied or no_reply`,
  };
}

/** Problems of how a plan flows. Its targets must exist. */
export function flowProblems(plan: CompiledPlan): Problem[] {
  const problems: Problem[] = [];
  const reached = reachableFrom(plan, plan.startNodeId);
  plan.source.nodes.forEach(({ id }, index) => {
    if (!reached.has(id)) {
      problems.push({
        path: `nodes[${index}].id`,
        code: 'unreachable_node',
        message: `"${id}": expected a way to it from "${plan.startNodeId}"`,
      });
    }
  });

  const endless = findCycle(
    plan,
    (from, _, to) => from.maxVisits === null && to.maxVisits === null,
  );
  if (endless) {
    problems.push({
      path: `nodes[${indexOf(plan, endless[0])}]`,
      code: 'unbounded_cycle',
      message: `${showCycle(endless)} can go round for ever: expected maxVisits on a node of it`,
    });
  }
  const instant = findCycle(plan, canTakeNoTime);
  if (instant) {
    problems.push({
      path: `nodes[${indexOf(plan, instant[0])}]`,
      code: 'zero_time_cycle',
      message: `${showCycle(instant)} can go round in no time: expected a delay, or an "after" above zero, on it`,
    });
  }
  return [...problems, ...trackingProblems(plan)];
}
