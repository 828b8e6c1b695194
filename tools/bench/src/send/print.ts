import { table } from '../table.ts';
import type { LagReading } from './lag.ts';
import type { MemoryReading } from './memory.ts';
import type { Side } from './side.ts';
import type { Summary } from './summary.ts';

/** The comparison as a table, one line for a side, and what it means. */
export function summaryTable(summaries: readonly Summary[], sides: readonly Side[]): string {
  const processes = [...new Set(summaries.flatMap(({ cpuMs }) => Object.keys(cpuMs)))];
  const speed = table(
    ['', 'messages/s', 'slowest-fastest', 'to (b)', ...processes, 'CPU in all'],
    summaries.map((one) => [
      label(one.side),
      one.perSecond.toFixed(0),
      one.range.map((value) => value.toFixed(0)).join('-'),
      figure(one.ratio, 2),
      ...processes.map((name) => figure(one.cpuMs[name] ?? null, 3)),
      figure(one.cpuMsInAll, 3),
    ]),
  );
  const trips = table(
    [
      '',
      'statements',
      'with set_config',
      'of the queue',
      'PostgreSQL trips',
      'Redis commands',
      'scripts',
      'Redis reads',
    ],
    summaries
      .filter(({ statements }) => statements !== null)
      .map((one) => [
        label(one.side),
        figure(one.statements, 3),
        figure(one.statementsWithSetConfig, 3),
        figure(one.queueStatements, 3),
        figure(one.postgresTrips, 3),
        figure(one.redisCommands, 2),
        figure(one.redisScripts, 2),
        figure(one.redisTrips, 2),
      ]),
  );
  return [
    `CPU: milliseconds per message, user and system, by process.\n${speed}`,
    'Per message. Statements: without transaction control and the queue’s own.\n' + trips,
    `What is timed\n${sides.map(({ name, timed }) => `  ${label(name)}: ${timed}`).join('\n')}`,
  ].join('\n\n');
}

export function lagLine(lag: LagReading): string {
  return (
    `Lag at ${lag.perSecond.toFixed(0)} messages/s, hand-off begun after time due: ` +
    `p50 ${lag.p50} ms, p99 ${lag.p99} ms, longest ${lag.longest} ms (${lag.messages} messages)`
  );
}

export function memoryLines(memory: MemoryReading): string {
  return (
    `Resident memory of the send-worker over ${memory.messages} messages (${memory.seconds.toFixed(0)} s), ` +
    `MiB at each tenth of the way: ${memory.tenthsMiB.map((value) => value.toFixed(0)).join(' ')}; ` +
    `most ${memory.mostMiB.toFixed(0)}`
  );
}

const LETTERS = {
  raw: '(a) raw HTTP',
  'sendgrid-mail': '(b) @sendgrid/mail',
  'pipeline-redis': '(c) pipeline, Redis',
  'pipeline-postgres': '(d) pipeline, PostgreSQL',
  naive: '(e) naive worker',
} as const;

function label(side: Summary['side']): string {
  return LETTERS[side];
}

function figure(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}
