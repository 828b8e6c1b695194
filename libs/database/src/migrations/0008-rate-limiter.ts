import { postgresLimiterSchema, postgresLimiterSchemaDown } from '@cadenza/rate-limiter';
import { sql, type Kysely } from 'kysely';

/** The limiter's tables and functions, for installations without Redis. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(postgresLimiterSchema).execute(db);
  await sql`
    GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit_slots, rate_limit_bounds
    TO cadenza_worker`.execute(db);
  await sql`GRANT SELECT, UPDATE ON rate_limit_state TO cadenza_worker`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw(postgresLimiterSchemaDown).execute(db);
}
