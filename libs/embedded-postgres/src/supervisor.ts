/**
 * A program of its own, started by `server.ts`: runs PostgreSQL as its child and stops it when its
 * own standard input ends. That happens when the parent asks for it and also when the parent is
 * gone in any way, SIGKILL included, so PostgreSQL never outlives the process that wanted it.
 * Afterwards it removes the directory that was made for this run.
 *
 * Its one argument is a JSON `SupervisorTask`. Nothing but Node's own modules is imported here.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

/** What to run, and what to clear away afterwards. */
export interface SupervisorTask {
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory of the server, removed afterwards. */
  readonly scratch: string;
  readonly user: { readonly uid: number; readonly gid: number } | null;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds that each kinder way of stopping gets before the next. */
  readonly patienceMs: number;
}

const task = JSON.parse(process.argv[2] ?? '') as SupervisorTask;
const server = spawn(task.command, task.args, {
  ...task.user,
  cwd: task.scratch,
  env: task.env,
  // Its log goes to standard error; standard output tells the parent the process id.
  stdio: ['ignore', process.stderr, process.stderr],
});
if (server.pid !== undefined) process.stdout.write(`${server.pid}\n`);

// https://www.postgresql.org/docs/current/server-shutdown.html: fast, immediate, and by force.
const WAYS_TO_STOP = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;
let stopping = false;

function stop(): void {
  if (stopping) return;
  stopping = true;
  WAYS_TO_STOP.forEach((signal, index) => {
    setTimeout(() => server.kill(signal), index * task.patienceMs);
  });
}

function finish(code: number): void {
  // A server that ended by itself leaves its directories to the parent, which may start another.
  if (stopping) {
    rmSync(task.scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
  process.exit(code);
}

server.on('exit', (code) => finish(code ?? 1));
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  finish(1);
});

process.stdin.on('end', stop).on('error', stop).resume();
// These pipes break when the parent is gone, which is no reason to leave PostgreSQL alone.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
