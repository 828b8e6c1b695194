import type { MailProvider } from '@cadenza/domain';
import { execFile } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSendGridMail, type SendGridMailOptions } from '../src/index.ts';
import { standStill, startClosingServer } from './closing-server.ts';
import { mail, signal, within } from './mail-fixture.ts';
import { selfSigned } from './self-signed.ts';
import { type Answer, closedPort, reply, startServer, startTcpServer } from './test-server.ts';

const run = promisify(execFile);
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(answer: Answer, tls?: { key: string; cert: string }) {
  const server = await startServer(answer, tls);
  cleanUps.push(() => server.close());
  return server;
}

function provider(baseUrl: string, options: Partial<SendGridMailOptions> = {}): MailProvider {
  const created = createSendGridMail({ apiKey: 'SG.test', baseUrl, ...options });
  cleanUps.push(() => created.close());
  return created;
}

/** A server that answers only when told to. */
async function serveOnDemand() {
  const waiting: ServerResponse[] = [];
  let arrived = signal();
  const server = await serve((response) => {
    waiting.push(response);
    arrived.resolve();
  });
  return {
    server,
    async next(): Promise<ServerResponse> {
      if (waiting.length === 0) await arrived.promise;
      arrived = signal();
      const response = waiting.shift();
      if (!response) throw new Error('no request is waiting');
      return response;
    },
  };
}

const PAST = { kind: 'not_handed_off', cause: 'deadline_passed', retryAfterMs: null };
const ACCEPTED = { kind: 'accepted' };

describe('the deadline', () => {
  test.each([
    ['both clocks', { monotonic: -1, wall: -1 }],
    ['the monotonic clock alone', { monotonic: -1, wall: 5_000 }],
    ['the wall clock alone', { monotonic: 5_000, wall: -1 }],
    ['a clock that is no number', { monotonic: 5_000, wall: Number.NaN }],
  ])('past on %s: nothing is written', async (_, ahead) => {
    const server = await serve(reply(202));
    const client = provider(server.url);
    const deadline = {
      monotonic: performance.now() + ahead.monotonic,
      wall: Date.now() + ahead.wall,
    };
    expect(await client.send(mail(), deadline)).toMatchObject(PAST);
    expect(await client.send(mail(), within(5_000))).toMatchObject(ACCEPTED);
    expect(await client.send(mail(), deadline)).toMatchObject(PAST);
    expect(server.requests).toHaveLength(1);
  });

  test('passes for a request that waits in a full pool', async () => {
    const { server, next } = await serveOnDemand();
    const client = provider(server.url, { maxConnections: 1 });
    const first = client.send(mail(), within(5_000));
    const answerFirst = await next();
    expect(await client.send(mail(), within(50))).toMatchObject(PAST);
    reply(202)(answerFirst);
    expect(await first).toMatchObject(ACCEPTED);
    const third = client.send(mail(), within(5_000));
    reply(202)(await next());
    expect(await third).toMatchObject(ACCEPTED);
    expect(server.requests).toHaveLength(2);
    expect(server.connections()).toBe(1);
  });

  test('is looked at when the connection is ready, not when the request is queued', async () => {
    // The wall clock jumps while the request waits and no timer notices, as after a suspension of
    // the machine.
    const { server, next } = await serveOnDemand();
    const client = provider(server.url, { maxConnections: 1 });
    const first = client.send(mail(), within(5_000));
    const answerFirst = await next();
    const queued = client.send(mail(), within(60_000));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    reply(202)(answerFirst);
    expect(await first).toMatchObject(ACCEPTED);
    expect(await queued).toMatchObject(PAST);
    vi.useRealTimers();
    const last = client.send(mail(), within(5_000));
    reply(202)(await next());
    expect(await last).toMatchObject(ACCEPTED);
    expect(server.requests).toHaveLength(2);
  });

  test('is looked at after the event loop stood still, before anything is written', async () => {
    const server = await serve(reply(202));
    const client = provider(server.url);
    const outcome = client.send(mail(), within(100));
    standStill(200);
    expect(await outcome).toMatchObject(PAST);
    expect(server.requests).toHaveLength(0);
  });

  test('passes while a connection is being made', async () => {
    const server = await startTcpServer(() => undefined);
    cleanUps.push(() => server.close());
    const client = provider(server.url.replace('http:', 'https:'));
    expect(await client.send(mail(), within(50))).toMatchObject(PAST);
  });

  test('says nothing about the time an answer takes', async () => {
    const { server, next } = await serveOnDemand();
    const outcome = provider(server.url).send(mail(), within(300));
    const response = await next();
    standStill(400);
    reply(202)(response);
    expect(await outcome).toMatchObject(ACCEPTED);
  });
});

