import {
  assertClockAllowed,
  loadApiConfig,
  type ApiConfig,
  type ApiSecrets,
  type Environment,
  type Loaded,
} from '@cadenza/config';
import { openBlobStore } from '@cadenza/blob-store';
import { createStandIn } from '@cadenza/domain';
import {
  createAccountClients,
  createMailDns,
  namingSettings,
  openLimiter,
  openRequestCounters,
  openRuntime,
  openSecretBox,
  quietLog,
  type Runtime,
} from '@cadenza/runtime';
import { createSendGridAdmin, createWebhookVerifier, type SendGridAdmin } from '@cadenza/sendgrid';
import { createSmsDev } from '@cadenza/sms-dev';
import {
  createLogger,
  createMetrics,
  createOpsHandlers,
  startOpsServer,
  type Logger,
} from '@cadenza/telemetry';
import { buildApi } from './app.ts';
import { INBOUND_VERIFYING } from './inbound/proof.ts';
import { createOidcSignIn } from './sign-in/oidc.ts';
import { OIDC_PATHS } from './routes/oidc.ts';
import { tenantsAdmin } from './tenants-admin.ts';
import { createAccessTokens } from './webhooks/access-tokens.ts';

/** A running API. */
export interface RunningApi {
  /** Port of the API; the one of health and metrics is another. */
  readonly port: number;
  readonly healthPort: number;
  readonly log: Logger;
  /**
   * Stops in the reverse order of starting. Requests under way are answered, or cut off after the
   * time that the settings give them.
   */
  stop(): Promise<void>;
}

/**
 * Starts the API as its environment says.
 *
 * @param wrap puts something before the servers' connections; production passes none.
 * @throws Error, InvalidInputError for settings, or StartError for an address that one of them gives,
 *   that says what keeps it from starting; what had been opened is closed again.
 */
export async function startApi(
  env: Environment,
  wrap: (runtime: Runtime) => Runtime = (opened) => opened,
): Promise<RunningApi> {
  const loaded = loadApiConfig(env);
  const { config, secrets } = loaded;
  const places = {
    secrets,
    host: config.http.host,
    ports: { PORT: config.http.port, HEALTH_PORT: config.health.port },
  };
  return await namingSettings(places, () => open(loaded, wrap));
}

async function open(
  { config, secrets }: Loaded<ApiConfig, ApiSecrets>,
  wrap: (runtime: Runtime) => Runtime,
): Promise<RunningApi> {
  const logger = createLogger({ level: config.logLevel, app: 'api' });
  const opened = new AsyncDisposableStack();
  try {
    const connection = {
      databaseUrl: secrets.databaseUrl.reveal(),
      redisUrl: secrets.redisUrl?.reveal() ?? null,
      appName: 'cadenza-api',
      log: quietLog(logger, () => performance.now()),
    };
    const box = openSecretBox(secrets.encryptionKeys);
    const runtime = wrap(
      await openRuntime({
        ...connection,
        databasePoolSize: config.database.poolSize,
        queueSchema: config.queueSchema,
        role: 'cadenza_api',
        secrets: box,
      }),
    );
    opened.defer(() => runtime.close());
    const limiter = openLimiter(connection, runtime);
    opened.defer(() => limiter.close());
    const { db, store, plans, clock, graceMs } = runtime;
    assertClockAllowed(clock.rate, config.sendGrid.baseUrl);

    const { sendGrid } = config;
    const openAdmin = (apiKey: string) =>
      createSendGridAdmin({
        apiKey,
        baseUrl: sendGrid.baseUrl,
        totalTimeoutMs: sendGrid.timeoutMs,
      });
    // Without a key everything works but the verification of senders.
    const admin = secrets.sendGridApiKey && openAdmin(secrets.sendGridApiKey.reveal());
    opened.defer(() => admin?.close());
    const admins = createAccountClients<SendGridAdmin | null, SendGridAdmin>({
      accounts: runtime.accounts,
      installation: admin,
      open: openAdmin,
      onError: (err) => logger.warn({ err }, 'a client of SendGrid did not close'),
    });
    opened.defer(() => admins.close());

    const sms =
      config.sms === null || secrets.smsApiKey === null
        ? null
        : createSmsDev({
            ...config.sms,
            apiKey: secrets.smsApiKey.reveal(),
            totalTimeoutMs: config.sendGrid.timeoutMs,
          });
    opened.defer(() => sms?.close());

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

    const quiet = quietLog(logger, () => performance.now());
    const redisUrl = secrets.redisUrl?.reveal() ?? null;
    const requestCounters =
      redisUrl === null ? null : openRequestCounters({ redisUrl, log: quiet }, runtime);
    opened.defer(() => requestCounters?.close());

    const metrics = createMetrics({ app: 'api' });
    // The queue is not among them: without it deliveries are stored, and a sweep finds them.
    const ready = { postgres: runtime.checks.postgres };
    const health = await startOpsServer({ ...config.health, ready, metrics, log: logger });
    opened.defer(() => health.close());

    const client = secrets.webhookClient;
    const app = buildApi({
      db,
      store,
      plans,
      publisher: runtime.queues,
      queues: runtime.queues,
      limiter,
      clock,
      verifier: createWebhookVerifier(config.webhooks.publicKeys),
      smsVerifier:
        config.smsWebhookKeys === null ? null : createWebhookVerifier(config.smsWebhookKeys),
      smsVerification: sms,
      webhookTokens:
        client === null
          ? null
          : createAccessTokens({ id: client.id, secret: client.secret.reveal() }, () => Date.now()),
      unsubscribeKeys: Object.fromEntries(
        secrets.unsubscribeKeys.map(({ id, key }) => [id, key.reveal()]),
      ),
      oidc:
        config.oidc === null
          ? null
          : createOidcSignIn({
              ...config.oidc,
              clientSecret: secrets.oidcClientSecret?.reveal() ?? null,
              redirectUri: `${config.publicUrl}${OIDC_PATHS.callback}`,
            }),
      standIn: createStandIn(secrets.erasureSecret.reveal()),
      blobs,
      inboundVerifier:
        config.inbound.publicKeys === null
          ? null
          : createWebhookVerifier(config.inbound.publicKeys, INBOUND_VERIFYING),
      inboundToken: secrets.inboundToken?.reveal() ?? null,
      secrets: box,
      sendGrid: tenantsAdmin(admins),
      dns: config.dns.enabled ? createMailDns(config.dns) : null,
      requestCounters,
      ops: createOpsHandlers({ ready, metrics, log: logger }),
      metrics,
      logger,
      settings: {
        publicUrl: config.publicUrl,
        corsOrigins: config.corsOrigins,
        trustedProxies: config.trustedProxies,
        operatorTenant: config.operatorTenant,
        webhooks: config.webhooks,
        webhookTargets: config.webhookTargets,
        inbound: config.inbound,
        requestsPerMinute: config.requestsPerMinute,
        graceMs,
      },
    });
    opened.defer(async () => {
      const cutOff = setTimeout(() => app.server.closeAllConnections(), config.shutdownTimeoutMs);
      await app.close();
      clearTimeout(cutOff);
    });
    await app.listen(config.http);
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : config.http.port;
    if (config.publicUrl.startsWith('https:') && config.trustedProxies.length === 0) {
      logger.warn(
        'TRUSTED_PROXIES is not set: limits by address count everybody as the proxy that ends TLS',
      );
    }
    logger.info({ port, healthPort: health.port }, 'listening');
    return { port, healthPort: health.port, log: logger, stop: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
