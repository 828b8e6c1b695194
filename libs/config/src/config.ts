import { InvalidInputError } from '@cadenza/domain';
import {
  missingProblem,
  readEnvironment,
  readSettings,
  type Environment,
  type Values,
} from './environment.ts';
import { Secret } from './secret.ts';
import type { SettingName, SettingValue } from './settings.ts';

/** What is common to the three servers. */
interface ServerConfig {
  readonly logLevel: SettingValue<'LOG_LEVEL'>;
  readonly database: { readonly poolSize: number };
  /** Schema of the queues in PostgreSQL, where Redis is not used. */
  readonly queueSchema: string;
  readonly shutdownTimeoutMs: number;
  /** Address of all listeners; `port` serves health and metrics. */
  readonly health: { readonly host: string; readonly port: number };
}

interface SendGridConfig {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  /** Real milliseconds after which what was accepted is expected to be shown. */
  readonly lookUpWaitMs: number;
}

/** The provider of text messages. */
export interface SmsConfig {
  readonly baseUrl: string;
}

export interface ApiConfig extends ServerConfig {
  /** Null: there is none, and no sender of text messages can be verified. */
  readonly sms: SmsConfig | null;
  /** As of `WebhookConfig`; null: no webhook of it is accepted. */
  readonly smsWebhookKeys: readonly string[] | null;
  readonly http: { readonly host: string; readonly port: number };
  /** Without a slash at the end, as all addresses here. */
  readonly publicUrl: string;
  /** Whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[];
  /** Addresses and CIDRs of the proxies before the API. */
  readonly trustedProxies: readonly string[];
  /** The tenant whose admins operate the installation; null: none's do. */
  readonly operatorTenant: string | null;
  readonly requestsPerMinute: { readonly perKey: number; readonly perTenant: number };
  /** Where users sign in; null: here, with passwords. */
  readonly oidc: { readonly issuer: string; readonly clientId: string } | null;
  readonly sendGrid: {
    readonly baseUrl: string;
    readonly timeoutMs: number;
  };
  readonly dns: DnsConfig;
  readonly webhooks: WebhookConfig;
  /** Where tenants may have webhooks sent to. */
  readonly webhookTargets: SettingValue<'WEBHOOK_TARGETS'>;
  readonly inbound: InboundConfig;
  readonly blobs: BlobConfig;
}

/** What is taken of SendGrid's Inbound Parse, and how much at a time. */
export interface InboundConfig {
  /** As of `WebhookConfig`; null: mail is not signed. */
  readonly publicKeys: readonly string[] | null;
  /** Bytes of one mail that are kept. */
  readonly maxBytes: number;
  readonly inHandRequests: number;
  readonly bodyTimeoutMs: number;
}

/** Where large files are kept. */
export interface BlobConfig {
  readonly directory: string;
  /** Null: in the folder. */
  readonly bucket: {
    readonly name: string;
    readonly region: string;
    /** Null: Amazon's. */
    readonly endpoint: string | null;
  } | null;
}

/** Credentials of the bucket. */
export interface BlobAccessKey {
  readonly id: string;
  readonly secret: Secret;
}

/** What is taken of SendGrid's event webhooks, and how much at a time. */
export interface WebhookConfig {
  /** Verification keys as base64 of DER SPKI, any of which serves; at least one. */
  readonly publicKeys: readonly string[];
  /** Bytes of the largest body. */
  readonly maxBytes: number;
  readonly inHandRequests: number;
  readonly inHandBytes: number;
  readonly bodyTimeoutMs: number;
  readonly storeTimeoutMs: number;
}

export interface SendWorkerConfig extends ServerConfig {
  /** Null: no text message can be sent. */
  readonly sms: SmsConfig | null;
  readonly publicUrl: string;
  readonly sendGrid: SendGridConfig;
  readonly concurrency: number;
  /** Whether mails hold a link that only machines follow. */
  readonly hiddenLink: boolean;
  /** Domain of signed addresses for answers. Null: there are none. */
  readonly inboundDomain: string | null;
  readonly handOffDeadlineMs: number;
}

