import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import {
  checkedLookup,
  createWebhookSecret,
  createWebhookSender,
  ForbiddenAddressError,
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
    resolve: (_host, _options, done) => done(null, addresses),
  }).send(webhook('https://hooks.example.com/'));
  expect(outcome).toMatchObject({ kind: 'forbidden_address', detail: 'host' });
});

test('sends nothing to an address that was set under other settings', async () => {
  const { url, received } = await receiver((_request, response) => response.end());
  const outcome = await sender({ targets: 'public' }).send(webhook(url));
  expect(outcome).toMatchObject({ kind: 'forbidden_address', detail: 'url' });
  expect(received).toEqual([]);
});

test('a socket is given the addresses that were looked at, and resolves nothing again', () => {
  let asked = 0;
  const lookup = checkedLookup((_host, _options, done) => {
    asked += 1;
    // Whoever asked again would be led elsewhere.
    const address = asked === 1 ? '8.8.8.8' : '127.0.0.1';
    done(null, [{ address, family: 4 }]);
  });
  const given: unknown[] = [];
  lookup('rebinding.example.com', { all: true }, (...answer) => given.push(answer));
  expect(given).toEqual([[null, [{ address: '8.8.8.8', family: 4 }]]]);
  lookup('rebinding.example.com', {}, (error) => given.push(error));
  expect(given[1]).toBeInstanceOf(ForbiddenAddressError);
});
