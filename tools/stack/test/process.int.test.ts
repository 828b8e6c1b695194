import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let logDir: string;
beforeEach(async () => {
  logDir = await mkdtemp(path.join(tmpdir(), 'stack-test-'));
});
afterEach(() => rm(logDir, { recursive: true, force: true }));

/** Starts a process, in a group of its own, that starts a program. */
async function startParent() {
  const parent = spawn(
    process.execPath,
    [
      '--conditions=@cadenza/source',
      fileURLToPath(new URL('./support/parent.ts', import.meta.url)),
      logDir,
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  const program = Number(await nextLine());
  const { pid = 0 } = parent;
  return { pid, exited: once(parent, 'exit'), program, nextLine };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a program of the stack', () => {
  it('does not hear the Ctrl-C of the terminal, and is stopped in order', async () => {
    const { pid, exited, program, nextLine } = await startParent();
    process.kill(-pid, 'SIGINT');
    expect(await nextLine()).toBe('ended with 0');
    await exited;
    expect(isAlive(program)).toBe(false);
  });

  it('ends with the process that started it, when that is killed', async () => {
    const { pid, exited, program } = await startParent();
    process.kill(pid, 'SIGKILL');
    await exited;
    while (isAlive(program)) await delay(20);
  });
});
