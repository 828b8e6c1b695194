import {
  assertClockAllowed,
  loadEventWorkerConfig,
  type Environment,
  type EventWorkerConfig,
  type EventWorkerSecrets,
  type Loaded,
} from '@cadenza/config';
import { openBlobStore } from '@cadenza/blob-store';
import {
  createStandIn,
  webhookSecretBinding,
  type DataEraser,
  type MessageHistory,
  type MessageLookup,
} from '@cadenza/domain';
import {
  createAccountClients,
  createMailDns,
  namingSettings,
  openLimiter,
  openRuntime,
  openSecretBox,
  quietLog,
  tenantsLookup,
  type RunningApp,
  type Runtime,
} from '@cadenza/runtime';
import {
  createSendGridAddressValidator,
  createSendGridEraser,
  createSendGridLists,
  createSendGridLookup,
} from '@cadenza/sendgrid';
import { createLogger, createMetrics, startOpsServer } from '@cadenza/telemetry';
import { createWebhookSender, hostAddresses } from '@cadenza/webhooks';
import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';
import { startEventWorker, type EventWorkerOptions } from './event-worker.ts';
import { tenantsEraser } from './tenants-eraser.ts';
import { createWatchdog } from './watchdog.ts';

const DAY_MS = 86_400_000;

/** What a test lays over the settings; production passes none. */
export interface EventWorkerOverrides extends Pick<
  EventWorkerOptions,
  'queue' | 'leaseMs' | 'deliveryGraceMs'
> {
  /** Puts something before the servers' connections. */
  readonly wrap?: (runtime: Runtime) => Runtime;
}

/**
 * Starts an event worker as its environment says.
 *
 * @throws Error, InvalidInputError for settings, or StartError for an address that one of them gives,
 *   that says what keeps it from starting.
 */
export async function startEventWorkerApp(
  env: Environment,
  overrides: EventWorkerOverrides = {},
): Promise<RunningApp> {
  const loaded = loadEventWorkerConfig(env);
  const { config, secrets } = loaded;
  const { host, port } = config.health;
  const ports = { HEALTH_PORT: port, BULLMQ_ADMIN_PORT: config.dashboard.port };
  const places = { secrets, host, ports };
  return await namingSettings(places, () => open(loaded, overrides));
}

