import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { startDnsServer } from '@cadenza/testing';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import {
  checkedLookup,
  createWebhookSecret,
  createWebhookSender,
  ForbiddenAddressError,
  hostAddresses,
} from '../src/index.ts';
import type { WebhookSenderOptions } from '../src/index.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that keeps what comes. */
async function receiver(answer: RequestListener): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '', headers } = request;
      received.push({ url, headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/in`, received };
}

/** A receiver that answers each request with these bytes, and leaves the connection open. */
async function rawReceiver(answer: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(answer));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
}

function sender(options: Partial<WebhookSenderOptions> = {}) {
  const made = createWebhookSender({ targets: 'any', ...options });
  open.push(() => made.close());
  return made;
}

const secret = createWebhookSecret();
const webhook = (url: string) => ({ url, id: 'msg_1', body: '{"é":1}', secrets: [secret] });

test('arrives as the reference implementation expects it', async () => {
  const { url, received } = await receiver((_request, response) => response.writeHead(204).end());
  expect(await sender().send(webhook(url))).toMatchObject({ kind: 'delivered', status: 204 });
  const [one] = received;
  expect(one?.headers['content-type']).toBe('application/json');
  const headers = Object.fromEntries(
    Object.entries(one?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  expect(new Webhook(secret).verify(one?.body ?? '', headers)).toEqual({ é: 1 });
});

test('a redirect is an answer, and is not followed', async () => {
  const elsewhere = await receiver((_request, response) => response.writeHead(200).end());
  const { url } = await receiver((_request, response) =>
    response.writeHead(302, { location: elsewhere.url }).end(),
  );
  expect(await sender().send(webhook(url))).toMatchObject({ kind: 'refused', status: 302 });
  expect(elsewhere.received).toEqual([]);
});

test('says how long a receiver asks to wait', async () => {
  const { url } = await receiver((_request, response) =>
    response.writeHead(503, { 'retry-after': '7' }).end(),
  );
  const outcome = await sender().send(webhook(url));
  expect(outcome).toMatchObject({ kind: 'refused', status: 503, retryAfterMs: 7_000 });
});

test('gives up on a receiver that does not answer', async () => {
  const { url } = await receiver(() => undefined);
  const outcome = await sender({ timeoutMs: 100 }).send(webhook(url));
  expect(outcome).toMatchObject({ kind: 'timeout' });
});

test('gives up on one whose answer does not end', async () => {
  const { url } = await receiver((_request, response) => {
    response.writeHead(200);
    response.write('a');
  });
  const outcome = await sender({ timeoutMs: 100 }).send(webhook(url));
  expect(outcome).toMatchObject({ kind: 'timeout' });
});

test('reads no more of an answer than it has use for', async () => {
  let written = 0;
  const { url } = await receiver((_request, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed) {
        written += 16_384;
        if (!response.write(Buffer.alloc(16_384))) return;
      }
    };
    response.on('drain', more);
    more();
  });
  expect(await sender().send(webhook(url))).toMatchObject({ kind: 'delivered', status: 200 });
  // What was on its way in the buffers of both sides besides.
  expect(written).toBeLessThan(20_000_000);
});

test('says that nobody is there', async () => {
  const outcome = await sender().send(webhook('http://127.0.0.1:1/'));
  expect(outcome).toMatchObject({ kind: 'unreachable', detail: 'ECONNREFUSED' });
});

test.each([
  ['loopback', [{ address: '127.0.0.1', family: 4 }]],
  ['a metadata service', [{ address: '169.254.169.254', family: 4 }]],
  ['a mapped address', [{ address: '::ffff:10.0.0.1', family: 6 }]],
  [
    'a public address beside a private one',
    [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ],
  ],
])('sends nothing to a name of %s', async (_what, addresses) => {
  const outcome = await sender({
    targets: 'public',
    resolve: () => Promise.resolve(addresses),
  }).send(webhook('https://hooks.example.com/'));
  expect(outcome).toMatchObject({ kind: 'forbidden_address', detail: 'host' });
});

test('sends nothing to an address that was set under other settings', async () => {
  const { url, received } = await receiver((_request, response) => response.end());
  const outcome = await sender({ targets: 'public' }).send(webhook(url));
  expect(outcome).toMatchObject({ kind: 'forbidden_address', detail: 'url' });
  expect(received).toEqual([]);
});

test('a socket is given the addresses that were looked at, and resolves nothing again', async () => {
  let asked = 0;
  const lookup = checkedLookup(() => {
    asked += 1;
    // Whoever asked again would be led elsewhere.
    const address = asked === 1 ? '8.8.8.8' : '127.0.0.1';
    return Promise.resolve([{ address, family: 4 }]);
  });
  const looked = (options: { all?: boolean }) =>
    new Promise((given) => {
      lookup('rebinding.example.com', options, (error, addresses) => given(error ?? addresses));
    });
  expect(await looked({ all: true })).toEqual([{ address: '8.8.8.8', family: 4 }]);
  expect(await looked({})).toBeInstanceOf(ForbiddenAddressError);
});

test('an answer that changes the protocol is one, and ends', async () => {
  const url = await rawReceiver(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  expect(await sender().send(webhook(url))).toMatchObject({ kind: 'refused', status: 101 });
});

test.each(['000', '099'])('a status of %s is none', async (status) => {
  const url = await rawReceiver(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`);
  expect(await sender().send(webhook(url))).toMatchObject({
    kind: 'unreachable',
    detail: 'no HTTP status',
  });
});

