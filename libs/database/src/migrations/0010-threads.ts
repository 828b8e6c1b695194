import { sql, type Kysely } from 'kysely';

/** The message that a follow-up continues. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE outbound_messages
      ADD COLUMN in_reply_to uuid,
      ADD FOREIGN KEY (tenant_id, in_reply_to) REFERENCES outbound_messages (tenant_id, id),
      ADD CHECK (in_reply_to <> id)`.execute(db);
  await sql`
    CREATE INDEX outbound_messages_replies ON outbound_messages (tenant_id, in_reply_to)
      WHERE in_reply_to IS NOT NULL`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE outbound_messages DROP COLUMN in_reply_to`.execute(db);
}
