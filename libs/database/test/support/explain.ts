import { withClient } from '@cadenza/testing';
import type { World } from './world.ts';

export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** The plan of every statement that ran, those inside of functions too, in one list of nodes. */
export type Plan = readonly PlanNode[];

/** Runs a statement as the owner of the database, takes it back, and answers with how it ran. */
export function explained(world: World, statement: string): Promise<Plan> {
  return withClient(world.database.url, async (client) => {
    const nodes: PlanNode[] = [];
    client.on('notice', ({ message = '' }) => {
      const start = message.indexOf('{');
      if (!message.includes('plan:') || start < 0) return;
      nodes.push(...flat((JSON.parse(message.slice(start)) as { Plan: PlanNode }).Plan));
    });
    await client.query("LOAD 'auto_explain'");
    for (const [name, value] of Object.entries({
      log_level: 'notice',
      log_format: 'json',
      log_min_duration: '0',
      log_nested_statements: 'on',
      log_analyze: 'on',
      log_timing: 'off',
    })) {
      await client.query(`SET auto_explain.${name} = ${value}`);
    }
    await client.query('BEGIN');
    await client.query(statement);
    await client.query('ROLLBACK');
    return nodes;
  });
}

function flat(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}

/** Rows of a table that were read, those that a filter threw away too. */
export function rowsRead(plan: Plan, table: string): number {
  const read = plan
    .filter((node) => node['Relation Name'] === table && node['Node Type'].includes('Scan'))
    .map(
      (node) =>
        (node['Actual Loops'] ?? 1) *
        ((node['Actual Rows'] ?? 0) +
          (node['Rows Removed by Filter'] ?? 0) +
          (node['Rows Removed by Index Recheck'] ?? 0)),
    );
  return Math.round(read.reduce((sum, rows) => sum + rows, 0));
}
