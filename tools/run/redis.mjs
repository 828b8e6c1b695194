import { fileURLToPath } from 'node:url';
import { aptInstall, canInstall, onPath } from './apt.mjs';

/** Where the Redis suites find their server, in the order in which they look. */
export function redisSource() {
  if (process.env.REDIS_URL) return 'REDIS_URL';
  if (onPath('redis-server')) return 'redis-server';
  return 'none';
}

/** Installs redis-server where that needs no question. */
export async function ensureRedis() {
  if (redisSource() !== 'none') return;
  if (!canInstall()) {
    console.warn('cadenza: no Redis for the Redis suites: set REDIS_URL or install redis-server');
    return;
  }
  await aptInstall('redis-server', 'the Redis suites');
}

// As a program it prints the source, which is an input of every cached test run: a run whose
// Redis suites were left out does not stand for one in which they could run.
if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(redisSource());
