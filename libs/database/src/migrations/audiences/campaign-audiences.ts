import { sql, type Kysely } from 'kysely';
import { acrossTenants, bindTable } from '../protection/bound-table.ts';

const CLAIM = 'claim_audience(double precision)';

/** Filters whose people are being enrolled, and how far that has come. */
export async function createAudiences(db: Kysely<unknown>): Promise<void> {
  // next_at: when it is worked on next, which is a lease while somebody is at it; real time. Null: it
  // has ended. as_of: campaign time from which the filter looks back. Everybody up to after_id is done, and
  // whom ahead_* encloses: what lies between is under way, or has failed.
  await sql`
    CREATE TABLE campaign_audiences (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      filter jsonb NOT NULL CHECK (jsonb_typeof(filter) = 'object'),
      as_of timestamptz NOT NULL DEFAULT campaign_now(),
      status text NOT NULL DEFAULT 'requested'
        CHECK (status IN ('requested', 'running', 'failed', 'done', 'canceled')),
      after_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
      ahead_after_id uuid,
      ahead_last_id uuid,
      enrolled integer NOT NULL DEFAULT 0 CHECK (enrolled >= 0),
      warned integer NOT NULL DEFAULT 0 CHECK (warned BETWEEN 0 AND enrolled),
      refused jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(refused) = 'object'),
      attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
      next_at timestamptz DEFAULT now(),
      error text,
      done_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id),
      CHECK ((status IN ('done', 'canceled')) = (done_at IS NOT NULL)),
      CHECK ((done_at IS NULL) = (next_at IS NOT NULL)),
      CHECK ((status = 'failed') <= (error IS NOT NULL)),
      CHECK ((ahead_after_id IS NULL) = (ahead_last_id IS NULL)),
      CHECK (after_id < ahead_after_id AND ahead_after_id < ahead_last_id)
    )`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON campaign_audiences
    FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
    EXECUTE FUNCTION touch_updated_at()`.execute(db);
  await sql`
    CREATE INDEX campaign_audiences_campaign
    ON campaign_audiences (tenant_id, campaign_id, id)`.execute(db);
  await sql`
    CREATE INDEX campaign_audiences_next ON campaign_audiences (next_at)
      WHERE next_at IS NOT NULL`.execute(db);
  await bindTable(db, 'campaign_audiences', {
    api: 'SELECT, INSERT, UPDATE',
    worker: 'SELECT, UPDATE',
  });
  await sql`
    CREATE POLICY claimer_all ON campaign_audiences TO cadenza_claimer USING (true)`.execute(db);
  await sql`
    GRANT SELECT (tenant_id, id, next_at), UPDATE (next_at, updated_at)
    ON campaign_audiences TO cadenza_claimer`.execute(db);
  await sql`
    CREATE FUNCTION claim_audience(lease_ms double precision)
    RETURNS TABLE (tenant_id uuid, audience_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH due AS MATERIALIZED (
        SELECT a.tenant_id, a.id FROM campaign_audiences a
        WHERE a.next_at <= clock_timestamp()
        ORDER BY a.next_at
        LIMIT 1
        FOR UPDATE SKIP LOCKED)
      UPDATE campaign_audiences a
      SET next_at = clock_timestamp() + lease_ms * interval '1 millisecond'
      FROM due WHERE a.tenant_id = due.tenant_id AND a.id = due.id
      RETURNING a.tenant_id, a.id
    $$`.execute(db);
  await acrossTenants(db, [[CLAIM, 'cadenza_worker']]);
}

export async function dropAudiences(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(CLAIM)}`.execute(db);
  await sql`DROP TABLE campaign_audiences`.execute(db);
}
