import type { Redis } from 'ioredis';

/** What a Redis server was asked in a stretch. */
export interface RedisCounts {
  /** Commands by name, those inside of scripts too. */
  readonly commands: Readonly<Record<string, number>>;
  /** Scripts that were called. */
  readonly scripts: number;
  /** Reads from clients' sockets: what was sent in one go counts once. */
  readonly reads: number;
}

/** Forgets what was counted. */
export async function resetRedisCounts(redis: Redis): Promise<void> {
  await redis.config('RESETSTAT');
}

export async function readRedisCounts(redis: Redis): Promise<RedisCounts> {
  const commands = Object.fromEntries(
    [...(await redis.info('commandstats')).matchAll(/^cmdstat_(\S+?):calls=(\d+),/gm)]
      .map(([, name = '', calls]) => [name, Number(calls)] as const)
      .sort(([, a], [, b]) => b - a),
  );
  const reads = /^total_reads_processed:(\d+)/m.exec(await redis.info('stats'));
  return {
    commands,
    scripts: (commands['evalsha'] ?? 0) + (commands['eval'] ?? 0),
    reads: Number(reads?.[1] ?? 0),
  };
}
