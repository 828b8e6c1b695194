import { parseOptions, TEXT, UsageError, wholeNumber } from '../command-line.ts';

/** Why an action that is pending does not leave: its time, a limit, a pause. */
export const KINDS = ['later', 'limited', 'paused'] as const;
export type Kind = (typeof KINDS)[number];

export interface BacklogBenchOptions {
  /** Pending actions of each kind. */
  readonly pending: number;
  /** Pending actions of each kind in the database that it is compared with. */
  readonly baseline: number;
  /** All of them are there at once. */
  readonly kinds: readonly Kind[];
  /** Timed rounds of each database. */
  readonly rounds: number;
  /** Rounds of each database before those, to get warm. */
  readonly warmUp: number;
  /** How often the limited backlog is woken and gone through. */
  readonly walks: number;
  /** File for everything that was measured; null for none. */
  readonly json: string | null;
}

export const BACKLOG_USAGE = `npm run bench -- backlog [options]
  --pending <n>       pending actions of each kind, 1000000
  --baseline <n>      the same in the database it is compared with, 10000
  --kinds <list>      which kinds there are, all at once: later,limited,paused
  --rounds <n>        timed rounds of each database, 60
  --warm-up <n>       rounds before those, 10
  --walks <n>         how often the limited backlog is woken and gone through, 50
  --json <file>       writes everything that was measured`;

/** @throws UsageError */
export function readBacklogOptions(args: readonly string[]): BacklogBenchOptions {
  const given = parseOptions(args, {
    pending: TEXT,
    baseline: TEXT,
    kinds: TEXT,
    rounds: TEXT,
    'warm-up': TEXT,
    walks: TEXT,
    json: TEXT,
  });
  const names = given.kinds?.split(',') ?? KINDS;
  return {
    pending: wholeNumber('pending', given.pending, 1_000_000),
    baseline: wholeNumber('baseline', given.baseline, 10_000),
    kinds: [...new Set(names.map(kindOf))],
    rounds: wholeNumber('rounds', given.rounds, 60),
    warmUp: wholeNumber('warm-up', given['warm-up'], 10, 0),
    walks: wholeNumber('walks', given.walks, 50),
    json: given.json ?? null,
  };
}

function kindOf(name: string): Kind {
  const kind = KINDS.find((one) => one === name);
  if (kind === undefined) throw new UsageError(`--kinds: "${name}" is none of ${KINDS.join(', ')}`);
  return kind;
}
