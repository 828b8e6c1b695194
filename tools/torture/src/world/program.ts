import path from 'node:path';
import { answers, createProcess, type StackProcess } from '@cadenza/stack';
import { pointReached, type Order } from '../entries/orders.ts';
import type { Link, ProcessName, Role } from '../plan/topology.ts';
import type { TcpProxy } from './proxy.ts';

/** A tortured program: whenever it ends, it is started again, as an orchestrator would. */
export interface Program {
  readonly name: ProcessName;
  readonly role: Role;
  readonly links: Readonly<Partial<Record<Link, TcpProxy>>>;
  readonly pid: number | undefined;
  tell(order: Order): void;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Stops it for good, in order. @returns its exit code; null where it did not run. */
  stop(): Promise<number | null>;
}

const ENTRY = {
  api: 'tools/torture/src/entries/api.ts',
  send: 'tools/torture/src/entries/send-worker.ts',
  event: 'tools/torture/src/entries/event-worker.ts',
} as const satisfies Record<Role, string>;

const RESTART_PAUSE_MS = 300;

/** Starts a program, and waits until it is ready for the first time. */
export async function startProgram(options: {
  readonly name: ProcessName;
  readonly role: Role;
  readonly links: Program['links'];
  readonly env: Readonly<Record<string, string>>;
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  readonly healthPort: number;
  readonly logDir: string;
  /** Called when it has killed or stopped itself at a point that was armed. */
  readonly onPoint: () => void;
}): Promise<Program> {
  const { name, role, links } = options;
  let stopping = false;
  let starting: Promise<void> = Promise.resolve();

  const healthUrl = `http://127.0.0.1:${options.healthPort}`;
  const child: StackProcess = createProcess({
    name,
    entry: ENTRY[role],
    env: { ...options.env, HEALTH_PORT: String(options.healthPort) },
    hostEnv: options.hostEnv,
    logFile: path.join(options.logDir, `${name}.log`),
    listens: true,
    healthUrl,
    ready: () => answers(`${healthUrl}/healthz`),
    onLine: (line) => {
      const reached = pointReached(line);
      if (reached === null) return;
      options.onPoint();
      const { freezeMs } = reached;
      if (freezeMs !== null) setTimeout(() => signal('SIGCONT'), freezeMs);
    },
    onEnd: () => {
      if (!stopping) starting = starting.then(startAgain);
    },
  });

  function signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    const { pid } = child;
    if (pid !== undefined) process.kill(pid, name);
  }

  async function startAgain(): Promise<void> {
    while (!stopping && child.pid === undefined) {
      await new Promise((resolve) => setTimeout(resolve, RESTART_PAUSE_MS));
      // A server may be away: what cannot start yet is started again.
      if (!stopping) await child.start().catch(() => undefined);
    }
  }

  await child.start();
  return {
    name,
    role,
    links,
    get pid() {
      return child.pid;
    },
    tell: (order) => child.tell(JSON.stringify(order)),
    signal,
    async stop() {
      stopping = true;
      await starting;
      return child.pid === undefined ? null : child.stop();
    },
  };
}