async function open(
  { config, secrets }: Loaded<EventWorkerConfig, EventWorkerSecrets>,
  overrides: EventWorkerOverrides,
): Promise<RunningApp> {
  const log = createLogger({ level: config.logLevel, app: 'event-worker' });
  const metrics = createMetrics({ app: 'event-worker' });
  // Connections that are tried again and again warn each time.
  const quiet = quietLog(log, () => performance.now());
  const box = openSecretBox(secrets.encryptionKeys);
  const connection = {
    databaseUrl: secrets.databaseUrl.reveal(),
    databasePoolSize: config.database.poolSize,
    redisUrl: secrets.redisUrl?.reveal() ?? null,
    queueSchema: config.queueSchema,
    role: 'cadenza_worker',
    secrets: box,
    appName: 'cadenza-event-worker',
    log: quiet,
  } as const;
  const { wrap = (opened: Runtime) => opened, ...tuning } = overrides;
  const runtime = wrap(await openRuntime(connection));
  assertClockAllowed(runtime.clock.rate, config.sendGrid.baseUrl);
  const limiter = openLimiter(connection, runtime);
  const { sendGrid } = config;
  const connecting = { baseUrl: sendGrid.baseUrl, totalTimeoutMs: sendGrid.timeoutMs };
  const apiKey = secrets.sendGridApiKey?.reveal() ?? null;
  const { accounts, clock } = runtime;
  const onError = (err: unknown) => quiet.warn({ err }, 'the SendGrid account of a tenant');
  const openLookup = (key: string) => createSendGridLookup({ ...connecting, apiKey: key, clock });
  const openEraser = (key: string) => createSendGridEraser({ ...connecting, apiKey: key });
  const installation = {
    lookup: apiKey === null ? null : openLookup(apiKey),
    eraser: apiKey === null ? null : openEraser(apiKey),
  };
  const lookup = tenantsLookup(
    createAccountClients<(MessageLookup & MessageHistory) | null, MessageLookup & MessageHistory>({
      accounts,
      installation: installation.lookup,
      open: openLookup,
      onError,
    }),
    clock,
    onError,
  );
  const erasers = createAccountClients<DataEraser | null, DataEraser>({
    accounts,
    installation: installation.eraser,
    open: openEraser,
    onError,
  });
  const eraser = tenantsEraser(erasers, installation.eraser);
  const lists = apiKey === null ? null : createSendGridLists({ ...connecting, apiKey });
  const validationKey = secrets.validationApiKey;
  const validator =
    validationKey === null
      ? null
      : createSendGridAddressValidator({
          apiKey: validationKey.reveal(),
          baseUrl: config.sendGrid.baseUrl,
          totalTimeoutMs: config.sendGrid.timeoutMs,
        });
  const { bucket, directory } = config.blobs;
  const accessKey = secrets.blobAccessKey;
  const blobs = await openBlobStore({
    directory,
    s3: bucket && {
      bucket: bucket.name,
      region: bucket.region,
      endpoint: bucket.endpoint,
      credentials: accessKey && {
        accessKeyId: accessKey.id,
        secretAccessKey: accessKey.secret.reveal(),
      },
    },
  });
  const watchdog = createWatchdog({
    alarmMs: config.dispatchLagAlarmMs,
    log,
    monotonic: () => performance.now(),
  });
  const { targets, ...keeping } = config.webhooks;
  const sender = createWebhookSender({
    targets,
    resolve: hostAddresses({ servers: config.dns.servers }),
  });
  const openSecret: EventWorkerOptions['webhooks']['openSecret'] = (sealed, { tenantId, id }) => {
    if (box === null) throw new Error('ENCRYPTION_KEYS is not set, and secrets are stored');
    return box.open(sealed, webhookSecretBinding(tenantId, id));
  };
  const worker = await startEventWorker({
    runtime,
    limiter,
    log: quiet,
    metrics,
    dispatchIntervalMs: config.dispatchIntervalMs,
    sweepIntervalMs: config.sweepIntervalMs,
    answerGraceMs: config.sendGrid.timeoutMs,
    lookUpAfterMs: config.sendGrid.timeoutMs + config.sendGrid.lookUpWaitMs,
    // Without any key there is nobody to ask.
    lookup: apiKey === null && secrets.encryptionKeys.length === 0 ? null : lookup,
    lists,
    suppressionSyncIntervalMs: config.suppressionSyncIntervalMs,
    partitions: config.partitions,
    sharedDeliveryMonths: config.sharedDeliveryMonths,
    addresses: {
      dns: config.dns.enabled ? createMailDns(config.dns) : null,
      validator,
      disposable: disposableEmailBlocklistSet(),
      keptMs: config.addressCheckDays * DAY_MS,
      confirmMs: config.addressConfirmMinutes * 60_000,
    },
    blobs,
    standIn: createStandIn(secrets.erasureSecret.reveal()),
    eraser,
    addressKeys: Object.fromEntries(secrets.inboundKeys.map(({ id, key }) => [id, key.reveal()])),
    watchdog,
    webhooks: { ...keeping, sender, openSecret },
    ...tuning,
  });
  const ops = await startOpsServer({
    ...config.health,
    ready: runtime.checks,
    notes: { dispatch: () => watchdog.note() },
    metrics,
    log,
  });
  const password = secrets.dashboardPassword;
  // Loaded where it is wanted: a worker without it needs no HTTP framework.
  const dashboard =
    password === null
      ? null
      : await (
          await import('./dashboard/dashboard.ts')
        ).startDashboard({
          ...config.dashboard,
          password: password.reveal(),
          backend: runtime.backend,
          log: quiet,
        });
  log.info({ port: ops.port }, 'event-worker is ready');
  return {
    log,
    async close() {
      await dashboard?.close();
      const clean = await worker.close(config.shutdownTimeoutMs);
      await sender.close();
      await lookup.close();
      await installation.lookup?.close();
      await validator?.close();
      await lists?.close();
      await eraser.close();
      await installation.eraser?.close();
      await limiter.close();
      await runtime.close();
      await ops.close();
      return clean;
    },
  };
}