export interface EventWorkerConfig extends ServerConfig {
  /** Where the queues are shown, if there is a password for it. */
  readonly dashboard: { readonly host: string; readonly port: number };
  readonly sendGrid: SendGridConfig;
  readonly dispatchIntervalMs: number;
  readonly dispatchLagAlarmMs: number;
  readonly sweepIntervalMs: number;
  readonly suppressionSyncIntervalMs: number;
  readonly partitions: PartitionConfig;
  /** Whole months for which deliveries are kept that belong to no tenant. Null: for ever. */
  readonly sharedDeliveryMonths: number | null;
  readonly blobs: BlobConfig;
  readonly dns: DnsConfig;
  /** Days for which what was found out about an address is believed. */
  readonly addressCheckDays: number;
  readonly addressConfirmMinutes: number;
  readonly webhooks: OutgoingWebhookConfig;
}

/** Webhooks that go out to tenants. */
export interface OutgoingWebhookConfig {
  readonly targets: SettingValue<'WEBHOOK_TARGETS'>;
  /** Days of nothing but failures after which an endpoint is disabled. */
  readonly disableAfterDays: number;
  /** Days for which what happened is kept. */
  readonly feedDays: number;
}

export interface DnsConfig {
  /** Whether DNS is asked at all. */
  readonly enabled: boolean;
  /** Null: the servers of the system. */
  readonly servers: readonly string[] | null;
  /** A domain that must be found before others are believed not to exist; null: none. */
  readonly canary: string | null;
}

/** How long months of events are kept, in whole months before the present one. */
export interface PartitionConfig {
  /** Older partitions are detached. Null: none is. */
  readonly monthsOnline: number | null;
  /** Older detached partitions are dropped. Null: none is. */
  readonly monthsKept: number | null;
}

export interface CliConfig {
  readonly queueSchema: string;
  readonly sendGrid: { readonly baseUrl: string; readonly timeoutMs: number };
}

/** A key that signs links or addresses, and the name by which they refer to it. */
export interface UnsubscribeKey {
  readonly id: string;
  readonly key: Secret;
}

/** A key that seals secrets in the database, of 32 bytes in base64. */
export interface EncryptionKey {
  readonly id: string;
  readonly key: Secret;
}

interface ServerSecrets {
  readonly databaseUrl: Secret;
  /** The first one seals; none: no secret can be stored. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** Null: queues and limits are kept in PostgreSQL. */
  readonly redisUrl: Secret | null;
}

export interface ApiSecrets extends ServerSecrets {
  /** Null: there is no provider of text messages. */
  readonly smsApiKey: Secret | null;
  /** Null: senders cannot be verified. */
  readonly sendGridApiKey: Secret | null;
  /** With which SendGrid fetches tokens for its event webhooks. Null: they need none. */
  readonly webhookClient: WebhookClient | null;
  /** Null: the client is a public one. */
  readonly oidcClientSecret: Secret | null;
  /** Links that any of them has signed are accepted. */
  readonly unsubscribeKeys: readonly UnsubscribeKey[];
  /** Stands in the address that inbound mail is posted to. Null: none does. */
  readonly inboundToken: Secret | null;
  /** Null: those that the machine has been given. */
  readonly blobAccessKey: BlobAccessKey | null;
  /** Key of the hashes of erased addresses. */
  readonly erasureSecret: Secret;
}

export interface WebhookClient {
  readonly id: string;
  readonly secret: Secret;
}

export interface SendWorkerSecrets extends ServerSecrets {
  /** Null: there is no provider of text messages. */
  readonly smsApiKey: Secret | null;
  readonly sendGridApiKey: Secret;
  /** The first one signs; links that the others have signed are accepted by the API. */
  readonly unsubscribeKeys: readonly UnsubscribeKey[];
  /** The first one signs addresses for answers; none where there are no such addresses. */
  readonly inboundKeys: readonly UnsubscribeKey[];
}

export interface EventWorkerSecrets extends ServerSecrets {
  /** Null: the queues are not shown. */
  readonly dashboardPassword: Secret | null;
  /** Null: those that the machine has been given. */
  readonly blobAccessKey: BlobAccessKey | null;
  /** Verify the addresses to which mail comes in; none: no address says what is answered. */
  readonly inboundKeys: readonly UnsubscribeKey[];
  /** Null: the fate of unknown messages cannot be looked up. */
  readonly sendGridApiKey: Secret | null;
  /** Null: SendGrid is not asked about addresses. */
  readonly validationApiKey: Secret | null;
  /** Key of the hashes of erased addresses. */
  readonly erasureSecret: Secret;
}

