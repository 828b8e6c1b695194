import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import type { RunAs } from './run-as.ts';

const run = promisify(execFile);

/** The environment of PostgreSQL's programs: messages in English, nothing of this process's. */
export const PROGRAM_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

export const ADMIN_USER = 'postgres';
const CLUSTER = 'cluster';
const PASSWORD_FILE = 'cadenza-admin-password';

/** An initialised data directory of PostgreSQL, and the password of its administrator. */
export interface Cluster {
  readonly dir: string;
  readonly password: string;
}

/** The directory inside the caller's data directory that PostgreSQL itself owns. */
export function clusterDir(dataDir: string): string {
  return path.join(dataDir, CLUSTER);
}

/** Who owns an existing cluster, or null when there is none. */
export async function clusterOwner(dataDir: string): Promise<{ uid: number; gid: number } | null> {
  const stats = await stat(clusterDir(dataDir)).catch(() => null);
  return stats === null ? null : { uid: stats.uid, gid: stats.gid };
}

/** The major version that wrote an existing cluster, or null when there is none. */
export async function clusterMajor(dataDir: string): Promise<number | null> {
  const version = await readFile(path.join(clusterDir(dataDir), 'PG_VERSION'), 'utf8').catch(
    () => null,
  );
  return version === null ? null : Number.parseInt(version, 10);
}

/**
 * Opens the cluster in `dataDir`, creating it first where there is none. It is created beside its
 * place and moved there when complete, so that a start which is killed half-way does no harm.
 *
 * @throws EmbeddedPostgresError `unusable_data_dir` or `start_failed`
 */
export async function openCluster(options: {
  readonly binaries: Binaries;
  readonly dataDir: string;
  readonly scratch: string;
  readonly user: RunAs;
  /** Whether new files are flushed to disk. */
  readonly durable: boolean;
}): Promise<Cluster> {
  const dir = clusterDir(options.dataDir);
  if (!existsSync(dir)) await createCluster(dir, options);
  const password = await readFile(path.join(dir, PASSWORD_FILE), 'utf8').catch(() => null);
  if (password === null) {
    throw new EmbeddedPostgresError(
      'unusable_data_dir',
      `${dir} was not made by this package: it has no ${PASSWORD_FILE}. ` +
        'Choose another dataDir, or remove that directory to start afresh.',
    );
  }
  return { dir, password };
}

async function createCluster(
  dir: string,
  options: Parameters<typeof openCluster>[0],
): Promise<void> {
  const { binaries, scratch, user, durable } = options;
  const fresh = `${dir}.${process.pid}-${randomBytes(4).toString('hex')}`;
  const password = randomBytes(24).toString('base64url');
  const passwordFile = path.join(scratch, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await mkdir(fresh, { mode: 0o700 });
  if (user !== null) {
    await chown(passwordFile, user.uid, user.gid);
    await chown(fresh, user.uid, user.gid);
  }
  const args = [
    ...['-D', fresh, '-U', ADMIN_USER, '--pwfile', passwordFile],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
    // The same order and case rules on every machine, whatever locales it has installed.
    ...(binaries.major >= 17
      ? ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8']
      : []),
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    await run(binaries.initdb, args, { ...user, cwd: scratch, env: PROGRAM_ENVIRONMENT });
    const kept = path.join(fresh, PASSWORD_FILE);
    await writeFile(kept, password, { mode: 0o600 });
    if (user !== null) await chown(kept, user.uid, user.gid);
    await rename(fresh, dir);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Two first starts at once: the other one's cluster serves as well.
    if (existsSync(dir)) return;
    throw new EmbeddedPostgresError('start_failed', `initdb failed: ${describeFailure(error)}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return said === '' ? error.message : said;
}
