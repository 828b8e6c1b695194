/** What a run has seen. */
export interface FuzzReport {
  readonly seed: number;
  readonly count: number;
  readonly seconds: number;
  /** How many requests were answered with each status; 0 for those cut off. */
  readonly answers: ReadonlyMap<number, number>;
  /** Requests answered otherwise than they must be, described; the first of them. */
  readonly unexpected: readonly string[];
  /** Bodies that the parser or the verifier stumbled over in this process; the first of them. */
  readonly stumbled: readonly string[];
  readonly deliveries: {
    /** Different bodies that were answered with 204. */
    readonly taken: number;
    readonly processed: number;
    readonly quarantined: number;
    /** Neither processed nor quarantined when nothing moved any more. */
    readonly waiting: number;
    /** Taken, and not there. */
    readonly missing: number;
    /** There, and never taken. */
    readonly surplus: number;
    /** Tried more than once: something failed on the way. */
    readonly triedAgain: number;
  };
  /** Events put aside, by reason; words of one element alone are left out. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Largest resident memory of each program, bytes. */
  readonly memory: ReadonlyMap<string, number>;
  /** Programs that ended, or did not answer at the end. */
  readonly ended: readonly string[];
}

/** Resident memory that a program must stay below, bytes. */
export const MEMORY_BOUND = 800_000_000;

/** What a run has found wrong. */
export function findings(report: FuzzReport): string[] {
  const { deliveries, memory } = report;
  const count = (what: string, number: number) => (number === 0 ? [] : [`${number} ${what}`]);
  return [
    ...report.unexpected,
    ...report.stumbled,
    ...report.ended.map((name) => `${name} ended`),
    ...count('deliveries neither processed nor quarantined', deliveries.waiting),
    ...count('deliveries taken, and not stored', deliveries.missing),
    ...count('deliveries stored, and never taken', deliveries.surplus),
    ...count('deliveries tried more than once', deliveries.triedAgain),
    ...[...memory]
      .filter(([, bytes]) => bytes > MEMORY_BOUND)
      .map(([name, bytes]) => `${name} held ${megabytes(bytes)}`),
  ];
}

export function printed(report: FuzzReport): string {
  const { deliveries } = report;
  const list = (entries: ReadonlyMap<string | number, number>) =>
    [...entries]
      .sort(([, a], [, b]) => b - a)
      .map(([name, number]) => `  ${String(number).padStart(8)}  ${name}`);
  const found = findings(report);
  return [
    `seed ${report.seed}, ${report.count} bodies in ${report.seconds.toFixed(0)} s`,
    'answers (0: cut off by the sender)',
    ...list(report.answers),
    `deliveries: ${deliveries.taken} taken, ${deliveries.processed} processed, ${deliveries.quarantined} quarantined`,
    'events put aside',
    ...list(report.reasons),
    'largest resident memory',
    ...[...report.memory].map(([name, bytes]) => `  ${megabytes(bytes).padStart(8)}  ${name}`),
    ...(found.length === 0 ? ['nothing found'] : ['FOUND', ...found.map((text) => `  ${text}`)]),
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
