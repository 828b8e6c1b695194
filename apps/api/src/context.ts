import { assertClockAllowed, loadApiConfig, type Environment } from '@cadenza/config';
import {
  assertAppRole,
  createDatabase,
  createDatabaseClock,
  createEngineStore,
  createPool,
} from '@cadenza/database';
import { createPlanCache } from '@cadenza/engine';
import { DEFAULT_SETTINGS } from '@cadenza/plan';
import { createQueues } from '@cadenza/queue';
import { createSendGridAdmin, createWebhookVerifier } from '@cadenza/sendgrid';
import { createLogger, createMetrics, createOpsHandlers, startOpsServer } from '@cadenza/telemetry';
import { sql } from 'kysely';
import { buildApi } from './app.ts';

/** A running API. */
export interface RunningApi {
  /** Port of the API; the one of health and metrics is another. */
  readonly port: number;
  readonly healthPort: number;
  /** Stops in the reverse order of starting; requests under way are answered. */
  stop(): Promise<void>;
}

/**
 * Starts the API as its environment says.
 *
 * @throws Error, or InvalidInputError for settings, that says what keeps it from starting; what
 *   had been opened is closed again.
 */
export async function startApi(env: Environment): Promise<RunningApi> {
  const { config, secrets } = loadApiConfig(env);
  const logger = createLogger({ level: config.logLevel, app: 'api' });
  const opened = new AsyncDisposableStack();
  try {
    const db = createDatabase(
      createPool({
        url: secrets.databaseUrl.reveal(),
        poolSize: config.database.poolSize,
        applicationName: 'cadenza-api',
        onError: (err) => logger.warn({ err }, 'an idle database connection ended'),
      }),
    );
    opened.defer(() => db.destroy());
    await assertAppRole(db, 'cadenza_api');

    const clock = await createDatabaseClock(db, (err) =>
      logger.warn({ err }, 'the clock could not be read'),
    );
    opened.defer(() => clock.stop());
    assertClockAllowed(clock.rate, config.sendGrid.baseUrl);

    const queues = createQueues({
      backend:
        secrets.redisUrl === null
          ? {
              kind: 'postgres',
              connectionString: secrets.databaseUrl.reveal(),
              schema: config.queueSchema,
            }
          : { kind: 'redis', url: secrets.redisUrl.reveal() },
      log: logger,
    });
    opened.defer(() => queues.close());

    // Without a key everything works but the verification of senders.
    const apiKey = env['SENDGRID_API_KEY']?.trim() ?? '';
    const admin =
      apiKey === '' ? null : createSendGridAdmin({ apiKey, baseUrl: config.sendGrid.baseUrl });
    opened.defer(() => admin?.close());

    const metrics = createMetrics({ app: 'api' });
    // The queue is not among them: without it deliveries are stored, and a sweep finds them.
    const ready = { postgres: () => sql`SELECT 1`.execute(db).then(() => undefined) };
    const health = await startOpsServer({ ...config.health, ready, metrics, log: logger });
    opened.defer(() => health.close());

    const app = buildApi({
      db,
      store: createEngineStore(db),
      plans: createPlanCache(),
      publisher: queues,
      clock,
      verifier: createWebhookVerifier(config.sendGrid.webhookPublicKey),
      senderVerification: admin,
      ops: createOpsHandlers({ ready, metrics, log: logger }),
      metrics,
      logger,
      settings: {
        publicUrl: config.publicUrl,
        webhookMaxBytes: config.webhookMaxBytes,
        graceMs: DEFAULT_SETTINGS.graceMs,
      },
    });
    opened.defer(() => app.close());
    await app.listen(config.http);
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : config.http.port;
    logger.info({ port, healthPort: health.port }, 'listening');
    return { port, healthPort: health.port, stop: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
