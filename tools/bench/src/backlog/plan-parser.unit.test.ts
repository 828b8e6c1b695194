import { expect, it } from 'vitest';
import { createPlanParser, type RanStatement } from './plan-parser.ts';

it('plans are found between other lines of the log, each with its database', () => {
  const found: RanStatement[] = [];
  const line = createPlanParser((statement) => found.push(statement));
  const log = `|LOG:  checkpoint starting: time
one|LOG:  duration: 0.012 ms  plan:
\t{
\t  "Query Text": "SELECT '}'",
\t  "Plan": {
\t    "Node Type": "Result"
\t  }
\t}
one|CONTEXT:  SQL statement "SELECT '}'"
\tPL/pgSQL function claim() line 3 at PERFORM
two|LOG:  duration: 1.500 ms  plan:
\t{
\t  "Query Text": "SELECT 2",
\t  "Plan": { "Node Type": "Seq Scan", "Relation Name": "t" }
\t}`;
  log.split('\n').forEach(line);

  expect(found).toEqual([
    { databaseName: 'one', query: "SELECT '}'", plan: { 'Node Type': 'Result' } },
    {
      databaseName: 'two',
      query: 'SELECT 2',
      plan: { 'Node Type': 'Seq Scan', 'Relation Name': 't' },
    },
  ]);
});
