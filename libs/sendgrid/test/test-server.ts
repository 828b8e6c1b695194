import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as NetServer,
  type Socket,
} from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  /** Requests received whole. */
  readonly requests: readonly ReceivedRequest[];
  /** Connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

export type Answer = (
  response: ServerResponse,
  request: ReceivedRequest,
  socket: Socket,
) => void | Promise<void>;

/** An HTTP server that reads each request whole and then leaves it to `answer`. */
export async function startServer(
  answer: Answer,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> {
  const requests: ReceivedRequest[] = [];
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    message.on('error', () => undefined);
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const request = {
        method: message.method ?? '',
        url: message.url ?? '',
        headers: message.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(request);
      void answer(response, request, message.socket);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  // Idle connections are left to the client here, unless a test says otherwise.
  server.keepAliveTimeout = 0;
  return { ...(await listen(server, tls ? 'https' : 'http')), requests };
}

/** A server below HTTP: each connection is handed over as it is. */
export async function startTcpServer(
  onConnection: (socket: Socket) => void,
): Promise<Omit<TestServer, 'requests'>> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  return listen(server, 'http');
}

async function listen(server: NetServer, scheme: string) {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    connections: () => connections,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The address of a port on which nobody listens. */
export async function closedPort(): Promise<string> {
  const { url, close } = await startTcpServer(() => undefined);
  await close();
  return url;
}

/** An answer of a status and a JSON body. */
export function reply(status: number, body: unknown = '', headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
