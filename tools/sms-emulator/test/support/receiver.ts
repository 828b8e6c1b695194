import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ProviderEvent } from '@cadenza/domain';
import { createWebhookVerifier, type Verification } from '@cadenza/sendgrid';
import { parseSmsDelivery, SMS_SIGNATURE_HEADER, SMS_TIMESTAMP_HEADER } from '@cadenza/sms-dev';

/** A post as it came, and what was answered. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly status: number;
}

/** A webhook that keeps raw bytes. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param answer the status for the nth post, from 1. */
export async function startReceiver(
  answer: (nth: number) => number = () => 204,
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((raw) => {
      const status = answer(received.length + 1);
      received.push({ headers: request.headers, raw, status });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What Cadenza's own webhook would say of the signature. */
export function verified(publicKey: string, { headers, raw }: Received, now: number): Verification {
  return createWebhookVerifier(publicKey).verify({
    signature: String(headers[SMS_SIGNATURE_HEADER]),
    timestamp: String(headers[SMS_TIMESTAMP_HEADER]),
    rawBody: raw,
    now,
  });
}

/** The events that Cadenza reads in a post. */
export function eventsOf({ raw }: Received): readonly ProviderEvent[] {
  const delivery = parseSmsDelivery(raw);
  if (!delivery.ok) throw new Error(delivery.reason);
  if (delivery.rejected.length > 0) throw new Error(JSON.stringify(delivery.rejected));
  return delivery.events.map(({ event }) => event);
}
