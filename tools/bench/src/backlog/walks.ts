import type { Redis } from 'ioredis';
import type { Installation, Round } from './installation.ts';

/** What going through everything that can be asked for has left behind. */
export interface Walks {
  readonly rounds: readonly Round[];
  /** Bytes by which Redis has grown. */
  readonly redisGrowth: number;
}

/**
 * Wakes the limited lanes so many times, and each time dispatches until all of them rest. The first
 * rounds find out which campaigns are paused, too.
 */
export async function walkThrough(
  installation: Installation,
  redis: Redis,
  walks: number,
): Promise<Walks> {
  const rounds: Round[] = [];
  const before = await usedMemory(redis);
  for (let walk = 0; walk < walks; walk += 1) {
    await installation.loader.wakeLimited();
    for (;;) {
      const one = await installation.round();
      if (one.dispatched + one.refused === 0) break;
      rounds.push(one);
      await installation.drain();
    }
  }
  return { rounds, redisGrowth: (await usedMemory(redis)) - before };
}

async function usedMemory(redis: Redis): Promise<number> {
  const found = /^used_memory:(\d+)/m.exec(await redis.info('memory'));
  if (found === null) throw new Error('Redis tells no used memory');
  return Number(found[1]);
}
