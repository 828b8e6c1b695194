import { sql, type Kysely } from 'kysely';

/**
 * What makes events unique is their key, the same with every delivery, of which their message is a
 * part: so one index, by message, does for that and for whoever looks for a message's events. A key by
 * itself is a hash, by which every event would come to a page of its own. Nobody looks one up by its id.
 */
export async function keyEventsByMessage(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE message_events
      DROP CONSTRAINT message_events_pkey,
      DROP CONSTRAINT message_events_tenant_id_dedupe_key_occurred_at_key,
      ADD PRIMARY KEY (tenant_id, message_id, occurred_at, dedupe_key)`.execute(db);
  await sql`DROP INDEX message_events_message`.execute(db);
}

export async function keyEventsById(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX message_events_message ON message_events
      (tenant_id, message_id, type, occurred_at)`.execute(db);
  await sql`
    ALTER TABLE message_events
      DROP CONSTRAINT message_events_pkey,
      ADD PRIMARY KEY (tenant_id, id, occurred_at),
      ADD UNIQUE (tenant_id, dedupe_key, occurred_at)`.execute(db);
}
