import { connect, type Socket } from 'node:net';

/** A POST whose bytes a test writes by itself, over a connection of its own. */
export interface RawPost {
  readonly socket: Socket;
  write(bytes: string | Buffer): void;
  /** A chunk of a body with `Transfer-Encoding: chunked`. */
  chunk(bytes: Buffer): void;
  /** Resolves when the server has begun with a request that asked it to say so (`Expect`). */
  readonly begun: Promise<void>;
  /** The status and headers of the answer, once they have come. */
  readonly answer: Promise<{ readonly status: number; readonly head: string }>;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
}

/** Sends the head of a request, and nothing of its body. */
export function rawPost(
  baseUrl: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): RawPost {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\n${lines.join('')}\r\n`);
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const answer = new Promise<{ status: number; head: string }>((resolve, reject) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (text.startsWith('HTTP/1.1 100')) {
        text = text.slice(text.indexOf('\r\n\r\n') + 4);
        begin();
      }
      const end = text.indexOf('\r\n\r\n');
      if (end !== -1) {
        resolve({ status: Number(text.split(' ')[1]), head: text.slice(0, end).toLowerCase() });
      }
    });
    socket.on('close', () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
    socket.on('error', reject);
  });
  answer.catch(() => undefined);
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    chunk(bytes) {
      socket.write(`${bytes.length.toString(16)}\r\n`);
      socket.write(bytes);
      socket.write('\r\n');
    },
    begun,
    answer,
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
  };
}
