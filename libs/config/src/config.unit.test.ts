import { generateKeyPairSync } from 'node:crypto';
import { InvalidInputError, type Problem } from '@cadenza/domain';
import { describe, expect, it } from 'vitest';
import {
  assertClockAllowed,
  loadApiConfig,
  loadCliConfig,
  loadEventWorkerConfig,
  loadSendWorkerConfig,
  Secret,
  type Environment,
} from './index.ts';

function publicKey(namedCurve: string): string {
  const { publicKey: key } = generateKeyPairSync('ec', { namedCurve });
  return key.export({ format: 'der', type: 'spki' }).toString('base64');
}

const KEY = '0123456789abcdef0123456789abcdef';
const API = {
  DATABASE_URL: 'postgres://cadenza_api:pw@db:5432/cadenza',
  SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey('prime256v1'),
  PUBLIC_URL: 'https://outreach.example.com/',
  UNSUBSCRIBE_SECRET: `k2:${KEY}-new, k1:${KEY}`,
  ERASURE_SECRET: `${KEY}-erasure`,
};
const SEND = {
  DATABASE_URL: 'postgres://cadenza_worker:pw@db:5432/cadenza',
  SENDGRID_API_KEY: 'SG.abc.def',
  PUBLIC_URL: 'https://outreach.example.com',
  UNSUBSCRIBE_SECRET: `k2:${KEY}-new, k1:${KEY}`,
};
const EVENT = { DATABASE_URL: SEND.DATABASE_URL, ERASURE_SECRET: API.ERASURE_SECRET };
const CLI = { DATABASE_OWNER_URL: 'postgresql://cadenza_owner:pw@db/cadenza' };

const LOADERS = {
  api: { load: loadApiConfig, env: API },
  'send-worker': { load: loadSendWorkerConfig, env: SEND },
  'event-worker': { load: loadEventWorkerConfig, env: EVENT },
  cli: { load: loadCliConfig, env: CLI },
};
type App = keyof typeof LOADERS;

