import type { ApiReading } from './run.ts';

/** What has to hold. */
export const BOUNDS = {
  /** Milliseconds of 95 of 100 requests of one resource, of a list, and of a list by an audience filter. */
  p95Ms: { read: 15, list: 50, filter: 100 },
  /** Seconds for 100,000 rows. */
  importSeconds: 15,
  /** By which the api's memory may grow from the second quarter of an import to its end. */
  importGrowthMiB: 32,
  /** Seconds for 100,000 people. */
  enrolSeconds: 10,
} as const;

export interface Verdict {
  readonly holds: boolean;
  readonly text: string;
}

const AMOUNT = 100_000;

export function judge({ reads, imported, enrolled }: ApiReading): Verdict[] {
  const verdicts = Object.entries(BOUNDS.p95Ms).map(([kind, most]): Verdict => {
    const ofKind = reads.requests.filter((one) => one.kind === kind);
    const over = ofKind.filter(({ p95 }) => p95 >= most);
    const names = over.map(({ operation, name, p95 }) => `${operation} ${name} ${p95.toFixed(1)}`);
    const slowest = Math.max(0, ...ofKind.map(({ p95 }) => p95));
    return {
      holds: over.length === 0,
      text: `${ofKind.length} requests of kind ${kind}: the slowest p95 is ${slowest.toFixed(1)} ms, to be less than ${most}${names.length === 0 ? '' : `; not so: ${names.join(', ')}`}`,
    };
  });
  if (imported !== null) {
    const most = (BOUNDS.importSeconds * imported.rows) / AMOUNT;
    const [, second = 0, third = 0, last = 0] = imported.quartersMiB;
    const growth = Math.max(third, last) - second;
    verdicts.push(
      {
        holds: imported.seconds < most,
        text: `an import of ${imported.rows} rows takes ${imported.seconds.toFixed(1)} s, to be less than ${most.toFixed(1)}`,
      },
      {
        holds: growth < BOUNDS.importGrowthMiB,
        text: `from its second quarter on the api's memory grows by ${growth.toFixed(0)} MiB, to be less than ${BOUNDS.importGrowthMiB}`,
      },
    );
  }
  for (const [how, { people, seconds }] of Object.entries(enrolled ?? {})) {
    const most = (BOUNDS.enrolSeconds * people) / AMOUNT;
    verdicts.push({
      holds: seconds < most,
      text: `${people} people are enrolled ${how} in ${seconds.toFixed(1)} s, to be less than ${most.toFixed(1)}`,
    });
  }
  return verdicts;
}
