import {
  assertClockAllowed,
  loadSendWorkerConfig,
  type Environment,
  type SendWorkerConfig,
  type SendWorkerSecrets,
  type Loaded,
} from '@cadenza/config';
import type { MailProvider } from '@cadenza/domain';
import {
  createAccountClients,
  namingSettings,
  openLimiter,
  openRuntime,
  openSecretBox,
  quietLog,
  type RunningApp,
  type Runtime,
} from '@cadenza/runtime';
import { createSendGridAdmin, createSendGridMail, type SendGridAdmin } from '@cadenza/sendgrid';
import { createSmsDev } from '@cadenza/sms-dev';
import { createLogger, createMetrics, startOpsServer } from '@cadenza/telemetry';
import { bounceList } from './bounce-list.ts';
import { logPauses } from './log-pauses.ts';
import { tenantsMail } from './tenants-mail.ts';
import { startSendWorker, type SendWorkerOptions } from './send-worker.ts';

/** What a test lays over the settings; production passes none. */
export interface SendWorkerOverrides extends Pick<SendWorkerOptions, 'queue' | 'reached'> {
  /** Puts something before the servers' connections. */
  readonly wrap?: (runtime: Runtime) => Runtime;
  /** Puts something before the provider. */
  readonly wrapProvider?: (provider: MailProvider) => MailProvider;
}

/**
 * Starts a send worker as its environment says.
 *
 * @throws Error, InvalidInputError for settings, or StartError for an address that one of them gives,
 *   that says what keeps it from starting.
 */
export async function startSendWorkerApp(
  env: Environment,
  overrides: SendWorkerOverrides = {},
): Promise<RunningApp> {
  const loaded = loadSendWorkerConfig(env);
  const { config, secrets } = loaded;
  const { host, port } = config.health;
  const places = { secrets, host, ports: { HEALTH_PORT: port } };
  return await namingSettings(places, () => open(loaded, overrides));
}

async function open(
  { config, secrets }: Loaded<SendWorkerConfig, SendWorkerSecrets>,
  overrides: SendWorkerOverrides,
): Promise<RunningApp> {
  const [signingKey] = secrets.unsubscribeKeys;
  const [addressKey] = secrets.inboundKeys;
  if (signingKey === undefined) throw new Error('UNSUBSCRIBE_SECRET holds no key');
  const log = createLogger({ level: config.logLevel, app: 'send-worker' });
  const metrics = createMetrics({ app: 'send-worker' });
  // Connections that are tried again and again warn each time.
  const quiet = quietLog(log, () => performance.now());
  const connection = {
    databaseUrl: secrets.databaseUrl.reveal(),
    databasePoolSize: config.database.poolSize,
    redisUrl: secrets.redisUrl?.reveal() ?? null,
    queueSchema: config.queueSchema,
    role: 'cadenza_worker',
    secrets: openSecretBox(secrets.encryptionKeys),
    appName: 'cadenza-send-worker',
    log: quiet,
  } as const;
  const {
    wrap = (opened: Runtime) => opened,
    wrapProvider = (opened: MailProvider) => opened,
    ...tuning
  } = overrides;
  const runtime = wrap(await openRuntime(connection));
  assertClockAllowed(runtime.clock.rate, config.sendGrid.baseUrl);
  const limiter = openLimiter(connection, runtime);
  const { sendGrid } = config;
  const connecting = { baseUrl: sendGrid.baseUrl, totalTimeoutMs: sendGrid.timeoutMs };
  const apiKey = secrets.sendGridApiKey.reveal();
  const { accounts } = runtime;
  const onError = (err: unknown) => log.warn({ err }, 'a client of SendGrid did not close');
  const openMail = (key: string) =>
    createSendGridMail({ ...connecting, apiKey: key, maxConnections: config.concurrency });
  const mail = openMail(apiKey);
  const mailClients = createAccountClients({
    accounts,
    installation: mail,
    open: openMail,
    onError,
  });
  const provider = wrapProvider(
    tenantsMail({
      clients: mailClients,
      monotonic: () => performance.now(),
      onError: (err, tenantId) =>
        log.error({ err, tenantId }, 'the SendGrid account of a tenant could not be read'),
    }),
  );
  const openAdmin = (key: string) => createSendGridAdmin({ ...connecting, apiKey: key });
  const admin = openAdmin(apiKey);
  const admins = createAccountClients<SendGridAdmin, SendGridAdmin>({
    accounts,
    installation: admin,
    open: openAdmin,
    onError,
  });
  const sms =
    config.sms === null || secrets.smsApiKey === null
      ? null
      : createSmsDev({
          ...config.sms,
          apiKey: secrets.smsApiKey.reveal(),
          totalTimeoutMs: config.sendGrid.timeoutMs,
          maxConnections: config.concurrency,
        });
  const worker = await startSendWorker({
    runtime,
    limiter,
    provider,
    bounces: bounceList(admins, log),
    sms,
    log: quiet,
    // Not the quiet log: each tenant or sender that stands still has its own line.
    onPaused: logPauses(log),
    metrics,
    concurrency: config.concurrency,
    publicUrl: config.publicUrl,
    unsubscribeKey: { keyId: signingKey.id, secret: signingKey.key.reveal() },
    inbound:
      config.inboundDomain === null || addressKey === undefined
        ? null
        : {
            domain: config.inboundDomain,
            keyId: addressKey.id,
            secret: addressKey.key.reveal(),
          },
    hiddenLink: config.hiddenLink,
    handOffDeadlineMs: config.handOffDeadlineMs,
    lookUpAfterMs: config.sendGrid.timeoutMs + config.sendGrid.lookUpWaitMs,
    ...tuning,
  });
  const ops = await startOpsServer({ ...config.health, ready: runtime.checks, metrics, log });
  log.info({ port: ops.port }, 'send-worker is ready');
  return {
    log,
    async close() {
      const clean = await worker.close(config.shutdownTimeoutMs);
      await provider.close();
      await mail.close();
      await sms?.close();
      await admins.close();
      await admin.close();
      await limiter.close();
      await runtime.close();
      await ops.close();
      return clean;
    },
  };
}
