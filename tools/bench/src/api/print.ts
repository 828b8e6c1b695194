import { table } from '../table.ts';
import type { ContactImportReading, MeasuredEnrolment } from './people.ts';
import type { ReadsReading } from './reads.ts';

export function readsTable({ requests, bare, trivialMs }: ReadsReading): string {
  const rows = requests.map(({ operation, name, kind, p50, p95, slowest, cpuMs }) => [
    name === '' ? operation : `${operation}, ${name}`,
    kind,
    ...[p50, p95, slowest, cpuMs].map((ms) => ms.toFixed(1)),
  ]);
  return `${table(['GET, milliseconds', 'kind', 'p50', 'p95', 'slowest', 'CPU'], rows)}

  A contact by its id: ${bare.apiMs.toFixed(2)} ms through the API, ${bare.bareMs.toFixed(2)} ms bare, ${(bare.apiMs / bare.bareMs).toFixed(1)} ×
  GET /healthz, which asks nobody: ${trivialMs.toFixed(2)} ms
`;
}

export function peopleTable(
  imported: ContactImportReading,
  enrolled: Readonly<Record<string, MeasuredEnrolment>>,
): string {
  const { rows, seconds, bareSeconds, startMiB, quartersMiB, mostMiB } = imported;
  const processes = Object.keys(Object.values(enrolled)[0]?.cpuMs ?? {});
  const perSecond = (count: number, time: number) => (count / time).toFixed(0);
  return `${table(
    ['', 'seconds', 'people/s', 'of bare'],
    [
      [
        `import of ${rows} rows`,
        seconds.toFixed(1),
        perSecond(rows, seconds),
        `${(seconds / bareSeconds).toFixed(2)} ×`,
      ],
      ['the same rows, bare', bareSeconds.toFixed(1), perSecond(rows, bareSeconds)],
      ...Object.entries(enrolled).map(([how, { people, seconds: took }]) => [
        `enrolling ${people} ${how}`,
        took.toFixed(1),
        perSecond(people, took),
      ]),
    ],
  )}

${table(
  ['CPU, microseconds a person', ...processes],
  Object.entries(enrolled).map(([how, { people, cpuMs }]) => [
    `enrolling ${how}`,
    ...processes.map((name) => ((1_000 * (cpuMs[name] ?? 0)) / people).toFixed(0)),
  ]),
)}

  Memory of the api: ${startMiB.toFixed(0)} MiB before the import, ${quartersMiB.map((miB) => miB.toFixed(0)).join(', ')} at its quarters, ${mostMiB.toFixed(0)} at most
`;
}
