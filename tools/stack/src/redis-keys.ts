import { queuePrefix } from '@cadenza/runtime';
import { Redis } from 'ioredis';

/** Keys looked at in one call: some milliseconds of the server's time. */
const SCAN_COUNT = 1_000;

/** Removes what an installation has kept in a Redis that lives on: its queues and its limiter. */
export async function removeRedisKeys(redisUrl: string, installationId: string): Promise<void> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
  // Told by the command that fails: a server that has gone has no keys to be removed.
  redis.on('error', () => undefined);
  try {
    // The limiter's begin with a brace, for they are a hash tag.
    const match = `*${queuePrefix(installationId)}:*`;
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', match, 'COUNT', SCAN_COUNT);
      if (keys.length > 0) await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
  } finally {
    redis.disconnect();
  }
}
