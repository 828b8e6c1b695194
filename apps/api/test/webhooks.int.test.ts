import { newId } from '@cadenza/domain';
import { createWebhookVerifier } from '@cadenza/sendgrid';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemDocument } from './support/client.ts';
import { createWorld, variant, type World } from './support/world.ts';

/** The signed delivery that SendGrid's own libraries test with. */
const VECTOR = {
  publicKey:
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
  headers: {
    'x-twilio-email-event-webhook-signature':
      'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
    'x-twilio-email-event-webhook-timestamp': '1600112502',
  },
  body: '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n',
};

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function deliver(
  body: string,
  headers: Record<string, string>,
  baseUrl = world.baseUrl,
): Promise<Response> {
  return fetch(`${baseUrl}/v1/webhooks/sendgrid/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

async function stored(): Promise<{ id: string; payload: Buffer; status: string }[]> {
  return world.rows('SELECT id, payload, status FROM webhook_deliveries ORDER BY received_at');
}

describe('the event webhook', () => {
  test('takes the public test vector, byte by byte, once', async () => {
    const baseUrl = await variant(world, {
      verifier: createWebhookVerifier(VECTOR.publicKey, { maxAgeMs: Number.MAX_SAFE_INTEGER }),
    });
    world.published.length = 0;
    const answer = await deliver(VECTOR.body, VECTOR.headers, baseUrl);
    expect(answer.status).toBe(204);
    const [delivery, ...others] = await stored();
    expect(others).toEqual([]);
    expect(delivery?.payload.toString()).toBe(VECTOR.body);
    expect(delivery?.status).toBe('received');
    expect(world.published).toEqual([
      {
        queue: 'webhook-process',
        jobs: [{ jobId: delivery?.id, data: { deliveryId: delivery?.id } }],
      },
    ]);

    expect((await deliver(VECTOR.body, VECTOR.headers, baseUrl)).status).toBe(204);
    expect(await stored()).toHaveLength(1);
    expect(world.published).toHaveLength(1);

    const reserialised = `${JSON.stringify(JSON.parse(VECTOR.body))}`;
    expect((await deliver(reserialised, VECTOR.headers, baseUrl)).status).toBe(403);
    const altered = VECTOR.body.replace('dropped', 'dropper');
    const forged = await deliver(altered, VECTOR.headers, baseUrl);
    expect(forged.status).toBe(403);
    expect(await forged.json()).toMatchObject({ problems: [{ code: 'wrong_signature' }] });
    expect(await stored()).toHaveLength(1);
  });

  test('keeps bytes that are no JSON, in whatever type they come', async () => {
    const body = Buffer.from('not json at all');
    for (const type of ['application/json', 'text/plain', 'application/x-unheard-of']) {
      const answer = await deliver(body.toString(), {
        ...world.signed(body),
        'content-type': type,
      });
      expect(answer.status).toBe(204);
    }
    expect((await stored()).map(({ payload }) => payload.toString())).toContain(body.toString());
  });

  const gzipped = gzipSync('[{"event":"open","timestamp":1}]');
  test.each<[string, Buffer, Record<string, string>]>([
    ['empty', Buffer.alloc(0), {}],
    ['an empty array', Buffer.from('[]'), {}],
    ['an object', Buffer.from('{"event":"open"}'), {}],
    ['cut short', Buffer.from('[{"event":"open","timest'), {}],
    ['deeply nested', Buffer.from(`${'['.repeat(40_000)}${']'.repeat(40_000)}`), {}],
    ['deep and never closed', Buffer.from('[{"a":'.repeat(15_000)), {}],
    ['gzip', gzipped, { 'content-encoding': 'gzip' }],
    ['what it says is gzip', Buffer.from('[{"a":1}]'), { 'content-encoding': 'gzip' }],
    ['UTF-16', Buffer.from('\ufeff[{"event":"open"}]', 'utf16le'), {}],
    ['bytes that are no text', Buffer.from([0, 255, 254, 192, 128]), {}],
    ['zeros', Buffer.alloc(100_000), {}],
  ])(
    'keeps a body that is %s byte by byte when it is signed, and else refuses it',
    async (...of) => {
      const [, body, headers] = of;
      const url = `${world.baseUrl}/v1/webhooks/sendgrid/events`;
      const post = (signature: Record<string, string>) =>
        fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers, ...signature },
          body,
        });
      const kept = async () =>
        (await stored()).filter(({ payload }) => payload.equals(body)).length;
      const before = await kept();
      expect((await post({})).status).toBe(403);
      expect((await post(world.signed(Buffer.from(`${newId()}`)))).status).toBe(403);
      expect(await kept()).toBe(before);
      expect((await post(world.signed(body))).status).toBe(204);
      expect((await post(world.signed(body))).status).toBe(204);
      expect(await kept()).toBe(1);
    },
  );

  test('takes a delivery that any of its keys has signed', async () => {
    const baseUrl = await variant(world, {
      verifier: createWebhookVerifier([VECTOR.publicKey, world.publicKey]),
    });
    const body = Buffer.from('[{"rotated":1}]');
    expect((await deliver(body.toString(), world.signed(body), baseUrl)).status).toBe(204);
  });

  test('needs no token, and gives none, where no client is set', async () => {
    const answer = await fetch(`${world.baseUrl}/v1/webhooks/sendgrid/token`, { method: 'POST' });
    expect(answer.status).toBe(404);
  });

  test.each([
    ['without a signature', 'missing_signature', { 'x-twilio-email-event-webhook-timestamp': '1' }],
    ['without a timestamp', 'missing_timestamp', { 'x-twilio-email-event-webhook-signature': 'x' }],
    [
      'with a timestamp of another form',
      'malformed_timestamp',
      {
        'x-twilio-email-event-webhook-signature': 'x',
        'x-twilio-email-event-webhook-timestamp': '16001125021',
      },
    ],
  ])('refuses a delivery %s', async (_name, code, headers) => {
    const before = await stored();
    const answer = await deliver('[]', headers);
    expect(answer.status).toBe(403);
    expect(problemDocument.parse(await answer.json()).problems).toMatchObject([{ code }]);
    expect(await stored()).toEqual(before);
  });

  test('refuses a genuine signature of long ago, by the campaign clock', async () => {
    const body = Buffer.from('[{"old":1}]');
    const old = String(Math.floor(world.deps.clock.now() / 1_000) - 30 * 3_600);
    const answer = await deliver(body.toString(), world.signed(body, old));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ problems: [{ code: 'too_old' }] });
    const ahead = await variant(world, {
      clock: { rate: 60, now: () => world.deps.clock.now() - 30 * 3_600_000 },
    });
    expect((await deliver(body.toString(), world.signed(body, old), ahead)).status).toBe(204);
  });

  test('refuses a body above the cap', async () => {
    const body = Buffer.alloc(100_001, 'x');
    const answer = await deliver(body.toString(), world.signed(body));
    expect(answer.status).toBe(413);
  });

  test('answers 2xx when the queue is down: the delivery is stored', async () => {
    const baseUrl = await variant(world, {
      publisher: { publish: () => Promise.reject(new Error('the queue is down')) },
    });
    const body = Buffer.from('[{"queue":"down"}]');
    expect((await deliver(body.toString(), world.signed(body), baseUrl)).status).toBe(204);
    expect((await stored()).map(({ payload }) => payload.toString())).toContain(body.toString());
    expect(world.logged.join('')).toContain('wait for the sweep');
  });

  test('answers 503 when the delivery cannot be stored, and publishes nothing', async () => {
    world.published.length = 0;
    const baseUrl = await variant(world, {
      store: {
        ...world.deps.store,
        storeDeliveries: () => Promise.reject(new Error('disk full at /var/secret')),
      },
    });
    const body = Buffer.from('[{"store":"down"}]');
    const answer = await deliver(body.toString(), world.signed(body), baseUrl);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.text()).not.toContain('secret');
    expect(world.published).toEqual([]);
  });
});
