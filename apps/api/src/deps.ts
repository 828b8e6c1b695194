import type {
  BlobStore,
  Clock,
  Id,
  JobPublisher,
  MailDns,
  RateLimiter,
  StandIn,
} from '@cadenza/domain';
import type { Database } from '@cadenza/database';
import type { EngineStore, PlanCache } from '@cadenza/engine';
import type { SecretBox } from '@cadenza/secrets';
import type { WebhookVerifier } from '@cadenza/sendgrid';
import type { SmsDev } from '@cadenza/sms-dev';
import type { InboundConfig, WebhookConfig } from '@cadenza/config';
import type { Logger, Metrics, OpsHandlers } from '@cadenza/telemetry';
import type { RequestCounters, Runtime } from '@cadenza/runtime';
import type { WebhookTargets } from '@cadenza/webhooks';
import type { RequestLimits } from './http/request-limits.ts';
import type { TenantsAdmin } from './tenants-admin.ts';
import type { OidcSignIn } from './sign-in/oidc.ts';
import type { AccessTokens } from './webhooks/access-tokens.ts';

/** All that the API stands on. Who builds it also closes what it holds. */
export interface ApiDeps {
  readonly db: Database;
  readonly store: EngineStore;
  readonly plans: PlanCache;
  readonly publisher: JobPublisher;
  /** Asked how much the queues hold. */
  readonly queues: Pick<Runtime['queues'], 'depths'>;
  /** Asked when a message could leave; nothing is taken from it. */
  readonly limiter: Pick<RateLimiter, 'peek'>;
  /** Campaign time, by which the provider's signatures are dated too. */
  readonly clock: Clock;
  readonly verifier: WebhookVerifier;
  /** Null: no webhook of the provider of text messages is accepted. */
  readonly smsVerifier: WebhookVerifier | null;
  /** Null where there is no provider of text messages: SMS senders cannot be verified then. */
  readonly smsVerification: Pick<SmsDev, 'senderVerification'> | null;
  /** Null: webhooks need no token besides their signature. */
  readonly webhookTokens: AccessTokens | null;
  /** Secrets that sign unsubscribe links, by key id: any of them serves. */
  readonly unsubscribeKeys: Readonly<Record<string, string>>;
  /** Signs people in; null: they have passwords here. */
  readonly oidc: OidcSignIn | null;
  /** What is kept of addresses whose person was erased. */
  readonly standIn: StandIn;
  /** Where inbound mail is kept. */
  readonly blobs: BlobStore;
  /** Null: inbound mail to the platform's address is not signed. */
  readonly inboundVerifier: WebhookVerifier | null;
  /** Stands in the address that inbound mail comes to; null: none does. */
  readonly inboundToken: string | null;
  /** Seals secrets of tenants; null: none can be kept. */
  readonly secrets: SecretBox | null;
  /** Asked about senders. */
  readonly sendGrid: TenantsAdmin;
  /** Null: records of senders' domains are not looked at. */
  readonly dns: MailDns | null;
  /** Where requests are counted for all processes; null: each counts for itself. */
  readonly requestCounters: RequestCounters | null;
  readonly ops: Pick<OpsHandlers, 'healthz' | 'readyz'>;
  readonly metrics: Pick<Metrics, 'httpSeconds'>;
  readonly logger: Logger;
  readonly settings: ApiSettings;
}

export interface ApiSettings {
  /** Under which the API is reached, without a slash at its end. */
  readonly publicUrl: string;
  /** Whose pages may call the API from a browser; none: nobody's. */
  readonly corsOrigins: readonly string[];
  /** Addresses and CIDRs whose `X-Forwarded-For` says where a request comes from; none: no one's. */
  readonly trustedProxies: readonly string[];
  /** The tenant whose admins operate the installation; null: none's do. */
  readonly operatorTenant: Id | null;
  readonly webhooks: Omit<WebhookConfig, 'publicKeys'>;
  /** Where tenants may have webhooks sent to. */
  readonly webhookTargets: WebhookTargets;
  readonly inbound: Omit<InboundConfig, 'publicKeys'>;
  readonly requestsPerMinute: RequestLimits;
  /** How long timers wait for webhooks under way, in campaign milliseconds. */
  readonly graceMs: number;
}
