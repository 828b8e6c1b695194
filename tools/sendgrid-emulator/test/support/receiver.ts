import { verify, createPublicKey } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly path: string;
  /** The answer given: a status, or none. */
  readonly status: number | null;
}

/** What to answer to the nth delivery (from 1): a status, a redirect, or `cut` for no answer. */
export type Answering = (nth: number) => number | { redirectTo: string } | 'cut' | 'silence';

/** A webhook that keeps raw bytes. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  answer: Answering;
  /** Events of the deliveries that were answered with 2xx, in the order of arrival. */
  events(): Record<string, unknown>[];
  when(deliveries: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startReceiver(answer: Answering = () => 204): Promise<Receiver> {
  const received: Received[] = [];
  const waiters: { count: number; resolve: () => void }[] = [];
  const receiver = { answer };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const given = receiver.answer(received.length + 1);
      received.push({
        headers: request.headers,
        raw: Buffer.concat(chunks),
        path: request.url ?? '',
        status: typeof given === 'number' ? given : null,
      });
      if (given === 'cut') request.socket.destroy();
      else if (typeof given === 'object') {
        response.writeHead(302, { Location: given.redirectTo }).end();
      } else if (given !== 'silence') response.writeHead(given).end();
      for (const waiter of waiters) if (received.length >= waiter.count) waiter.resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    events: () =>
      received
        .filter(({ status }) => status !== null && status < 300)
        .flatMap(({ raw }) => JSON.parse(raw.toString('utf8')) as Record<string, unknown>[]),
    when: (count: number) =>
      new Promise<void>((resolve) => {
        if (received.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
}

/** Verifies a delivery the way SendGrid documents it, over the raw bytes. */
export function signatureHolds(publicKey: string, delivery: Received): boolean {
  const signature = String(delivery.headers['x-twilio-email-event-webhook-signature']);
  const timestamp = String(delivery.headers['x-twilio-email-event-webhook-timestamp']);
  const key = createPublicKey({
    key: Buffer.from(publicKey, 'base64'),
    format: 'der',
    type: 'spki',
  });
  return (
    /^\d{10}$/.test(timestamp) &&
    verify(
      'sha256',
      Buffer.concat([Buffer.from(timestamp), delivery.raw]),
      key,
      Buffer.from(signature, 'base64'),
    )
  );
}
