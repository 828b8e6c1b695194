import { generateKeyPairSync } from 'node:crypto';
import { mailNode, planOf, startDemoCampaign } from '@cadenza/demo';
import { startStack, type Stack } from '@cadenza/stack';
import type {} from '@cadenza/testing/global-setup';
import { expect, inject, test } from 'vitest';
import { acceptedCount, until } from './support/ledger.ts';
import {
  startOutagePostgres,
  startOutageRedis,
  type OutageServer,
} from './support/outage-servers.ts';
import { startWebhookSender, type Delivery, type WebhookSender } from './support/webhook-sender.ts';

/** Real milliseconds for which a server is away. */
const POSTGRES_AWAY_MS = 30_000;
const REDIS_AWAY_MS = 60_000;
const PEOPLE = 40;
const EVENTS_OF_DELIVERY = 20;
const DELIVERY_EVERY_MS = 100;
/** Deliveries that are acknowledged before a server goes, and after it has come back. */
const SOME = 30;
const PATIENCE_MS = 120_000;

interface Message {
  readonly id: string;
  readonly tenantId: string;
}

interface Load {
  readonly stack: Stack;
  readonly sender: WebhookSender;
}

/**
 * Posts deliveries without end to the apps, about messages that were sent, while something is done
 * to their servers; at the end every event that was ever posted must have been recorded, once.
 */
async function underLoad(
  servers: { readonly adminUrl: string; readonly redisUrl: string },
  work: (load: Load) => Promise<void>,
): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stack = await startStack({
    ...servers,
    rate: 1,
    campaignStart: Date.now(),
    seed: 'outages',
    hostEnv: process.env,
    emulatorEnv: {
      // All events are those of the test.
      EVENTS: 'false',
      WEBHOOK_PRIVATE_KEY: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    },
  });
  try {
    const messages = await sentMessages(stack);
    const since = Math.floor(Date.now() / 1_000);
    const sender = startWebhookSender({
      url: `${stack.apiUrl}/v1/webhooks/sendgrid/events`,
      privateKey,
      everyMs: DELIVERY_EVERY_MS,
      deliveryOf: (nth) => deliveryOf(nth, messages, since),
    });
    try {
      const programs = () => [stack.api.pid, stack.eventWorker.pid, stack.sendWorker.pid];
      const before = programs();
      await acknowledgedMore(sender);
      await work({ stack, sender });
      await sender.finish();
      await until(() => nothingWaits(stack), PATIENCE_MS);

      expect(sender.acknowledged).toHaveLength(sender.posted.length);
      expect(await unlikePosted(stack, sender)).toEqual({ missing: [], doubled: 0, foreign: [] });
      expect(programs()).toEqual(before);
      console.info(`${sender.posted.length} events; answers: ${JSON.stringify(sender.answers)}`);
    } finally {
      sender.abort();
    }
  } finally {
    await stack.stop();
  }
}

/** Starts a campaign, and waits until everybody's message has been taken. */
async function sentMessages(stack: Stack): Promise<Message[]> {
  const rows = Array.from({ length: PEOPLE }, (_, n) => `p-${n}@d${n}.example.org,P ${n}`);
  await startDemoCampaign(stack, {
    contactsCsv: ['email,first_name', ...rows].join('\n'),
    plan: planOf(mailNode('first')),
  });
  await until(async () => (await acceptedCount(stack.emulatorUrl)) >= PEOPLE, PATIENCE_MS);
  const messages = await stack.db
    .selectFrom('outbound_messages')
    .select(['id', 'tenant_id as tenantId'])
    .execute();
  expect(messages).toHaveLength(PEOPLE);
  return messages;
}

const WORDS = ['processed', 'delivered', 'open', 'deferred'];

/** Each event is of another message or another second, so that none is a duplicate of another. */
function deliveryOf(nth: number, messages: readonly Message[], since: number): Delivery {
  const events = Array.from({ length: EVENTS_OF_DELIVERY }, (_, index) => {
    const number = nth * EVENTS_OF_DELIVERY + index;
    const message = messages[number % messages.length];
    return {
      cadenza_tenant_id: message?.tenantId,
      cadenza_message_id: message?.id,
      cadenza_attempt: '1',
      event: WORDS[number % WORDS.length],
      timestamp: since + Math.floor(number / messages.length),
      sg_event_id: `event-${number}`,
    };
  });
  return {
    body: Buffer.from(JSON.stringify(events)),
    events: events.map((event) => event.sg_event_id),
  };
}

/** Waits until more deliveries are acknowledged than are now. */
async function acknowledgedMore({ acknowledged }: WebhookSender): Promise<void> {
  const wanted = acknowledged.length + SOME * EVENTS_OF_DELIVERY;
  await until(() => Promise.resolve(acknowledged.length >= wanted), PATIENCE_MS);
}

/** Takes a server away for so many real milliseconds, and at least until something holds. */
async function withoutServer(
  server: OutageServer,
  ms: number,
  holds: () => boolean,
): Promise<void> {
  await server.goAway();
  const since = performance.now();
  await until(() => Promise.resolve(performance.now() - since >= ms && holds()), ms + PATIENCE_MS);
  await server.comeBack();
}

async function nothingWaits(stack: Stack): Promise<boolean> {
  const waiting = await stack.db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('status', '=', 'received')
    .limit(1)
    .execute();
  return waiting.length === 0;
}

/** Events that were posted and not recorded, recorded more than once, or recorded and not posted. */
async function unlikePosted(stack: Stack, { posted }: WebhookSender) {
  const rows = await stack.db
    .selectFrom('message_events')
    .select('provider_event_id as id')
    .execute();
  const recorded = new Set(rows.map(({ id }) => id));
  const wanted = new Set<string | null>(posted);
  return {
    missing: posted.filter((id) => !recorded.has(id)),
    doubled: rows.length - recorded.size,
    foreign: [...recorded].filter((id) => !wanted.has(id)),
  };
}

test('PostgreSQL away: what is not acknowledged is taken when it comes again, and what is acknowledged is there', async () => {
  const redisUrl = inject('redisUrl');
  if (redisUrl === null) throw new Error('this suite needs a Redis');
  const postgres = await startOutagePostgres();
  try {
    await underLoad({ adminUrl: postgres.url, redisUrl }, async ({ sender }) => {
      expect(sender.refusals).toBe(0);
      const acknowledged = () => sender.acknowledged.length;
      let whenAway = 0;
      await withoutServer(postgres, POSTGRES_AWAY_MS, () => {
        whenAway = acknowledged();
        return sender.refusals > 0;
      });
      expect(sender.posted.length).toBeGreaterThan(whenAway);
      await acknowledgedMore(sender);
    });
  } finally {
    await postgres.stop();
  }
});

test('Redis away: acknowledgements go on, and processing catches up when it is back', async () => {
  const redis = await startOutageRedis();
  try {
    const servers = { adminUrl: inject('postgresAdminUrl'), redisUrl: redis.url };
    await underLoad(servers, async ({ stack, sender }) => {
      const before = sender.acknowledged.length;
      await withoutServer(redis, REDIS_AWAY_MS, () => sender.acknowledged.length > before);
      expect(await nothingWaits(stack)).toBe(false);
      await acknowledgedMore(sender);
      expect(sender.answers).toEqual({ 204: expect.any(Number) });
    });
  } finally {
    await redis.stop();
  }
});
