import { parseOptions, TEXT, wholeNumber } from '../command-line.ts';

export interface SuppressionsBenchOptions {
  /** Rows of the file that is imported. */
  readonly rows: number;
  /** Suppressions with which the gate is compared. */
  readonly few: number;
  /** Pairs of gates. */
  readonly rounds: number;
  /** Hand-offs that one statement begins. */
  readonly batch: number;
  /** File for everything that was measured; null for none. */
  readonly json: string | null;
}

export const SUPPRESSIONS_USAGE = `npm run bench -- suppressions [options]
  --rows <n>          rows of the imported file, 1000000
  --few <n>           suppressions that the gate is compared with, 1000
  --rounds <n>        pairs of gates, 60
  --batch <n>         hand-offs that one statement begins, 100
  --json <file>       writes everything that was measured`;

/** @throws UsageError */
export function readSuppressionsOptions(args: readonly string[]): SuppressionsBenchOptions {
  const given = parseOptions(args, {
    rows: TEXT,
    few: TEXT,
    rounds: TEXT,
    batch: TEXT,
    json: TEXT,
  });
  return {
    rows: wholeNumber('rows', given.rows, 1_000_000),
    few: wholeNumber('few', given.few, 1_000),
    rounds: wholeNumber('rounds', given.rounds, 60),
    batch: wholeNumber('batch', given.batch, 100),
    json: given.json ?? null,
  };
}
