import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const START_AND_STOP_MS = 120_000;
/** Whatever servers the tests of this run are given. */
const EMBEDDED = { DATABASE_URL: undefined, DATABASE_OWNER_URL: undefined, REDIS_URL: undefined };

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'demo-test-'));
  // As root, PostgreSQL runs as somebody else, who must reach it.
  await chmod(temporary, 0o755);
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

/** Runs a command in a process group of its own, which gets a signal when a text was printed. */
async function interruptAt(text: string, command: string, signal: NodeJS.Signals) {
  const started = spawn(process.execPath, ['tools/run.mjs', command], {
    cwd: ROOT,
    env: { ...process.env, ...EMBEDDED, TMPDIR: temporary },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(started, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let output = '';
  let sent = false;
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString();
      if (sent || !output.includes(text)) return;
      sent = true;
      process.kill(-(started.pid ?? 0), signal);
    });
  }
  const [code] = await exited;
  return { code, output };
}

describe('a signal for the whole process group', () => {
  it.each([
    ['demo', 'SIGINT', 'while the stack starts', 'Starting PostgreSQL', 130],
    ['demo', 'SIGTERM', 'while the contacts are imported', 'Database ', 143],
    ['start', 'SIGINT', 'while the campaign runs', 'Ctrl-C stops everything', 0],
  ] as const)(
    'ends %s by one stop on %s %s, and leaves nothing',
    async (command, signal, _, text, expected) => {
      const { code, output } = await interruptAt(text, command, signal);
      expect(output).toMatch(/\nStopping …\n$/);
      expect(code).toBe(expected);
      expect(await readdir(temporary)).toEqual([]);
    },
    START_AND_STOP_MS,
  );
});
