import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when the condition holds; rejects after 20 s, naming what was awaited. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (const start = Date.now(); !condition(); await delay(20)) {
    if (Date.now() - start > 20_000) throw new Error(`waited 20 s in vain until ${what}`);
  }
}

export interface ParentReport {
  readonly pid: number;
  readonly adminUrl: string;
  /** Temporary directory of the run. */
  readonly scratch: string;
}

/** Starts a process that starts an embedded server, reports it and then goes on living. */
export async function startParent(mode: 'stay' | 'end') {
  const program = fileURLToPath(new URL('./parent.ts', import.meta.url));
  const child = spawn(process.execPath, [program, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  const exited = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, exited, report: JSON.parse(line) as ParentReport };
}
