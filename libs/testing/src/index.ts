export { BODY_CANARY } from './canary.ts';
export {
  createTestDatabase,
  databaseUrl,
  dropLeftDatabases,
  withClient,
  type TestDatabase,
} from './databases.ts';
export { startDnsServer, type DnsRecords, type TestDnsServer } from './dns-server.ts';
export { dockerAnswers } from './docker.ts';
export { freePort } from './free-port.ts';
export { startTestPostgres, type TestPostgres } from './postgres.ts';
export {
  startRedisServer,
  type AvailableRedis,
  type RedisOptions,
  type RedisServer,
  type UnavailableRedis,
} from './redis.ts';
export {
  emptyTables,
  fillTenantTables,
  tableHashes,
  tenantTables,
  type Query,
  type TenantTable,
} from './tenant-tables.ts';
