import { answered } from '@cadenza/client';
import { startDemoCampaign, waitForEnd } from '@cadenza/demo';
import { startStack } from '@cadenza/stack';
import type {} from '@cadenza/testing/global-setup';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, inject, test } from 'vitest';
import { until } from './support/ledger.ts';

const PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'email',
      action: 'send',
      subject: 'A question',
      body: '<p>What do you think?</p>',
      transitions: [],
    },
  ],
};
const PEOPLE = 20;

const contacts = () =>
  [
    'email,first_name',
    ...Array.from({ length: PEOPLE }, (_, n) => `silent.${n}@x.example.org,Jo`),
  ].join('\n');

interface Received {
  readonly id: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** A receiver. What `before` answers false to gets no answer, and its connection ends. */
async function receive(before: (one: Received) => Promise<boolean>) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const body = Buffer.concat(chunks).toString();
      const one = { id: headers['webhook-id'] ?? '', body, headers };
      received.push(one);
      void before(one).then((answers) => {
        if (answers) response.writeHead(204).end();
        else request.destroy();
      });
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/in`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

// The lease of the worker that died has to end, which takes a minute.
test('a worker that is killed between a webhook and its record loses none, and repeats ids', async () => {
  const stack = await startStack({
    adminUrl: inject('postgresAdminUrl'),
    redisUrl: null,
    rate: 1,
    campaignStart: Date.parse('2026-11-02T07:00:00Z'),
    seed: 'webhooks',
    hostEnv: process.env,
    env: {
      ENCRYPTION_KEYS: `e1:${randomBytes(32).toString('base64')}`,
      WEBHOOK_TARGETS: 'any',
    },
  });
  let killed: Received | null = null;
  const to = await receive(async (one) => {
    if (killed !== null || !one.body.includes('"message.sent"')) return true;
    killed = one;
    await stack.eventWorker.kill();
    return false;
  });
  try {
    const campaign = await startDemoCampaign(stack, {
      contactsCsv: contacts(),
      plan: PLAN,
      start: false,
    });
    const { secret } = await answered(
      campaign.api.POST('/v1/webhook-endpoints', {
        body: { url: to.url, eventTypes: ['message.sent', 'enrollment.ended'] },
      }),
    );
    const params = { path: { id: campaign.campaignId } };
    await answered(campaign.api.POST('/v1/campaigns/{id}/start', { params }));
    await until(
      () => Promise.resolve(killed !== null && stack.eventWorker.pid === undefined),
      60_000,
    );
    await stack.eventWorker.start();
    expect(await waitForEnd(stack, campaign.campaignId, { timeoutMs: 120_000, everyMs: 200 })).toBe(
      true,
    );

    const told = (type: string) =>
      new Map(
        to.received
          .map(({ id, body }) => ({ id, ...(JSON.parse(body) as { type: string; data: object }) }))
          .filter((one) => one.type === type)
          .map((one) => [one.id, one.data as { messageId?: string; enrollmentId: string }]),
      );
    await until(
      () =>
        Promise.resolve(
          told('message.sent').size >= PEOPLE && told('enrollment.ended').size >= PEOPLE,
        ),
      120_000,
    );

    // Each once by its id, and of each message one.
    const sent = told('message.sent');
    expect(sent.size).toBe(PEOPLE);
    expect(new Set([...sent.values()].map(({ messageId }) => messageId)).size).toBe(PEOPLE);
    const ended = told('enrollment.ended');
    expect(new Set([...ended.values()].map(({ enrollmentId }) => enrollmentId)).size).toBe(PEOPLE);

    const { id, body } = killed ?? { id: '', body: '' };
    const copies = to.received.filter((one) => one.id === id);
    expect(copies.length).toBeGreaterThan(1);
    expect(new Set(copies.map((one) => one.body))).toEqual(new Set([body]));
    const verifier = new Webhook(secret);
    for (const one of to.received.slice(-5)) {
      expect(verifier.verify(one.body, one.headers)).toEqual(JSON.parse(one.body));
    }
    await until(async () => {
      const waiting = await stack.db
        .selectFrom('endpoint_deliveries')
        .select('position')
        .where('status', '<>', 'delivered')
        .execute();
      return waiting.length === 0;
    }, 30_000);
  } finally {
    await stack.stop();
    to.close();
  }
}, 400_000);
