import type { MailProvider, SendOutcome } from '@cadenza/domain';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createSendGridMail, type SendGridMailOptions } from '../src/index.ts';
import { mail, MESSAGE, signal, TENANT, within } from './mail-fixture.ts';
import {
  type Answer,
  closedPort,
  reply,
  startServer,
  startTcpServer,
  type TestServer,
} from './test-server.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(answer: Answer): Promise<TestServer> {
  const server = await startServer(answer);
  cleanUps.push(() => server.close());
  return server;
}

function provider(baseUrl: string, options: Partial<SendGridMailOptions> = {}): MailProvider {
  const created = createSendGridMail({ apiKey: 'SG.test', baseUrl, ...options });
  cleanUps.push(() => created.close());
  return created;
}

const error = (message: string, field: string | null = null) => ({
  errors: [{ message, field, help: null }],
});

describe('an answer', () => {
  const sender =
    'The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.';
  const unknown = { kind: 'unknown' };
  const rejected = (scope: string) => ({ kind: 'rejected', scope });
  const limited = (retryAfterMs: unknown) => ({
    kind: 'not_handed_off',
    cause: 'rate_limited',
    retryAfterMs,
  });

  test.each<[string, Answer, object]>([
    [
      '202',
      reply(202, '', { 'x-message-id': 'abc' }),
      { kind: 'accepted', providerMessageId: 'abc' },
    ],
    ['202 without an id', reply(202), { kind: 'accepted', providerMessageId: null }],
    ['200 that nobody asked for', reply(200, {}), unknown],
    ['204', reply(204), unknown],
    ['301', reply(301, '', { location: 'http://127.0.0.1:1/' }), unknown],
    ['307', reply(307, '', { location: '/elsewhere' }), unknown],
    [
      '400',
      reply(400, error('Does not contain a valid address.', 'to.0.email')),
      rejected('message'),
    ],
    ['400 with the field "null"', reply(400, error('Bad', 'null')), rejected('message')],
    ['400 without a readable body', reply(400, '<html>'), rejected('message')],
    [
      '400 with errors of another form',
      reply(400, { errors: [7, { message: 8 }] }),
      rejected('message'),
    ],
    [
      '401 of a bad key',
      reply(401, error('The provided authorization grant is invalid, expired, or revoked')),
      rejected('tenant'),
    ],
    ['401 of used-up credits', reply(401, error('Maximum credits exceeded')), rejected('tenant')],
    ['403 of the sender identity', reply(403, error(sender, 'from')), rejected('sender')],
    ['403 of the sender identity, no field', reply(403, error(sender)), rejected('sender')],
    [
      '403 of a block',
      reply(403, error('Your account has been temporarily blocked')),
      rejected('tenant'),
    ],
    ['403 without a body', reply(403), rejected('tenant')],
    ['404 of a wrong address', reply(404, error('not found')), rejected('tenant')],
    ['405', reply(405, error('method not allowed')), rejected('tenant')],
    ['407 of a proxy', reply(407), rejected('tenant')],
    ['408', reply(408, error('request time-out')), unknown],
    ['410', reply(410), rejected('message')],
    ['413', reply(413, error('too large')), rejected('message')],
    ['415', reply(415, error('unsupported')), rejected('message')],
    [
      '429 with seconds',
      reply(429, error('too many requests'), { 'x-ratelimit-reset': '30' }),
      limited(30_000),
    ],
    [
      '429 with an instant',
      reply(429, '', { 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 600) }),
      limited(expect.closeTo(600_000, -5)),
    ],
    ['429 without a header', reply(429), limited(null)],
    ['500', reply(500, error('boom')), unknown],
    ['502', reply(502, '<html>bad gateway</html>'), unknown],
    ['503', reply(503), unknown],
    ['504', reply(504), unknown],
  ])('%s', async (_, answer, expected) => {
    const server = await serve(answer);
    const outcome = await provider(server.url).send(mail(), within(5_000));
    expect(outcome).toMatchObject(expected);
    expect(server.requests).toHaveLength(1);
  });

  test('200 to a message in sandbox mode is an acceptance without an id', async () => {
    const server = await serve(reply(200, '', { 'x-message-id': 'never sent' }));
    const outcome = await provider(server.url, { sandboxMode: true }).send(mail(), within(5_000));
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: null });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
      mail_settings: { sandbox_mode: { enable: true } },
    });
  });

  test('its reason says what SendGrid said, without the person', async () => {
    const words = 'ann.lee@example.com (Ann Lee) and other@example.org are not valid';
    const server = await serve(reply(400, error(words)));
    expect(await provider(server.url).send(mail(), within(5_000))).toEqual({
      kind: 'rejected',
      scope: 'message',
      statusCode: 400,
      reason: 'HTTP 400: [redacted] ([redacted]) and [address] are not valid',
    });
  });

  test('its status stands though the body is cut off', async () => {
    const cut =
      (status: number): Answer =>
      (response, _, socket) => {
        response.writeHead(status, { 'x-message-id': 'abc', 'content-length': '100' });
        response.write('{"errors":[', () => socket.destroy());
      };
    const accepting = await serve(cut(202));
    expect(await provider(accepting.url).send(mail(), within(5_000))).toEqual({
      kind: 'accepted',
      providerMessageId: 'abc',
    });
    const failing = await serve(cut(500));
    expect(await provider(failing.url).send(mail(), within(5_000))).toMatchObject(unknown);
  });

  test('its status stands though the body never ends', async () => {
    const server = await serve((response) => {
      response.writeHead(202, { 'x-message-id': 'abc' });
      response.write('x');
    });
    const outcome = await provider(server.url, { totalTimeoutMs: 100 }).send(mail(), within(5_000));
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: 'abc' });
  });

  test('its body is read no further than 64 KiB', async () => {
    const closed = signal();
    const server = await serve((response, _, socket) => {
      socket.on('close', () => closed.resolve());
      response.writeHead(400);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) continue;
      };
      response.on('drain', more);
      more();
    });
    const outcome = await provider(server.url).send(mail(), within(5_000));
    expect(outcome).toMatchObject({ kind: 'rejected', statusCode: 400, reason: 'HTTP 400' });
    await closed.promise;
  });

  test('that comes before the whole request is read counts', async () => {
    const server = await startTcpServer((socket) => {
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\n{}');
      });
    });
    cleanUps.push(() => server.close());
    const html = 'x'.repeat(20_000_000);
    const outcome = await provider(server.url).send(mail({ html }), within(5_000));
    expect(outcome).toMatchObject({ kind: 'rejected', scope: 'message', statusCode: 413 });
  });
});

