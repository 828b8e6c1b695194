import { CHANNELS } from '@cadenza/domain';
import { allowedTimes, parseClockTime } from '../schedule/allowed-times.ts';
import type { Plan, PlanNode, PlanSendNode, PlanTransition } from '../schema/plan-schema.ts';
import { DEFAULT_AFTER, DEFAULT_OUT_OF_OFFICE, type Trigger } from '../schema/vocabulary.ts';
import { parseDuration, type Duration } from '../time/duration.ts';
import type { CompiledNode, CompiledPlan, CompiledTransition } from './compiled-plan.ts';

function durationOf(text: string): Duration {
  const duration = parseDuration(text);
  if (!duration) throw new RangeError(`"${text}" passed the schema and is no duration`);
  return duration;
}

function optionalDuration(text: string | undefined): Duration | null {
  return text === undefined ? null : durationOf(text);
}

function compileTransition(transition: PlanTransition): CompiledTransition {
  const { on, to } = transition;
  switch (on) {
    case 'no_open':
    case 'no_click':
    case 'no_reply': {
      const after = durationOf(transition.after ?? DEFAULT_AFTER[on]);
      return { on, to, within: null, after, anyActor: transition.actor === 'any' };
    }
    case 'skipped':
      return { on, to, within: null, after: null, anyActor: false };
    default: {
      const within = optionalDuration(transition.within);
      return { on, to, within, after: null, anyActor: transition.actor === 'any' };
    }
  }
}

/** A node's subject, or that of the message whose thread it continues; of an SMS none. */
function subjectOf(plan: Plan, node: PlanSendNode): string {
  if (node.channel === 'sms') return '';
  for (let at: PlanNode | undefined = node; at?.action === 'send';) {
    if (at.subject !== undefined) return at.subject;
    const { threadWith }: PlanSendNode = at;
    at = plan.nodes.find(({ id }) => id === threadWith);
  }
  throw new RangeError(`"${node.id}" passed the checks and has no subject`);
}

function compileNode(plan: Plan, node: PlanNode): CompiledNode {
  const transitions: Partial<Record<Trigger, CompiledTransition>> = {};
  for (const transition of node.transitions) {
    transitions[transition.on] = compileTransition(transition);
  }
  const base = { id: node.id, maxVisits: node.maxVisits ?? null, transitions };
  if (node.action === 'wait') return { ...base, action: 'wait' };
  const { schedule, channel } = node;
  const isTracked = channel === 'email';
  return {
    ...base,
    action: 'send',
    channel,
    subject: subjectOf(plan, node),
    ownSubject: node.subject !== undefined,
    body: node.body,
    text: node.text ?? null,
    senderIdentityId: node.senderIdentityId ?? null,
    threadWith: node.threadWith ?? null,
    openTracking: isTracked && (node.openTracking ?? plan.openTracking ?? true),
    clickTracking: isTracked && (node.clickTracking ?? plan.clickTracking ?? true),
    delay: durationOf(schedule?.delay ?? 'PT0S'),
    at: schedule?.at === undefined ? null : parseClockTime(schedule.at),
    maxLateness: optionalDuration(schedule?.maxLateness ?? plan.maxLateness),
    allowed: allowedTimes(schedule?.window ?? plan.sendWindow, plan.quietHours),
  };
}

function outOfOfficeOf({ outOfOffice }: Plan): CompiledPlan['outOfOffice'] {
  if (outOfOffice?.hold === false) return null;
  return {
    businessDays: outOfOffice?.businessDays ?? DEFAULT_OUT_OF_OFFICE.businessDays,
    withoutDate: durationOf(outOfOffice?.withoutDate ?? DEFAULT_OUT_OF_OFFICE.withoutDate),
  };
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}

/** Compiles a plan that the schema has accepted and that has no problem of structure. */
export function compilePlan(source: Plan): CompiledPlan {
  // Without a prototype no id ("constructor", "__proto__") finds anything but a node.
  const nodes = Object.create(null) as Record<string, CompiledNode>;
  for (const node of source.nodes) nodes[node.id] = compileNode(source, node);
  const plan: CompiledPlan = {
    version: source.version,
    name: source.name ?? null,
    timezone: source.timezone,
    startNodeId: source.startNodeId,
    channels: CHANNELS.filter((channel) =>
      source.nodes.some((node) => node.action === 'send' && node.channel === channel),
    ),
    outOfOffice: outOfOfficeOf(source),
    companyStop: source.companyStop ?? false,
    nodes,
    source,
  };
  deepFreeze(plan);
  return plan;
}
