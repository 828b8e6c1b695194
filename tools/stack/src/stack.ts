import { randomBytes } from 'node:crypto';
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
import { sql } from 'kysely';
import { limiterState } from './limiter-state.ts';
import { freePorts } from './ports.ts';
import { openDatabase } from './postgres.ts';
import { removeRedisKeys } from './redis-keys.ts';
import { answers, createProcess, type StackProcess } from './process.ts';
import { createUndo, type Undo } from './undo.ts';

export interface StackOptions {
  /** Administrator of a PostgreSQL on which a database is made; null starts an embedded one. */
  readonly adminUrl: string | null;
  /** Null: queues and limits are kept in PostgreSQL. */
  readonly redisUrl: string | null;
  /** Keeps an embedded PostgreSQL's data here, between runs; null for a run that leaves nothing. */
  readonly dataDir?: string | null;
  /** Campaign milliseconds per real millisecond. */
  readonly rate: number;
  /** Campaign time at the start, milliseconds since 1970. */
  readonly campaignStart: number;
  /** Decides every recipient's behaviour. */
  readonly seed: string;
  /** Port of the API; a free one by default. */
  readonly apiPort?: number;
  /** The environment of the process that starts the stack. */
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  /** More settings for the programs, such as `LOG_LEVEL`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Processes that hand messages over; one by default. */
  readonly sendWorkers?: number;
  /** Whether text messages can be sent, through an emulator of their provider; by default not. */
  readonly sms?: boolean;
  /** More settings for the emulator. */
  readonly emulatorEnv?: Readonly<Record<string, string>>;
  /** Gives the start up, and undoes what has been started. */
  readonly signal?: AbortSignal;
}

/** A whole Cadenza on this machine. */
export interface Stack {
  readonly apiUrl: string;
  readonly emulatorUrl: string;
  /** Of the emulator that text messages go through; null: there is none. */
  readonly smsEmulatorUrl: string | null;
  /** As the owner of the database: for reports and for setting up. */
  readonly db: Database;
  /** As the role of the API, bound by row-level security. */
  readonly apiDb: Database;
  readonly ownerUrl: string;
  readonly databaseDescription: string;
  /** Folder of the programs' logs. */
  readonly logDir: string;
  readonly emulator: StackProcess;
  readonly api: StackProcess;
  /**
   * Starts another API beside the first one, which ends with the stack.
   *
   * @param options.env settings besides those of the first, or in their place.
   */
  startApi(options: {
    readonly name: string;
    readonly port: number;
    readonly env: Readonly<Record<string, string>>;
  }): Promise<StackProcess>;
  /** The first of them. */
  readonly sendWorker: StackProcess;
  readonly sendWorkers: readonly StackProcess[];
  readonly eventWorker: StackProcess;
  /** Asks the limiter that the workers share; `closed` refuses everything until it is rebuilt. */
  limiterState(): Promise<'open' | 'closed' | 'away'>;
  /**
   * Stops everything in reverse order, and removes what it made.
   *
   * @param options.keepLogs leaves the programs' logs, for whoever looks into a failure.
   * @returns the names of programs that did not stop cleanly.
   * @throws Error of the first step that failed, when all have been gone through.
   */
  stop(options?: { readonly keepLogs?: boolean }): Promise<string[]>;
}

/** Schema of the queues where they are kept in PostgreSQL. */
export const QUEUE_SCHEMA = 'bullmq';
/** The key that the emulator takes. */
export const SENDGRID_KEY = 'SG.emulator.key';

