import { parseArgs } from 'node:util';
import { SIDE_NAMES, type SideName } from './side.ts';

export interface SendBenchOptions {
  /** Messages of each side in each round. */
  readonly messages: number;
  /** Messages of each side before those, to get warm. */
  readonly warmUp: number;
  readonly rounds: number;
  readonly sides: readonly SideName[];
  /** Requests, or hand-offs, under way at once. */
  readonly concurrency: number;
  /** Tenants that the messages come from, each with a campaign and a sender. */
  readonly tenants: number;
  readonly lag: boolean;
  /** Messages over which to watch the memory of the send-worker; null for none. */
  readonly memory: number | null;
  /** Dearest statements to show. */
  readonly statements: number;
  /** File for everything that was measured; null for none. */
  readonly json: string | null;
  /** Folder for CPU profiles of the two apps; null for none. */
  readonly profile: string | null;
  /** More settings for the two apps. */
  readonly env: Readonly<Record<string, string>>;
}

export const USAGE = `npm run bench -- send [options]
  --messages <n>      messages of each side in each round, 10000
  --warm-up <n>       messages of each side before those, 1000
  --rounds <n>        rounds, whose medians are reported, 3
  --sides <letters>   which sides, abcde
  --concurrency <n>   requests or hand-offs under way at once, 200
  --tenants <n>       tenants that the messages come from, 10
  --lag               also: how late hand-offs begin at half of the pipeline's rate on Redis
  --memory <n>        also: memory of the send-worker over n messages
  --statements <n>    also: the n dearest statements of the pipeline
  --json <file>       writes everything that was measured
  --profile <folder>  writes CPU profiles of the two apps
  --env <NAME=value>  a setting of the two apps; may be given again`;

/** A mistake at the command line. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: readonly string[]): SendBenchOptions {
  const given = parse(args);
  const letters = given.sides ?? 'abcde';
  return {
    messages: count('messages', given.messages, 10_000),
    warmUp: count('warm-up', given['warm-up'], 1_000, 0),
    rounds: count('rounds', given.rounds, 3),
    sides: [...letters].map((letter) => {
      const name = /^[a-e]$/.test(letter) ? SIDE_NAMES[letter.charCodeAt(0) - 97] : undefined;
      if (name === undefined) throw new UsageError(`--sides: "${letter}" is none of abcde`);
      return name;
    }),
    concurrency: count('concurrency', given.concurrency, 200),
    tenants: count('tenants', given.tenants, 10),
    lag: given.lag,
    memory: given.memory === undefined ? null : count('memory', given.memory, 0),
    statements: count('statements', given.statements, 0, 0),
    json: given.json ?? null,
    profile: given.profile ?? null,
    env: Object.fromEntries(
      given.env.map((pair) => {
        const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(pair) ?? [];
        if (name === undefined || value === undefined) {
          throw new UsageError(`--env: "${pair}" is not of the form NAME=value`);
        }
        return [name, value];
      }),
    ),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        messages: text,
        'warm-up': text,
        rounds: text,
        sides: text,
        concurrency: text,
        tenants: text,
        lag: { type: 'boolean', default: false },
        memory: text,
        statements: text,
        json: text,
        profile: text,
        env: { type: 'string', multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(name: string, given: string | undefined, otherwise: number, least = 1): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${name}: "${given}" is not a whole number of at least ${least}`);
}
