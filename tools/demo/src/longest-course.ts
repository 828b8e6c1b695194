import {
  addDuration,
  DEFAULT_SETTINGS,
  DEFAULT_SOFT_BOUNCE_RETRY_MS,
  planRun,
  type CompiledNode,
  type CompiledPlan,
} from '@cadenza/plan';

/**
 * When the last person enrolled at `startAt` can be through a plan, milliseconds since 1970: by the
 * way that takes longest, each message accepted only after its last soft bounce. In the plan's own
 * zone, without the grace of timers and without limits. An event that the plan gives no time is
 * taken to come when the node's last timer would fire, or at once where it has none.
 */
export function longestCourse(plan: CompiledPlan, startAt: number): number {
  return endOf(plan, plan.startNodeId, startAt, new Map());
}

function endOf(
  plan: CompiledPlan,
  nodeId: string,
  enteredAt: number,
  visits: ReadonlyMap<string, number>,
): number {
  const node = plan.nodes[nodeId];
  const visit = (visits.get(nodeId) ?? 0) + 1;
  // A node without a bound is on no cycle.
  if (node === undefined || visit > (node.maxVisits ?? 1)) return enteredAt;
  const leftAt = node.action === 'send' ? acceptedAt(plan, node, enteredAt) : enteredAt;
  const after = Object.values(node.transitions);
  const lastTimer = Math.max(
    leftAt,
    ...after.map((way) =>
      way.after === null ? leftAt : addDuration(leftAt, way.after, plan.timezone),
    ),
  );
  const path = new Map(visits).set(nodeId, visit);
  return Math.max(
    lastTimer,
    ...after.map(({ to, after: timer, within }) => {
      const wait = timer ?? within;
      const at = wait === null ? lastTimer : addDuration(leftAt, wait, plan.timezone);
      return endOf(plan, to, at, path);
    }),
  );
}

function acceptedAt(
  plan: CompiledPlan,
  node: CompiledNode & { readonly action: 'send' },
  enteredAt: number,
): number {
  const runAt = (dueAt: number, attempt: number) =>
    planRun(
      plan,
      { key: '', type: 'send', nodeId: node.id, visit: 1, attempt, timer: null, dueAt },
      DEFAULT_SETTINGS,
      dueAt,
    ).runAt;
  const first = runAt(addDuration(enteredAt, node.delay, plan.timezone), 1);
  return DEFAULT_SOFT_BOUNCE_RETRY_MS.reduce(
    (at, retryMs, index) => runAt(at + retryMs, index + 2),
    first,
  );
}
