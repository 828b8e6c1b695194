import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a client's process is told: first how to reach the servers, then what to do. */
export type ClientOrder =
  | { readonly do: 'connect'; readonly settings: ClientSettings }
  | { readonly do: 'prepare'; readonly from: number; readonly count: number }
  | { readonly do: 'run' };

export interface ClientSettings {
  readonly sendGridUrl: string;
  readonly apiKey: string;
  readonly concurrency: number;
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** What it answers to each of them; `seconds` are those of a run. */
export type ClientAnswer =
  { readonly ok: true; readonly seconds: number } | { readonly ok: false; readonly reason: string };

/** A program of the bench in a process of its own. */
export interface ClientProcess {
  readonly pid: number;
  /** @throws Error with what went wrong there. */
  ask(order: ClientOrder): Promise<number>;
  close(): Promise<void>;
}

/** @param program its entry file, beside this one. */
export function startClient(program: `${string}-client.ts`): ClientProcess {
  const child: ChildProcess = fork(fileURLToPath(new URL(program, import.meta.url)), {
    execArgv: ['--conditions=@cadenza/source'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${program} ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    async ask(order) {
      const answered = once(child, 'message') as Promise<[ClientAnswer]>;
      child.send(order);
      const [answer] = await Promise.race([answered, ended]);
      if (!answer.ok) throw new Error(`${program}: ${answer.reason}`);
      return answer.seconds;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await ended.catch(() => undefined);
    },
  };
}

/** What a client's program does; `run` sends what `prepare` has made ready. */
export interface ClientProgram {
  prepare(from: number, count: number): Promise<void>;
  run(): Promise<void>;
  close(): Promise<void>;
}

/** Serves the orders of the bench in a client's process until it is let go. */
export function serveOrders(connect: (settings: ClientSettings) => Promise<ClientProgram>): void {
  let program: ClientProgram | null = null;

  async function obey(order: ClientOrder): Promise<number> {
    if (order.do === 'connect') {
      program = await connect(order.settings);
      return 0;
    }
    if (program === null) throw new Error(`asked to ${order.do} before it was connected`);
    if (order.do === 'prepare') {
      await program.prepare(order.from, order.count);
      return 0;
    }
    const begun = performance.now();
    await program.run();
    return (performance.now() - begun) / 1_000;
  }

  process.on('message', (order: ClientOrder) => {
    obey(order).then(
      (seconds) => answer({ ok: true, seconds }),
      (error: unknown) =>
        answer({
          ok: false,
          reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    );
  });
  process.on('disconnect', () => {
    void (program?.close() ?? Promise.resolve()).then(() => process.exit(0));
  });
}

function answer(message: ClientAnswer): void {
  process.send?.(message);
}
