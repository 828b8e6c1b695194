import {
  dnsServers,
  encryptionKeys,
  integer,
  issuer,
  networks,
  oneOf,
  origins,
  publicUrl,
  signingKeys,
  text,
  url,
  webhookPublicKeys,
  type ValueKind,
} from './values.ts';

export const APPS = ['api', 'send-worker', 'event-worker', 'cli'] as const;
export type AppName = (typeof APPS)[number];

/** One environment variable. */
export interface Setting<T> {
  readonly value: ValueKind<T>;
  /** The apps that read it. */
  readonly apps: readonly AppName[];
  /** The apps that do not start without it. */
  readonly requiredBy?: readonly AppName[];
  /** Used where the variable is not set, for all apps or for each. */
  readonly default?: string | Partial<Record<AppName, string>>;
  /** Its value is never shown. */
  readonly secret?: true;
  readonly description: string;
  /** What to do when it is missing or wrong. */
  readonly hint?: string;
}

const setting = <T>(definition: Setting<T>): Setting<T> => definition;

const ALL = APPS;
const SERVERS = ['api', 'send-worker', 'event-worker'] as const;
const DAY_MS = 86_400_000;

/** Every setting of Cadenza. The documentation is generated from this table. */
export const SETTINGS = {
  DATABASE_URL: setting({
    value: url('postgres', 'postgresql'),
    apps: SERVERS,
    requiredBy: SERVERS,
    secret: true,
    description:
      'PostgreSQL, as the role of the app: never the owner, a superuser or one with BYPASSRLS.',
    hint: 'Example: postgres://login:password@127.0.0.1:5432/cadenza; `cadenza login create` makes one.',
  }),
  DATABASE_OWNER_URL: setting({
    value: url('postgres', 'postgresql'),
    apps: ['cli'],
    requiredBy: ['cli'],
    secret: true,
    description:
      'PostgreSQL, as the owner of the schema: for the migrations and everything else that the command line does in the database. Never given to an app.',
    hint: 'Example: postgres://cadenza_owner:password@127.0.0.1:5432/cadenza',
  }),
  CADENZA_URL: setting({
    value: url('https', 'http'),
    apps: ['cli'],
    description: 'Address of the API, for `cadenza import`, `audience` and `watch`.',
    hint: 'Example: https://outreach.example.com',
  }),
  CADENZA_API_KEY: setting({
    value: text(/^[\x21-\x7e]+$/, 'an API key of printable ASCII characters without spaces'),
    apps: ['cli'],
    secret: true,
    description:
      'API key for `cadenza import` (scope write), `audience` (read and write) and `watch` (read): it says which tenant is meant.',
    hint: 'Make one with: cadenza key create --tenant <tenant> --scopes read,write',
  }),
  DATABASE_POOL_SIZE: setting({
    value: integer(2, 500),
    apps: SERVERS,
    default: '10',
    description: 'Connections to PostgreSQL per process, besides those of the queues.',
  }),
  REDIS_URL: setting({
    value: url('redis', 'rediss'),
    apps: ALL,
    secret: true,
    description: 'Redis for queues and limits. Not set: both are kept in PostgreSQL.',
    hint: 'Example: redis://127.0.0.1:6379',
  }),
  QUEUE_SCHEMA: setting({
    value: text(/^[a-z_][a-z0-9_]{0,62}$/, 'a schema name of a-z, 0-9 and _, at most 63'),
    apps: ALL,
    default: 'bullmq',
    description: 'Schema of the queues in PostgreSQL; unused with Redis.',
  }),
  SENDGRID_API_KEY: setting({
    value: text(/^[\x21-\x7e]+$/, 'an API key of printable ASCII characters without spaces'),
    apps: ALL,
    requiredBy: ['send-worker'],
    secret: true,
    description:
      'API key of SendGrid. The send-worker’s may send mail and remove bounces; the API’s may read senders, and without it none can be verified; the event-worker’s, and that of `cadenza reconcile`, may read the activity, and without it no unknown message is looked up.',
    hint: 'It is read from the environment as it stands, so look for what was copied along with it. Create one in SendGrid under Settings, API Keys; the emulator takes those that its own SENDGRID_API_KEY names.',
  }),
  SENDGRID_BASE_URL: setting({
    value: url('https', 'http'),
    apps: ALL,
    default: 'https://api.sendgrid.com',
    description:
      'Address of SendGrid’s API (https://api.eu.sendgrid.com in the EU), or of the emulator.',
  }),
  SENDGRID_TIMEOUT_MS: setting({
    value: integer(100, 120_000),
    apps: ALL,
    default: '10000',
    description: 'Milliseconds after which a call of SendGrid counts as unanswered.',
  }),
  LOOK_UP_WAIT_MS: setting({
    value: integer(0, 86_400_000),
    apps: ['send-worker', 'event-worker'],
    default: '900000',
    description:
      'Milliseconds that SendGrid may take to show in its activity what it has accepted, after which an unknown message is looked up there. The same for all workers.',
  }),
  SENDGRID_VALIDATION_API_KEY: setting({
    value: text(/^[\x21-\x7e]+$/, 'an API key of printable ASCII characters without spaces'),
    apps: ['event-worker'],
    secret: true,
    description:
      'API key of SendGrid’s Email Validation, which is paid for by the address and takes no other key. Not set: nobody’s addresses are asked about there, whatever tenants want.',
    hint: 'Create one in SendGrid under Settings, API Keys, Email Address Validation.',
  }),
  SENDGRID_WEBHOOK_PUBLIC_KEY: setting({
    value: webhookPublicKeys,
    apps: ['api'],
    requiredBy: ['api'],
    description:
      'Verifies the signature of every event webhook but those of tenants with a SendGrid account of their own. Any of several serves, so that one can replace another. Without it nothing is accepted.',
    hint: 'Copy it from SendGrid: Settings, Mail Settings, Event Webhook, Signed Event Webhook.',
  }),
  SMS_BASE_URL: setting({
    value: url('https', 'http'),
    apps: ['api', 'send-worker'],
    description:
      'Address of the development provider of text messages. Not set: no text message is sent, and a sender that has one to send is paused with the reason.',
    hint: 'Example: http://127.0.0.1:4100, where the SMS emulator runs.',
  }),
  SMS_API_KEY: setting({
    value: text(/^[\x21-\x7e]+$/, 'an API key of printable ASCII characters without spaces'),
    apps: ['api', 'send-worker'],
    secret: true,
    description: 'Key for the provider of text messages; needed with SMS_BASE_URL.',
    hint: 'The emulator takes the one that its own SMS_API_KEY names.',
  }),
  SMS_WEBHOOK_PUBLIC_KEY: setting({
    value: webhookPublicKeys,
    apps: ['api'],
    description:
      'Verifies the signature of webhooks of the provider of text messages: delivery reports, and messages that come in. Any of several serves. Not set: none is accepted.',
    hint: 'The emulator prints it when it is ready.',
  }),
  PUBLIC_URL: setting({
    value: publicUrl,
    apps: ['api', 'send-worker'],
    requiredBy: ['api', 'send-worker'],
    description: 'Address under which recipients reach the API: it stands in unsubscribe links.',
    hint: 'Example: https://outreach.example.com',
  }),
  API_KEY_REQUESTS_PER_MINUTE: setting({
    value: integer(1, 1_000_000),
    apps: ['api'],
    default: '6000',
    description:
      'Requests of the API that a key may make in a minute, unless it has a limit of its own.',
  }),
  API_TENANT_REQUESTS_PER_MINUTE: setting({
    value: integer(1, 1_000_000),
    apps: ['api'],
    default: '12000',
    description:
      'The same of all keys of a tenant together, unless `cadenza tenant api-limit` says another.',
  }),
  OIDC_ISSUER: setting({
    value: issuer,
    apps: ['api'],
    description:
      'Issuer of OpenID Connect by which users sign in. Not set: they sign in with passwords, which `cadenza user password` sets.',
    hint: 'Example: https://accounts.example.com; it is what the issuer calls itself in its configuration.',
  }),
  OIDC_CLIENT_ID: setting({
    value: text(/^[\x21-\x7e]{1,200}$/, '1 to 200 printable ASCII characters without spaces'),
    apps: ['api'],
    description: 'What the issuer knows Cadenza by; needed with OIDC_ISSUER.',
    hint: 'Register <PUBLIC_URL>/v1/sign-in/callback there as the address to come back to.',
  }),
  OIDC_CLIENT_SECRET: setting({
    value: text(/^[\x21-\x7e]{1,500}$/, '1 to 500 printable ASCII characters without spaces'),
    apps: ['api'],
    secret: true,
    description: 'The secret that goes with OIDC_CLIENT_ID. Not set: a public client.',
  }),
  CORS_ORIGINS: setting({
    value: origins,
    apps: ['api'],
    description:
      'Origins whose pages may call the API from a browser, with an API key. Not set: no page of another origin can.',
    hint: 'Example: https://console.example.com,https://intranet.example.com:8443',
  }),
  TRUSTED_PROXIES: setting({
    value: networks,
    apps: ['api'],
    description:
      'The proxies before the API, whose X-Forwarded-For says where a request comes from. Not set behind one: all requests count as of one address, and anybody can use up the limits by which people sign in.',
    hint: 'Example: 10.0.3.7,172.18.0.0/16. Name your proxies alone: whoever is named can pretend to be any address.',
  }),
  OPERATOR_TENANT: setting({
    value: text(
      /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
      'the id of a tenant, in lower case',
    ),
    apps: ['api'],
    description:
      'The tenant whose API keys and users with the scope admin operate the installation: their live updates tell what the queues hold, which is about all tenants. Not set: no tenant’s do.',
    hint: 'cadenza tenant list shows the ids.',
  }),
  UNSUBSCRIBE_SECRET: setting({
    value: signingKeys,
    apps: ['api', 'send-worker'],
    requiredBy: ['api', 'send-worker'],
    secret: true,
    description:
      'Signs unsubscribe links, and verifies them when they are followed: <key id>:<secret>. The same for both apps. To rotate, put a new one before the old ones, in the API first, and keep those for as long as their mails shall work.',
    hint: 'Make one with: echo "k1:$(openssl rand -base64 33)"',
  }),
  ERASURE_SECRET: setting({
    value: text(/^[\x21-\x7e]{32,200}$/, '32 to 200 printable ASCII characters without spaces'),
    apps: ['api', 'event-worker', 'cli'],
    requiredBy: ['api', 'event-worker'],
    secret: true,
    description:
      'Key of the hashes that are kept of erased addresses, so that nobody who was erased is written to again. The same for all these apps, and never changed: with another one the erased are not known any more.',
    hint: 'Make one with: openssl rand -base64 33',
  }),
  ENCRYPTION_KEYS: setting({
    value: encryptionKeys,
    apps: ALL,
    secret: true,
    description:
      'Keys that seal secrets of tenants in the database, so that a dump of it shows none. The same for all apps. Not set: no such secret can be stored, and no app starts where one is. To rotate, put a new one before the old one everywhere, run `cadenza secrets rotate`, and take the old one away.',
    hint: 'Make one with: echo "e1:$(openssl rand -base64 32)"',
  }),
  HOST: setting({
    value: text(/^[A-Za-z0-9.:_-]+$/, 'a host name or an IP address'),
    apps: SERVERS,
    default: '0.0.0.0',
    description: 'Address to listen on. Containers need 0.0.0.0; 127.0.0.1 keeps it to the host.',
  }),
  PORT: setting({
    value: integer(0, 65_535),
    apps: ['api'],
    default: '3000',
    description: 'Port of the API. 0 takes a free one.',
  }),
  HEALTH_PORT: setting({
    value: integer(0, 65_535),
    apps: SERVERS,
    default: { api: '3001', 'send-worker': '3002', 'event-worker': '3003' },
    description: 'Port of /healthz, /readyz and /metrics, to be kept from the public.',
  }),
  LOG_LEVEL: setting({
    value: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    apps: ALL,
    default: 'info',
    description: 'The least important lines that are logged.',
  }),
  WEBHOOK_MAX_BYTES: setting({
    value: integer(1_024, 100_000_000),
    apps: ['api'],
    default: '5000000',
    description: 'Largest body of an event webhook. SendGrid sends batches of up to 768 KB.',
  }),
  WEBHOOK_IN_HAND_REQUESTS: setting({
    value: integer(1, 100_000),
    apps: ['api'],
    default: '500',
    description:
      'Event webhooks that one process reads and stores at the same time. Beyond it the answer is 503, and SendGrid repeats the delivery.',
  }),
  WEBHOOK_IN_HAND_BYTES: setting({
    value: integer(1_024, 10_000_000_000),
    apps: ['api'],
    default: '64000000',
    description:
      'Bytes of event webhooks that one process holds at the same time, at least WEBHOOK_MAX_BYTES. Beyond it the answer is 503, and SendGrid repeats the delivery.',
  }),
  WEBHOOK_BODY_TIMEOUT_MS: setting({
    value: integer(100, 300_000),
    apps: ['api'],
    default: '5000',
    description:
      'Milliseconds in which the whole body of an event webhook must have come. SendGrid itself waits for about 10 s for the answer.',
  }),
  WEBHOOK_STORE_TIMEOUT_MS: setting({
    value: integer(100, 9_000),
    apps: ['api'],
    default: '4000',
    description:
      'Milliseconds in which PostgreSQL must have committed an event webhook. Beyond it the answer is 503, and SendGrid repeats the delivery.',
  }),
  WEBHOOK_OAUTH_CLIENT_ID: setting({
    value: text(
      /^[A-Za-z0-9._~-]{1,100}$/,
      '1 to 100 letters, digits, dots, underscores, tildes and hyphens',
    ),
    apps: ['api'],
    description:
      'Client id with which SendGrid fetches a token for its event webhooks. With it every one needs a token besides its signature; not set, none does.',
  }),
  WEBHOOK_OAUTH_CLIENT_SECRET: setting({
    value: text(/^[\x21-\x7e]{32,200}$/, '32 to 200 printable ASCII characters without spaces'),
    apps: ['api'],
    secret: true,
    description:
      'The secret that goes with WEBHOOK_OAUTH_CLIENT_ID: both are set, or neither. It signs the tokens, so all API processes have the same.',
    hint: 'Make one with: openssl rand -hex 32',
  }),
  SENDGRID_INBOUND_PUBLIC_KEY: setting({
    value: webhookPublicKeys,
    apps: ['api'],
    description:
      'Verifies the signature of inbound mail but that of tenants with a SendGrid account of their own. With it, mail that is not signed is kept and moves nothing.',
    hint: 'SendGrid shows it for the security policy that is attached to the Inbound Parse setting.',
  }),
  INBOUND_TOKEN: setting({
    value: text(/^[A-Za-z0-9_-]{32,200}$/, '32 to 200 letters, digits, underscores and hyphens'),
    apps: ['api'],
    secret: true,
    description:
      'Secret that stands as `?token=` in the address which SendGrid posts the platform’s inbound mail to, for where its signature is not used. With it, mail that comes without it is kept and moves nothing. Tenants with an address of their own have secrets of their own.',
    hint: 'Make one with: openssl rand -hex 32',
  }),
  INBOUND_DOMAIN: setting({
    value: text(
      /^(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
      'a domain in lower case',
    ),
    apps: ['send-worker'],
    description:
      'Domain whose mail SendGrid’s Inbound Parse takes in. With it, answers to mails of senders without a reply address of their own go to a signed address there, and mails can be unsubscribed from by mail.',
    hint: 'Example: replies.outreach.example.com, whose MX record is mx.sendgrid.net',
  }),
  INBOUND_SECRET: setting({
    value: signingKeys,
    apps: ['send-worker', 'event-worker'],
    secret: true,
    description:
      'Signs the addresses of INBOUND_DOMAIN: <key id>:<secret>. To rotate, put a new one before the old ones, and keep those for as long as answers to their mails shall arrive. The same for all workers.',
    hint: 'Make one with: echo "k1:$(openssl rand -base64 33)"',
  }),
  INBOUND_MAX_BYTES: setting({
    value: integer(1_024, 1_000_000_000),
    apps: ['api'],
    default: '40000000',
    description:
      'Bytes of one inbound mail, with the form around it, that are kept. Of a larger one the rest is dropped, and it is put aside. SendGrid takes mail of up to 30 MB.',
  }),
  INBOUND_IN_HAND_REQUESTS: setting({
    value: integer(1, 10_000),
    apps: ['api'],
    default: '20',
    description:
      'Inbound mails that one process takes at the same time. Beyond it the answer is 503, and SendGrid repeats the mail.',
  }),
  INBOUND_BODY_TIMEOUT_MS: setting({
    value: integer(100, 300_000),
    apps: ['api'],
    default: '60000',
    description:
      'Milliseconds in which the whole of an inbound mail must have come. Beyond it the answer is 503, and SendGrid repeats the mail.',
  }),
  BLOB_DIR: setting({
    value: text(/^[^\0]{1,4000}$/, 'the path of a folder'),
    apps: ['api', 'event-worker'],
    default: 'cadenza-blobs',
    description:
      'Folder for inbound mail and its attachments, which all these apps see. It is made when it is first needed.',
  }),
  BLOB_S3_BUCKET: setting({
    value: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
    apps: ['api', 'event-worker'],
    description:
      'Bucket for inbound mail and its attachments, in the place of BLOB_DIR: of Amazon’s S3, or of a store that speaks as it does.',
  }),
  BLOB_S3_REGION: setting({
    value: text(/^[a-z0-9-]{1,50}$/, 'the name of a region'),
    apps: ['api', 'event-worker'],
    default: 'us-east-1',
    description: 'Region of BLOB_S3_BUCKET.',
  }),
  BLOB_S3_ENDPOINT: setting({
    value: url('https', 'http'),
    apps: ['api', 'event-worker'],
    description: 'Address of the store of BLOB_S3_BUCKET, where it is not Amazon’s.',
  }),
  BLOB_S3_ACCESS_KEY_ID: setting({
    value: text(/^[\x21-\x7e]{1,200}$/, 'printable ASCII characters without spaces'),
    apps: ['api', 'event-worker'],
    description:
      'Access key of BLOB_S3_BUCKET. Not set: the credentials that the machine has been given.',
  }),
  BLOB_S3_SECRET_ACCESS_KEY: setting({
    value: text(/^[\x21-\x7e]{1,200}$/, 'printable ASCII characters without spaces'),
    apps: ['api', 'event-worker'],
    secret: true,
    description: 'The secret that goes with BLOB_S3_ACCESS_KEY_ID: both are set, or neither.',
  }),
  SEND_CONCURRENCY: setting({
    value: integer(1, 1_000),
    apps: ['send-worker'],
    default: '50',
    description: 'Messages that one process hands over at the same time.',
  }),
  HIDDEN_LINK: setting({
    value: oneOf('off', 'on'),
    apps: ['send-worker'],
    default: 'off',
    description:
      'Whether HTML mails whose clicks are tracked end with a link that nobody sees, so that scanners which follow it are known. Some spam filters count hidden content against a mail.',
  }),
  HAND_OFF_DEADLINE_MS: setting({
    value: integer(100, 300_000),
    apps: ['send-worker'],
    default: '15000',
    description:
      'Milliseconds from just before the statement that begins a hand-off to the last moment at which its call may be written.',
  }),
  DISPATCH_INTERVAL_MS: setting({
    value: integer(10, 60_000),
    apps: ['event-worker'],
    default: '200',
    description: 'Milliseconds between two looks for due steps.',
  }),
  DISPATCH_LAG_ALARM_MS: setting({
    value: integer(1_000, DAY_MS),
    apps: ['event-worker'],
    default: '60000',
    description:
      'Milliseconds for which a due step may wait to be dispatched, without a pause, a limit or the provider holding it back, before the log and /readyz say so.',
  }),
  SWEEP_INTERVAL_MS: setting({
    value: integer(100, DAY_MS),
    apps: ['event-worker'],
    default: '15000',
    description:
      'Milliseconds between two looks for work that was dropped: leases, deliveries, unknowns.',
  }),
  SUPPRESSION_SYNC_INTERVAL_MS: setting({
    value: integer(1_000, 7 * DAY_MS),
    apps: ['event-worker'],
    default: '86400000',
    description:
      'Milliseconds between two syncs with SendGrid’s suppression lists, where there is a key for it.',
  }),
  EVENTS_ONLINE_MONTHS: setting({
    value: integer(1, 1_200),
    apps: ['event-worker'],
    description:
      'Whole months before this one whose events stay in message_events; older partitions are detached. Not set: none is.',
  }),
  EVENTS_KEPT_MONTHS: setting({
    value: integer(1, 1_200),
    apps: ['event-worker'],
    description:
      'Whole months before this one of which detached partitions of events are kept; older ones are dropped. At least EVENTS_ONLINE_MONTHS. Not set: none is.',
  }),
  DELIVERIES_KEPT_MONTHS: setting({
    value: integer(1, 1_200),
    apps: ['event-worker'],
    description:
      'Whole months before this one for which raw deliveries of the shared SendGrid account are kept, which mix tenants. Not set: for ever.',
  }),
  DNS_LOOKUPS: setting({
    value: oneOf('on', 'off'),
    apps: ['api', 'event-worker'],
    default: 'on',
    description:
      'Whether DNS is asked where mail for an address goes, and for the records of senders’ domains. Off: addresses are judged by their form, and by SendGrid where tenants want it.',
  }),
  DNS_SERVERS: setting({
    value: dnsServers,
    apps: ['api', 'event-worker'],
    description: 'DNS servers to ask. Not set: those of the system.',
    hint: 'Example: 127.0.0.1:5353,1.1.1.1',
  }),
  DNS_CANARY: setting({
    value: text(
      /^(off|(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+)$/,
      'a domain in lower case, or off',
    ),
    apps: ['api', 'event-worker'],
    default: 'gmail.com',
    description:
      'Domain that takes mail. While DNS does not find its mail servers, it is not believed that domains of addresses do not exist. off: believed without.',
  }),
  BULLMQ_ADMIN_PASSWORD: setting({
    value: text(/^[\x21-\x7e]{16,200}$/, '16 to 200 printable ASCII characters without spaces'),
    apps: ['event-worker'],
    secret: true,
    description:
      'Password of the user admin of the dashboard that shows the queues in a browser. Not set: there is no dashboard.',
    hint: 'Make one with: openssl rand -base64 24',
  }),
  BULLMQ_ADMIN_HOST: setting({
    value: text(/^[A-Za-z0-9.:_-]+$/, 'a host name or an IP address'),
    apps: ['event-worker'],
    default: '127.0.0.1',
    description:
      'Address that the dashboard listens on. It speaks plain HTTP: let no other machine reach it but through a proxy with TLS, or a tunnel.',
  }),
  BULLMQ_ADMIN_PORT: setting({
    value: integer(0, 65_535),
    apps: ['event-worker'],
    default: '3004',
    description: 'Port of the dashboard.',
  }),
  ADDRESS_CONFIRM_MINUTES: setting({
    value: integer(20, 10_080),
    apps: ['event-worker'],
    default: '60',
    description:
      'Minutes after which a domain that was not found is looked for again, before its addresses are invalid. Nothing is sent to them meanwhile.',
  }),
  ADDRESS_CHECK_DAYS: setting({
    value: integer(1, 3_650),
    apps: ['event-worker'],
    default: '90',
    description:
      'Days after which what was found out about an address has expired. It is not asked for again before, and after that when the address is enrolled; what DNS has made invalid is after a week.',
  }),
  WEBHOOK_TARGETS: setting({
    value: oneOf('public', 'any'),
    apps: ['api', 'event-worker'],
    default: 'public',
    description:
      'Where tenants may have webhooks sent to: over https to the public internet alone, or, for development, anywhere. The same for both apps.',
  }),
  WEBHOOK_DISABLE_AFTER_DAYS: setting({
    value: integer(1, 90),
    apps: ['event-worker'],
    default: '5',
    description: 'Days of nothing but failures after which an endpoint for webhooks is disabled.',
  }),
  EVENT_FEED_DAYS: setting({
    value: integer(4, 90),
    apps: ['event-worker'],
    default: '7',
    description:
      'Days for which what happened is kept for webhooks and live updates, and can be sent again. Attempts at one webhook go on for three.',
  }),
  SHUTDOWN_TIMEOUT_MS: setting({
    value: integer(0, 600_000),
    apps: SERVERS,
    default: '30000',
    description: 'Milliseconds that running work gets to end after SIGTERM.',
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;
/** The value of a setting, as its kind gives it. */
export type SettingValue<N extends SettingName> =
  (typeof SETTINGS)[N] extends Setting<infer T> ? T : never;

/** The text that stands for a variable that is not set. */
export function defaultFor(setting: Setting<unknown>, app: AppName): string | undefined {
  return typeof setting.default === 'string' ? setting.default : setting.default?.[app];
}