export interface CliSecrets {
  readonly databaseOwnerUrl: Secret;
  /** As of `ServerSecrets`. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** Null: SendGrid cannot be asked. */
  readonly sendGridApiKey: Secret | null;
  /** Null: the limiter is in PostgreSQL. */
  readonly redisUrl: Secret | null;
  /** Key of the hashes of erased addresses. Null: nobody can be erased. */
  readonly erasureSecret: Secret | null;
}

/** Settings that may be printed, and those that may not. */
export interface Loaded<Config, Secrets> {
  readonly config: Config;
  readonly secrets: Secrets;
}

/** @throws InvalidInputError naming everything that is wrong with the environment */
export function loadApiConfig(env: Environment): Loaded<ApiConfig, ApiSecrets> {
  const values = readEnvironment('api', env);
  return {
    config: {
      ...serverConfig(values),
      sms: smsConfig(values),
      smsWebhookKeys: values.SMS_WEBHOOK_PUBLIC_KEY ?? null,
      http: { host: given(values, 'HOST'), port: given(values, 'PORT') },
      publicUrl: given(values, 'PUBLIC_URL'),
      corsOrigins: values.CORS_ORIGINS ?? [],
      trustedProxies: values.TRUSTED_PROXIES ?? [],
      operatorTenant: values.OPERATOR_TENANT ?? null,
      requestsPerMinute: {
        perKey: given(values, 'API_KEY_REQUESTS_PER_MINUTE'),
        perTenant: given(values, 'API_TENANT_REQUESTS_PER_MINUTE'),
      },
      oidc: oidcClient(values),
      sendGrid: sendGridClient(values),
      dns: dnsConfig(values),
      webhooks: {
        publicKeys: given(values, 'SENDGRID_WEBHOOK_PUBLIC_KEY'),
        maxBytes: given(values, 'WEBHOOK_MAX_BYTES'),
        inHandRequests: given(values, 'WEBHOOK_IN_HAND_REQUESTS'),
        inHandBytes: given(values, 'WEBHOOK_IN_HAND_BYTES'),
        bodyTimeoutMs: given(values, 'WEBHOOK_BODY_TIMEOUT_MS'),
        storeTimeoutMs: given(values, 'WEBHOOK_STORE_TIMEOUT_MS'),
      },
      webhookTargets: given(values, 'WEBHOOK_TARGETS'),
      inbound: {
        publicKeys: values.SENDGRID_INBOUND_PUBLIC_KEY ?? null,
        maxBytes: given(values, 'INBOUND_MAX_BYTES'),
        inHandRequests: given(values, 'INBOUND_IN_HAND_REQUESTS'),
        bodyTimeoutMs: given(values, 'INBOUND_BODY_TIMEOUT_MS'),
      },
      blobs: blobConfig(values),
    },
    secrets: {
      ...serverSecrets(values),
      smsApiKey: optionalSecret(values.SMS_API_KEY),
      sendGridApiKey: optionalSecret(values.SENDGRID_API_KEY),
      webhookClient: webhookClient(values),
      oidcClientSecret: optionalSecret(values.OIDC_CLIENT_SECRET),
      unsubscribeKeys: unsubscribeKeys(values),
      inboundToken: optionalSecret(values.INBOUND_TOKEN),
      blobAccessKey: blobAccessKey(values),
      erasureSecret: new Secret(given(values, 'ERASURE_SECRET')),
    },
  };
}

