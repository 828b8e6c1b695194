import { parseOptions, TEXT, wholeNumber } from '../command-line.ts';

export interface EventsBenchOptions {
  /** Messages of each round, each with four events, and a tenth of those twice. */
  readonly messages: number;
  /** Messages of each round whose events come before those, to get warm. */
  readonly warmUp: number;
  readonly rounds: number;
  /** Events of a delivery. */
  readonly batch: number;
  /** Deliveries posted at once. */
  readonly atOnce: number;
  /** Tenants, mixed in every delivery. */
  readonly tenants: number;
  /** Whether queue and limits are on Redis; else on PostgreSQL. */
  readonly onRedis: boolean;
  /** Seconds for which deliveries come at an even rate, to see how long each takes; 0 for none. */
  readonly paced: number;
  /** Deliveries a second then. */
  readonly perSecond: number;
  /** Events stored in a second database, to compare what one costs there; 0 for none. */
  readonly stored: number;
  /** Dearest statements to show. */
  readonly statements: number;
  /** File for everything that was measured; null for none. */
  readonly json: string | null;
  /** Folder for CPU profiles of the two apps; null for none. */
  readonly profile: string | null;
}

export const EVENTS_USAGE = `npm run bench -- events [options]
  --messages <n>      messages of each round, with four events each, 20000
  --warm-up <n>       messages of each round whose events come before, 4000
  --rounds <n>        rounds, whose medians are reported, 3
  --batch <n>         events of a delivery, 100
  --at-once <n>       deliveries posted at once, 16
  --tenants <n>       tenants, mixed in every delivery, 100
  --postgres          queue and limits on PostgreSQL
  --paced <seconds>   also: how long each delivery takes at an even rate
  --per-second <n>    deliveries a second then, 50
  --stored <n>        also: what an event costs with n stored, beside 10,000
  --statements <n>    also: the n dearest statements
  --json <file>       writes everything that was measured
  --profile <folder>  writes CPU profiles of the two apps`;

/** @throws UsageError */
export function readEventsOptions(args: readonly string[]): EventsBenchOptions {
  const given = parseOptions(args, {
    messages: TEXT,
    'warm-up': TEXT,
    rounds: TEXT,
    batch: TEXT,
    'at-once': TEXT,
    tenants: TEXT,
    postgres: { type: 'boolean', default: false },
    paced: TEXT,
    'per-second': TEXT,
    stored: TEXT,
    statements: TEXT,
    json: TEXT,
    profile: TEXT,
  });
  return {
    messages: wholeNumber('messages', given.messages, 20_000),
    warmUp: wholeNumber('warm-up', given['warm-up'], 4_000),
    rounds: wholeNumber('rounds', given.rounds, 3),
    batch: wholeNumber('batch', given.batch, 100),
    atOnce: wholeNumber('at-once', given['at-once'], 16),
    tenants: wholeNumber('tenants', given.tenants, 100),
    onRedis: !given.postgres,
    paced: wholeNumber('paced', given.paced, 0, 0),
    perSecond: wholeNumber('per-second', given['per-second'], 50),
    stored: wholeNumber('stored', given.stored, 0, 0),
    statements: wholeNumber('statements', given.statements, 0, 0),
    json: given.json ?? null,
    profile: given.profile ?? null,
  };
}