describe('no answer', () => {
  async function outcomeOf(
    onRequest: (socket: Socket) => void,
    options: Partial<SendGridMailOptions> = {},
  ): Promise<{ outcome: SendOutcome; requests: number }> {
    let requests = 0;
    const server = await startTcpServer((socket) => {
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString();
        if (!received.endsWith('}')) return;
        received = '';
        requests++;
        onRequest(socket);
      });
    });
    cleanUps.push(() => server.close());
    const outcome = await provider(server.url, options).send(mail(), within(5_000));
    return { outcome, requests };
  }

  test.each<[string, (socket: Socket) => void]>([
    ['a reset after the request', (socket) => socket.resetAndDestroy()],
    ['an orderly end after the request', (socket) => socket.end()],
    ['a status line cut off', (socket) => socket.end('HTTP/1.1 20')],
    ['headers cut off', (socket) => socket.end('HTTP/1.1 202 Accepted\r\nx-message')],
    ['something that is not HTTP', (socket) => socket.end('220 smtp.example ESMTP\r\n')],
    ['endless headers', (socket) => socket.write(`HTTP/1.1 202 OK\r\nx: ${'y'.repeat(100_000)}`)],
    [
      'a change of protocol',
      (socket) =>
        socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'),
    ],
  ])('%s is unknown, and is not tried again', async (_, onRequest) => {
    const { outcome, requests } = await outcomeOf(onRequest);
    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect(requests).toBe(1);
  });

  test('silence is unknown after the total time-out', async () => {
    const { outcome, requests } = await outcomeOf(() => undefined, { totalTimeoutMs: 100 });
    expect(outcome).toEqual({ kind: 'unknown', reason: 'no answer within 100 ms of the write' });
    expect(requests).toBe(1);
  });

  test('interim responses are no answer, and put nothing off', async () => {
    const { outcome } = await outcomeOf(
      (socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20);
        socket.on('close', () => clearInterval(timer));
      },
      { totalTimeoutMs: 150 },
    );
    expect(outcome).toMatchObject({ kind: 'unknown' });
  });
});