/** @throws InvalidInputError naming everything that is wrong with the environment */
export function loadSendWorkerConfig(
  env: Environment,
): Loaded<SendWorkerConfig, SendWorkerSecrets> {
  const values = readEnvironment('send-worker', env);
  return {
    config: {
      ...serverConfig(values),
      sms: smsConfig(values),
      publicUrl: given(values, 'PUBLIC_URL'),
      sendGrid: { ...sendGridClient(values), lookUpWaitMs: given(values, 'LOOK_UP_WAIT_MS') },
      concurrency: given(values, 'SEND_CONCURRENCY'),
      hiddenLink: given(values, 'HIDDEN_LINK') === 'on',
      inboundDomain: values.INBOUND_DOMAIN ?? null,
      handOffDeadlineMs: given(values, 'HAND_OFF_DEADLINE_MS'),
    },
    secrets: {
      ...serverSecrets(values),
      smsApiKey: optionalSecret(values.SMS_API_KEY),
      sendGridApiKey: new Secret(given(values, 'SENDGRID_API_KEY')),
      unsubscribeKeys: unsubscribeKeys(values),
      inboundKeys: inboundKeys(values),
    },
  };
}

/** @throws InvalidInputError naming everything that is wrong with the environment */
export function loadEventWorkerConfig(
  env: Environment,
): Loaded<EventWorkerConfig, EventWorkerSecrets> {
  const values = readEnvironment('event-worker', env);
  return {
    config: {
      ...serverConfig(values),
      sendGrid: { ...sendGridClient(values), lookUpWaitMs: given(values, 'LOOK_UP_WAIT_MS') },
      dispatchIntervalMs: given(values, 'DISPATCH_INTERVAL_MS'),
      dispatchLagAlarmMs: given(values, 'DISPATCH_LAG_ALARM_MS'),
      sweepIntervalMs: given(values, 'SWEEP_INTERVAL_MS'),
      suppressionSyncIntervalMs: given(values, 'SUPPRESSION_SYNC_INTERVAL_MS'),
      partitions: {
        monthsOnline: values.EVENTS_ONLINE_MONTHS ?? null,
        monthsKept: values.EVENTS_KEPT_MONTHS ?? null,
      },
      sharedDeliveryMonths: values.DELIVERIES_KEPT_MONTHS ?? null,
      dns: dnsConfig(values),
      addressCheckDays: given(values, 'ADDRESS_CHECK_DAYS'),
      addressConfirmMinutes: given(values, 'ADDRESS_CONFIRM_MINUTES'),
      dashboard: {
        host: given(values, 'BULLMQ_ADMIN_HOST'),
        port: given(values, 'BULLMQ_ADMIN_PORT'),
      },
      webhooks: {
        targets: given(values, 'WEBHOOK_TARGETS'),
        disableAfterDays: given(values, 'WEBHOOK_DISABLE_AFTER_DAYS'),
        feedDays: given(values, 'EVENT_FEED_DAYS'),
      },
      blobs: blobConfig(values),
    },
    secrets: {
      ...serverSecrets(values),
      blobAccessKey: blobAccessKey(values),
      inboundKeys: inboundKeys(values),
      sendGridApiKey: optionalSecret(values.SENDGRID_API_KEY),
      dashboardPassword: optionalSecret(values.BULLMQ_ADMIN_PASSWORD),
      validationApiKey: optionalSecret(values.SENDGRID_VALIDATION_API_KEY),
      erasureSecret: new Secret(given(values, 'ERASURE_SECRET')),
    },
  };
}

/** @throws InvalidInputError naming everything that is wrong with the environment */
export function loadCliConfig(env: Environment): Loaded<CliConfig, CliSecrets> {
  const values = readEnvironment('cli', env);
  return {
    config: {
      queueSchema: given(values, 'QUEUE_SCHEMA'),
      sendGrid: sendGridClient(values),
    },
    secrets: {
      databaseOwnerUrl: new Secret(given(values, 'DATABASE_OWNER_URL')),
      encryptionKeys: encryptionKeys(values),
      redisUrl: optionalSecret(values.REDIS_URL),
      sendGridApiKey: optionalSecret(values.SENDGRID_API_KEY),
      erasureSecret: optionalSecret(values.ERASURE_SECRET),
    },
  };
}

/** Where the command line finds the API, and the key it calls it with. */
export interface ApiAccess {
  readonly url: string;
  readonly apiKey: Secret;
}

