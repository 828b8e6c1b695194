import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import type { Connection } from './options.ts';

/** Kept-alive connections to one host. */
export interface ConnectionPool {
  /** A request that is bound to a connection soon; nothing is written before its `end`. */
  open(method: string, path: string, headers: Readonly<Record<string, string>>): ClientRequest;
  /**
   * Calls back once the socket can carry a request. For a new connection: connected, TLS done
   * (`fresh`). For a kept-alive one: after a whole turn of the event loop.
   */
  whenReady(socket: Socket, ready: () => void): 'fresh' | 'reused';
  destroy(): void;
}

export function createConnectionPool(connection: Connection): ConnectionPool {
  const secure = connection.baseUrl.protocol === 'https:';
  const agentOptions = {
    keepAlive: true,
    maxSockets: connection.maxConnections,
    maxFreeSockets: connection.maxConnections,
    // The most recently used first, so that surplus connections grow old and close.
    scheduling: 'lifo' as const,
    timeout: connection.maxIdleMs,
  };
  const agent = secure
    ? new HttpsAgent({
        ...agentOptions,
        ...(connection.ca === undefined ? {} : { ca: connection.ca }),
      })
    : new HttpAgent(agentOptions);
  const target = urlToHttpOptions(connection.baseUrl);
  const basePath = connection.baseUrl.pathname.replace(/\/+$/, '');

  const established = new WeakSet<Socket>();
  const idleSince = new WeakMap<Socket, { monotonic: number; wall: number }>();
  let lastSweep = performance.now();
  let lastSweepWall = Date.now();
  agent.on('free', (socket: Socket) => {
    idleSince.set(socket, { monotonic: performance.now(), wall: Date.now() });
  });

  /**
   * The agent closes idle connections by timer, and a timer is late after the process was stopped
   * or its machine suspended, just when the peer has forgotten the connection. So age is looked
   * at again before use.
   */
  function closeOverAged(): void {
    const monotonic = performance.now();
    const wall = Date.now();
    if (monotonic - lastSweep < 100 && wall - lastSweepWall < 100) return;
    lastSweep = monotonic;
    lastSweepWall = wall;
    for (const sockets of Object.values(agent.freeSockets)) {
      for (const socket of sockets ?? []) {
        const since = idleSince.get(socket);
        const age = since && Math.max(monotonic - since.monotonic, wall - since.wall);
        if (age !== undefined && age > connection.maxIdleMs) socket.destroy();
      }
    }
  }

  return {
    open(method, path, headers) {
      closeOverAged();
      const send = secure ? httpsRequest : httpRequest;
      return send({ ...target, agent, method, path: `${basePath}${path}`, headers });
    },
    whenReady(socket, ready) {
      if (established.has(socket)) {
        // A peer that closed the connection while it was idle has sent its FIN or RST already. Two
        // immediates have a poll for I/O between them, in which Node reads it: the request then
        // fails here, with nothing written, and not after the write, when nobody could tell.
        setImmediate(() => setImmediate(ready));
        return 'reused';
      }
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        established.add(socket);
        ready();
      });
      return 'fresh';
    },
    destroy: () => agent.destroy(),
  };
}
