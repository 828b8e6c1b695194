import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './schema.ts';

/** Calls of the API by method and path, typed by its OpenAPI document. */
export type CadenzaClient = Client<paths>;

export interface CadenzaClientOptions {
  /** Where the API is, such as `https://cadenza.example.com`: without `/v1`. */
  readonly baseUrl: string;
  /** A tenant's API key, `cdz_…`. */
  readonly apiKey: string;
  /** Ends the calls that are under way, and any later one. */
  readonly signal?: AbortSignal;
  /** Milliseconds that a call may take; 60,000 by default. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;

/**
 * A client of one tenant. Nothing is called yet. Each call gives `data`, or `error` with the problem
 * document (RFC 9457) that the API answered; {@link answered} makes an exception of the latter.
 */
export function createCadenzaClient(options: CadenzaClientOptions): CadenzaClient {
  const { baseUrl, apiKey, signal, timeoutMs = TIMEOUT_MS } = options;
  return createClient<paths>({
    baseUrl,
    headers: { authorization: `Bearer ${apiKey}` },
    fetch: (request) => {
      const ends = [request.signal, AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
      return fetch(new Request(request, { signal: AbortSignal.any(ends) }));
    },
  });
}

/** What a call takes that sends CSV rather than JSON: `POST('/v1/contacts/import', csvBody(text))`. */
export function csvBody(csv: string): {
  readonly body: string;
  readonly bodySerializer: (body: unknown) => unknown;
  readonly headers: { readonly 'content-type': 'text/csv' };
} {
  return { body: csv, bodySerializer: (body) => body, headers: { 'content-type': 'text/csv' } };
}