/**
 * Starts servers, emulator and apps, and waits until each is ready.
 *
 * @throws Error of what could not be started, or the reason of `options.signal`; nothing is left.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const undo = createUndo();
  const unclean: string[] = [];
  const logDir = await mkdtemp(path.join(tmpdir(), 'cadenza-'));
  const stop = async ({ keepLogs = false } = {}): Promise<string[]> => {
    try {
      await undo.all();
    } finally {
      if (!keepLogs) await rm(logDir, { recursive: true, force: true });
    }
    return unclean;
  };
  try {
    return { ...(await open(options, logDir, undo, unclean)), stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function open(
  options: StackOptions,
  logDir: string,
  undo: Undo,
  unclean: string[],
): Promise<Omit<Stack, 'stop'>> {
  const { signal } = options;
  const database = await openDatabase({
    adminUrl: options.adminUrl,
    dataDir: options.dataDir ?? null,
    queueSchema: QUEUE_SCHEMA,
    ...(signal === undefined ? {} : { signal }),
  });
  undo.push(() => database.stop());
  const db = createDatabase(createPool({ url: database.ownerUrl, poolSize: 4 }));
  undo.push(() => db.destroy());
  const apiDb = createDatabase(createPool({ url: database.apiUrl, poolSize: 2 }));
  undo.push(() => apiDb.destroy());
  const { redisUrl } = options;
  if (redisUrl !== null && !options.dataDir) {
    const installationId = await readInstallationId(db);
    undo.push(() => removeRedisKeys(redisUrl, installationId));
  }
  await setClock(db, { campaignNow: options.campaignStart, rate: options.rate });

  const [apiPort = 0, apiHealth = 0, eventHealth = 0, ...sendHealth] = await freePorts(
    3 + (options.sendWorkers ?? 1),
  );
  const port = options.apiPort ?? apiPort;
  const apiUrl = `http://127.0.0.1:${port}`;
  const launch = async (
    name: string,
    entry: string,
    env: Readonly<Record<string, string>>,
    isReady: () => Promise<boolean>,
    onLine?: (line: string) => void,
  ): Promise<StackProcess> => {
    const program = createProcess({
      name,
      entry,
      env,
      hostEnv: options.hostEnv,
      ready: isReady,
      healthUrl: env['HEALTH_PORT'] === undefined ? null : `http://127.0.0.1:${env['HEALTH_PORT']}`,
      logFile: path.join(logDir, `${name}.log`),
      ...(onLine === undefined ? {} : { onLine }),
    });
    // One that has not come up yet knows no order of stopping.
    let ready = false;
    undo.push(async () => {
      const running = ready && program.pid !== undefined;
      const code = await program.stop();
      if (running && code !== 0) unclean.push(name);
    });
    signal?.throwIfAborted();
    await program.start(signal);
    ready = true;
    return program;
  };

  let emulatorReady: { url: string; publicKey: string } | null = null;
  const emulator = await launch(
    'emulator',
    'tools/sendgrid-emulator/src/main.ts',
    {
      ...(await clockEnvironment(db)),
      SEED: options.seed,
      SENDGRID_API_KEY: SENDGRID_KEY,
      WEBHOOK_URL: `${apiUrl}/v1/webhooks/sendgrid/events`,
      // 30 s as at SendGrid, or half a second where the clock runs fast.
      WEBHOOK_BATCH_INTERVAL_MS: String(Math.max(30_000, 500 * options.rate)),
      ...options.emulatorEnv,
    },
    () => Promise.resolve(emulatorReady !== null),
    (line) => {
      if (line.startsWith('{"ready"')) {
        emulatorReady = JSON.parse(line) as { url: string; publicKey: string };
      }
    },
  );
  const { url: emulatorUrl, publicKey } = emulatorReady ?? { url: '', publicKey: '' };

  const sms = options.sms === true ? await launchSms(launch, db, apiUrl) : null;

  const common = {
    ...appEnvironment({ apiUrl, emulatorUrl, redisUrl }),
    ...sms?.env,
    ...options.env,
  };
  const health = (healthPort: number) => () => answers(`http://127.0.0.1:${healthPort}/readyz`);
  const launchApi = (
    name: string,
    ports: { readonly port: number; readonly health: number },
    env: Readonly<Record<string, string>> = {},
  ) =>
    launch(
      name,
      'apps/api/src/main.ts',
      {
        ...common,
        DATABASE_URL: database.apiUrl,
        PORT: String(ports.port),
        HEALTH_PORT: String(ports.health),
        SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey,
        ...env,
      },
      health(ports.health),
    );
  const worker = (name: string, entry: string, healthPort: number) =>
    launch(
      name,
      entry,
      { ...common, DATABASE_URL: database.workerUrl, HEALTH_PORT: String(healthPort) },
      health(healthPort),
    );
  // All at once, as an orchestrator starts them; they are stopped in the reverse of this order.
  const [api, sendWorkers, eventWorker] = await Promise.all([
    launchApi('api', { port, health: apiHealth }),
    Promise.all(
      sendHealth.map((healthPort, index) =>
        worker(
          index === 0 ? 'send-worker' : `send-worker-${index + 1}`,
          'apps/send-worker/src/main.ts',
          healthPort,
        ),
      ),
    ),
    worker('event-worker', 'apps/event-worker/src/main.ts', eventHealth),
  ]);
  const [sendWorker] = sendWorkers;
  if (sendWorker === undefined) throw new RangeError('sendWorkers must be 1 or more');
  return {
    apiUrl,
    emulatorUrl,
    smsEmulatorUrl: sms?.url ?? null,
    db,
    apiDb,
    ownerUrl: database.ownerUrl,
    databaseDescription: database.description,
    logDir,
    emulator,
    api,
    async startApi(other) {
      const [healthPort = 0] = await freePorts(1);
      return launchApi(other.name, { port: other.port, health: healthPort }, other.env);
    },
    sendWorker,
    sendWorkers,
    eventWorker,
    limiterState: () => limiterState(db, { workerUrl: database.workerUrl, redisUrl }),
  };
}

type Launch = (
  name: string,
  entry: string,
  env: Readonly<Record<string, string>>,
  isReady: () => Promise<boolean>,
  onLine?: (line: string) => void,
) => Promise<StackProcess>;

/** Starts the provider of text messages. @returns where it is, and what the apps must know of it. */
async function launchSms(
  launch: Launch,
  db: Database,
  apiUrl: string,
): Promise<{ readonly url: string; readonly env: Readonly<Record<string, string>> }> {
  const key = 'sms-emulator-key';
  let ready: { url: string; publicKey: string } | null = null;
  await launch(
    'sms-emulator',
    'tools/sms-emulator/src/main.ts',
    {
      ...(await clockEnvironment(db)),
      SMS_API_KEY: key,
      WEBHOOK_URL: `${apiUrl}/v1/webhooks/sms/events`,
    },
    () => Promise.resolve(ready !== null),
    (line) => {
      if (line.startsWith('{"ready"')) {
        ready = JSON.parse(line) as { url: string; publicKey: string };
      }
    },
  );
  const { url, publicKey } = ready ?? { url: '', publicKey: '' };
  const env = { SMS_BASE_URL: url, SMS_API_KEY: key, SMS_WEBHOOK_PUBLIC_KEY: publicKey };
  return { url, env };
}

