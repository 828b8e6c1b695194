import { parseArgs } from 'node:util';

/** What a run is asked to do. */
export interface FuzzOptions {
  /** Decides what is sent. */
  readonly seed: number;
  /** Bodies or requests to be sent. */
  readonly count: number;
}

/** What a run finds around it. */
export interface FuzzSurroundings {
  /** Administrator of a PostgreSQL; null starts an embedded one. */
  readonly adminUrl: string | null;
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  readonly say: (text: string) => void;
}

/** What is fed, and how much of it where nobody says. */
const TARGETS = { webhooks: 100_000, api: 20_000 } as const;
export type FuzzTarget = keyof typeof TARGETS;

/** The command line asks for something that cannot be done. */
export class UsageError extends Error {}

export const USAGE = 'npm run fuzz -- webhooks|api [--seed <number>] [--count <number>]';

const LARGEST = 2 ** 32 - 1;

/** @throws UsageError for what cannot be asked. */
export function parseOptions(
  args: readonly string[],
): FuzzOptions & { readonly target: FuzzTarget } {
  const { positionals, values } = read(args);
  const [target = ''] = positionals;
  if (positionals.length !== 1 || !isTarget(target)) {
    throw new UsageError(
      `nothing to feed: ${JSON.stringify(positionals)}, expected webhooks or api`,
    );
  }
  return {
    target,
    seed: wholeNumber('seed', values.seed ?? '1', 0),
    count: wholeNumber('count', values.count ?? String(TARGETS[target]), 1),
  };
}

function isTarget(name: string): name is FuzzTarget {
  return Object.hasOwn(TARGETS, name);
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
