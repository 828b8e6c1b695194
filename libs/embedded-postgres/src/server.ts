import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Binaries } from './binaries.ts';
import { PROGRAM_ENVIRONMENT } from './cluster.ts';
import { EmbeddedPostgresError } from './errors.ts';
import type { RunAs } from './run-as.ts';
import type { SupervisorTask } from './supervisor.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_PATIENCE_MS = 10_000;
const POLL_MS = 10;
const LOG_LINES_KEPT = 20;

/** A server that accepts connections. */
export interface RunningServer {
  /** Process id of PostgreSQL's postmaster. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly binaries: Binaries;
  readonly clusterDir: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly user: RunAs;
  /** Working directory, removed when the server has been stopped or this process has ended. */
  readonly scratch: string;
  readonly log: (line: string) => void;
}

/** The port was taken by somebody else between choosing it and listening on it. */
export class PortTakenError extends Error {}

/**
 * Starts PostgreSQL under a supervisor and waits until it accepts connections.
 *
 * @throws PortTakenError, EmbeddedPostgresError `start_failed`
 */
export async function launch(options: LaunchOptions): Promise<RunningServer> {
  const supervisor = spawnSupervisor(options);
  const lastLines: string[] = [];
  createInterface({ input: supervisor.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > LOG_LINES_KEPT) lastLines.shift();
    options.log(line);
  });
  let pid: number | null = null;
  createInterface({ input: supervisor.stdout }).once('line', (line) => (pid = Number(line)));
  let gone = false;
  // 'close' comes after the last line of the log, 'exit' may come before it.
  const ended = new Promise<void>((resolve) => {
    supervisor.once('close', () => {
      gone = true;
      resolve();
    });
  });

  const giveUp = Date.now() + START_TIMEOUT_MS;
  while (pid === null || !(await isReady(options.clusterDir, pid))) {
    if (gone || Date.now() > giveUp) {
      supervisor.stdin.end();
      await ended;
      throw startFailure(lastLines, options.port);
    }
    await delay(POLL_MS);
  }
  return supervised(supervisor, pid, ended, options);
}

/** The handle of a server that is ready. It does not keep this process from ending. */
function supervised(
  supervisor: ChildProcessWithoutNullStreams,
  pid: number,
  ended: Promise<void>,
  { log, scratch }: LaunchOptions,
): RunningServer {
  // The pipes of child processes are sockets, which their type does not say.
  for (const handle of [supervisor, supervisor.stdin, supervisor.stdout, supervisor.stderr]) {
    // The pipes of child processes are sockets, which their type does not say.
    (handle as { unref?: () => void }).unref?.();
  }
  let stopping: Promise<void> | null = null;
  supervisor.once('exit', (code, signal) => {
    if (stopping !== null) return;
    log(`PostgreSQL ended unexpectedly (${signal ?? `exit ${code}`})`);
    // Only a supervisor that was itself killed leaves its server running.
    if (signal !== null) killQuietly(pid, 'SIGQUIT');
  });
  return {
    pid,
    stop() {
      stopping ??= (async () => {
        supervisor.ref();
        supervisor.stdin.end();
        await ended;
        // Left by a server that had ended by itself, or whose supervisor was killed.
        await rm(scratch, { recursive: true, force: true });
      })();
      return stopping;
    },
  };
}

function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function spawnSupervisor(options: LaunchOptions): ChildProcessWithoutNullStreams {
  const own = fileURLToPath(import.meta.url);
  const program = path.join(path.dirname(own), `supervisor${path.extname(own)}`);
  if (!existsSync(program)) {
    throw new EmbeddedPostgresError(
      'start_failed',
      `${program} is missing; when bundling, leave @cadenza/embedded-postgres external`,
    );
  }
  const settings = Object.entries({ ...options.settings, ...fixedSettings(options.port) });
  const task: SupervisorTask = {
    command: options.binaries.postgres,
    args: [
      '-D',
      options.clusterDir,
      ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    scratch: options.scratch,
    user: options.user,
    env: PROGRAM_ENVIRONMENT,
    patienceMs: STOP_PATIENCE_MS,
  };
  // Detached: a signal to the terminal's process group (Ctrl-C) must not stop the database before
  // the application has closed its connections.
  return spawn(process.execPath, [program, JSON.stringify(task)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...PROGRAM_ENVIRONMENT, NODE_NO_WARNINGS: '1' },
  });
}

/** What the caller cannot change: reachable from this machine only, by password only. */
export function fixedSettings(port: number): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    logging_collector: 'off',
  };
}

/**
 * PostgreSQL writes its state into the eighth line of `postmaster.pid`
 * (src/include/utils/pidfile.h); `pg_ctl` waits for the same word. A file that a crash left
 * behind names another process.
 */
async function isReady(clusterDir: string, pid: number): Promise<boolean> {
  const content = await readFile(path.join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = content.split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

function startFailure(lastLines: readonly string[], port: number): Error {
  const said = lastLines.join('\n');
  if (said.includes('Address already in use')) return new PortTakenError(`port ${port} is taken`);
  return new EmbeddedPostgresError('start_failed', `PostgreSQL did not start:\n${said}`);
}
