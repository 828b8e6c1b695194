import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const OWN = fileURLToPath(import.meta.url);
/** The workspace's folder. */
const ROOT = path.resolve(path.dirname(OWN), '../../..');
/** Runs a program that ends with this process. */
const LEASHED = path.join(path.dirname(OWN), `leashed${path.extname(OWN)}`);

export interface ProcessOptions {
  readonly name: string;
  /** Entry file, from the workspace's folder. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** Options for Node itself, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
  /** This process's own environment, of which a program inherits what configures none. */
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  /** File to which everything it prints is appended. */
  readonly logFile: string;
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
  /** Where it serves health and metrics, if it does. */
  readonly healthUrl: string | null;
  /** Resolves when it can be given work. */
  readonly ready: () => Promise<boolean>;
  /** Opens its standard input, for `tell`. */
  readonly listens?: boolean;
  /** Called each time it has ended, however that came about. */
  readonly onEnd?: () => void;
}

/**
 * A program of the stack, as a process that can be killed and started again. It has a session of its
 * own, so that a Ctrl-C at the terminal reaches this process alone, which then stops it; and it ends
 * with this process, however that ends.
 */
export interface StackProcess {
  readonly name: string;
  /** Where it serves health and metrics, if it does. */
  readonly healthUrl: string | null;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /**
   * Starts it, and waits until it is ready.
   *
   * @param signal ends the waiting, and leaves it as it is then: to be stopped.
   * @throws Error with what it printed, if it ends first; the signal's reason.
   */
  start(signal?: AbortSignal): Promise<void>;
  /** Writes a line to its standard input; lost where it does not listen, or does not run. */
  tell(line: string): void;
  /** Ends it at once, as a crash does, and waits for its end. */
  kill(): Promise<void>;
  /** Asks it to stop (SIGTERM), and waits. @returns its exit code. */
  stop(): Promise<number | null>;
}

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 50;
const STOP_TIMEOUT_MS = 40_000;

const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
] as const;

export function createProcess(options: ProcessOptions): StackProcess {
  let child: ChildProcess | undefined;
  let lastLines: string[] = [];
  const scanned = scannedFile(options);

  function alive(): boolean {
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  function note(line: string): void {
    lastLines = [...lastLines.slice(-19), line];
    appendFileSync(options.logFile, `${line}\n`);
    if (scanned !== null) appendFileSync(scanned, `${line}\n`);
  }

  async function ended(): Promise<void> {
    if (child !== undefined && alive()) await once(child, 'exit');
  }

  return {
    name: options.name,
    healthUrl: options.healthUrl,
    get pid() {
      return alive() ? child?.pid : undefined;
    },
    async start(signal) {
      if (alive()) return;
      lastLines = [];
      child = spawn(
        process.execPath,
        [
          '--conditions=@cadenza/source',
          ...(options.nodeOptions ?? []),
          LEASHED,
          path.join(ROOT, options.entry),
        ],
        {
          cwd: ROOT,
          env: { ...inherited(options.hostEnv), ...options.env },
          detached: true,
          stdio: [options.listens === true ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe'],
        },
      );
      // A line that reaches nobody any more is lost, as `tell` says; nothing is said on the leash.
      for (const pipe of [child.stdin, child.stdio[3]]) pipe?.on('error', () => undefined);
      child.once('exit', () => options.onEnd?.());
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          note(line);
          options.onLine?.(line);
        });
      }
      const deadline = performance.now() + READY_TIMEOUT_MS;
      while (!(await options.ready())) {
        signal?.throwIfAborted();
        if (!alive()) throw new Error(`${options.name} did not start:\n${lastLines.join('\n')}`);
        if (performance.now() > deadline) {
          throw new Error(`${options.name} was not ready in time:\n${lastLines.join('\n')}`);
        }
        await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
      }
    },
    tell(line) {
      if (alive()) child?.stdin?.write(`${line}\n`);
    },
    async kill() {
      child?.kill('SIGKILL');
      await ended();
    },
    async stop() {
      if (!alive()) return child?.exitCode ?? null;
      child?.kill('SIGTERM');
      const force = setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended();
      clearTimeout(force);
      return child?.exitCode ?? null;
    },
  };
}

/** Where tests collect what all programs print, to be scanned; null outside of tests. */
function scannedFile({ name, hostEnv }: ProcessOptions): string | null {
  const directory = hostEnv['CADENZA_TEST_LOGS'];
  if (directory === undefined || directory === '') return null;
  mkdirSync(directory, { recursive: true });
  return path.join(directory, `${name.replace(/[^\w-]/g, '-')}-${process.pid}.log`);
}

function inherited(env: ProcessOptions['hostEnv']): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Whether a URL answers with success. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
