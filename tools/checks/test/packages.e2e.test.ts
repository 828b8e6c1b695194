import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Project, projects, ROOT, run, succeed } from './workspace.ts';

const NPM_QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

const libraries = projects('libs').filter(({ manifest }) => manifest.private !== true);

let outside: string;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'cadenza-packages-'));
});

afterAll(() => rm(outside, { recursive: true, force: true }));

/** What an outsider's shell has: nothing of this workspace, nor of the npm that runs the tests. */
function outsideEnvironment(): NodeJS.ProcessEnv {
  const own = /^(npm_|NX_|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$|VITEST|DATABASE_|REDIS_URL$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

const inside = (folder: string) => ({ cwd: join(outside, folder), env: outsideEnvironment() });

const writeJson = (path: string, value: unknown) => writeFile(path, JSON.stringify(value, null, 2));

describe('the libraries, packed and installed somewhere else', () => {
  let packed: { name: string; files: { path: string }[]; filename: string }[];

  beforeAll(async () => {
    const app = join(outside, 'consumer');
    await mkdir(app);
    const workspaces = libraries.map(({ folder }) => `--workspace=${folder}`);
    const json = await succeed(
      'npm',
      ['pack', '--json', `--pack-destination=${app}`, ...workspaces],
      {
        cwd: ROOT,
      },
    );
    packed = Object.values(JSON.parse(json) as Record<string, (typeof packed)[number]>);

    await writeJson(join(app, 'package.json'), {
      name: 'consumer',
      private: true,
      type: 'module',
      dependencies: Object.fromEntries(
        packed.map(({ name, filename }) => [name, `file:./${filename}`]),
      ),
    });
    await succeed('npm', ['install', '--ignore-scripts', ...NPM_QUIET], inside('consumer'));
  });

  it('packs every library, without tests or build records', () => {
    expect(packed.map(({ name }) => name).sort()).toEqual(
      libraries.map(({ manifest }) => manifest.name).sort(),
    );
    for (const { name, files } of packed) {
      const paths = files.map(({ path }) => path);
      expect(paths, name).toEqual(
        expect.arrayContaining(['README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json']),
      );
      expect(
        paths.filter((path) => /\.test\.|\.tsbuildinfo$|^src\//.test(path)),
        name,
      ).toEqual([]);
    }
  });

  it.each(libraries.map(({ manifest }) => manifest.name))('imports %s on its own', async (name) => {
    const code = `const names = Object.keys(await import('${name}'));
      if (names.length === 0) throw new Error('exports nothing');`;
    const outcome = await run('node', ['--input-type=module', '--eval', code], inside('consumer'));
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('gives types that an outside project can check against', async () => {
    const app = join(outside, 'consumer');
    const names = libraries.map(({ manifest }) => manifest.name);
    const uses = names.map(
      (name, index) => `import * as library${index} from '${name}';\nvoid library${index};\n`,
    );
    // The check sees real types: without them this directive would be unused, an error.
    const proof = `// @ts-expect-error: the domain has no such export\nimport { nothing } from '@cadenza/domain';\nvoid nothing;\n`;
    await writeFile(join(app, 'index.ts'), [...uses, proof].join(''));
    await writeJson(join(app, 'tsconfig.json'), {
      compilerOptions: {
        target: 'es2024',
        lib: ['es2024', 'esnext.disposable'],
        module: 'nodenext',
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        typeRoots: [join(ROOT, 'node_modules/@types')],
        types: ['node'],
      },
      files: ['index.ts'],
    });
    expect(await run('tsc', ['-p', '.'], inside('consumer'))).toMatchObject({
      code: 0,
      stdout: '',
    });
  });
});

describe.each(projects('apps'))('the deployable folder of $folder', ({ folder }: Project) => {
  it('installs from its own lockfile and checks its settings when it starts', async () => {
    const place = join(outside, folder);
    await cp(join(ROOT, 'dist', folder), place, { recursive: true });

    const lock = await readFile(join(place, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('"resolved": "http');
    await succeed('npm', ['ci', '--omit=dev', ...NPM_QUIET], inside(folder));

    const { code, stderr } = await run('node', ['main.js'], inside(folder));
    expect(code).not.toBe(0);
    expect(stderr).toContain('DATABASE_URL');
  });
});
