import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * A server in a thread of its own, so that it can act while the test's own event loop stands
 * still: it answers each request with 202, keeps the connection, and ends it `closeAfterMs` later.
 */
const PROGRAM = `
  const { createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  let requests = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (!chunk.toString().endsWith('}')) return;
      requests++;
      socket.write('HTTP/1.1 202 Accepted\\r\\nx-message-id: abc\\r\\ncontent-length: 0\\r\\n\\r\\n');
      setTimeout(() => workerData.reset ? socket.resetAndDestroy() : socket.end(), workerData.closeAfterMs);
    });
  });
  parentPort.on('message', () => parentPort.postMessage({ requests }));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
`;

export interface ClosingServer {
  readonly url: string;
  requests(): Promise<number>;
  close(): Promise<void>;
}

export async function startClosingServer(options: {
  readonly reset: boolean;
  readonly closeAfterMs: number;
}): Promise<ClosingServer> {
  const worker = new Worker(PROGRAM, { eval: true, workerData: options });
  const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    async requests() {
      worker.postMessage('requests?');
      const [{ requests }] = (await once(worker, 'message')) as [{ requests: number }];
      return requests;
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** Stops this thread, its event loop included. */
export function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