describe('connections', () => {
  test('are kept and used again', async () => {
    const server = await serve(reply(202));
    const client = provider(server.url);
    for (let i = 0; i < 5; i++) {
      expect(await client.send(mail(), within(5_000))).toMatchObject(ACCEPTED);
    }
    expect(server.requests).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  test('are no more than allowed, and all requests get their turn', async () => {
    const server = await serve(reply(202));
    const client = provider(server.url, { maxConnections: 3 });
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => client.send(mail(), within(10_000))),
    );
    expect(outcomes.every((outcome) => outcome.kind === 'accepted')).toBe(true);
    expect(server.requests).toHaveLength(40);
    expect(server.connections()).toBe(3);
  });

  test('that have been idle too long are not used, though no timer ran', async () => {
    const server = await serve(reply(202));
    const client = provider(server.url, { maxIdleMs: 4_000 });
    await client.send(mail(), within(5_000));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 });
    expect(await client.send(mail(), within(5_000))).toMatchObject(ACCEPTED);
    expect(server.connections()).toBe(2);
  });

  test('are not kept longer than the peer announces', async () => {
    const server = await serve(reply(202, '', { 'keep-alive': 'timeout=1' }));
    const client = provider(server.url);
    await client.send(mail(), within(5_000));
    await client.send(mail(), within(5_000));
    expect(server.connections()).toBe(2);
  });

  test('are not idle while an answer takes its time', async () => {
    const server = await serve((response) => {
      setTimeout(() => reply(202)(response), 150);
    });
    const client = provider(server.url, { maxIdleMs: 20 });
    expect(await client.send(mail(), within(5_000))).toMatchObject(ACCEPTED);
  });

  test('that the peer closes at once are replaced, without an unknown among them', async () => {
    const server = await serve((response, _, socket) => {
      reply(202)(response);
      response.on('finish', () => socket.end());
    });
    const client = provider(server.url);
    for (let i = 0; i < 50; i++) {
      const outcome = await client.send(mail(), within(5_000));
      expect(['accepted', 'not_handed_off']).toContain(outcome.kind);
    }
  });

  test.each([
    ['an end', false],
    ['a reset', true],
  ])('with %s that is not read yet are found out before the write', async (_, reset) => {
    const server = await startClosingServer({ reset, closeAfterMs: 50 });
    cleanUps.push(() => server.close());
    const client = provider(server.url);
    expect(await client.send(mail(), within(5_000))).toMatchObject(ACCEPTED);
    // While this thread stands still the peer closes; nobody here has read that when the next
    // message goes out over the same connection.
    standStill(300);
    expect(await client.send(mail(), within(5_000))).toMatchObject({
      kind: 'not_handed_off',
      cause: 'connection_failed',
    });
    expect(await client.send(mail(), within(5_000))).toMatchObject(ACCEPTED);
    expect(await server.requests()).toBe(2);
  });

  test('lost after the write leave an unknown, and others go on', async () => {
    let count = 0;
    const server = await serve((response, _, socket) => {
      if (++count === 2) socket.resetAndDestroy();
      else reply(202)(response);
    });
    const client = provider(server.url, { maxConnections: 1 });
    const kinds: string[] = [];
    for (let i = 0; i < 4; i++) kinds.push((await client.send(mail(), within(5_000))).kind);
    expect(kinds).toEqual(['accepted', 'unknown', 'accepted', 'accepted']);
    expect(server.requests).toHaveLength(4);
  });
});

