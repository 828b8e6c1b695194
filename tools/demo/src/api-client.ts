/** An answer of the API that was no success. */
export class ApiError extends Error {
  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path} answered ${status}: ${body.slice(0, 2_000)}`);
    this.name = 'ApiError';
  }
}

/** Cadenza's API, as a program of its users calls it. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  /** Sends a CSV file. */
  postCsv<T>(path: string, csv: Buffer): Promise<T>;
}

const TIMEOUT_MS = 60_000;

/** @param signal ends the calls that are under way, and any later one. */
export function createApiClient(apiUrl: string, key: string, signal?: AbortSignal): ApiClient {
  async function call<T>(
    method: string,
    path: string,
    contentType: string | null,
    body: string | Uint8Array<ArrayBuffer> | null,
  ): Promise<T> {
    const response = await fetch(`${apiUrl}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(contentType === null ? {} : { 'content-type': contentType }),
      },
      body,
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(method, path, response.status, text);
    return JSON.parse(text) as T;
  }

  const json = (body: unknown) => (body === undefined ? null : JSON.stringify(body));
  return {
    get: (path) => call('GET', path, null, null),
    post: (path, body) =>
      call('POST', path, body === undefined ? null : 'application/json', json(body)),
    put: (path, body) => call('PUT', path, 'application/json', json(body)),
    postCsv: (path, csv) => call('POST', path, 'text/csv', new Uint8Array(csv)),
  };
}
