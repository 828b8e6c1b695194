import { createConnectionPool } from './connection-pool.ts';
import {
  type Exchange,
  type ExchangeRequest,
  type ExchangeResult,
  runExchange,
} from './exchange.ts';
import type { Connection } from './options.ts';

export type TransportRequest = Omit<ExchangeRequest, 'headers'>;

/** Requests to one SendGrid account over kept-alive connections. */
export interface HttpTransport {
  exchange(request: TransportRequest): Promise<ExchangeResult>;
  /**
   * Gives up what is not written, waits for the answers to what is (no longer than their total
   * time-out, since giving those up would make them unknown), then closes every connection.
   */
  close(): Promise<void>;
}

export function createHttpTransport(connection: Connection): HttpTransport {
  const pool = createConnectionPool(connection);
  const running = new Set<Exchange>();
  let closed = false;

  return {
    async exchange(request) {
      if (closed) {
        return { kind: 'not_written', cause: 'connection_failed', reason: 'the client is closed' };
      }
      const exchange = runExchange(
        pool,
        { ...request, headers: headersOf(connection, request.body) },
        connection,
      );
      running.add(exchange);
      try {
        return await exchange.result;
      } finally {
        running.delete(exchange);
      }
    },
    async close() {
      closed = true;
      const last = [...running];
      for (const exchange of last) exchange.giveUpUnlessWritten('the client was closed');
      await Promise.all(last.map((exchange) => exchange.result));
      pool.destroy();
    },
  };
}

function headersOf(connection: Connection, body: string | null): Record<string, string> {
  return {
    accept: 'application/json',
    authorization: connection.authorization,
    'user-agent': 'cadenza-sendgrid',
    ...(body === null
      ? {}
      : {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        }),
  };
}
