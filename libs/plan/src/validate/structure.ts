import { showValue, type Problem } from '@cadenza/domain';
import { EMAIL_ONLY, type Plan, type PlanNode, type PlanSendNode } from '../schema/plan-schema.ts';
import { missingSubject } from '../schema/schema-problems.ts';
import { STOP } from '../schema/vocabulary.ts';

/** Problems of ids, targets and repeated transitions: what must hold before there is a graph. */
export function structureProblems(plan: Plan): Problem[] {
  const problems: Problem[] = [];
  const firstIndex = new Map<string, number>();
  plan.nodes.forEach(({ id }, index) => {
    const first = firstIndex.get(id);
    const path = `nodes[${index}].id`;
    if (id === STOP) {
      problems.push({
        path,
        code: 'reserved_id',
        message: '"stop" ends an enrollment: expected another id',
      });
    }
    if (first === undefined) firstIndex.set(id, index);
    else {
      problems.push({
        path,
        code: 'duplicate_node_id',
        message: `"${id}" is the id of nodes[${first}] already: expected an id of its own`,
      });
    }
  });

  const start = plan.nodes.find((node) => node.id === plan.startNodeId);
  if (!start) {
    problems.push({
      path: 'startNodeId',
      code: 'missing_start_node',
      message: `${showValue(plan.startNodeId)}: expected the id of a node`,
    });
  } else if (start.action === 'wait') {
    problems.push({
      path: 'startNodeId',
      code: 'start_is_wait',
      message: `"${start.id}" is a wait node, with no message to wait for: expected a send node`,
    });
  }

  plan.nodes.forEach((node, n) => {
    const seen = new Set<string>();
    node.transitions.forEach((transition, t) => {
      const path = `nodes[${n}].transitions[${t}]`;
      if (transition.to !== STOP && !firstIndex.has(transition.to)) {
        problems.push({
          path: `${path}.to`,
          code: 'missing_target',
          message: `"${transition.to}": expected the id of a node, or "stop"`,
        });
      }
      if (seen.has(transition.on)) {
        problems.push({
          path: `${path}.on`,
          code: 'duplicate_transition',
          message: `"${transition.on}" has a transition in "${node.id}" already: expected one`,
        });
      }
      seen.add(transition.on);
      if (
        'actor' in transition &&
        transition.actor !== undefined &&
        !ACTED.includes(transition.on)
      ) {
        problems.push({
          path: `${path}.actor`,
          code: 'actor_not_applicable',
          message: `"${transition.on}" has no actor: expected "actor" with ${ACTED.join(', ')} alone`,
        });
      }
    });
    if (node.action === 'send') {
      problems.push(
        ...(node.channel === 'sms' ? smsKeyProblems(node, n) : threadProblems(plan, node, n)),
      );
    }
  });
  return problems;
}

function smsKeyProblems(node: PlanSendNode, n: number): Problem[] {
  return EMAIL_ONLY.filter((key) => node[key] !== undefined).map((key) => ({
    path: `nodes[${n}].${key}`,
    code: 'email_only_key',
    message: `"${key}" belongs to e-mail, and "${node.id}" sends an SMS: expected no such key`,
  }));
}

function threadProblems(plan: Plan, node: PlanSendNode, n: number): Problem[] {
  const path = `nodes[${n}].threadWith`;
  if (node.threadWith === undefined) {
    return node.subject === undefined ? [missingSubject(n)] : [];
  }
  const other = plan.nodes.find(({ id }) => id === node.threadWith);
  if (!other) {
    const message = `"${node.threadWith}": expected the id of a send node`;
    return [{ path, code: 'missing_target', message }];
  }
  if (other.action !== 'send') {
    const message = `"${other.id}" is a wait node: expected the id of a send node`;
    return [{ path, code: 'thread_with_wait', message }];
  }
  if (other.channel === 'sms') {
    const message = `"${other.id}" sends an SMS, which no mail continues: expected a node that sends an e-mail`;
    return [{ path, code: 'thread_with_sms', message }];
  }
  if (!isSubjectless(plan, node)) return [];
  const message = `no message that "${node.id}" continues has a subject: expected one`;
  return [{ path: `nodes[${n}].subject`, code: 'thread_without_subject', message }];
}

/** Whether the nodes that a node continues lead round in a circle without meeting a subject. */
function isSubjectless(plan: Plan, node: PlanSendNode): boolean {
  const seen = new Set<string>();
  for (let at: PlanNode | undefined = node; at?.action === 'send' && at.subject === undefined;) {
    if (seen.has(at.id)) return true;
    seen.add(at.id);
    const { threadWith }: PlanSendNode = at;
    at = plan.nodes.find(({ id }) => id === threadWith);
  }
  return false;
}

const ACTED: readonly string[] = ['opened', 'clicked', 'no_open', 'no_click'];
