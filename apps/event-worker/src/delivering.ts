import type { Id, WebhookSender } from '@cadenza/domain';
import { deliverToEndpoint, type DeliverOptions, type EngineStore } from '@cadenza/engine';
import type { QueueLogger } from '@cadenza/queue';
import { startPeriodic } from '@cadenza/runtime';
import type { Metrics } from '@cadenza/telemetry';

/** Real milliseconds between two looks for events that have no position yet, and events of one look. */
const RELAY = { intervalMs: 250, limit: 2_000 };
/** Real milliseconds between two looks for endpoints that something waits for. */
const CLAIM_INTERVAL_MS = 250;
/** Endpoints that one process works at once: a slow one takes one of them, and no more. */
const ENDPOINTS_AT_ONCE = 64;
/** Deliveries of an endpoint in one go, and requests to it at once. */
const BATCH = { size: 100, parallel: 10 };
/** Real milliseconds after which no further requests of a batch begin. */
const BATCH_MS = 20_000;
/** Longer than a batch and its last request together. */
const LEASE_MS = 60_000;
/** Events kept are forgotten by the hour; so many at once. */
const FORGET = { intervalMs: 3_600_000, limit: 20_000 };
const DAY_MS = 86_400_000;

export interface DeliveringOptions {
  readonly store: EngineStore;
  readonly sender: WebhookSender;
  readonly openSecret: (sealed: string, of: { tenantId: Id; id: Id }) => string;
  readonly log: QueueLogger;
  readonly metrics: Pick<Metrics, 'webhooks'>;
  /** Days for which what happened can be read and sent again. */
  readonly feedDays: number;
  /** Days of nothing but failures after which an endpoint is disabled. */
  readonly disableAfterDays: number;
  /** Real milliseconds that a worker has an endpoint for; tests say less. */
  readonly leaseMs?: number;
}

export interface Delivering {
  /** Claims nothing more, and waits for what has begun. */
  stop(): Promise<void>;
}

/** Relays what happened to the feeds of tenants, and sends it to their endpoints. */
export function startDelivering(
  options: DeliveringOptions,
  report: (what: string) => (error: unknown) => void,
): Delivering {
  const { store, log, metrics, leaseMs = LEASE_MS } = options;
  const deliver: DeliverOptions = {
    store,
    sender: options.sender,
    openSecret: options.openSecret,
    batch: BATCH,
    batchMs: BATCH_MS,
    disableAfterMs: options.disableAfterDays * DAY_MS,
    wall: () => Date.now(),
    monotonic: () => performance.now(),
    random: Math.random,
  };

  const underWay = new Set<Promise<void>>();
  async function work(endpoint: { readonly tenantId: Id; readonly id: Id }): Promise<void> {
    const { outcomes, disabled } = await deliverToEndpoint(endpoint, deliver);
    for (const outcome of outcomes) metrics.webhooks.inc({ outcome });
    if (disabled !== null) {
      const { tenantId, id: endpointId } = endpoint;
      log.warn({ tenantId, endpointId, reason: disabled }, 'a webhook endpoint was disabled');
    }
  }

  const relaying = startPeriodic(
    async () => (await store.relayFeedEvents(RELAY.limit)) === RELAY.limit,
    RELAY.intervalMs,
    report('relaying events'),
  );
  const claiming = startPeriodic(
    async () => {
      const room = ENDPOINTS_AT_ONCE - underWay.size;
      if (room === 0) return false;
      const claimed = await store.claimWebhookEndpoints(room, leaseMs);
      for (const endpoint of claimed) {
        const one = work(endpoint)
          .catch(report('sending webhooks'))
          .finally(() => underWay.delete(one));
        underWay.add(one);
      }
      return false;
    },
    CLAIM_INTERVAL_MS,
    report('claiming webhook endpoints'),
  );
  const forgetting = startPeriodic(
    async () => {
      const round = await store.alone('forget feed events', async () => ({
        forgotten: await store.forgetFeedEvents(options.feedDays, FORGET.limit),
      }));
      return round?.forgotten === FORGET.limit;
    },
    FORGET.intervalMs,
    report('forgetting feed events'),
  );

  return {
    async stop() {
      await Promise.all([relaying, claiming, forgetting].map((one) => one.stop()));
      await Promise.all(underWay);
    },
  };
}