function problemsOf(app: App, changes: Environment): readonly Problem[] {
  const { load, env } = LOADERS[app];
  try {
    load({ ...env, ...changes });
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

describe('good environments', () => {
  it('load with the defaults', () => {
    const { config, secrets } = loadApiConfig(API);
    expect(config).toEqual({
      sms: null,
      oidc: null,
      smsWebhookKeys: null,
      webhookTargets: 'public',
      logLevel: 'info',
      database: { poolSize: 10 },
      queueSchema: 'bullmq',
      shutdownTimeoutMs: 30_000,
      health: { host: '0.0.0.0', port: 3001 },
      http: { host: '0.0.0.0', port: 3000 },
      corsOrigins: [],
      trustedProxies: [],
      operatorTenant: null,
      publicUrl: 'https://outreach.example.com',
      requestsPerMinute: { perKey: 6_000, perTenant: 12_000 },
      sendGrid: {
        baseUrl: 'https://api.sendgrid.com',
        timeoutMs: 10_000,
      },
      dns: { enabled: true, servers: null, canary: 'gmail.com' },
      webhooks: {
        publicKeys: [API.SENDGRID_WEBHOOK_PUBLIC_KEY],
        maxBytes: 5_000_000,
        inHandRequests: 500,
        inHandBytes: 64_000_000,
        bodyTimeoutMs: 5_000,
        storeTimeoutMs: 4_000,
      },
      inbound: {
        publicKeys: null,
        maxBytes: 40_000_000,
        inHandRequests: 20,
        bodyTimeoutMs: 60_000,
      },
      blobs: { directory: 'cadenza-blobs', bucket: null },
    });
    expect(secrets.inboundToken).toBeNull();
    expect(secrets.blobAccessKey).toBeNull();
    expect(secrets.databaseUrl.reveal()).toBe(API.DATABASE_URL);
    expect(secrets.redisUrl).toBeNull();
    expect(secrets.sendGridApiKey).toBeNull();
    expect(secrets.webhookClient).toBeNull();
    expect(loadEventWorkerConfig(EVENT).config).toMatchObject({
      sendGrid: { baseUrl: 'https://api.sendgrid.com', timeoutMs: 10_000, lookUpWaitMs: 900_000 },
      dispatchIntervalMs: 200,
      dispatchLagAlarmMs: 60_000,
      sweepIntervalMs: 15_000,
      suppressionSyncIntervalMs: 86_400_000,
      partitions: { monthsOnline: null, monthsKept: null },
      sharedDeliveryMonths: null,
      dns: { enabled: true, servers: null, canary: 'gmail.com' },
      addressCheckDays: 90,
      addressConfirmMinutes: 60,
      blobs: { directory: 'cadenza-blobs', bucket: null },
      health: { port: 3003 },
    });
    expect(loadSendWorkerConfig(SEND)).toMatchObject({
      config: { hiddenLink: false, inboundDomain: null },
      secrets: { inboundKeys: [] },
    });
    expect(loadEventWorkerConfig(EVENT).secrets.inboundKeys).toEqual([]);
    expect(loadCliConfig(CLI)).toEqual({
      config: {
        queueSchema: 'bullmq',
        sendGrid: { baseUrl: 'https://api.sendgrid.com', timeoutMs: 10_000 },
      },
      secrets: {
        databaseOwnerUrl: expect.any(Secret) as Secret,
        erasureSecret: null,
        encryptionKeys: [],
        redisUrl: null,
        sendGridApiKey: null,
      },
    });
  });

  it('load a bucket and its access key', () => {
    const bucket = {
      BLOB_S3_BUCKET: 'mail',
      BLOB_S3_ENDPOINT: 'https://minio.example.com/',
      BLOB_S3_ACCESS_KEY_ID: 'AKIATEST',
      BLOB_S3_SECRET_ACCESS_KEY: 'secret',
    };
    for (const { config, secrets } of [
      loadApiConfig({ ...API, ...bucket }),
      loadEventWorkerConfig({ ...EVENT, ...bucket }),
    ]) {
      expect(config.blobs.bucket).toEqual({
        name: 'mail',
        region: 'us-east-1',
        endpoint: 'https://minio.example.com',
      });
      expect(secrets.blobAccessKey?.id).toBe('AKIATEST');
      expect(secrets.blobAccessKey?.secret.reveal()).toBe('secret');
    }
    expect(problemsOf('api', { BLOB_S3_ACCESS_KEY_ID: 'AKIATEST' })).toMatchObject([
      { path: 'BLOB_S3_SECRET_ACCESS_KEY', code: 'conflict' },
    ]);
    expect(problemsOf('api', { BLOB_S3_SECRET_ACCESS_KEY: 'secret' })).toMatchObject([
      { path: 'BLOB_S3_ACCESS_KEY_ID', code: 'conflict' },
    ]);
  });

  it('load a domain for answers and its keys', () => {
    const inbound = { INBOUND_SECRET: `b:${KEY}, a:${KEY}` };
    const { config, secrets } = loadSendWorkerConfig({
      ...SEND,
      ...inbound,
      INBOUND_DOMAIN: 'replies.example.com',
    });
    expect(config.inboundDomain).toBe('replies.example.com');
    expect(secrets.inboundKeys.map(({ id }) => id)).toEqual(['b', 'a']);
    const worker = loadEventWorkerConfig({ ...EVENT, ...inbound });
    expect(worker.secrets.inboundKeys.map(({ key }) => key.reveal())).toEqual([KEY, KEY]);
    expect(problemsOf('send-worker', { INBOUND_DOMAIN: 'replies.example.com' })).toMatchObject([
      { path: 'INBOUND_SECRET', code: 'conflict' },
    ]);
  });

  it('load several webhook keys and a client of OAuth', () => {
    const [old, next] = [publicKey('prime256v1'), publicKey('prime256v1')];
    const { config, secrets } = loadApiConfig({
      ...API,
      SENDGRID_WEBHOOK_PUBLIC_KEY: `${next}, ${old}`,
      WEBHOOK_OAUTH_CLIENT_ID: 'sendgrid',
      WEBHOOK_OAUTH_CLIENT_SECRET: KEY,
    });
    expect(config.webhooks.publicKeys).toEqual([next, old]);
    expect(secrets.webhookClient?.id).toBe('sendgrid');
    expect(secrets.webhookClient?.secret.reveal()).toBe(KEY);
  });

  it('load the issuer as it calls itself, and its client', () => {
    const oidc = { OIDC_ISSUER: 'https://tenant.example/', OIDC_CLIENT_ID: 'cadenza' };
    const open = loadApiConfig({ ...API, ...oidc });
    expect(open.config.oidc).toEqual({ issuer: 'https://tenant.example/', clientId: 'cadenza' });
    expect(open.secrets.oidcClientSecret).toBeNull();
    const closed = loadApiConfig({ ...API, ...oidc, OIDC_CLIENT_SECRET: 'a-secret' });
    expect(closed.secrets.oidcClientSecret?.reveal()).toBe('a-secret');
    expect(loadApiConfig(API).config.oidc).toBeNull();
  });

  it('load all keys of unsubscribe links, old ones too, for the app that follows them', () => {
    const { unsubscribeKeys } = loadApiConfig(API).secrets;
    expect(unsubscribeKeys.map(({ id, key }) => [id, key.reveal()])).toEqual([
      ['k2', `${KEY}-new`],
      ['k1', KEY],
    ]);
  });

  it('load with everything set, white space and empty variables aside', () => {
    const { config, secrets } = loadSendWorkerConfig({
      ...SEND,
      REDIS_URL: ' rediss://user:pw@redis:6380/2\n',
      SENDGRID_BASE_URL: 'http://emulator:4010/',
      SENDGRID_API_KEY: 'any',
      SEND_CONCURRENCY: '7',
      HIDDEN_LINK: 'on',
      HAND_OFF_DEADLINE_MS: '',
      HEALTH_PORT: '0',
    });
    expect(config).toMatchObject({
      sendGrid: { baseUrl: 'http://emulator:4010' },
      concurrency: 7,
      hiddenLink: true,
      handOffDeadlineMs: 15_000,
      health: { port: 0 },
    });
    expect(secrets.redisUrl?.reveal()).toBe('rediss://user:pw@redis:6380/2');
    expect(secrets.unsubscribeKeys.map(({ id, key }) => [id, key.reveal()])).toEqual([
      ['k2', `${KEY}-new`],
      ['k1', KEY],
    ]);
  });

  it.each([
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://127.8.9.10:8080/cadenza',
    'http://[::1]:3000',
    'https://10.0.0.7',
  ])('load with the public URL %s', (publicUrl) => {
    expect(loadApiConfig({ ...API, PUBLIC_URL: publicUrl }).config.publicUrl).toBe(publicUrl);
    expect(loadSendWorkerConfig({ ...SEND, PUBLIC_URL: publicUrl }).config).toMatchObject({
      publicUrl,
    });
  });

  it.each([
    ['https://bücher.example/', 'https://xn--bcher-kva.example'],
    ['HTTPS://Outreach.Example:443/Mail/', 'https://outreach.example/Mail'],
    ['https://outreach.example/größe', 'https://outreach.example/gr%C3%B6%C3%9Fe'],
  ])('load with the public URL %s as %s, as links have it', (written, publicUrl) => {
    expect(loadApiConfig({ ...API, PUBLIC_URL: written }).config.publicUrl).toBe(publicUrl);
  });

  it.each([
    ['1.1.1.1', ['1.1.1.1']],
    ['127.0.0.1:5353, 1.1.1.1', ['127.0.0.1:5353', '1.1.1.1']],
    ['2606:4700::1111', ['2606:4700::1111']],
    ['[2606:4700::1111]:53', ['[2606:4700::1111]:53']],
  ])('load with DNS servers %s', (servers, read) => {
    const { config } = loadEventWorkerConfig({
      ...EVENT,
      DNS_SERVERS: servers,
      DNS_LOOKUPS: 'off',
    });
    expect(config.dns).toEqual({ enabled: false, servers: read, canary: 'gmail.com' });
  });

  it('do without a canary where it is off', () => {
    const canaryOf = (DNS_CANARY: string) =>
      loadEventWorkerConfig({ ...EVENT, DNS_CANARY }).config.dns.canary;
    expect([canaryOf('off'), canaryOf('example.org')]).toEqual([null, 'example.org']);
    expect(problemsOf('event-worker', { DNS_CANARY: 'Example' })).toMatchObject([
      { path: 'DNS_CANARY', code: 'bad_value' },
    ]);
  });

  it.each(['dns.example', '1.1.1', '1.1.1.1:', '1.1.1.1:99999', '1.1.1.1,', '[::1'])(
    'are refused with DNS servers %s',
    (servers) => {
      expect(problemsOf('event-worker', { DNS_SERVERS: servers })).toMatchObject([
        { path: 'DNS_SERVERS', code: 'bad_value' },
      ]);
    },
  );

  it('print without a secret in them', () => {
    const loaded = JSON.stringify([
      loadEventWorkerConfig({ ...EVENT, SENDGRID_VALIDATION_API_KEY: 'SG.of.validation' }),
      loadApiConfig({ ...API, SENDGRID_API_KEY: 'SG.of.the.api' }),
      loadSendWorkerConfig(SEND),
      loadCliConfig(CLI),
    ]);
    for (const secret of [':pw@', KEY, 'SG.']) {
      expect(loaded).not.toContain(secret);
    }
  });
});

const NUMBER = (min: number, max: number) => `expected a whole number from ${min} to ${max}`;
const PG_HINT =
  'Example: postgres://login:password@127.0.0.1:5432/cadenza; `cadenza login create` makes one.';
const API_KEY_EXPECTED =
  'expected an API key of printable ASCII characters without spaces. It is read from the environment as it stands, so look for what was copied along with it. Create one in SendGrid under Settings, API Keys; the emulator takes those that its own SENDGRID_API_KEY names.';
const KEYS_EXPECTED =
  'expected <key id>:<secret of at least 32 bytes>, further ones after commas, each id once; the first one signs, the others are still accepted. Make one with: echo "k1:$(openssl rand -base64 33)"';
const WEBHOOK_EXPECTED =
  'expected a public key on the curve P-256 (ECDSA, base64 or PEM), or several, with commas or white space between them. Copy it from SendGrid: Settings, Mail Settings, Event Webhook, Signed Event Webhook.';
const PUBLIC_URL_EXPECTED =
  'expected a URL of at most 500 characters that begins with https:// (http:// only for localhost, 127.0.0.0/8 and [::1]), without a user, a query, a fragment and commas. Example: https://outreach.example.com';
const unset = undefined;
const otherCurve = publicKey('secp384r1');

/** App, changes to a good environment, variable, code, whole message. */
const BAD: readonly (readonly [App, Environment, string, string, string])[] = [
  [
    'api',
    { DATABASE_URL: unset },
    'DATABASE_URL',
    'missing',
    `is not set, expected a URL that begins with postgres:// or postgresql://. ${PG_HINT}`,
  ],
  [
    'api',
    { DATABASE_URL: '  ' },
    'DATABASE_URL',
    'missing',
    `is not set, expected a URL that begins with postgres:// or postgresql://. ${PG_HINT}`,
  ],
  [
    'send-worker',
    { DATABASE_URL: 'mysql://u:geheim@db/x' },
    'DATABASE_URL',
    'bad_value',
    `a secret of 21 characters was found, expected a URL that begins with postgres:// or postgresql://. ${PG_HINT}`,
  ],
  [
    'event-worker',
    { DATABASE_URL: 'db:5432' },
    'DATABASE_URL',
    'bad_value',
    `a secret of 7 characters was found, expected a URL that begins with postgres:// or postgresql://. ${PG_HINT}`,
  ],
  [
    'cli',
    { DATABASE_OWNER_URL: unset },
    'DATABASE_OWNER_URL',
    'missing',
    'is not set, expected a URL that begins with postgres:// or postgresql://. Example: postgres://cadenza_owner:password@127.0.0.1:5432/cadenza',
  ],
  [
    'api',
    { DATABASE_POOL_SIZE: '1' },
    'DATABASE_POOL_SIZE',
    'bad_value',
    `"1" was found, ${NUMBER(2, 500)}`,
  ],
  [
    'api',
    { DATABASE_POOL_SIZE: '1e2' },
    'DATABASE_POOL_SIZE',
    'bad_value',
    `"1e2" was found, ${NUMBER(2, 500)}`,
  ],
  [
    'api',
    { REDIS_URL: 'http://redis' },
    'REDIS_URL',
    'bad_value',
    'a secret of 12 characters was found, expected a URL that begins with redis:// or rediss://. Example: redis://127.0.0.1:6379',
  ],
  [
    'event-worker',
    { REDIS_URL: 'redis://' },
    'REDIS_URL',
    'bad_value',
    'a secret of 8 characters was found, expected a URL that begins with redis:// or rediss://. Example: redis://127.0.0.1:6379',
  ],
  [
    'api',
    { QUEUE_SCHEMA: 'Jobs' },
    'QUEUE_SCHEMA',
    'bad_value',
    '"Jobs" was found, expected a schema name of a-z, 0-9 and _, at most 63',
  ],
  [
    'send-worker',
    { SENDGRID_API_KEY: unset },
    'SENDGRID_API_KEY',
    'missing',
    `is not set, ${API_KEY_EXPECTED}`,
  ],
  [
    'send-worker',
    { SENDGRID_API_KEY: 'SG.two words' },
    'SENDGRID_API_KEY',
    'bad_value',
    `a secret of 12 characters was found, ${API_KEY_EXPECTED}`,
  ],
  [
    'api',
    { SENDGRID_API_KEY: 'SG.ключ' },
    'SENDGRID_API_KEY',
    'bad_value',
    `a secret of 7 characters was found, ${API_KEY_EXPECTED}`,
  ],
  [
    'event-worker',
    { SENDGRID_API_KEY: 'SG.a\u0007b' },
    'SENDGRID_API_KEY',
    'bad_value',
    `a secret of 6 characters was found, ${API_KEY_EXPECTED}`,
  ],
  [
    'api',
    { SENDGRID_API_KEY: 'emulator' },
    'SENDGRID_API_KEY',
    'conflict',
    'a secret of 8 characters was found, expected one that begins with "SG." for https://api.sendgrid.com',
  ],
  [
    'send-worker',
    { SENDGRID_BASE_URL: 'http://api.sendgrid.com' },
    'SENDGRID_BASE_URL',
    'conflict',
    '"http://api.sendgrid.com" was found, expected https:// for SendGrid itself',
  ],
  [
    'send-worker',
    { SENDGRID_BASE_URL: 'api.sendgrid.com' },
    'SENDGRID_BASE_URL',
    'bad_value',
    '"api.sendgrid.com" was found, expected a URL that begins with https:// or http://',
  ],
  [
    'send-worker',
    { SENDGRID_TIMEOUT_MS: '10s' },
    'SENDGRID_TIMEOUT_MS',
    'bad_value',
    `"10s" was found, ${NUMBER(100, 120_000)}`,
  ],
  [
    'api',
    { SENDGRID_WEBHOOK_PUBLIC_KEY: unset },
    'SENDGRID_WEBHOOK_PUBLIC_KEY',
    'missing',
    `is not set, ${WEBHOOK_EXPECTED}`,
  ],
  [
    'api',
    { SENDGRID_WEBHOOK_PUBLIC_KEY: 'no-key' },
    'SENDGRID_WEBHOOK_PUBLIC_KEY',
    'bad_value',
    `"no-key" was found, ${WEBHOOK_EXPECTED}`,
  ],
  [
    'api',
    { SENDGRID_WEBHOOK_PUBLIC_KEY: otherCurve },
    'SENDGRID_WEBHOOK_PUBLIC_KEY',
    'bad_value',
    `"${otherCurve.slice(0, 56)}… was found, ${WEBHOOK_EXPECTED}`,
  ],
  [
    'api',
    { WEBHOOK_IN_HAND_REQUESTS: '0' },
    'WEBHOOK_IN_HAND_REQUESTS',
    'bad_value',
    `"0" was found, ${NUMBER(1, 100_000)}`,
  ],
  [
    'api',
    { WEBHOOK_IN_HAND_BYTES: '4999999' },
    'WEBHOOK_IN_HAND_BYTES',
    'conflict',
    '4999999 was found, expected at least WEBHOOK_MAX_BYTES (5000000), so that the largest body can be taken',
  ],
  [
    'api',
    { WEBHOOK_STORE_TIMEOUT_MS: '10000' },
    'WEBHOOK_STORE_TIMEOUT_MS',
    'bad_value',
    `"10000" was found, ${NUMBER(100, 9_000)}`,
  ],
  [
    'api',
    { WEBHOOK_OAUTH_CLIENT_ID: 'sendgrid' },
    'WEBHOOK_OAUTH_CLIENT_SECRET',
    'conflict',
    'is not set, expected together with WEBHOOK_OAUTH_CLIENT_ID',
  ],
  [
    'api',
    { WEBHOOK_OAUTH_CLIENT_SECRET: KEY },
    'WEBHOOK_OAUTH_CLIENT_ID',
    'conflict',
    'is not set, expected together with WEBHOOK_OAUTH_CLIENT_SECRET',
  ],
  [
    'api',
    { WEBHOOK_OAUTH_CLIENT_ID: 'sendgrid', WEBHOOK_OAUTH_CLIENT_SECRET: KEY.slice(1) },
    'WEBHOOK_OAUTH_CLIENT_SECRET',
    'bad_value',
    'a secret of 31 characters was found, expected 32 to 200 printable ASCII characters without spaces. Make one with: openssl rand -hex 32',
  ],
  [
    'api',
    { OIDC_ISSUER: 'http://accounts.example.com', OIDC_CLIENT_ID: 'c' },
    'OIDC_ISSUER',
    'bad_value',
    '"http://accounts.example.com" was found, expected a URL that begins with https:// (http:// only for localhost, 127.0.0.0/8 and [::1]), without a user, a query and a fragment. Example: https://accounts.example.com; it is what the issuer calls itself in its configuration.',
  ],
  [
    'api',
    { OIDC_ISSUER: 'https://accounts.example.com' },
    'OIDC_CLIENT_ID',
    'conflict',
    'is not set, expected together with OIDC_ISSUER',
  ],
  [
    'api',
    { OIDC_CLIENT_ID: 'cadenza' },
    'OIDC_ISSUER',
    'conflict',
    'is not set, expected together with OIDC_CLIENT_ID',
  ],
  [
    'api',
    { OIDC_CLIENT_SECRET: 'a-secret' },
    'OIDC_CLIENT_ID',
    'conflict',
    'is not set, expected together with OIDC_CLIENT_SECRET',
  ],
  ['api', { PUBLIC_URL: unset }, 'PUBLIC_URL', 'missing', `is not set, ${PUBLIC_URL_EXPECTED}`],
  [
    'send-worker',
    { PUBLIC_URL: 'ftp://x.example' },
    'PUBLIC_URL',
    'bad_value',
    `"ftp://x.example" was found, ${PUBLIC_URL_EXPECTED}`,
  ],
  [
    'api',
    { PUBLIC_URL: 'http://outreach.example.com' },
    'PUBLIC_URL',
    'bad_value',
    `"http://outreach.example.com" was found, ${PUBLIC_URL_EXPECTED}`,
  ],
  [
    'send-worker',
    { PUBLIC_URL: 'http://10.0.0.7:3000' },
    'PUBLIC_URL',
    'bad_value',
    `"http://10.0.0.7:3000" was found, ${PUBLIC_URL_EXPECTED}`,
  ],
  [
    'api',
    { PUBLIC_URL: 'http://127.0.0.1.example.com' },
    'PUBLIC_URL',
    'bad_value',
    `"http://127.0.0.1.example.com" was found, ${PUBLIC_URL_EXPECTED}`,
  ],
  ...['https://h.example/a,b', 'https://h.example?x=1', 'https://h.example/#', 'https:/'].map(
    (found) =>
      [
        'api',
        { PUBLIC_URL: found },
        'PUBLIC_URL',
        'bad_value',
        `"${found}" was found, ${PUBLIC_URL_EXPECTED}`,
      ] as const,
  ),
  [
    'send-worker',
    { PUBLIC_URL: `https://h.example/${'x'.repeat(483)}` },
    'PUBLIC_URL',
    'bad_value',
    `"https://h.example/${'x'.repeat(38)}… was found, ${PUBLIC_URL_EXPECTED}`,
  ],
  [
    'api',
    { PUBLIC_URL: 'https://ann:secret@outreach.example.com' },
    'PUBLIC_URL',
    'bad_value',
    `"https://…@outreach.example.com" was found, ${PUBLIC_URL_EXPECTED}`,
  ],
  [
    'send-worker',
    { PUBLIC_URL: 'http://localhost@outreach.example.com' },
    'PUBLIC_URL',
    'bad_value',
    `"http://…@outreach.example.com" was found, ${PUBLIC_URL_EXPECTED}`,
  ],
  [
    'api',
    { UNSUBSCRIBE_SECRET: unset },
    'UNSUBSCRIBE_SECRET',
    'missing',
    `is not set, ${KEYS_EXPECTED}`,
  ],
  [
    'send-worker',
    { UNSUBSCRIBE_SECRET: unset },
    'UNSUBSCRIBE_SECRET',
    'missing',
    `is not set, ${KEYS_EXPECTED}`,
  ],
  [
    'send-worker',
    { UNSUBSCRIBE_SECRET: KEY },
    'UNSUBSCRIBE_SECRET',
    'bad_value',
    `a secret of 32 characters was found, ${KEYS_EXPECTED}`,
  ],
  [
    'send-worker',
    { UNSUBSCRIBE_SECRET: 'k1:short' },
    'UNSUBSCRIBE_SECRET',
    'bad_value',
    `a secret of 8 characters was found, ${KEYS_EXPECTED}`,
  ],
  [
    'send-worker',
    { UNSUBSCRIBE_SECRET: `k1:${KEY},k1:${KEY}x` },
    'UNSUBSCRIBE_SECRET',
    'bad_value',
    `a secret of 72 characters was found, ${KEYS_EXPECTED}`,
  ],
  [
    'event-worker',
    { ERASURE_SECRET: unset },
    'ERASURE_SECRET',
    'missing',
    'is not set, expected 32 to 200 printable ASCII characters without spaces. Make one with: openssl rand -base64 33',
  ],
  [
    'api',
    { HOST: 'two words' },
    'HOST',
    'bad_value',
    '"two words" was found, expected a host name or an IP address',
  ],
  ['api', { PORT: '65536' }, 'PORT', 'bad_value', `"65536" was found, ${NUMBER(0, 65_535)}`],
  [
    'event-worker',
    { HEALTH_PORT: '-1' },
    'HEALTH_PORT',
    'bad_value',
    `"-1" was found, ${NUMBER(0, 65_535)}`,
  ],
  [
    'event-worker',
    { LOG_LEVEL: 'verbose' },
    'LOG_LEVEL',
    'bad_value',
    '"verbose" was found, expected one of fatal, error, warn, info, debug, trace, silent',
  ],
  [
    'api',
    { WEBHOOK_MAX_BYTES: '5MB' },
    'WEBHOOK_MAX_BYTES',
    'bad_value',
    `"5MB" was found, ${NUMBER(1_024, 100_000_000)}`,
  ],
  [
    'send-worker',
    { SEND_CONCURRENCY: '2.5' },
    'SEND_CONCURRENCY',
    'bad_value',
    `"2.5" was found, ${NUMBER(1, 1_000)}`,
  ],
  [
    'send-worker',
    { HIDDEN_LINK: 'yes' },
    'HIDDEN_LINK',
    'bad_value',
    '"yes" was found, expected one of off, on',
  ],
  [
    'send-worker',
    { HAND_OFF_DEADLINE_MS: '99' },
    'HAND_OFF_DEADLINE_MS',
    'bad_value',
    `"99" was found, ${NUMBER(100, 300_000)}`,
  ],
  [
    'event-worker',
    { DISPATCH_INTERVAL_MS: '0' },
    'DISPATCH_INTERVAL_MS',
    'bad_value',
    `"0" was found, ${NUMBER(10, 60_000)}`,
  ],
  [
    'event-worker',
    { SWEEP_INTERVAL_MS: 'often' },
    'SWEEP_INTERVAL_MS',
    'bad_value',
    `"often" was found, ${NUMBER(100, 86_400_000)}`,
  ],
  [
    'event-worker',
    { EVENTS_ONLINE_MONTHS: '0' },
    'EVENTS_ONLINE_MONTHS',
    'bad_value',
    `"0" was found, ${NUMBER(1, 1_200)}`,
  ],
  [
    'event-worker',
    { EVENTS_ONLINE_MONTHS: '6', EVENTS_KEPT_MONTHS: '5' },
    'EVENTS_KEPT_MONTHS',
    'conflict',
    '5 was found, expected at least EVENTS_ONLINE_MONTHS (6), whose events are in use',
  ],
  [
    'api',
    { SHUTDOWN_TIMEOUT_MS: '600001' },
    'SHUTDOWN_TIMEOUT_MS',
    'bad_value',
    `"600001" was found, ${NUMBER(0, 600_000)}`,
  ],
  [
    'send-worker',
    { SHUTDOWN_TIMEOUT_MS: '500' },
    'SHUTDOWN_TIMEOUT_MS',
    'conflict',
    '500 was found, expected at least SENDGRID_TIMEOUT_MS (10000), so that a call under way can be answered',
  ],
];

describe('bad environments', () => {
  it.each(BAD)('%s with %o', (app, changes, path, code, message) => {
    expect(problemsOf(app, changes)).toEqual([{ path, code, message }]);
  });

  it('are refused with all their problems at once', () => {
    expect(() => loadApiConfig({ PORT: 'x', HOST: 'y z' })).toThrow(InvalidInputError);
    expect(problemsOf('api', { PORT: 'x', HOST: 'y z', DATABASE_URL: '' })).toHaveLength(3);
  });

  it('are refused with a key of validation that is none of SendGrid’s', () => {
    expect(problemsOf('event-worker', { SENDGRID_VALIDATION_API_KEY: 'key' })).toMatchObject([
      { path: 'SENDGRID_VALIDATION_API_KEY', code: 'conflict' },
    ]);
  });

  it('are judged only by the settings that the app reads', () => {
    expect(problemsOf('send-worker', { PORT: 'x', DATABASE_OWNER_URL: 'x' })).toEqual([]);
  });
});

describe('assertClockAllowed', () => {
  it.each([
    [1, 'https://api.sendgrid.com'],
    [60, 'http://127.0.0.1:4010'],
    [60, 'https://sendgrid.com.evil.example'],
  ])('allows rate %d with %s', (rate, baseUrl) => {
    expect(() => assertClockAllowed(rate, baseUrl)).not.toThrow();
  });

  it.each([
    [2, 'https://api.sendgrid.com'],
    [0.5, 'https://api.eu.sendgrid.com'],
  ])('refuses rate %d with %s', (rate, baseUrl) => {
    expect(() => assertClockAllowed(rate, baseUrl)).toThrow(
      `clock rate: ${rate} was found, expected 1 with ${baseUrl}. Set SENDGRID_BASE_URL to the emulator, or the rate to 1.`,
    );
  });
});

describe('keys that seal secrets', () => {
  const key = Buffer.alloc(32, 7).toString('base64');

  it('are read with their ids, the first one sealing, and are not shown', () => {
    const { secrets } = loadApiConfig({ ...API, ENCRYPTION_KEYS: `e2:${key},e1:${key}` });
    expect(secrets.encryptionKeys.map(({ id, key: one }) => [id, one.reveal()])).toEqual([
      ['e2', key],
      ['e1', key],
    ]);
    expect(JSON.stringify(secrets)).not.toContain(key);
  });

  it('of another length are refused, and not shown', () => {
    const short = Buffer.alloc(16, 7).toString('base64');
    const load = () => loadApiConfig({ ...API, ENCRYPTION_KEYS: `e1:${short}` });
    expect(load).toThrow(/ENCRYPTION_KEYS: a secret of 27 characters was found, expected <key id>/);
    expect(load).not.toThrow(short);
  });
});

describe('origins of pages that may call the API', () => {
  it('are read', () => {
    const text = 'https://console.example.com, http://127.0.0.1:8080';
    expect(loadApiConfig({ ...API, CORS_ORIGINS: text }).config.corsOrigins).toEqual([
      'https://console.example.com',
      'http://127.0.0.1:8080',
    ]);
  });

  it.each([
    '*',
    'null',
    'https://a.example/',
    'https://A.example',
    'a.example',
    'https://a.example,',
  ])('are none: %s', (text) => {
    expect(() => loadApiConfig({ ...API, CORS_ORIGINS: text })).toThrow('CORS_ORIGINS');
  });
});

describe('proxies before the API', () => {
  it('are read', () => {
    const text = '10.0.3.7, 172.18.0.0/16,fd00::/8';
    expect(loadApiConfig({ ...API, TRUSTED_PROXIES: text }).config.trustedProxies).toEqual([
      '10.0.3.7',
      '172.18.0.0/16',
      'fd00::/8',
    ]);
  });

  it.each([
    'true',
    '*',
    'proxy.internal',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '10.0.3.7,',
    'fe80::1%eth0',
  ])('are none: %s', (text) => {
    expect(() => loadApiConfig({ ...API, TRUSTED_PROXIES: text })).toThrow('TRUSTED_PROXIES');
  });
});
