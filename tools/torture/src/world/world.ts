import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createDatabase,
  createPool,
  readInstallationId,
  setClock,
  type Database,
} from '@cadenza/database';
import { createQueues, type Queues } from '@cadenza/queue';
import { queuePrefix } from '@cadenza/runtime';
import {
  appEnvironment,
  clockEnvironment,
  createProcess,
  freePorts,
  openDatabase,
  SENDGRID_KEY,
} from '@cadenza/stack';
import type { TortureOptions } from '../options.ts';
import { LINKS, PROCESSES, type Link, type ProcessName } from '../plan/topology.ts';
import { emulatorControl, type EmulatorControl } from './emulator.ts';
import { startProgram, type Program } from './program.ts';
import { startProxy, type Target, type TcpProxy } from './proxy.ts';
import { startPostgres, startRedis, type PostgresServer, type RedisServer } from './servers.ts';
import { openSql, type Sql } from './sql.ts';

/** Campaign milliseconds in a real one: an hour in a minute. */
export const RATE = 60;
const CAMPAIGN_START = Date.parse('2027-03-01T08:00:00Z');
/** Real milliseconds. */
const DEADLINE_MS = 2_000;
const CALL_TIMEOUT_MS = 2_000;
const LOOK_UP_WAIT_MS = 1_000;

/** Everything that the monkey can lay hands on. */
export interface World {
  /** The API, through the proxy that leads to whichever of its processes takes it. */
  readonly apiUrl: string;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly programs: readonly Program[];
  readonly webhook: TcpProxy;
  readonly emulator: EmulatorControl;
  /** The queues themselves, past every proxy. */
  readonly queues: Queues;
  readonly sql: Sql;
  /** As the role of the API, bound by row-level security. */
  readonly apiDb: Database;
  /** How often a program killed or stopped itself at a point that was armed. */
  readonly pointsReached: () => number;
  readonly logDir: string;
  /**
   * Stops everything in the reverse order of its start.
   *
   * @returns what is wrong: programs that did not stop in order, or are still there.
   */
  stop(options: { readonly keepLogs: boolean }): Promise<string[]>;
}

const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
function nothing(): void {
  // What the monkey's own connections have to say of the faults is no news.
}

/** Starts servers, proxies, emulator and programs, and waits until each is ready. */
export async function startWorld(
  options: TortureOptions,
  hostEnv: Readonly<Record<string, string | undefined>>,
): Promise<World> {
  const undo: (() => Promise<unknown>)[] = [];
  const wrong: string[] = [];
  const logDir = await mkdtemp(path.join(tmpdir(), 'cadenza-torture-'));
  const stop: World['stop'] = async ({ keepLogs }) => {
    for (const step of undo.splice(0).reverse()) await step();
    if (!keepLogs && wrong.length === 0) await rm(logDir, { recursive: true, force: true });
    return wrong;
  };
  try {
    return { ...(await open(options, hostEnv, logDir, undo, wrong)), logDir, stop };
  } catch (error) {
    await stop({ keepLogs: true });
    throw error;
  }
}