describe('no connection', () => {
  test('a refused one is certain not to have handed off', async () => {
    const outcome = await provider(await closedPort()).send(mail(), within(5_000));
    expect(outcome).toMatchObject({
      kind: 'not_handed_off',
      cause: 'connection_failed',
      retryAfterMs: null,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('a name that does not resolve is too', async () => {
    const outcome = await provider('http://nowhere.invalid').send(mail(), within(20_000));
    expect(outcome).toMatchObject({ kind: 'not_handed_off', cause: 'connection_failed' });
  });

  test('a TLS handshake that never ends is, after the connection time-out', async () => {
    const server = await startTcpServer(() => undefined);
    cleanUps.push(() => server.close());
    const slow = provider(server.url.replace('http:', 'https:'), { connectTimeoutMs: 100 });
    expect(await slow.send(mail(), within(5_000))).toEqual({
      kind: 'not_handed_off',
      cause: 'connection_failed',
      retryAfterMs: null,
      reason: 'no connection within 100 ms',
    });
  });
});

describe('a message refused here', () => {
  test.each<[string, object, string]>([
    [
      'a line break in the subject',
      { subject: 'Hi\r\nBcc: x@y.example' },
      'invalid message: expected subject without control characters such as line breaks',
    ],
    [
      'a line break in a name',
      { to: { email: 'a@b.example', name: 'Ann\nLee' } },
      'invalid message: expected to.name without control characters such as line breaks',
    ],
    [
      'a line break in an address',
      { replyTo: { email: 'a@b.example\r\n' } },
      'invalid message: expected replyTo.email without control characters such as line breaks',
    ],
    [
      'a line break in a header',
      { headers: { 'X-A': 'b\r\nc: d' } },
      'invalid message: expected header X-A without control characters such as line breaks',
    ],
    [
      'a header name that is none',
      { headers: { 'X A': 'b' } },
      'invalid message: expected header names that are tokens (RFC 9110)',
    ],
    [
      'a header that SendGrid reserves',
      { headers: { 'Reply-To': 'b' } },
      'invalid message: header Reply-To cannot be set: SendGrid reserves it',
    ],
    [
      'no content',
      { html: '', text: '' },
      'invalid message: expected `text` or `html`, both are empty',
    ],
    [
      'a subject that is no text',
      { subject: 7 },
      'invalid message: expected subject as a text, got number',
    ],
    [
      'an address that is missing',
      { to: { email: undefined } },
      'invalid message: expected to.email as a text, got undefined',
    ],
  ])('%s is rejected without a request', async (_, change, reason) => {
    const server = await serve(reply(202));
    const outcome = await provider(server.url).send(mail(change), within(5_000));
    expect(outcome).toEqual({ kind: 'rejected', scope: 'message', statusCode: 0, reason });
    expect(server.connections()).toBe(0);
  });
});

describe('the request', () => {
  test('is what SendGrid documents', async () => {
    const server = await serve(reply(202));
    const outgoing = mail({
      reference: { tenantId: TENANT, messageId: MESSAGE, attempt: 3 },
      to: { email: 'ann.lee@example.com', name: 'Lee, Ann; Dr' },
      replyTo: { email: 'reply@sender.example' },
      headers: { 'List-Unsubscribe': '<https://u.example/1>', 'X-Size': 'ü' },
      openTracking: false,
      ipPool: 'cold',
    });
    await provider(`${server.url}/prefix/`).send(outgoing, within(5_000));
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/prefix/v3/mail/send' });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer SG.test',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(request?.body ?? '')),
    });
    // The headers of the mail are no headers of the request.
    expect(request?.headers).not.toHaveProperty('list-unsubscribe');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      from: { email: 'sales@sender.example', name: 'Sam Sender' },
      reply_to: { email: 'reply@sender.example' },
      personalizations: [{ to: [{ email: 'ann.lee@example.com', name: 'Lee Ann Dr' }] }],
      subject: 'Hello',
      content: [
        { type: 'text/plain', value: 'Hello' },
        { type: 'text/html', value: '<p>Hello {{name}}</p>' },
      ],
      headers: { 'List-Unsubscribe': '<https://u.example/1>', 'X-Size': 'ü' },
      custom_args: {
        cadenza_tenant_id: TENANT,
        cadenza_message_id: MESSAGE,
        cadenza_attempt: '3',
      },
      ip_pool_name: 'cold',
      tracking_settings: {
        click_tracking: { enable: true, enable_text: false },
        open_tracking: { enable: false },
        subscription_tracking: { enable: false },
      },
    });
  });
});
