/**
 * A `globalSetup` of vitest: one PostgreSQL and one Redis for the whole run. Test files read
 * `inject('postgresAdminUrl')` and `inject('redisUrl')`.
 */
import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { dropLeftDatabases, RUN_VARIABLE } from './databases.ts';
import { startTestPostgres } from './postgres.ts';
import { startRedisServer } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of an administrator of the run's PostgreSQL. */
    postgresAdminUrl: string;
    /** URL of the run's Redis; null where there is none, which the run has said loudly. */
    redisUrl: string | null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env[RUN_VARIABLE] = randomBytes(4).toString('hex');
  const [postgres, redis] = await Promise.all([startTestPostgres(), startRedisServer()]);
  project.provide('postgresAdminUrl', postgres.adminUrl);
  project.provide('redisUrl', redis.available ? redis.url : null);
  if (!redis.available) {
    console.error(`\n!!! NO REDIS: its suites are left out. ${redis.reason}\n`);
  }
  return async () => {
    if (redis.available) await redis.stop();
    if (postgres.source === 'environment') await dropLeftDatabases(postgres.adminUrl);
    await postgres.stop();
  };
}
