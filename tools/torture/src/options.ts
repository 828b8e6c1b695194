import { parseArgs } from 'node:util';

export const POLICIES = ['hold', 'resend'] as const;
export const CONTROLS = ['none', 'no-cas', 'no-deadline'] as const;

/** What a run is asked to do. */
export interface TortureOptions {
  /** Decides the plan of faults, and every recipient's behaviour. */
  readonly seed: string;
  /** Real minutes for which faults strike; what is left then is waited for. */
  readonly minutes: number;
  /** Messages to be planned at least. */
  readonly messages: number;
  /** What becomes of messages of unknown fate that the provider shows nothing of. */
  readonly policy: (typeof POLICIES)[number];
  /** What is taken out of the protocol, for the run to be caught at it. */
  readonly control: (typeof CONTROLS)[number];
}

/** The command line asks for something that cannot be done. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export const USAGE = `npm run torture -- --seed <text> --minutes <number> [--messages <number>]
    [--policy hold|resend] [--control none|no-cas|no-deadline]`;

/** Messages for each minute where the command line says nothing. */
const MESSAGES_PER_MINUTE = 1_700;
const MAX_MINUTES = 24 * 60;

/** @throws UsageError for what cannot be asked. */
export function parseOptions(args: readonly string[]): TortureOptions {
  const given = read(args);
  const minutes = numberOf('minutes', given.minutes ?? '2', 0.1, MAX_MINUTES);
  const options = {
    seed: given.seed ?? '1',
    minutes,
    messages: Math.ceil(
      numberOf('messages', given.messages ?? String(minutes * MESSAGES_PER_MINUTE), 1, 10_000_000),
    ),
    policy: oneOf('policy', POLICIES, given.policy ?? 'hold'),
    control: oneOf('control', CONTROLS, given.control ?? 'none'),
  };
  if (options.control === 'no-deadline' && options.policy === 'hold') {
    throw new UsageError(
      '--control no-deadline needs --policy resend: what is held is not doubled without one either',
    );
  }
  return options;
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        minutes: { type: 'string' },
        messages: { type: 'string' },
        policy: { type: 'string' },
        control: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function numberOf(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= low && value <= high) return value;
  throw new UsageError(`--${name} must be a number from ${low} to ${high}, got ${text}`);
}

function oneOf<T extends string>(name: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} must be one of ${allowed.join(', ')}, got ${text}`);
}