describe('closing', () => {
  test('waits for written requests, gives up the others, and refuses new ones', async () => {
    const { server, next } = await serveOnDemand();
    const client = createSendGridMail({
      apiKey: 'SG.test',
      baseUrl: server.url,
      maxConnections: 1,
    });
    const written = client.send(mail(), within(5_000));
    const response = await next();
    const queued = client.send(mail(), within(5_000));
    const closed = client.close();
    const failed = { kind: 'not_handed_off', cause: 'connection_failed' };
    expect(await queued).toMatchObject({ ...failed, reason: 'the client was closed' });
    reply(202)(response);
    expect(await written).toMatchObject(ACCEPTED);
    await closed;
    expect(await client.send(mail(), within(5_000))).toMatchObject({
      ...failed,
      reason: 'the client is closed',
    });
    await client.close();
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['after close', 'await client.close();'],
    ['without close too, once the answers are there', ''],
  ])('leaves nothing behind that would keep the process alive, %s', async (_, closing) => {
    const server = await serve(reply(202));
    const program = `
      import { createSendGridMail } from '@cadenza/sendgrid';
      const message = ${JSON.stringify(mail())};
      const deadline = { monotonic: performance.now() + 600_000, wall: Date.now() + 600_000 };
      for (const baseUrl of ['${server.url}', '${await closedPort()}']) {
        const client = createSendGridMail({ apiKey: 'SG.test', baseUrl, totalTimeoutMs: 600_000 });
        const outcomes = await Promise.all([1, 2, 3].map(() => client.send(message, deadline)));
        console.log(outcomes.map((outcome) => outcome.kind).join());
        ${closing}
      }`;
    const { stdout } = await run(
      process.execPath,
      ['--conditions=@cadenza/source', '--input-type=module', '--eval', program],
      { cwd: import.meta.dirname, timeout: 20_000 },
    );
    expect(stdout.trim().split('\n')).toEqual([
      'accepted,accepted,accepted',
      'not_handed_off,not_handed_off,not_handed_off',
    ]);
  });
});

const certificate = selfSigned();
if (certificate === null) {
  console.warn('TLS tests are left out: openssl, which makes their certificate, is not installed');
}
describe.skipIf(certificate === null)('TLS', () => {
  const tls = certificate ?? { key: '', cert: '' };

  test('carries requests on kept connections to a trusted peer', async () => {
    const server = await serve(reply(202, '', { 'x-message-id': 'abc' }), tls);
    const client = provider(server.url, { ca: tls.cert });
    for (let i = 0; i < 3; i++) {
      const outcome = await client.send(mail(), within(5_000));
      expect(outcome).toEqual({ kind: 'accepted', providerMessageId: 'abc' });
    }
    expect(server.connections()).toBe(1);
  });

  test('to a peer that is not trusted hands nothing off', async () => {
    const server = await serve(reply(202), tls);
    expect(await provider(server.url).send(mail(), within(5_000))).toMatchObject({
      kind: 'not_handed_off',
      cause: 'connection_failed',
    });
    expect(server.requests).toHaveLength(0);
  });

  test('lost after the write is unknown', async () => {
    const server = await serve((_response, _request, socket) => void socket.destroy(), tls);
    const client = provider(server.url, { ca: tls.cert });
    expect(await client.send(mail(), within(5_000))).toMatchObject({ kind: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  test('whose deadline passes during the handshake writes no request', async () => {
    const server = await serve(reply(202), tls);
    const outcome = provider(server.url, { ca: tls.cert }).send(mail(), within(100));
    standStill(200);
    expect(await outcome).toMatchObject(PAST);
    expect(server.requests).toHaveLength(0);
  });
});
