import { parsePlan, type CompiledPlan } from '../../src/index.ts';

export type Json = Record<string, unknown>;

/** A send node with what it must have, and whatever else is given. */
export function send(id: string, transitions: readonly Json[] = [], more: Json = {}): Json {
  return { id, channel: 'email', action: 'send', subject: 's', body: 'b', transitions, ...more };
}

export function wait(id: string, transitions: readonly Json[] = [], more: Json = {}): Json {
  return { id, channel: 'email', action: 'wait', transitions, ...more };
}

/** A plan of nodes, which starts at the first. */
export function planOf(nodes: readonly Json[], more: Json = {}): Json {
  const startNodeId = nodes[0]?.['id'];
  return { version: '1.0', timezone: 'UTC', startNodeId, nodes, ...more };
}

/** A plan of one send node. */
export function one(more: Json, transitions: readonly Json[] = []): Json {
  return planOf([send('a', transitions, more)]);
}

/** A plan of one plain send node, with settings. */
export function plain(more: Json): Json {
  return planOf([send('a')], more);
}

/** A plan that must be valid, compiled. */
export function compiled(nodes: readonly Json[], more: Json = {}): CompiledPlan {
  const parsed = parsePlan(planOf(nodes, more));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
  return parsed.plan;
}
