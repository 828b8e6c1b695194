import { InvalidInputError, type Problem, showValue } from '@cadenza/domain';

/** How to reach SendGrid, for mail and for administration alike. */
export interface SendGridConnectionOptions {
  /** Sent as a bearer token. One key per provider. */
  readonly apiKey: string;
  /**
   * Where the API answers; `https://api.sendgrid.com` by default. Plain `http:` is for local
   * emulators and is refused for SendGrid's own hosts, since it would show the key.
   */
  readonly baseUrl?: string | undefined;
  /**
   * Milliseconds for DNS, TCP and TLS of a new connection; 10,000 by default. Waiting for a free
   * place in the pool does not count.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Milliseconds from the write of a request to the end of its answer; 30,000 by default. Too
   * short a time turns slow acceptances into unknown outcomes.
   */
  readonly totalTimeoutMs?: number | undefined;
  /** Connections open at once, 1 or more; 50 by default. Further requests wait for a free one. */
  readonly maxConnections?: number | undefined;
  /**
   * Milliseconds after which an idle connection is closed; 4,000 by default. It has to be shorter
   * than the peer's own time (5 s for a Node server, longer at SendGrid), or requests are written
   * to connections that the peer is closing. A peer's `Keep-Alive: timeout=…` shortens it.
   */
  readonly maxIdleMs?: number | undefined;
  /** PEM certificates to trust instead of the system's, for a private endpoint. */
  readonly ca?: string | undefined;
}

export interface Connection {
  readonly baseUrl: URL;
  readonly authorization: string;
  readonly connectTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxConnections: number;
  readonly maxIdleMs: number;
  readonly ca: string | undefined;
}

/** Checks the options, all at once; throws {@link InvalidInputError} that names each problem. */
export function resolveConnection(options: SendGridConnectionOptions): Connection {
  const problems: Problem[] = [];
  // The key itself is never shown.
  if (!/^[\x21-\x7e]+$/.test(options.apiKey)) {
    problems.push({
      path: 'apiKey',
      code: 'invalid_api_key',
      message: 'expected a non-empty string of printable characters without spaces',
    });
  }
  const baseUrl = parseBaseUrl(options.baseUrl ?? 'https://api.sendgrid.com', problems);
  const resolved = {
    connectTimeoutMs: positiveInteger('connectTimeoutMs', options.connectTimeoutMs ?? 10_000),
    totalTimeoutMs: positiveInteger('totalTimeoutMs', options.totalTimeoutMs ?? 30_000),
    maxConnections: positiveInteger('maxConnections', options.maxConnections ?? 50),
    maxIdleMs: positiveInteger('maxIdleMs', options.maxIdleMs ?? 4_000),
  };
  if (baseUrl === null || problems.length > 0) {
    throw new InvalidInputError('SendGrid connection options', problems);
  }
  return { ...resolved, baseUrl, authorization: `Bearer ${options.apiKey}`, ca: options.ca };

  function positiveInteger(path: string, value: number): number {
    // Timers of Node fire at once when they are set beyond 2^31 − 1.
    if (!Number.isInteger(value) || value < 1 || value > 2_147_483_647) {
      problems.push({
        path,
        code: 'invalid_number',
        message: `${showValue(value)}: expected a whole number from 1 to 2147483647`,
      });
    }
    return value;
  }
}

function parseBaseUrl(value: string, problems: Problem[]): URL | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  const problem = (message: string): null => {
    problems.push({ path: 'baseUrl', code: 'invalid_base_url', message });
    return null;
  };
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return problem(`${showValue(value)}: expected an absolute http or https URL`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return problem('expected a URL without credentials, query or fragment');
  }
  if (url.protocol === 'http:' && /(^|\.)sendgrid\.com$/.test(url.hostname)) {
    return problem(`${showValue(value)}: expected https, since plain http would show the API key`);
  }
  return url;
}
