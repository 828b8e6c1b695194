import type { Problem } from '@cadenza/domain';
import { STOP, TIMER_TRIGGERS } from '../schema/vocabulary.ts';
import type { CompiledPlan, CompiledSendNode } from './compiled-plan.ts';
import { reachableFrom, transitionsOf } from './graph.ts';
import { smsWarnings } from './sms.ts';
import { endlessWaits } from './waiting.ts';

/** What a valid plan says that its author may not have meant. */
export function planWarnings(plan: CompiledPlan): Problem[] {
  const ofNodes = plan.source.nodes.flatMap(({ id, ...written }, n): Problem[] => {
    const node = plan.nodes[id];
    if (!node) return [];
    const warnings: Problem[] = [];
    const hasTimer = TIMER_TRIGGERS.some((on) => node.transitions[on]);
    if (node.action === 'wait' && !hasTimer && written.transitions.every((t) => t.to === STOP)) {
      warnings.push({
        path: `nodes[${n}]`,
        code: 'waits_for_nothing',
        message: `"${id}" leads to no other node, so whoever comes here is done at once`,
      });
    }
    if (node.action === 'send') {
      warnings.push(...threadWarnings(plan, node, n));
      const { at, allowed } = node;
      if (at !== null && allowed && !allowed.stretches.some((s) => s.start <= at && at < s.end)) {
        warnings.push({
          path: `nodes[${n}].schedule.at`,
          code: 'at_never_allowed',
          message: 'the time lies outside the window or in the quiet hours, and is moved each time',
        });
      }
    }
    return warnings;
  });
  return [...endlessWaits(plan), ...ofNodes, ...smsWarnings(plan.source)];
}

function threadWarnings(plan: CompiledPlan, node: CompiledSendNode, n: number): Problem[] {
  const earlier = node.threadWith === null ? undefined : plan.nodes[node.threadWith];
  if (earlier?.action !== 'send') return [];
  const warnings: Problem[] = [];
  if (
    !transitionsOf(earlier).some(({ to }) => to !== STOP && reachableFrom(plan, to).has(node.id))
  ) {
    warnings.push({
      path: `nodes[${n}].threadWith`,
      code: 'thread_with_never_sent',
      message: `"${earlier.id}" is never sent before "${node.id}"`,
    });
  }
  if (node.senderIdentityId !== null && node.senderIdentityId !== earlier.senderIdentityId) {
    warnings.push({
      path: `nodes[${n}].senderIdentityId`,
      code: 'thread_keeps_sender',
      message: `the sender of the message of "${earlier.id}" is kept, whoever is named here`,
    });
  }
  return warnings;
}