async function open(
  options: TortureOptions,
  hostEnv: Readonly<Record<string, string | undefined>>,
  logDir: string,
  undo: (() => Promise<unknown>)[],
  wrong: string[],
): Promise<Omit<World, 'logDir' | 'stop'>> {
  const postgres = await startPostgres();
  undo.push(() => postgres.stop());
  const redis = await startRedis();
  undo.push(() => redis.stop());
  const database = await openDatabase({
    adminUrl: postgres.adminUrl,
    dataDir: null,
    queueSchema: 'bullmq',
  });
  const sql = openSql(database.ownerUrl);
  undo.push(() => sql.close());
  const apiDb = createDatabase(createPool({ url: database.apiUrl, poolSize: 2 }));
  undo.push(() => apiDb.destroy());
  const { clock, prefix } = await withOwner(database.ownerUrl, async (db) => {
    await setClock(db, { campaignNow: CAMPAIGN_START, rate: RATE });
    return { clock: await clockEnvironment(db), prefix: queuePrefix(await readInstallationId(db)) };
  });
  const queues = createQueues({ backend: { kind: 'redis', url: redis.url, prefix }, log: SILENT });
  undo.push(() => queues.close());

  const proxies: TcpProxy[] = [];
  undo.push(() => Promise.all(proxies.map((proxy) => proxy.close())));
  const proxyTo = async (...targets: [Target, ...Target[]]): Promise<TcpProxy> => {
    const proxy = await startProxy(targets);
    proxies.push(proxy);
    return proxy;
  };
  const ports = await freePorts(PROCESSES.length + 2);
  const [apiOne = 0, apiTwo = 0, ...healthPorts] = ports;
  const webhook = await proxyTo(
    { host: '127.0.0.1', port: apiOne },
    { host: '127.0.0.1', port: apiTwo },
  );
  const apiUrl = `http://127.0.0.1:${webhook.port}`;
  const emulator = await startEmulatorProcess({
    apiUrl,
    clock,
    seed: options.seed,
    hostEnv,
    logDir,
    undo,
    wrong,
  });

  let pointsReached = 0;
  const common = {
    ...appEnvironment({ apiUrl, emulatorUrl: emulator.url, redisUrl: redis.url }),
    // Faults are what the run is about: what programs say of them fills the disk.
    LOG_LEVEL: hostEnv['LOG_LEVEL'] ?? 'error',
    HAND_OFF_DEADLINE_MS: String(DEADLINE_MS),
    SENDGRID_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
    LOOK_UP_WAIT_MS: String(LOOK_UP_WAIT_MS),
    SHUTDOWN_TIMEOUT_MS: '15000',
    TORTURE_CONTROL: options.control,
  };
  const targets: Record<Link, Target> = {
    postgres: { host: '127.0.0.1', port: postgres.port },
    redis: { host: '127.0.0.1', port: redis.port },
    sendgrid: { host: '127.0.0.1', port: Number(new URL(emulator.url).port) },
  };
  const apiPorts: Partial<Record<ProcessName, number>> = { 'api-1': apiOne, 'api-2': apiTwo };
  const running: Program[] = [];
  undo.push(() => Promise.all(running.map((program) => stopInOrder(program, wrong))));
  const programs = await Promise.all(
    PROCESSES.map(async ({ name, role }, index) => {
      const links: Partial<Record<Link, TcpProxy>> = {};
      for (const link of LINKS[role]) links[link] = await proxyTo(targets[link]);
      const program = await startProgram({
        name,
        role,
        links,
        env: {
          ...common,
          DATABASE_URL: through(
            role === 'api' ? database.apiUrl : database.workerUrl,
            links.postgres,
          ),
          REDIS_URL: through(redis.url, links.redis),
          SENDGRID_BASE_URL: through(emulator.url, links.sendgrid),
          ...(role === 'api'
            ? {
                PORT: String(apiPorts[name]),
                SENDGRID_WEBHOOK_PUBLIC_KEY: emulator.publicKey,
              }
            : {}),
        },
        hostEnv,
        healthPort: healthPorts[index] ?? 0,
        logDir,
        onPoint: () => (pointsReached += 1),
      });
      running.push(program);
      return program;
    }),
  );
  return {
    apiUrl,
    postgres,
    redis,
    programs,
    webhook,
    emulator: emulatorControl(emulator.url),
    queues,
    sql,
    apiDb,
    pointsReached: () => pointsReached,
  };
}

async function stopInOrder(program: Program, wrong: string[]): Promise<void> {
  const { pid } = program;
  const code = await program.stop();
  if (code !== 0) {
    wrong.push(`${program.name} ended with ${String(code)} when it was asked to stop`);
  }
  if (pid !== undefined && isAlive(pid)) wrong.push(`${program.name} is still there`);
}

async function withOwner<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = createDatabase(createPool({ url, poolSize: 1 }));
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** The emulator is the judge, and is not tortured itself. */
async function startEmulatorProcess(options: {
  readonly apiUrl: string;
  readonly clock: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  readonly logDir: string;
  readonly undo: (() => Promise<unknown>)[];
  readonly wrong: string[];
}): Promise<{ readonly url: string; readonly publicKey: string }> {
  let said: { readonly url: string; readonly publicKey: string } | null = null;
  const emulator = createProcess({
    name: 'emulator',
    entry: 'tools/sendgrid-emulator/src/main.ts',
    env: {
      ...options.clock,
      SEED: options.seed,
      SENDGRID_API_KEY: SENDGRID_KEY,
      WEBHOOK_URL: `${options.apiUrl}/v1/webhooks/sendgrid/events`,
      WEBHOOK_BATCH_INTERVAL_MS: String(500 * RATE),
    },
    hostEnv: options.hostEnv,
    logFile: path.join(options.logDir, 'emulator.log'),
    healthUrl: null,
    ready: () => Promise.resolve(said !== null),
    onLine: (line) => {
      if (line.startsWith('{"ready"')) said = JSON.parse(line) as typeof said;
    },
  });
  options.undo.push(async () => {
    if ((await emulator.stop()) !== 0) options.wrong.push('the emulator did not stop in order');
  });
  await emulator.start();
  return said ?? { url: '', publicKey: '' };
}

function through(url: string, proxy: TcpProxy | undefined): string {
  if (proxy === undefined) return url;
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(proxy.port);
  return changed.href.replace(/\/$/, '');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
