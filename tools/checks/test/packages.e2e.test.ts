import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogin, dropLogins, migrateUp } from '@cadenza/database';
import { migrateQueueSchema } from '@cadenza/queue';
import { createTestDatabase, freePort, type TestDatabase } from '@cadenza/testing';
import type {} from '@cadenza/testing/global-setup';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { projects, ROOT, run, succeed } from './workspace.ts';

const NPM_QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

const libraries = projects('libs').filter(({ manifest }) => manifest.private !== true);

let outside: string;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'cadenza-packages-'));
});

afterAll(() => rm(outside, { recursive: true, force: true }));

/** What an outsider's shell has: nothing of this workspace, nor of the npm that runs the tests. */
function outsideEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(npm_|NX_|NODE_OPTIONS$|NODE_ENV$|NODE_COMPILE_CACHE$|INIT_CWD$|VITEST|DATABASE_|REDIS_URL$)/;
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

/** Settings with which every app starts, on the run's PostgreSQL alone. */
async function appEnvironment(): Promise<Record<string, string>> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    HEALTH_PORT: String(await freePort()),
    LOG_LEVEL: 'info',
    PUBLIC_URL: 'https://outreach.example.com',
    SENDGRID_API_KEY: 'SG.test',
    SENDGRID_BASE_URL: 'http://127.0.0.1:1',
    SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey
      .export({ format: 'der', type: 'spki' })
      .toString('base64'),
    UNSUBSCRIBE_SECRET: `k1:${'s'.repeat(44)}`,
    ERASURE_SECRET: 's'.repeat(44),
  };
}

describe('the deployable folders', () => {
  let database: TestDatabase;
  const roles = { api: 'cadenza_api', other: 'cadenza_worker' } as const;
  const logins: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresAdminUrl'));
    await migrateUp(database.url);
    await migrateQueueSchema(database.url, { roles: Object.values(roles) });
  });

  afterAll(async () => {
    await database.drop();
    await dropLogins(inject('postgresAdminUrl'), logins);
  });

  it.each(projects('apps').map(({ folder }) => folder))(
    '%s installs from its own lockfile, checks its settings, starts and stops',
    async (folder) => {
      const place = join(outside, folder);
      await cp(join(ROOT, 'dist', folder), place, { recursive: true });
      const lock = await readFile(join(place, 'package-lock.json'), 'utf8');
      expect(lock).not.toContain('"resolved": "http');
      await succeed('npm', ['ci', '--omit=dev', ...NPM_QUIET], inside(folder));

      const bare = await run('node', ['main.js'], inside(folder));
      expect(bare.code).not.toBe(0);
      expect(bare.stderr).toContain('DATABASE_URL');

      const env = { ...inside(folder).env, ...(await appEnvironment()) };
      const asAdmin = await run('node', ['main.js'], {
        ...inside(folder),
        env: { ...env, DATABASE_URL: database.url },
      });
      expect(asAdmin.code).not.toBe(0);
      expect(asAdmin.stderr).toContain('superuser');

      const url = await createLogin(database.url, {
        role: folder === 'apps/api' ? roles.api : roles.other,
      });
      logins.push(new URL(url).username);
      expect(await startAndStop(place, { ...env, DATABASE_URL: url })).toEqual({
        ready: 200,
        code: 0,
      });
    },
  );
});

/** Starts an app, waits until it is ready or has ended, and asks it to stop. */
async function startAndStop(cwd: string, env: NodeJS.ProcessEnv) {
  const app = spawn('node', ['main.js'], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = once(app, 'exit');
  let ready = 0;
  while (ready !== 200 && app.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${env.HEALTH_PORT}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    ready = answer?.status ?? 0;
  }
  app.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  return { ready, code };
}
