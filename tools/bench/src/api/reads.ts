import { connect } from '../client.ts';
import { readCpu } from '../measure/cpu.ts';
import { median, percentile } from '../measure/figures.ts';
import type { Caller } from './caller.ts';
import { NOT_TIMED, type RequestKind, type TimedRequests } from './requests.ts';

export interface RequestReading {
  readonly operation: string;
  readonly name: string;
  readonly kind: RequestKind;
  /** Milliseconds: medians of the rounds. */
  readonly p50: number;
  readonly p95: number;
  readonly slowest: number;
  /** CPU milliseconds of one request, of the api and PostgreSQL together: the mean. */
  readonly cpuMs: number;
}

export interface ReadsReading {
  readonly requests: readonly RequestReading[];
  /** A contact by its id: through the API, and by nothing but a prepared statement on one connection. */
  readonly bare: { readonly apiMs: number; readonly bareMs: number };
  /** Milliseconds of `GET /healthz`, which asks nobody. */
  readonly trivialMs: number;
}

/** A GET operation that is neither timed nor said to be left out, or the reverse. */
export function strayOperations(document: unknown, timed: readonly TimedRequests[]): string[] {
  const { paths } = document as {
    readonly paths: Readonly<Record<string, { readonly get?: { readonly operationId: string } }>>;
  };
  const there = new Set(Object.values(paths).flatMap(({ get }) => get?.operationId ?? []));
  const known = new Set([...timed.map(({ operation }) => operation), ...Object.keys(NOT_TIMED)]);
  return [
    ...[...there].filter((operation) => !known.has(operation)),
    // Some of those that are left out are there by settings.
    ...timed.map(({ operation }) => operation).filter((operation) => !there.has(operation)),
  ];
}

/** Times each kind of request, all kinds in each round, so that whatever else the computer does meets all. */
export async function timeRequests(
  caller: Caller,
  timed: readonly TimedRequests[],
  {
    requests,
    rounds,
    processes,
  }: {
    readonly requests: number;
    readonly rounds: number;
    /** Whose CPU time is counted. */
    readonly processes: Readonly<Record<string, number>>;
  },
): Promise<RequestReading[]> {
  const readings = timed.map(() => ({
    p50: [] as number[],
    p95: [] as number[],
    slowest: 0,
    cpuMs: 0,
  }));
  const cpu = async () => Object.values(await readCpu(processes)).reduce((sum, ms) => sum + ms, 0);
  let n = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { path }] of timed.entries()) {
      // The first ones plan the statements and read what is not in memory.
      for (let warm = 0; warm < 3; warm += 1) await caller.get(path((n += 1)));
      const times: number[] = [];
      const before = await cpu();
      while (times.length < requests) times.push(await caller.get(path((n += 1))));
      const reading = readings[index];
      reading?.p50.push(median(times));
      reading?.p95.push(percentile(times, 0.95));
      if (reading === undefined) continue;
      reading.slowest = Math.max(reading.slowest, ...times);
      reading.cpuMs += ((await cpu()) - before) / requests / rounds;
    }
  }
  return timed.map(({ operation, name, kind }, index) => {
    const { p50 = [], p95 = [], slowest = 0, cpuMs = 0 } = readings[index] ?? {};
    return { operation, name, kind, p50: median(p50), p95: median(p95), slowest, cpuMs };
  });
}

/** The median of so many look-ups of a row by a prepared statement, and nothing else. */
export async function timeBareRow(
  ownerUrl: string,
  tenantId: string,
  ids: readonly string[],
  count: number,
): Promise<number> {
  const client = await connect(ownerUrl);
  try {
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const begun = performance.now();
      await client.query({
        name: 'bare',
        text: 'SELECT * FROM contacts WHERE tenant_id = $1 AND id = $2',
        values: [tenantId, ids[n % ids.length]],
      });
      times.push(performance.now() - begun);
    }
    return median(times);
  } finally {
    await client.end();
  }
}
