import http from 'node:http';
import https from 'node:https';

export type PostAnswer = { readonly status: number } | { readonly error: string };

/** Posts bodies over kept-alive connections. Never follows a redirect, never throws. */
export interface Poster {
  /** @param timeoutMs the whole exchange's limit, in real milliseconds. */
  post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    timeoutMs: number,
  ): Promise<PostAnswer>;
  close(): void;
}

export function createPoster(): Poster {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true });
  return {
    post: (url, headers, body, timeoutMs) =>
      new Promise((resolve) => {
        const safe = url.protocol === 'https:';
        const request = (safe ? https : http).request(url, {
          method: 'POST',
          agent: safe ? secure : plain,
          headers: { ...headers, 'Content-Length': String(body.length) },
        });
        const timer = setTimeout(() => {
          request.destroy(new Error(`no answer within ${timeoutMs} ms`));
        }, timeoutMs);
        const settle = (answer: PostAnswer): void => {
          clearTimeout(timer);
          resolve(answer);
        };
        request.on('response', (response) => {
          response.on('error', (error) => {
            settle({ error: error.message });
          });
          response.on('end', () => {
            settle({ status: response.statusCode ?? 0 });
          });
          response.resume();
        });
        request.on('error', (error) => {
          settle({ error: error.message });
        });
        request.end(body);
      }),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}
