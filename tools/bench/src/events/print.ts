import { means, median, medians } from '../measure/figures.ts';
import { costLines } from '../measure/statements.ts';
import { table } from '../table.ts';
import type { PacedReading } from './paced.ts';
import type { ComparedReading, EventsReading } from './run.ts';
import { FEW_STORED, type StoredReading } from './stored.ts';

/** What was found, as text. */
export function report(
  rounds: readonly ComparedReading[],
  paced: PacedReading | null,
  stored: StoredReading | null,
  statements: number,
): string {
  const perEvent = means(
    rounds.map(({ cpuMs, events }) =>
      Object.fromEntries(Object.entries(cpuMs).map(([name, ms]) => [name, ms / events])),
    ),
  );
  const processes = Object.keys(perEvent);
  const figures = medians(
    rounds.map((one) => ({
      perSecond: one.events / one.seconds,
      rowsPerSecond: one.recorded / one.seconds,
      bare: one.bare.rows / one.bare.seconds,
      ratio: one.recorded / one.seconds / (one.bare.rows / one.bare.seconds),
      statements: one.statements / one.events,
      withSetConfig: (one.statements + one.setConfig) / one.events,
      advanced: one.advanced / one.events,
    })),
  );
  const figure = (name: keyof typeof figures, digits: number) =>
    (figures[name] ?? 0).toFixed(digits);
  const lines = [
    'Medians over the rounds. CPU: milliseconds per event by process.',
    table(
      ['', 'events/s', 'rows/s', 'bare rows/s', 'rows to bare', ...processes, 'CPU in all'],
      [
        [
          'signed POST to advanced enrollment',
          figure('perSecond', 0),
          figure('rowsPerSecond', 0),
          figure('bare', 0),
          figure('ratio', 3),
          ...processes.map((name) => (perEvent[name] ?? 0).toFixed(4)),
          Object.values(perEvent)
            .reduce((sum, ms) => sum + ms, 0)
            .toFixed(4),
        ],
      ],
    ),
    `Statements per event ${figure('statements', 4)}, with set_config ${figure('withSetConfig', 4)}. ` +
      `Of all events ${(100 * (figures['advanced'] ?? 0)).toFixed(1)} % moved an enrollment.`,
  ];
  const last = rounds.at(-1);
  if (statements > 0 && last !== undefined) {
    lines.push(`Dearest statements\n${costLines(last.costs, last.events, 'event', statements)}`);
  }
  if (paced !== null) lines.push(pacedLine(paced));
  if (stored !== null) lines.push(storedLine(stored));
  return lines.join('\n\n');
}

function pacedLine({ deliveries, perSecond, answered, processed }: PacedReading): string {
  const words = (ms: PacedReading['answered']) =>
    `p50 ${ms.p50.toFixed(0)} ms, p95 ${ms.p95.toFixed(0)} ms, longest ${ms.longest.toFixed(0)} ms`;
  return (
    `At ${perSecond} deliveries a second (${deliveries}): answered ${words(answered)}; ` +
    `processed ${words(processed)}`
  );
}

/** CPU of all but the sender of events. */
function storedLine({ few, many }: StoredReading): string {
  const cost = ({ cpuMs, events }: EventsReading) =>
    (Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0) - (cpuMs['client'] ?? 0)) / events;
  const words = (rounds: readonly EventsReading[]) =>
    `${median(rounds.map(cost)).toFixed(4)} ms of CPU ` +
    `(${median(rounds.map((one) => one.events / one.seconds)).toFixed(0)} events/s)`;
  const ratio = median(
    many.map((one, n) => {
      const beside = few[n];
      return beside === undefined ? 0 : cost(one) / cost(beside);
    }),
  );
  return (
    `With many events stored an event costs ${words(many)}, with ${FEW_STORED} ${words(few)}: ` +
    `${ratio.toFixed(2)} times, the median over the rounds`
  );
}
