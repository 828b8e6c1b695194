import http from 'node:http';

/** One connection to an API, that is kept. */
export interface Caller {
  /** @returns the milliseconds from the request to the whole answer. @throws Error but for a 200 */
  get(path: string): Promise<number>;
  /** @returns the answer of a success. @throws Error */
  send<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T>;
  close(): void;
}

/** @param url where the API answers. @param key an API key of it. */
export function createCaller(url: string, key: string): Caller {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  function call(method: string, path: string, body?: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const request = http.request(new URL(path, url), {
      agent,
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    });
    request.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response
        .on('data', (piece: string) => {
          text += piece;
        })
        .on('error', reject)
        .on('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve(text);
          else reject(new Error(`${method} ${path} was answered with ${statusCode}: ${text}`));
        });
    });
    request.end(body);
    return promise;
  }

  return {
    async get(path) {
      const begun = performance.now();
      await call('GET', path);
      return performance.now() - begun;
    },
    async send<T>(method: string, path: string, body?: object) {
      const text = await call(method, path, body === undefined ? body : JSON.stringify(body));
      return JSON.parse(text) as T;
    },
    close: () => agent.destroy(),
  };
}
