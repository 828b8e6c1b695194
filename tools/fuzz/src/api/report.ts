/** What became of the requests of one operation. */
export interface OperationCounts {
  /** How many were answered with each status; 0 where no answer came. */
  readonly answers: ReadonlyMap<number, number>;
  /** Requests that the document allows, and how many of them were carried out. */
  readonly valid: number;
  readonly validDone: number;
  /** Why others of them were refused: what the document does not say. */
  readonly refused: ReadonlyMap<string, number>;
}

/** An answer other than the document says; the first of its kind. */
export interface Finding {
  readonly what: string;
  /** How many there were of its kind. */
  count: number;
  /** The request whole, for a shell. */
  readonly request: string;
  /** Left out where it may hold what is shown once. */
  readonly answer: string | null;
}

/** What a run has seen. */
export interface ApiFuzzReport {
  readonly seed: number;
  /** Requests that were to be sent, and those that were within the time. */
  readonly count: number;
  readonly sent: number;
  readonly seconds: number;
  /** Of every operation of the document, by its id. */
  readonly operations: ReadonlyMap<string, OperationCounts>;
  readonly unexpected: readonly Finding[];
  /** Programs that ended, or are others than they were. */
  readonly ended: readonly string[];
}

/** How many requests were answered with each status. */
export function answersOf({ operations }: ApiFuzzReport): Map<number, number> {
  const all = new Map<number, number>();
  for (const { answers } of operations.values()) {
    for (const [status, number] of answers) all.set(status, (all.get(status) ?? 0) + number);
  }
  return new Map([...all].sort(([a], [b]) => a - b));
}

/** Whether an answer of this status says that a request was carried out: 304 says that it need not be. */
export function isDone(status: number): boolean {
  return status >= 200 && status < 400 && status !== 304;
}

/** Operations of which no request was carried out. */
export function neverDone({ operations }: Pick<ApiFuzzReport, 'operations'>): string[] {
  return [...operations].flatMap(([id, { answers }]) =>
    [...answers.keys()].some(isDone) ? [] : [id],
  );
}

/** Requests of each operation, on average, after which one of each must have been carried out. */
const ENOUGH = 20;

/** What a run has found wrong. */
export function apiFindings(report: ApiFuzzReport): string[] {
  const { unexpected, ended, sent, count, operations } = report;
  return [
    ...unexpected.map(({ what, count: times, request, answer }) =>
      [`${what} (${times} times)`, request, ...(answer === null ? [] : [answer])].join('\n      '),
    ),
    ...(count < operations.size * ENOUGH ? [] : neverDone(report)).map(
      (id) => `${id}: no request was carried out${reasons(operations.get(id)?.refused)}`,
    ),
    ...ended.map((name) => `${name} ended`),
    ...(sent < count ? [`the time was up after ${sent} of ${count} requests`] : []),
  ];
}

export function apiPrinted(report: ApiFuzzReport): string {
  const { seed, sent, seconds, operations } = report;
  const found = apiFindings(report);
  const never = neverDone(report);
  const done = operations.size - never.length;
  const rows = [...operations].map(
    ([id, { answers, valid, validDone, refused }]) =>
      `  ${id.padEnd(32)} ${counts(answers)}; as described ${valid}, of which carried out ${validDone}${reasons(refused)}`,
  );
  return [
    `seed ${seed}, ${sent} requests in ${seconds.toFixed(0)} s`,
    'answers by operation',
    ...rows,
    `all answers: ${counts(answersOf(report))}`,
    `carried out at least once: ${done} of ${operations.size} operations`,
    ...(never.length === 0 ? [] : [`never: ${never.join(', ')}`]),
    ...(found.length === 0 ? ['nothing found'] : ['FOUND', ...found.map((text) => `  ${text}`)]),
  ].join('\n');
}

function counts(answers: ReadonlyMap<number, number>): string {
  const sorted = [...answers].sort(([a], [b]) => a - b);
  return sorted.map(([status, number]) => `${status || 'none'} ×${number}`).join(', ') || 'none';
}

function reasons(refused: ReadonlyMap<string, number> = new Map()): string {
  const most = [...refused].sort(([, a], [, b]) => b - a).slice(0, 3);
  return most
    .map(([reason, number]) => `\n    refused ×${number}: ${reason.slice(0, 160)}`)
    .join('');
}
