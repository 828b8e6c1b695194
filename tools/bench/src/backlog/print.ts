import { table } from '../table.ts';
import type { Verdict } from './bounds.ts';
import { ROUND } from './installation.ts';
import type { Timing } from './rounds.ts';
import type { Scan } from './scans.ts';

/** Rounds of one sort with one size of backlog. */
export interface Row {
  readonly what: string;
  readonly pending: number;
  readonly timing: Timing;
  /** Of its median to the one with the small backlog; null for that one. */
  readonly ratio: number | null;
}

export interface Report {
  readonly rows: readonly Row[];
  /** One round of each database, by what it read. */
  readonly rounds: readonly { readonly pending: number; readonly scans: readonly Scan[] }[];
  /** The plan of the statement that picks, line by line. */
  readonly picking: readonly string[];
  readonly verdicts: readonly Verdict[];
}

export function report({ rows, rounds, picking, verdicts }: Report): string {
  return [
    `Rounds of ${ROUND}, in milliseconds`,
    timingTable(rows),
    ...rounds.flatMap(({ pending, scans }) => [
      `\nWhat a round reads of scheduled_actions, of which ${pending} are pending`,
      scanTable(scans),
    ]),
    '\nHow its claim picks among them',
    ...picking,
    '',
    ...verdicts.map(({ holds, text }) => `  ${holds ? 'ok    ' : 'BROKEN'}  ${text}`),
    '',
  ].join('\n');
}

function timingTable(rows: readonly Row[]): string {
  const processes = Object.keys(rows[0]?.timing.cpuMs ?? {});
  const head = ['rounds', 'pending', 'measured', 'refused', 'median', 'p95', 'ratio'];
  return table(
    [...head, 'claim', 'enqueue', ...processes.map((name) => `CPU ${name}`)],
    rows.map(({ what, pending, timing, ratio }) => [
      what,
      String(pending),
      String(timing.rounds),
      String(timing.refused),
      timing.medianMs.toFixed(1),
      timing.p95Ms.toFixed(1),
      ratio?.toFixed(2) ?? '-',
      timing.claimMs.toFixed(1),
      timing.enqueueMs.toFixed(1),
      ...processes.map((name) => (timing.cpuMs[name] ?? 0).toFixed(1)),
    ]),
  );
}

function scanTable(scans: readonly Scan[]): string {
  return table(
    ['node', 'by', 'loops', 'rows', 'pages', 'in'],
    scans.map(({ statement, node, index, rows, loops, pages }) => [
      node,
      index ?? '-',
      String(loops),
      String(rows),
      String(pages),
      statement,
    ]),
  );
}
