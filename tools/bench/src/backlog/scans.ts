import type { PlanNode, RanStatement } from './plan-parser.ts';

/** A node that reads a table, in a statement that ran. */
export interface Scan {
  /** The statement's first words. */
  readonly statement: string;
  readonly node: string;
  /** Null where the whole table is read, or rows by their place (`Tid Scan`). */
  readonly index: string | null;
  /** Rows read, those that a filter threw away too, over all loops. */
  readonly rows: number;
  readonly loops: number;
  /** Pages read, of the index too. */
  readonly pages: number;
}

/** Every node that reads the table and was run. */
export function scansOf(statements: readonly RanStatement[], table: string): Scan[] {
  return statements.flatMap(({ query, plan }) =>
    nodesOf(plan)
      .filter((node) => node['Relation Name'] === table && node['Node Type'].includes('Scan'))
      .map((node) => scanOf(query, node))
      .filter(({ loops }) => loops > 0),
  );
}

function scanOf(query: string, node: PlanNode): Scan {
  const loops = node['Actual Loops'] ?? 0;
  const rows =
    (node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  return {
    statement: query.replace(/\s+/g, ' ').trim().slice(0, 48),
    node: node['Node Type'],
    // A bitmap's index is named by the node below.
    index: nodesOf(node).find((one) => one['Index Name'] !== undefined)?.['Index Name'] ?? null,
    rows: Math.round(rows * loops),
    loops,
    pages: (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0),
  };
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** A plan as lines, indented by depth. */
export function planLines(node: PlanNode, depth = 0): string[] {
  const loops = node['Actual Loops'] ?? 0;
  const own = [
    '  '.repeat(depth),
    node['Subplan Name'] === undefined ? '' : `${node['Subplan Name']}: `,
    node['Node Type'],
    node['Index Name'] === undefined ? '' : ` by ${node['Index Name']}`,
    node['Relation Name'] === undefined ? '' : ` on ${node['Relation Name']}`,
    `  rows ${Math.round((node['Actual Rows'] ?? 0) * loops)}, loops ${loops}`,
  ].join('');
  return [own, ...(node.Plans ?? []).flatMap((child) => planLines(child, depth + 1))];
}
