import { newId } from '@cadenza/domain';
import type { Fault } from '../plan/fault.ts';
import type { World } from '../world/world.ts';

type DoubledJobs = Extract<Fault, { kind: 'double_jobs' }>;

interface ActionRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly dispatch_no: number;
}

/**
 * Publishes jobs again under other ids, several times each: those that are there, and those whose
 * work has just been done.
 *
 * @returns how many jobs were published.
 */
export async function doubleJobs(fault: DoubledJobs, world: World): Promise<number> {
  const { queue, jobs, copies } = fault;
  switch (queue) {
    case 'outreach-send':
    case 'outreach-timeout': {
      const rows = await actions(world, queue === 'outreach-send' ? 'send' : 'timeout', jobs);
      if (rows.length === 0) return 0;
      const doubled = repeated([{ actions: rows.map(claimed) }], copies);
      await world.queues.publish(
        queue,
        doubled.map((data) => ({ jobId: again(), data })),
      );
      return doubled.length;
    }
    case 'webhook-process': {
      const rows = await world.sql.rows<{ id: string }>(
        'SELECT id FROM webhook_deliveries ORDER BY received_at DESC LIMIT $1',
        [jobs],
      );
      const doubled = repeated(
        rows.map(({ id }) => ({ deliveryId: id })),
        copies,
      );
      await world.queues.publish(
        queue,
        doubled.map((data) => ({ jobId: again(), data })),
      );
      return doubled.length;
    }
  }
}

/** Those that wait come first; then those that were worked last. */
function actions(world: World, type: 'send' | 'timeout', limit: number): Promise<ActionRow[]> {
  return world.sql.rows<ActionRow>(
    `(SELECT tenant_id, id, dispatch_no FROM scheduled_actions
      WHERE type = $1 AND status = 'dispatched' LIMIT $2)
     UNION ALL
     (SELECT tenant_id, id, dispatch_no FROM scheduled_actions
      WHERE type = $1 AND status = 'completed' AND dispatch_no > 0
      ORDER BY updated_at DESC LIMIT $2)
     LIMIT $2`,
    [type, limit],
  );
}

function claimed(row: ActionRow) {
  return { tenantId: row.tenant_id, actionId: row.id, dispatch: row.dispatch_no };
}

function repeated<T>(list: readonly T[], copies: number): T[] {
  return list.flatMap((item) => Array.from({ length: copies }, () => item));
}

function again(): string {
  return `again-${newId()}`;
}
