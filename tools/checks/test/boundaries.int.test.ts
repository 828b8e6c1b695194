import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { boundariesTable } from './boundaries-table.ts';
import { projects, ROOT, succeed } from './workspace.ts';

// The rules in question look at imports and names only, so files need not exist or be typed.
const eslint = new ESLint({ cwd: ROOT, overrideConfig: [tseslint.configs.disableTypeChecked] });

async function problems(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(ROOT, filePath) });
  if (!result) throw new Error(`${filePath} is ignored by eslint.config.js`);
  return result.messages.map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`);
}

const PURE = 'libs/plan/src/example.ts';
const ENGINE = 'libs/engine/src/example.ts';

describe('lint refuses', () => {
  it.each([
    ['an adapter in a pure library', PURE, `import '@cadenza/telemetry';`, 'type:pure'],
    ['the database in a pure library', PURE, `import '@cadenza/database';`, '(type:pure|Circular)'],
    ['an adapter in the engine', ENGINE, `import '@cadenza/queue';`, 'type:engine'],
    [
      'the engine in a stand-alone adapter',
      'libs/queue/src/x.ts',
      `import '@cadenza/engine';`,
      'scope:queue',
    ],
    [
      'another project by path',
      'libs/queue/src/x.ts',
      `import '../../domain/src/index.ts';`,
      'relative',
    ],
  ])('%s', async (_, file, code, said) => {
    expect(await problems(file, code)).toEqual([
      expect.stringMatching(new RegExp(`^@nx/enforce-module-boundaries: .*${said}`, 's')),
    ]);
  });

  it.each([
    [PURE, 'kysely'],
    [PURE, '@sendgrid/mail'],
    [ENGINE, 'pg'],
    [ENGINE, 'ioredis'],
    [ENGINE, 'bullmq'],
    [ENGINE, 'fastify'],
    [ENGINE, 'pino'],
    [ENGINE, 'prom-client'],
  ])('in %s the package %s', async (file, name) => {
    expect((await problems(file, `import '${name}';`)).join('\n')).toMatch(
      /@nx\/enforce-module-boundaries: A project tagged with "type:(pure|engine)" is not allowed to import/,
    );
  });

  it.each(['node:fs', 'fs/promises', 'node:http', 'node:net', 'node:child_process'])(
    '%s in the engine',
    async (name) => {
      expect(await problems(ENGINE, `import '${name}';`)).toEqual([
        expect.stringContaining('do no I/O'),
      ]);
    },
  );

  it.each([
    ['the environment', PURE, 'export const url = process.env;'],
    ['the environment, taken apart', PURE, 'export const { env } = process;'],
    ['the environment in an adapter', 'libs/database/src/x.ts', 'export const e = process.env;'],
    [
      'the environment in the configuration',
      'libs/config/src/x.ts',
      'export const e = process.env;',
    ],
    ['Date.now', ENGINE, 'export const now = Date.now();'],
    ['new Date()', PURE, 'export const now = new Date();'],
    ['performance', PURE, 'export const now = performance.now();'],
    ['fetch', ENGINE, `export const page = fetch('/');`],
  ])('%s in %s', async (_, file, code) => {
    expect(await problems(file, code)).toHaveLength(1);
  });

  it('a test whose name does not say its kind', async () => {
    expect(await problems('libs/plan/src/plan.test.ts', 'export {};')).toEqual([
      expect.stringContaining('Name the kind of test'),
    ]);
  });

  it('a test that is switched off', async () => {
    const code = `import { it } from 'vitest'; it.skip('x', () => {});`;
    expect(await problems('libs/plan/src/plan.unit.test.ts', code)).toEqual([
      expect.stringContaining('Every test runs'),
    ]);
  });
});

describe('lint allows', () => {
  it.each([
    ['a pure library in a pure one', PURE, `import '@cadenza/domain';`],
    ['pure libraries in the engine', ENGINE, `import '@cadenza/plan';`],
    ['the engine in the database', 'libs/database/src/x.ts', `import '@cadenza/engine';`],
    ['a moment given from outside', PURE, 'export const at = (ms: number) => new Date(ms);'],
    ['the environment in an entry file', 'apps/api/src/main.ts', 'export const e = process.env;'],
    ['I/O in the test of a pure library', 'libs/plan/test/x.unit.test.ts', `import 'node:fs';`],
  ])('%s', async (_, file, code) => {
    expect(await problems(file, code)).toEqual([]);
  });
});

describe('the project graph', () => {
  it('leaves projects that a change cannot reach out of the affected ones', async () => {
    const all = [...projects('libs'), ...projects('apps'), ...projects('tools')];
    const reached = new Set(['@cadenza/rendering', '@cadenza/checks']);
    for (let size = 0; size < reached.size;) {
      size = reached.size;
      for (const { manifest } of all) {
        const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
        if (names.some((name) => reached.has(name))) reached.add(manifest.name);
      }
    }

    const changed = '--files=libs/rendering/src/index.ts';
    const args = ['show', 'projects', '--affected', changed, '--withTarget', 'test', '--json'];
    const env = { ...process.env, NX_DAEMON: 'false' };
    const shown = JSON.parse(await succeed('nx', args, { cwd: ROOT, env })) as string[];

    expect(shown.sort()).toEqual([...reached].sort());
    expect(shown).not.toContain('@cadenza/domain');
    expect(shown).not.toContain('@cadenza/sendgrid');
  });

  it('tags every project with its scope and a known type', () => {
    for (const { folder, manifest } of [
      ...projects('libs'),
      ...projects('apps'),
      ...projects('tools'),
    ]) {
      expect(manifest.nx.tags, folder).toEqual([
        `scope:${manifest.name.replace('@cadenza/', '')}`,
        expect.stringMatching(/^type:(pure|engine|adapter|composition|testing|app|tool)$/),
      ]);
    }
  });

  it('is described by CONTRIBUTING.md as lint enforces it', () => {
    // Prettier pads the columns.
    const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    expect(
      text.replace(/ +/g, ' ').replace(/-{3,}/g, '---'),
      'out of date: run node tools/checks/test/write-boundaries-table.ts',
    ).toContain(boundariesTable());
  });
});
