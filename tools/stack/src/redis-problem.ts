import { Redis } from 'ioredis';
import { networkProblem } from './network-problem.ts';

const EXPECTED = 'expected redis://user:password@host:port';
const DEFAULT_PORT = '6379';
const TIMEOUT_MS = 10_000;

/**
 * What keeps a server from being a stack's Redis.
 *
 * @returns a sentence for the person who set the URL, without its password; null where all is well.
 */
export async function redisProblem(url: string): Promise<string | null> {
  const parsed = URL.parse(url);
  if (parsed === null) return `this is no URL; ${EXPECTED}`;
  if (!['redis:', 'rediss:'].includes(parsed.protocol)) {
    return `the URL begins with ${parsed.protocol}; ${EXPECTED}`;
  }
  const place = `${parsed.hostname || 'localhost'}:${parsed.port || DEFAULT_PORT}`;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    retryStrategy: () => null,
  });
  // The call that fails says no more than that the connection is closed.
  let cause: Error | null = null;
  redis.on('error', (error: Error) => (cause ??= error));
  try {
    await redis.connect();
    await redis.ping();
    return null;
  } catch (error) {
    const { message } = cause ?? (error as Error);
    return /^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH)/.test(message)
      ? `${place} refuses the login: ${message}`
      : `${networkProblem(cause ?? error, place)}; expected a Redis there`;
  } finally {
    redis.disconnect();
  }
}
