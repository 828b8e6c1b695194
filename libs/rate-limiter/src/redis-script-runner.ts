import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';

/** Runs one Lua script, by its hash where the server knows it: one round trip, few bytes. */
export type RunScript = (keys: readonly string[], args: readonly string[]) => Promise<unknown>;

export function scriptRunner(redis: Redis | Cluster, source: string): RunScript {
  const hash = createHash('sha1').update(source).digest('hex');
  return async (keys, args) => {
    try {
      return await redis.evalsha(hash, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.eval(source, keys.length, ...keys, ...args);
    }
  };
}
