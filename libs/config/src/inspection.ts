import type { Problem } from '@cadenza/domain';
import { encryptionKeys, type DnsConfig, type EncryptionKey } from './config.ts';
import { readSettings, type Environment, type Values } from './environment.ts';
import { Secret } from './secret.ts';
import { APPS, type AppName } from './settings.ts';

/**
 * What can be told of an environment that no app may be able to start with. A value that is missing or
 * wrong is null; `problems` says what is wrong with it, for each app that reads it.
 */
export interface Inspection {
  readonly problems: Readonly<Record<AppName, readonly Problem[]>>;
  readonly databaseOwnerUrl: Secret | null;
  readonly databaseUrl: Secret | null;
  readonly redisUrl: Secret | null;
  readonly queueSchema: string | null;
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[] | null;
  readonly sendGrid: { readonly baseUrl: string; readonly timeoutMs: number } | null;
  readonly sendGridApiKey: Secret | null;
  /** Any of which verifies event webhooks, base64 of DER SPKI. */
  readonly webhookPublicKeys: readonly string[] | null;
  readonly webhookClientId: string | null;
  /** Null: people sign in with passwords. */
  readonly oidcIssuer: string | null;
  readonly dns: DnsConfig | null;
  /** What secrets in the database are sealed with, the current key first. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** Secrets of Cadenza's own making, by the variable that holds them. */
  readonly ownSecrets: Readonly<Record<OwnSecret, readonly Secret[]>>;
}

type OwnSecret =
  | 'ERASURE_SECRET'
  | 'UNSUBSCRIBE_SECRET'
  | 'INBOUND_SECRET'
  | 'INBOUND_TOKEN'
  | 'WEBHOOK_OAUTH_CLIENT_SECRET';

/** Reads the settings of all apps, whatever is wrong with them. */
export function inspectEnvironment(env: Environment): Inspection {
  const read = APPS.map((app) => [app, readSettings(app, env)] as const);
  const values = read.reduce<Values>((all, [, { values: own }]) => ({ ...all, ...own }), {});
  const secret = (value: string | undefined) => (value === undefined ? null : new Secret(value));
  const secrets = (list: readonly (string | undefined)[]) =>
    list.flatMap((value) => (value === undefined ? [] : [new Secret(value)]));
  const { SENDGRID_BASE_URL: baseUrl, SENDGRID_TIMEOUT_MS: timeoutMs } = values;
  return {
    problems: Object.fromEntries(read.map(([app, { problems }]) => [app, problems])) as Record<
      AppName,
      Problem[]
    >,
    databaseOwnerUrl: secret(values.DATABASE_OWNER_URL),
    databaseUrl: secret(values.DATABASE_URL),
    redisUrl: secret(values.REDIS_URL),
    queueSchema: values.QUEUE_SCHEMA ?? null,
    publicUrl: values.PUBLIC_URL ?? null,
    trustedProxies: values.TRUSTED_PROXIES ?? null,
    sendGrid: baseUrl === undefined || timeoutMs === undefined ? null : { baseUrl, timeoutMs },
    sendGridApiKey: secret(values.SENDGRID_API_KEY),
    webhookPublicKeys: values.SENDGRID_WEBHOOK_PUBLIC_KEY ?? null,
    webhookClientId: values.WEBHOOK_OAUTH_CLIENT_ID ?? null,
    oidcIssuer: values.OIDC_ISSUER ?? null,
    dns: dnsOf(values),
    encryptionKeys: encryptionKeys(values),
    ownSecrets: {
      ERASURE_SECRET: secrets([values.ERASURE_SECRET]),
      UNSUBSCRIBE_SECRET: secrets((values.UNSUBSCRIBE_SECRET ?? []).map(({ key }) => key)),
      INBOUND_SECRET: secrets((values.INBOUND_SECRET ?? []).map(({ key }) => key)),
      INBOUND_TOKEN: secrets([values.INBOUND_TOKEN]),
      WEBHOOK_OAUTH_CLIENT_SECRET: secrets([values.WEBHOOK_OAUTH_CLIENT_SECRET]),
    },
  };
}

function dnsOf(values: Values): DnsConfig | null {
  const { DNS_LOOKUPS: lookups, DNS_CANARY: canary } = values;
  if (lookups === undefined || canary === undefined) return null;
  return {
    enabled: lookups === 'on',
    servers: values.DNS_SERVERS ?? null,
    canary: canary === 'off' ? null : canary,
  };
}
