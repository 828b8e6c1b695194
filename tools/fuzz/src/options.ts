import { parseArgs } from 'node:util';

/** What a run is asked to do. */
export interface FuzzOptions {
  /** Decides every body and every signature. */
  readonly seed: number;
  /** Bodies to be sent. */
  readonly count: number;
}

/** The command line asks for something that cannot be done. */
export class UsageError extends Error {}

export const USAGE = 'npm run fuzz -- webhooks [--seed <number>] [--count <number>]';

const LARGEST = 2 ** 32 - 1;

/** @throws UsageError for what cannot be asked. */
export function parseOptions(args: readonly string[]): FuzzOptions {
  const { positionals, values } = read(args);
  if (positionals.length !== 1 || positionals[0] !== 'webhooks') {
    throw new UsageError(`nothing to feed: ${JSON.stringify(positionals)}, expected webhooks`);
  }
  return {
    seed: wholeNumber('seed', values.seed ?? '1', 0),
    count: wholeNumber('count', values.count ?? '100000', 1),
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { seed: { type: 'string' }, count: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= LARGEST) return value;
  throw new UsageError(`--${name}: ${text} is no whole number from ${least} to ${LARGEST}`);
}
