import { newId } from '@cadenza/domain';
import { withClient } from '@cadenza/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ApiSettings } from '../src/deps.ts';
import { rawPost, type RawPost } from './support/raw-post.ts';
import { createWorld, variant, type World } from './support/world.ts';

const PATH = '/v1/webhooks/sendgrid/events';

let world: World;
const posts: RawPost[] = [];
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => {
  for (const { socket } of posts.splice(0)) socket.destroy();
});
afterAll(() => world.close());

function settings(webhooks: Partial<ApiSettings['webhooks']>): { settings: ApiSettings } {
  const { settings: usual } = world.deps;
  return { settings: { ...usual, webhooks: { ...usual.webhooks, ...webhooks } } };
}

/** A store in which statements wait until the test lets them go. */
function heldStore() {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  return {
    reached,
    release,
    store: {
      ...world.deps.store,
      async storeDeliveries(list: Parameters<typeof world.deps.store.storeDeliveries>[0]) {
        reach();
        await released;
        return world.deps.store.storeDeliveries(list);
      },
    },
  };
}

function deliver(body: Buffer, baseUrl: string): Promise<Response> {
  return fetch(`${baseUrl}${PATH}`, { method: 'POST', headers: world.signed(body), body });
}

/** The head of a signed delivery; its body is the test's to send. */
function open(body: Buffer, baseUrl: string, headers: Record<string, string>): RawPost {
  const post = rawPost(baseUrl, PATH, { ...world.signed(body), ...headers });
  posts.push(post);
  return post;
}

const bodyOf = (bytes: number) => Buffer.alloc(bytes, newId());

describe('too much in hand', () => {
  test('of requests is answered with 503 and a time to come back, until there is room', async () => {
    const held = heldStore();
    const baseUrl = await variant(world, { ...settings({ inHandRequests: 1 }), ...held });
    const first = deliver(bodyOf(10), baseUrl);
    await held.reached;

    const refused = await deliver(bodyOf(10), baseUrl);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');

    held.release();
    expect((await first).status).toBe(204);
    expect((await deliver(bodyOf(10), baseUrl)).status).toBe(204);
  });

  test('of bytes is told by the length that a request announces, before its body is read', async () => {
    const held = heldStore();
    const baseUrl = await variant(world, { ...settings({ inHandBytes: 100_000 }), ...held });
    const first = deliver(bodyOf(60_000), baseUrl);
    await held.reached;

    const { answer } = open(bodyOf(50_000), baseUrl, { 'content-length': '50000' });
    const { status, head } = await answer;
    expect(status).toBe(503);
    expect(head).toContain('retry-after: 5');

    held.release();
    expect((await first).status).toBe(204);
    expect((await deliver(bodyOf(100_000), baseUrl)).status).toBe(204);
  });

  test('of bytes is told as they come where no length is announced', async () => {
    const held = heldStore();
    const baseUrl = await variant(world, { ...settings({ inHandBytes: 100_000 }), ...held });
    const first = deliver(bodyOf(60_000), baseUrl);
    await held.reached;

    const body = bodyOf(50_000);
    const post = open(body, baseUrl, { 'transfer-encoding': 'chunked' });
    post.chunk(body);
    expect((await post.answer).status).toBe(503);

    held.release();
    expect((await first).status).toBe(204);
    expect((await deliver(bodyOf(100_000), baseUrl)).status).toBe(204);
  });
});

describe('a body', () => {
  test('in chunks is taken as one with a length is, and refused above the cap', async () => {
    const body = bodyOf(100_000);
    const good = open(body, world.baseUrl, { 'transfer-encoding': 'chunked' });
    good.chunk(body.subarray(0, 1));
    good.chunk(body.subarray(1));
    good.write('0\r\n\r\n');
    expect((await good.answer).status).toBe(204);

    const large = open(bodyOf(100_001), world.baseUrl, { 'transfer-encoding': 'chunked' });
    large.chunk(bodyOf(100_001));
    expect((await large.answer).status).toBe(413);
  });

  test('that is announced above the cap is refused before it is read', async () => {
    const { answer } = open(bodyOf(10), world.baseUrl, { 'content-length': '100001' });
    expect((await answer).status).toBe(413);
  });

  test('under headers that no signature can have is refused before it is read', async () => {
    const { answer } = open(bodyOf(10), world.baseUrl, {
      'content-length': '50000',
      'x-twilio-email-event-webhook-signature': '%%%',
    });
    expect((await answer).status).toBe(403);
  });

  test('that does not come in time is given up, with its connection and its place', async () => {
    const baseUrl = await variant(world, settings({ bodyTimeoutMs: 100, inHandRequests: 1 }));
    const post = open(bodyOf(10), baseUrl, { 'content-length': '10' });
    post.write('abc');
    expect((await post.answer).status).toBe(408);
    await post.closed;
    expect((await deliver(bodyOf(10), baseUrl)).status).toBe(204);
  });

  test('that is cut off gives its place back', async () => {
    const baseUrl = await variant(world, settings({ inHandRequests: 1 }));
    const post = open(bodyOf(10), baseUrl, { 'content-length': '10', expect: '100-continue' });
    await post.begun;
    post.write('abc');
    const statusNow = async () => (await deliver(bodyOf(10), baseUrl)).status;
    expect(await statusNow()).toBe(503);
    post.socket.destroy();
    let status = 503;
    while (status === 503) status = await statusNow();
    expect(status).toBe(204);
  });

  test('of which the rest is never sent after a refusal loses its connection', async () => {
    const post = open(bodyOf(10), world.baseUrl, { 'content-length': '100001' });
    expect((await post.answer).status).toBe(413);
    await post.closed;
  });
});

describe('PostgreSQL', () => {
  test('that does not answer in time costs a 503, and the repeated delivery is stored once', async () => {
    const baseUrl = await variant(world, settings({ storeTimeoutMs: 100 }));
    const body = bodyOf(20);
    await withClient(world.adminUrl, async (client) => {
      await client.query('BEGIN; LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE');
      const refused = await deliver(body, baseUrl);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('5');
      await client.query('ROLLBACK');
    });
    expect((await deliver(body, world.baseUrl)).status).toBe(204);
    const stored = await world.rows('SELECT id FROM webhook_deliveries WHERE payload = $1', [body]);
    expect(stored).toHaveLength(1);
  });
});

describe('the queue', () => {
  test('that never answers delays no answer', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const baseUrl = await variant(world, { publisher: { publish: () => answered } });
    for (let n = 0; n < 3; n += 1) {
      expect((await deliver(bodyOf(30 + n), baseUrl)).status).toBe(204);
    }
    answer();
  });
});
