import { sql, type Kysely } from 'kysely';

/**
 * Nobody looks an event up by its id, so that an index on it was a third of what an event cost. What
 * makes events unique is their key, the same with every delivery.
 */
export async function keyEventsByContent(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE message_events
      DROP CONSTRAINT message_events_pkey,
      DROP CONSTRAINT message_events_tenant_id_dedupe_key_occurred_at_key,
      ADD PRIMARY KEY (tenant_id, dedupe_key, occurred_at)`.execute(db);
}

export async function keyEventsById(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE message_events
      DROP CONSTRAINT message_events_pkey,
      ADD PRIMARY KEY (tenant_id, id, occurred_at),
      ADD UNIQUE (tenant_id, dedupe_key, occurred_at)`.execute(db);
}
