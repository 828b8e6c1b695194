import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let logDir: string;
/** The program holds a connection to it for as long as it lives. */
let lifeline: Server;
beforeEach(async () => {
  logDir = await mkdtemp(path.join(tmpdir(), 'stack-test-'));
  lifeline = createServer((socket) => socket.on('error', () => undefined).resume());
  await once(lifeline.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  lifeline.close();
  await rm(logDir, { recursive: true, force: true });
});

/** Starts a process, in a group of its own, that starts a program. */
async function startParent() {
  const connected = once(lifeline, 'connection') as Promise<[Socket]>;
  const parent = spawn(
    process.execPath,
    [
      '--conditions=@cadenza/source',
      fileURLToPath(new URL('./support/parent.ts', import.meta.url)),
      logDir,
      String((lifeline.address() as AddressInfo).port),
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  const exited = once(parent, 'exit');
  await nextLine();
  const [socket] = await connected;
  const programEnded = once(socket, 'close');
  return { pid: parent.pid ?? 0, exited, programEnded, nextLine };
}

describe('a program of the stack', () => {
  it('does not hear the Ctrl-C of the terminal, and is stopped in order', async () => {
    const { pid, exited, programEnded, nextLine } = await startParent();
    process.kill(-pid, 'SIGINT');
    expect(await nextLine()).toBe('ended with 0');
    await exited;
    await programEnded;
  });

  it('ends with the process that started it, when that is killed', async () => {
    const { pid, exited, programEnded } = await startParent();
    process.kill(pid, 'SIGKILL');
    await exited;
    await programEnded;
  });
});
