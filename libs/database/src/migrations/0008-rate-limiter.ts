import { postgresLimiterSchema, postgresLimiterSchemaDown } from '@cadenza/rate-limiter';
import { sql, type Kysely } from 'kysely';

const PEEK = `rate_limit_peek(bigint, integer, text[], integer[], bigint[], bigint[], text[],
  bigint[], bigint[], bigint[], integer[], integer[], integer[])`;

/** The limiter's tables and functions, for installations without Redis. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The functions keep this path. One of them runs as the owner, whoever calls it, so that nobody's
  // temporary tables may come before the limiter's own.
  await sql`SELECT set_config('search_path', 'public, pg_temp', true)`.execute(db);
  await sql.raw(postgresLimiterSchema).execute(db);
  await sql`
    GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit_slots, rate_limit_bounds
    TO cadenza_worker`.execute(db);
  await sql`GRANT SELECT, UPDATE ON rate_limit_state TO cadenza_worker`.execute(db);
  // Who asks when a message could leave takes nothing, and needs no rights on the tables.
  await sql`REVOKE ALL ON FUNCTION ${sql.raw(PEEK)} FROM PUBLIC`.execute(db);
  await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(PEEK)} TO cadenza_api`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw(postgresLimiterSchemaDown).execute(db);
}
