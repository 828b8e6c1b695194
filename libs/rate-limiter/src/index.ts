export { DEFAULT_MIN_SLOT_MS, LIMITER_SCOPE } from './decision.ts';
export { createMemoryLimiter, type MemoryLimiterOptions } from './memory-limiter.ts';
export { createPostgresLimiter, type PostgresLimiterOptions } from './postgres-limiter.ts';
export { postgresLimiterSchema, postgresLimiterSchemaDown } from './postgres-schema.ts';
export { createRedisLimiter, type RedisLimiterOptions } from './redis-limiter.ts';