test('gives up on a receiver that goes on saying that it goes on', async () => {
  const url = await rawReceiver('HTTP/1.1 102 Processing\r\n\r\n');
  const outcome = await sender({ timeoutMs: 100 }).send(webhook(url));
  expect(outcome).toMatchObject({ kind: 'timeout' });
});

test('closes a connection that nothing is sent over', async () => {
  const closed = Promise.withResolvers<void>();
  const { url } = await receiver((request, response) => {
    request.socket.once('close', () => closed.resolve());
    response.end();
  });
  const { kind } = await sender({ idleMs: 50 }).send(webhook(url));
  expect(kind).toBe('delivered');
  await closed.promise;
});

test('a connection that is waited on is not idle', async () => {
  const { url } = await receiver((_request, response) => {
    setTimeout(() => response.end(), 200);
  });
  expect(await sender({ idleMs: 50 }).send(webhook(url))).toMatchObject({ kind: 'delivered' });
});

test('those who do not answer keep nobody else at the same host waiting', async () => {
  const { url } = await receiver((request, response) => {
    if (request.url === '/fast') response.end();
  });
  const one = sender({ timeoutMs: 2_000 });
  const silent = Array.from({ length: 100 }, () => one.send(webhook(url)));
  const fast = await one.send(webhook(new URL('/fast', url).href));
  expect(fast).toMatchObject({ kind: 'delivered' });
  expect(new Set((await Promise.all(silent)).map(({ kind }) => kind))).toEqual(
    new Set(['timeout']),
  );
});

describe('names', () => {
  async function dns(records: Parameters<typeof startDnsServer>[0]) {
    const server = await startDnsServer(records);
    open.push(() => server.close());
    return { server, resolve: hostAddresses({ servers: [server.address], timeoutMs: 50 }) };
  }
  const to = 'https://hooks.example.com/';

  test('are asked for both kinds of addresses, and refused for one of either', async () => {
    const { server, resolve } = await dns({
      'hooks.example.com': { a: ['8.8.8.8'], aaaa: ['loopback'] },
    });
    expect(await resolve('hooks.example.com')).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '::1', family: 6 },
    ]);
    const outcome = await sender({ targets: 'public', resolve }).send(webhook(to));
    expect(outcome).toMatchObject({ kind: 'forbidden_address', detail: 'host' });
    // What was found is not kept.
    expect(server.asked.toSorted()).toEqual([
      'A hooks.example.com',
      'A hooks.example.com',
      'AAAA hooks.example.com',
      'AAAA hooks.example.com',
    ]);
  });

  test('have addresses where they have those of one kind', async () => {
    const { resolve } = await dns({ 'hooks.example.com': { a: ['8.8.8.8'] } });
    expect(await resolve('hooks.example.com')).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  test('are asked for once by those who ask at the same time', async () => {
    const { server, resolve } = await dns({ 'hooks.example.com': { a: ['10.0.0.1'] } });
    const one = sender({ targets: 'public', resolve });
    await Promise.all(Array.from({ length: 10 }, () => one.send(webhook(to))));
    expect(server.asked).toHaveLength(2);
  });

  test.each([
    ['do not exist', {}, 'ENOTFOUND'],
    ['have no address', { 'hooks.example.com': { txt: ['x'] } }, 'ENODATA'],
    ['are not answered for', { 'hooks.example.com': { silent: true } }, 'ETIMEOUT'],
  ])('that %s', async (_what, records, detail) => {
    const { resolve } = await dns(records);
    const outcome = await sender({ targets: 'public', resolve }).send(webhook(to));
    expect(outcome).toMatchObject({ kind: 'unreachable', detail });
  });
});
