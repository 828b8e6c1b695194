import { parseOptions, TEXT, UsageError, wholeNumber } from '../command-line.ts';
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
  --messages <n>      messages of each side in each round, 20000
  --warm-up <n>       messages of each side before those, 4000
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

/** @throws UsageError */
export function readOptions(args: readonly string[]): SendBenchOptions {
  const given = parse(args);
  const letters = given.sides ?? 'abcde';
  return {
    messages: wholeNumber('messages', given.messages, 20_000),
    warmUp: wholeNumber('warm-up', given['warm-up'], 4_000, 0),
    rounds: wholeNumber('rounds', given.rounds, 3),
    sides: [...letters].map((letter) => {
      const name = /^[a-e]$/.test(letter) ? SIDE_NAMES[letter.charCodeAt(0) - 97] : undefined;
      if (name === undefined) throw new UsageError(`--sides: "${letter}" is none of abcde`);
      return name;
    }),
    concurrency: wholeNumber('concurrency', given.concurrency, 200),
    tenants: wholeNumber('tenants', given.tenants, 10),
    lag: given.lag,
    memory: given.memory === undefined ? null : wholeNumber('memory', given.memory, 0),
    statements: wholeNumber('statements', given.statements, 0, 0),
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
  return parseOptions(args, {
    messages: TEXT,
    'warm-up': TEXT,
    rounds: TEXT,
    sides: TEXT,
    concurrency: TEXT,
    tenants: TEXT,
    lag: { type: 'boolean', default: false },
    memory: TEXT,
    statements: TEXT,
    json: TEXT,
    profile: TEXT,
    env: { type: 'string', multiple: true, default: [] },
  });
}
