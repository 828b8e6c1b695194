import type { CompiledNode, CompiledPlan, CompiledTransition } from './compiled-plan.ts';
import { STOP, type Trigger } from '../schema/vocabulary.ts';

/** The transitions of a node, in the plan's order. */
export function transitionsOf(node: CompiledNode): CompiledTransition[] {
  return Object.values(node.transitions);
}

/** Ids of the nodes that can be reached from a node, itself included. */
export function reachableFrom(plan: CompiledPlan, start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = plan.nodes[id];
    if (!node || reached.has(id)) continue;
    reached.add(id);
    for (const { to } of transitionsOf(node)) if (to !== STOP) open.push(to);
  }
  return reached;
}

/**
 * One cycle through nodes and edges that count, as the ids on it in order, or null. The search
 * goes through the plan's nodes in their order.
 */
export function findCycle(
  plan: CompiledPlan,
  counts: (from: CompiledNode, transition: CompiledTransition, to: CompiledNode) => boolean,
): string[] | null {
  const done = new Set<string>();
  for (const { id: root } of plan.source.nodes) {
    // Depth first with a stack of our own: a chain of nodes must not meet the call stack's limit.
    const path: { id: string; next: string[] }[] = [];
    const visit = (id: string): void => {
      const from = plan.nodes[id];
      const next = (from ? transitionsOf(from) : []).flatMap((transition) => {
        const to = plan.nodes[transition.to];
        return from && to && counts(from, transition, to) ? [to.id] : [];
      });
      path.push({ id, next });
    };
    if (!done.has(root)) visit(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const id = top.next.shift();
      if (id === undefined) {
        done.add(top.id);
        path.pop();
        continue;
      }
      const start = path.findIndex((step) => step.id === id);
      if (start >= 0) return path.slice(start).map((step) => step.id);
      if (!done.has(id)) visit(id);
    }
  }
  return null;
}

/** For each wait node what leads to it from the messages before it, by way of wait nodes alone. */
export function triggersInto(plan: CompiledPlan): (id: string) => ReadonlySet<Trigger> {
  const ways = new Map<string, { readonly on: Trigger; readonly from: CompiledNode }[]>();
  for (const from of Object.values(plan.nodes)) {
    for (const { on, to } of transitionsOf(from)) {
      const known = ways.get(to);
      if (known) known.push({ on, from });
      else ways.set(to, [{ on, from }]);
    }
  }
  return (id) => {
    const triggers = new Set<Trigger>();
    const seen = new Set<string>();
    const open = [id];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      for (const { on, from } of ways.get(at) ?? []) {
        triggers.add(on);
        if (from.action === 'wait') open.push(from.id);
      }
    }
    return triggers;
  };
}

/** Ids of the nodes that lead to each node, steps that were skipped left out. */
function sourcesOf(plan: CompiledPlan): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const node of Object.values(plan.nodes)) {
    for (const { on, to } of transitionsOf(node)) {
      // A step that was skipped has no message, so `skipped` leads to nothing to listen to.
      if (on !== 'skipped') sources.set(to, [...(sources.get(to) ?? []), node.id]);
    }
  }
  return sources;
}

/**
 * For each node the send nodes whose message it listens to: itself, or for a wait node every send
 * node from which it can be entered by way of wait nodes alone.
 */
export function listenedSendNodes(plan: CompiledPlan): (id: string) => ReadonlySet<string> {
  const sources = sourcesOf(plan);
  const known = new Map<string, ReadonlySet<string>>();
  return (id) => {
    const before = known.get(id);
    if (before) return before;
    const found = new Set<string>();
    const seen = new Set<string>();
    const open = [id];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      if (plan.nodes[at]?.action === 'send') found.add(at);
      else open.push(...(sources.get(at) ?? []));
    }
    known.set(id, found);
    return found;
  };
}
