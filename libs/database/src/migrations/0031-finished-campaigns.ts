import { sql, type Kysely } from 'kysely';
import { acrossTenants } from './protection/bound-table.ts';

const ENDING = 'ending_campaigns(integer)';

/** Campaigns that are over, and the people who still take part in them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Real time at which people are looked for who still take part; null: nobody does, or may again.
  // News that come late can let somebody take part once more.
  await sql`
    ALTER TABLE campaigns
      ADD COLUMN finished_at timestamptz,
      ADD COLUMN people_end_at timestamptz,
      ADD CONSTRAINT campaigns_finished CHECK (
        finished_at IS NULL OR status IN ('finished', 'archived')),
      ADD CONSTRAINT campaigns_people_end CHECK (people_end_at IS NULL OR status = 'finished')`.execute(
    db,
  );
  await sql`
    CREATE INDEX campaigns_people_end_at ON campaigns (people_end_at)
    WHERE people_end_at IS NOT NULL`.execute(db);
  await sql`
    CREATE FUNCTION ending_campaigns(max_campaigns integer)
    RETURNS TABLE (tenant_id uuid, campaign_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT c.tenant_id, c.id FROM campaigns c
      WHERE c.people_end_at <= now()
      ORDER BY c.people_end_at
      LIMIT max_campaigns
    $$`.execute(db);
  await acrossTenants(db, [[ENDING, 'cadenza_worker']]);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(ENDING)}`.execute(db);
  await sql`
    ALTER TABLE campaigns
      DROP CONSTRAINT campaigns_people_end,
      DROP CONSTRAINT campaigns_finished,
      DROP COLUMN people_end_at,
      DROP COLUMN finished_at`.execute(db);
}
