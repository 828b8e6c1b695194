import { sql, type Kysely } from 'kysely';

const FUNCTION = 'find_sms_parties(text[], text[])';

/** Whose text messages are that come in: those who have the number, and what they had sent. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // For each pair of a person's number and the number or name that was written to, every tenant that
  // sends from it, with its latest message to that person, if there is one.
  await sql`
    CREATE FUNCTION find_sms_parties(senders text[], numbers text[])
    RETURNS TABLE (place integer, tenant_id uuid, message_id uuid, attempt integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.place::integer, i.tenant_id, latest.id, latest.attempt
      FROM unnest(senders, numbers) WITH ORDINALITY AS p(sender, number, place)
      JOIN email_sender_identities i ON i.channel = 'sms' AND i.sms_from = p.sender
      LEFT JOIN LATERAL (
        SELECT m.id, m.attempt
        FROM contact_channels h
        JOIN contact_campaigns e ON e.tenant_id = h.tenant_id AND e.contact_id = h.contact_id
        JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
        WHERE h.tenant_id = i.tenant_id AND h.channel = 'sms' AND h.address = p.number
          AND m.channel = 'sms' AND m.sender_identity_id = i.id AND m.to_address = p.number
          AND m.begun_at IS NOT NULL
        ORDER BY m.begun_at DESC, m.id DESC
        LIMIT 1) latest ON true
      ORDER BY p.place, i.tenant_id
    $$`.execute(db);
  // Whoever has left by a keyword may come back by one.
  await sql`GRANT DELETE ON communication_suppressions TO cadenza_worker`.execute(db);
  await sql`GRANT INSERT, UPDATE ON suppression_lifts TO cadenza_worker`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ${sql.raw(FUNCTION)} FROM PUBLIC`.execute(db);
  await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(FUNCTION)} TO cadenza_worker`.execute(db);
  await sql`ALTER FUNCTION ${sql.raw(FUNCTION)} OWNER TO cadenza_claimer`.execute(db);
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`REVOKE INSERT, UPDATE ON suppression_lifts FROM cadenza_worker`.execute(db);
  await sql`REVOKE DELETE ON communication_suppressions FROM cadenza_worker`.execute(db);
  await sql`DROP FUNCTION ${sql.raw(FUNCTION)}`.execute(db);
}