/** Settings that the three apps of a stack have in common; each adds its database and ports. */
export function appEnvironment(urls: {
  readonly apiUrl: string;
  readonly emulatorUrl: string;
  readonly redisUrl: string | null;
}): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    PUBLIC_URL: urls.apiUrl,
    QUEUE_SCHEMA,
    SENDGRID_API_KEY: SENDGRID_KEY,
    SENDGRID_BASE_URL: urls.emulatorUrl,
    UNSUBSCRIBE_SECRET: `k1:${randomBytes(33).toString('base64')}`,
    ERASURE_SECRET: randomBytes(33).toString('base64'),
    DISPATCH_INTERVAL_MS: '100',
    // The people of campaigns here live at domains that do not exist.
    DNS_LOOKUPS: 'off',
    SWEEP_INTERVAL_MS: '1000',
    ...(urls.redisUrl === null ? {} : { REDIS_URL: urls.redisUrl }),
  };
}

/** The database's clock setting, for a program that keeps the same time without the database. */
export async function clockEnvironment(db: Database): Promise<Record<string, string>> {
  const { rows } = await sql<{ real: number; campaign: number; rate: number }>`
    SELECT epoch_ms(real_base) AS real, epoch_ms(campaign_base) AS campaign, rate
    FROM clock_settings`.execute(db);
  const [clock] = rows;
  if (clock === undefined) throw new Error('the database has no clock setting');
  return {
    CLOCK_RATE: String(clock.rate),
    CLOCK_REAL_BASE: String(clock.real),
    CLOCK_CAMPAIGN_BASE: String(clock.campaign),
  };
}
