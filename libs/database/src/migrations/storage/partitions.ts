import { sql, type Kysely } from 'kysely';

const FUNCTIONS = ['detach_event_partition(integer)', 'drop_event_partition(integer)'] as const;

/**
 * Months of events are put aside by policy, and dropped later: by functions of the owner, who alone
 * may, for the worker, who can name no month that is still needed.
 *
 * Both take locks that everybody who records events waits behind. So they wait for them for half a
 * second at most, and deal with one month at a time.
 */
export async function createPartitionPolicy(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION detach_event_partition(months_online integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms'
    AS $$
    DECLARE
      horizon date := (date_trunc('month', campaign_now() AT TIME ZONE 'UTC')
        - make_interval(months => months_online))::date;
      name text;
    BEGIN
      IF months_online < 1 THEN
        RAISE EXCEPTION 'the last month of events is kept online';
      END IF;
      SELECT c.relname INTO name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'message_events'::regclass AND c.relname ~ '^message_events_[0-9]{6}$'
        AND to_date(right(c.relname, 6), 'YYYYMM') < horizon
      ORDER BY c.relname
      LIMIT 1;
      IF name IS NOT NULL THEN
        EXECUTE format('ALTER TABLE message_events DETACH PARTITION %I', name);
      END IF;
      RETURN name;
    END $$`.execute(db);
  await sql`
    CREATE FUNCTION drop_event_partition(months_kept integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms'
    AS $$
    DECLARE
      horizon date := (date_trunc('month', campaign_now() AT TIME ZONE 'UTC')
        - make_interval(months => months_kept))::date;
      name text;
    BEGIN
      IF months_kept < 1 THEN
        RAISE EXCEPTION 'the last month of events is kept';
      END IF;
      SELECT c.relname INTO name FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
        AND c.relowner = (SELECT p.relowner FROM pg_class p WHERE p.oid = 'message_events'::regclass)
        AND c.relname ~ '^message_events_[0-9]{6}$'
        AND to_date(right(c.relname, 6), 'YYYYMM') < horizon
      ORDER BY c.relname
      LIMIT 1;
      IF name IS NOT NULL THEN
        EXECUTE format('DROP TABLE %I', name);
      END IF;
      RETURN name;
    END $$`.execute(db);
  for (const signature of FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO cadenza_worker`.execute(db);
  }
}

/** What is detached stays so. */
export async function dropPartitionPolicy(db: Kysely<unknown>): Promise<void> {
  for (const signature of FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
}
