import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpsHandlers, type OpsAnswer, type OpsOptions } from './ops.ts';

export interface OpsServerOptions extends OpsOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `/healthz`, `/readyz` and `/metrics` of a process that has no other HTTP server. */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const handlers = createOpsHandlers(options);
  const routes = new Map<string, () => Promise<OpsAnswer>>([
    ['/healthz', handlers.healthz],
    ['/readyz', handlers.readyz],
    ['/metrics', handlers.metrics],
  ]);
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const route = routes.get(path);
    if (route === undefined) return reply(response, 404, 'text/plain', 'not found\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return reply(response, 405, 'text/plain', 'method not allowed\n');
    }
    route().then(
      ({ status, contentType, body }) => reply(response, status, contentType, body),
      (error: unknown) => {
        options.log.warn({ path, err: error }, 'the ops server could not answer');
        reply(response, 500, 'text/plain', 'internal error\n');
      },
    );
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Node leaves out the body of an answer to HEAD by itself. */
function reply(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(body);
}
