import { sql, type Kysely } from 'kysely';
import { bindTable } from '../protection/bound-table.ts';

/**
 * What happened, for those who want to be told: written in the transaction in which it happens, and
 * given a position afterwards, by one transaction at a time. So whoever has read up to a position has
 * missed nothing before it, in whatever order transactions were committed.
 */
export async function createFeed(db: Kysely<unknown>): Promise<void> {
  // wanted_until: nothing is written for a tenant after that; infinity as long as it has an endpoint.
  // unbroken_from: the position since which everything is there. Both are about real time. unwoken:
  // whether endpoints may have been handed something and not been woken since.
  await sql`
    CREATE TABLE event_feeds (
      tenant_id uuid PRIMARY KEY REFERENCES tenants,
      position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
      unbroken_from bigint NOT NULL DEFAULT 0 CHECK (unbroken_from BETWEEN 0 AND position),
      wanted_until timestamptz NOT NULL,
      unwoken boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`CREATE INDEX event_feeds_unwoken ON event_feeds (tenant_id) WHERE unwoken`.execute(db);
  // seq: the order in which they were written. position: null until it is given; without gaps in a
  // tenant. occurred_at is campaign time.
  await sql`
    CREATE TABLE feed_events (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL DEFAULT gen_random_uuid(),
      seq bigint GENERATED ALWAYS AS IDENTITY,
      position bigint CHECK (position > 0),
      type text NOT NULL CHECK (type ~ '^[a-z]+[.][a-z_]+$'),
      data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
      occurred_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, position)
    )`.execute(db);
  await sql`CREATE INDEX feed_events_new ON feed_events (seq) WHERE position IS NULL`.execute(db);
  await bindTable(db, 'event_feeds', { api: 'SELECT, INSERT, UPDATE', worker: null });
  await bindTable(db, 'feed_events', { api: 'SELECT', worker: 'SELECT' });
  for (const table of ['event_feeds', 'feed_events']) {
    await sql`
      CREATE POLICY claimer_all ON ${sql.table(table)} TO cadenza_claimer USING (true)`.execute(db);
  }
  await sql`GRANT SELECT, UPDATE ON event_feeds TO cadenza_claimer`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE, DELETE ON feed_events TO cadenza_claimer`.execute(db);
}

export async function dropFeed(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE feed_events, event_feeds`.execute(db);
}
