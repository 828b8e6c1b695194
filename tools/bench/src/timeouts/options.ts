import { parseOptions, TEXT, wholeNumber } from '../command-line.ts';

export interface TimeoutsBenchOptions {
  /** Timers of each round, all due at once. */
  readonly timers: number;
  readonly rounds: number;
  readonly tenants: number;
  /** Whether queue and limits are on Redis; else on PostgreSQL. */
  readonly onRedis: boolean;
  /** Dearest statements to show. */
  readonly statements: number;
  /** File for everything that was measured; null for none. */
  readonly json: string | null;
}

export const TIMEOUTS_USAGE = `npm run bench -- timeouts [options]
  --timers <n>        timers of each round, all due at once, 20000
  --rounds <n>        rounds, whose medians are reported, 3
  --tenants <n>       tenants, 100
  --postgres          queue and limits on PostgreSQL
  --statements <n>    also: the n dearest statements
  --json <file>       writes everything that was measured`;

/** @throws UsageError */
export function readTimeoutsOptions(args: readonly string[]): TimeoutsBenchOptions {
  const given = parseOptions(args, {
    timers: TEXT,
    rounds: TEXT,
    tenants: TEXT,
    postgres: { type: 'boolean', default: false },
    statements: TEXT,
    json: TEXT,
  });
  return {
    timers: wholeNumber('timers', given.timers, 20_000),
    rounds: wholeNumber('rounds', given.rounds, 3),
    tenants: wholeNumber('tenants', given.tenants, 100),
    onRedis: !given.postgres,
    statements: wholeNumber('statements', given.statements, 0, 0),
    json: given.json ?? null,
  };
}