/** @throws InvalidInputError naming what is missing or wrong; other settings are not looked at. */
export function loadApiAccess(env: Environment): ApiAccess {
  const { values, problems } = readSettings('cli', env);
  const { CADENZA_URL: url, CADENZA_API_KEY: apiKey } = values;
  if (url !== undefined && apiKey !== undefined) return { url, apiKey: new Secret(apiKey) };
  const wanted = ['CADENZA_URL', 'CADENZA_API_KEY'] as const;
  throw new InvalidInputError(
    'settings of the API refused',
    wanted.flatMap((name) => {
      if (values[name] !== undefined) return [];
      const problem = problems.find(({ path }) => path === name);
      return [problem ?? missingProblem(name)];
    }),
  );
}

/** A value that the table of settings promises: it is required here, or has a default. */
function given<N extends SettingName>(values: Values, name: N): NonNullable<Values[N]> {
  const value = values[name];
  if (value === undefined || value === null) {
    throw new Error(`the table of settings neither requires ${name} here nor gives it a default`);
  }
  return value;
}

function serverConfig(values: Values): ServerConfig {
  return {
    logLevel: given(values, 'LOG_LEVEL'),
    database: { poolSize: given(values, 'DATABASE_POOL_SIZE') },
    queueSchema: given(values, 'QUEUE_SCHEMA'),
    shutdownTimeoutMs: given(values, 'SHUTDOWN_TIMEOUT_MS'),
    health: { host: given(values, 'HOST'), port: given(values, 'HEALTH_PORT') },
  };
}

function smsConfig({ SMS_BASE_URL: baseUrl }: Values): SmsConfig | null {
  return baseUrl === undefined ? null : { baseUrl };
}

function sendGridClient(values: Values) {
  return {
    baseUrl: given(values, 'SENDGRID_BASE_URL'),
    timeoutMs: given(values, 'SENDGRID_TIMEOUT_MS'),
  };
}

function dnsConfig(values: Values): DnsConfig {
  return {
    enabled: given(values, 'DNS_LOOKUPS') === 'on',
    servers: values.DNS_SERVERS ?? null,
    canary: given(values, 'DNS_CANARY') === 'off' ? null : given(values, 'DNS_CANARY'),
  };
}

function serverSecrets(values: Values): ServerSecrets {
  return {
    databaseUrl: new Secret(given(values, 'DATABASE_URL')),
    encryptionKeys: encryptionKeys(values),
    redisUrl: optionalSecret(values.REDIS_URL),
  };
}

function webhookClient(values: Values): WebhookClient | null {
  const { WEBHOOK_OAUTH_CLIENT_ID: id, WEBHOOK_OAUTH_CLIENT_SECRET: secret } = values;
  return id === undefined || secret === undefined ? null : { id, secret: new Secret(secret) };
}

function oidcClient({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId }: Values): ApiConfig['oidc'] {
  return issuer === undefined || clientId === undefined ? null : { issuer, clientId };
}

function unsubscribeKeys(values: Values): UnsubscribeKey[] {
  return given(values, 'UNSUBSCRIBE_SECRET').map(({ id, key }) => ({ id, key: new Secret(key) }));
}

function blobConfig(values: Values): BlobConfig {
  const { BLOB_S3_BUCKET: name } = values;
  return {
    directory: given(values, 'BLOB_DIR'),
    bucket:
      name === undefined
        ? null
        : {
            name,
            region: given(values, 'BLOB_S3_REGION'),
            endpoint: values.BLOB_S3_ENDPOINT ?? null,
          },
  };
}

function blobAccessKey(values: Values): BlobAccessKey | null {
  const { BLOB_S3_ACCESS_KEY_ID: id, BLOB_S3_SECRET_ACCESS_KEY: secret } = values;
  return id === undefined || secret === undefined ? null : { id, secret: new Secret(secret) };
}

function inboundKeys(values: Values): UnsubscribeKey[] {
  return (values.INBOUND_SECRET ?? []).map(({ id, key }) => ({ id, key: new Secret(key) }));
}

/** The keys of `ENCRYPTION_KEYS`, the current one first. */
export function encryptionKeys(values: Values): EncryptionKey[] {
  return (values.ENCRYPTION_KEYS ?? []).map(({ id, key }) => ({ id, key: new Secret(key) }));
}

function optionalSecret(value: string | undefined): Secret | null {
  return value === undefined ? null : new Secret(value);
}
