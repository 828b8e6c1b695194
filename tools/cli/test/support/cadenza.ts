import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/run-cli.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What a process needs of the one that runs the tests, and what lets it start sooner. */
const OF_THE_HOST = {
  PATH: process.env['PATH'] ?? '',
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command line with these settings and no others, in this process: starting one of its own
 * takes longer than nearly all that is asked of it. `asProcess` starts one.
 *
 * @param progress a terminal that progress is drawn on; null: there is none.
 */
export async function cadenza(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  stdin = '',
  progress: NodeJS.WritableStream | null = null,
): Promise<Ran> {
  const said = { out: '', err: '' };
  const code = await runCli(args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdin: Readable.from([stdin]),
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    progress,
  });
  return { code, ...said };
}

/** Runs the real command as a process of its own, to its end. */
export async function asProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin = '',
): Promise<Ran> {
  const child = spawn(process.execPath, ['--conditions=@cadenza/source', MAIN, ...args], {
    env: { ...OF_THE_HOST, ...env },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  child.stdin.end(stdin);
  const [code, out, err] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  return { code, out: out.toString(), err: err.toString() };
}

/** The same with nobody who reads its answer, as in `cadenza … | true`. */
export async function unread(args: readonly string[]): Promise<Omit<Ran, 'out'>> {
  const child = spawn(process.execPath, ['--conditions=@cadenza/source', MAIN, ...args], {
    env: OF_THE_HOST,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  child.stdout.destroy();
  const [code, err] = await Promise.all([ended, buffer(child.stderr)]);
  return { code, err: err.toString() };
}

/** What a command that must succeed answers with `--json`. */
export async function answerOf<T>(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<T> {
  const { code, out, err } = await cadenza([...args, '--json'], env);
  if (code !== 0) throw new Error(`cadenza ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out) as T;
}
