import { sql, type Kysely } from 'kysely';

const ANALYZE = 'analyze_grown_tables()';

/**
 * Statistics for tables that have just begun to fill. Without any, the planner takes all indexes of a
 * table for equally good, and sessions keep what it chose: whoever enrols the first list of an
 * installation would read it whole for each person. PostgreSQL's own round comes once in a minute.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // reltuples: of the last statistics. Tables whose rows come and go do not grow by them. The view of
  // statistics would add up those of each table's indexes as well.
  await sql`
    CREATE FUNCTION analyze_grown_tables() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      grown record;
      analyzed integer := 0;
    BEGIN
      FOR grown IN
        SELECT c.oid::regclass AS name
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND c.relowner = current_user::regrole
          AND pg_stat_get_live_tuples(c.oid) >= greatest(1000, 3 * c.reltuples)
      LOOP
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s', grown.name);
        analyzed := analyzed + 1;
      END LOOP;
      RETURN analyzed;
    END $$`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ${sql.raw(ANALYZE)} FROM PUBLIC`.execute(db);
  await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(ANALYZE)} TO cadenza_worker`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(ANALYZE)}`.execute(db);
}
