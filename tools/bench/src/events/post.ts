import { Agent, request } from 'node:http';
import type { SignedBody } from './deliveries.ts';

export interface Poster {
  /** Posts a body. @returns when the answer came, milliseconds of `performance.now()`. */
  post(body: SignedBody): Promise<void>;
  close(): void;
}

/** @throws Error where a delivery is refused: nothing is posted twice here. */
export function createPoster(apiUrl: string, connections: number): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const url = new URL('/v1/webhooks/sendgrid/events', apiUrl);
  return {
    post: ({ body, headers }) =>
      new Promise((resolve, reject) => {
        const sent = request(
          url,
          {
            agent,
            method: 'POST',
            headers: {
              ...headers,
              'content-type': 'application/json',
              'content-length': body.length,
            },
          },
          (response) => {
            const { statusCode = 0 } = response;
            response.resume().on('end', () => {
              if (statusCode >= 200 && statusCode < 300) resolve();
              else reject(new Error(`the API answered ${statusCode} to a delivery`));
            });
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Posts these bodies as fast as they are taken, so many at a time. */
export async function postAll(
  poster: Poster,
  bodies: readonly SignedBody[],
  atOnce: number,
): Promise<void> {
  const queue = bodies.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const body of queue) await poster.post(body);
    }),
  );
}
