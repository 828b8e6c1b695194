import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { PreparingClient } from './preparing-client.ts';
import type { Schema } from './schema.ts';

/** Counts and milliseconds fit a double, so bigint is read as a number, in these pools alone. */
const BIGINT_OID = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): unknown =>
    Number(oid) === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format),
};

/**
 * Statements here look up some rows by their keys. One generic plan serves every call, since rows
 * come as one parameter. Its joins keep the order in which they are written, rows first, and go by
 * indexes: on tables whose size nobody has measured yet the planner takes a tenant for a handful of
 * rows, joins whole tenants with each other, and keeps that plan while they grow.
 */
const PLANNING = [
  'plan_cache_mode=force_generic_plan',
  'join_collapse_limit=1',
  'from_collapse_limit=1',
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
];

export type Database = Kysely<Schema>;

export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections at most; 10 by default. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** A role that the login of `url` may become, and that every connection is. */
  readonly role?: 'cadenza_worker';
  /** Called for errors of idle connections, which end no query (a restart of the server, say). */
  readonly onError?: (error: Error) => void;
}

/** Opens a pool. The first query connects. */
export function createPool(options: ConnectionOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    application_name: options.applicationName ?? 'cadenza',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types,
    Client: PreparingClient,
    options: [...PLANNING, ...(options.role ? [`role=${options.role}`] : [])]
      .map((setting) => `-c ${setting}`)
      .join(' '),
  });
  pool.on('error', (error) => options.onError?.(error));
  // A connection that breaks while it is in use fails the statement, or the next one, and says so
  // besides. The pool listens to idle ones alone, and an error that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Kysely over a pool; destroying it ends the pool. */
export function createDatabase(pool: pg.Pool): Database {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
