/** A node of a plan as PostgreSQL tells it, with how it ran. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Subplan Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A statement that has run, at top level or inside of a function. */
export interface RanStatement {
  readonly databaseName: string;
  readonly query: string;
  readonly plan: PlanNode;
}

/** How lines of the log begin, as `plan-log.ts` sets it: with the database's name. */
const BEGIN = /^([^|\t]*)\|LOG: {2}duration: .* plan:$/;
/** PostgreSQL begins the further lines of an entry with a tab; this one ends its JSON. */
const LAST = '\t}';

/** Finds the plans of auto_explain among the lines of a server's log. */
export function createPlanParser(found: (statement: RanStatement) => void): (line: string) => void {
  let databaseName = '';
  let json: string[] | null = null;
  return (line) => {
    const begin = BEGIN.exec(line);
    if (begin !== null) {
      databaseName = begin[1] ?? '';
      json = [];
    } else if (json !== null) {
      json.push(line);
      if (line !== LAST) return;
      const entry = JSON.parse(json.join('\n')) as { 'Query Text': string; Plan: PlanNode };
      json = null;
      found({ databaseName, query: entry['Query Text'], plan: entry.Plan });
    }
  };
}
