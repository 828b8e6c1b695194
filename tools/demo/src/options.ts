import { parseArgs } from 'node:util';

/** Three weeks pass in about two minutes. */
const RATE = 12_000;
const HIGHEST_PORT = 65_535;

export const USAGE = `npm run demo -- [options]
  --rate n      campaign seconds that pass in a second, 12000 by default
  --seed text   decides how the recipients behave`;

/** What the command line and the environment say. */
export interface DemoSettings {
  /** Stays up when the campaign has ended, until it is interrupted. */
  readonly stay: boolean;
  readonly seed: string;
  /** Campaign milliseconds per real millisecond. */
  readonly rate: number;
  /** Port of the API where the stack stays up; null for a free one. */
  readonly apiPort: number | null;
  /** The server that the environment names; null for an embedded one. */
  readonly postgres: NamedServer | null;
  /** Null: queue and limits are kept in PostgreSQL. */
  readonly redis: NamedServer | null;
}

/** A server, and the variable that named it. */
export interface NamedServer {
  readonly variable: string;
  readonly url: string;
}

export type ParsedSettings =
  | { readonly ok: true; readonly settings: DemoSettings }
  /** What is wrong, for the person at the terminal. */
  | { readonly ok: false; readonly problem: string };

export function parseSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedSettings {
  let given;
  try {
    given = parseArgs({
      args: [...args],
      options: {
        stay: { type: 'boolean', default: false },
        seed: { type: 'string', default: 'cadenza' },
        rate: { type: 'string', default: String(RATE) },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  const rate = Number(given.rate);
  if (!(rate > 0 && Number.isFinite(rate))) {
    return fail(`--rate ${given.rate}: expected a number above 0\n${USAGE}`);
  }
  // Of the demo nobody knows the port before it has ended.
  const port = given.stay ? env['PORT'] || null : null;
  if (port !== null && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= HIGHEST_PORT)) {
    return fail(`PORT is "${port}": expected a number from 1 to ${HIGHEST_PORT}`);
  }
  return {
    ok: true,
    settings: {
      stay: given.stay,
      seed: given.seed,
      rate,
      apiPort: port === null ? null : Number(port),
      postgres: firstSet(env, ['DATABASE_OWNER_URL', 'DATABASE_URL']),
      redis: firstSet(env, ['REDIS_URL']),
    },
  };
}

function fail(problem: string): ParsedSettings {
  return { ok: false, problem };
}

function firstSet(
  env: Readonly<Record<string, string | undefined>>,
  variables: readonly string[],
): NamedServer | null {
  for (const variable of variables) {
    const url = env[variable];
    if (url !== undefined && url !== '') return { variable, url };
  }
  return null;
}
