import { sql, type Kysely } from 'kysely';

/** Whose message a mail answers, and whose contact wrote it, where no tenant is known. */
export async function createInboundLookUps(db: Kysely<unknown>): Promise<void> {
  // Signed addresses name a message or a contact, and no tenant.
  await sql`CREATE INDEX outbound_messages_id ON outbound_messages (id)`.execute(db);
  await sql`CREATE INDEX contacts_id ON contacts (id)`.execute(db);
  await sql`GRANT SELECT (tenant_id, id) ON contacts TO cadenza_claimer`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON contacts FOR SELECT TO cadenza_claimer USING (true)`.execute(db);
  await sql`
    CREATE FUNCTION find_sent_messages(message_ids uuid[])
    RETURNS TABLE (tenant_id uuid, message_id uuid, attempt integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT m.tenant_id, m.id, CASE WHEN m.begun_at IS NULL THEN m.attempt - 1 ELSE m.attempt END
      FROM outbound_messages m
      WHERE m.id = ANY (message_ids) AND (m.begun_at IS NOT NULL OR m.attempt > 1)
    $$`.execute(db);
  await sql`
    CREATE FUNCTION find_contacts(contact_ids uuid[])
    RETURNS TABLE (tenant_id uuid, contact_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT c.tenant_id, c.id FROM contacts c WHERE c.id = ANY (contact_ids)
    $$`.execute(db);
  // A Message-ID begins with the provider's id of the message, by which it is found. An index of the
  // Message-ID itself would be written to when the provider first reports it, and all others of the
  // row with it.
  await sql`
    CREATE FUNCTION find_messages_by_smtp_id(smtp_ids text[])
    RETURNS TABLE (tenant_id uuid, message_id uuid, provider_message_id text, attempt integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH named AS MATERIALIZED (
        SELECT s.smtp_id, split_part(ltrim(s.smtp_id, '<'), '@', 1) AS provider_id
        FROM unnest(smtp_ids) AS s(smtp_id))
      SELECT m.tenant_id, m.id, m.provider_message_id, m.attempt
      FROM named n
      JOIN provider_message_ids p ON p.provider_message_id = n.provider_id
      JOIN outbound_messages m ON m.tenant_id = p.tenant_id AND m.id = p.message_id
        AND m.provider_message_id = p.provider_message_id
      WHERE coalesce(m.smtp_id, n.smtp_id) = n.smtp_id
      UNION
      SELECT f.tenant_id, f.message_id, f.provider_message_id, f.attempt
      FROM named n JOIN message_attempts f ON f.provider_message_id = n.provider_id
      WHERE coalesce(f.smtp_id, n.smtp_id) = n.smtp_id
    $$`.execute(db);
  await sql`
    GRANT SELECT (tenant_id, id, contact_id) ON contact_campaigns TO cadenza_claimer`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON contact_campaigns FOR SELECT TO cadenza_claimer
    USING (true)`.execute(db);
  // The latest message before a time to any of these addresses, for each tenant that has written to one, or for the
  // owner of the mail alone. Where some of several tenants have a sender of a domain that the mail was
  // sent to, the others are left out.
  await sql`
    CREATE FUNCTION find_recent_recipients(addresses text[], domains text[],
      at double precision, owner uuid, days double precision)
    RETURNS TABLE (tenant_id uuid, message_id uuid, attempt integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH latest AS (
        SELECT DISTINCT ON (m.tenant_id) m.tenant_id, m.id, m.attempt
        FROM contact_channels h
        JOIN contact_campaigns e ON e.tenant_id = h.tenant_id AND e.contact_id = h.contact_id
        JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
        WHERE h.channel = 'email' AND h.address = ANY (addresses)
          AND h.tenant_id = coalesce(owner, h.tenant_id)
          AND m.to_address = h.address AND m.begun_at <= from_epoch_ms(at)
          AND m.begun_at > from_epoch_ms(at) - days * interval '1 day'
        ORDER BY m.tenant_id, m.begun_at DESC, m.id DESC),
      told AS (
        SELECT l.*, EXISTS (
          SELECT FROM email_sender_identities i
          WHERE i.tenant_id = l.tenant_id AND i.verification = 'verified'
            AND split_part(i.email, '@', 2) = ANY (domains)) AS own
        FROM latest l)
      SELECT t.tenant_id, t.id, t.attempt FROM told t
      WHERE t.own = (SELECT bool_or(own) FROM told)
    $$`.execute(db);
}

/** The functions are dropped with the others. */
export async function dropInboundLookUps(db: Kysely<unknown>): Promise<void> {
  await sql`DROP POLICY claimer_all ON contact_campaigns`.execute(db);
  await sql`
    REVOKE SELECT (tenant_id, id, contact_id) ON contact_campaigns FROM cadenza_claimer`.execute(
    db,
  );
  await sql`DROP POLICY claimer_all ON contacts`.execute(db);
  await sql`REVOKE SELECT (tenant_id, id) ON contacts FROM cadenza_claimer`.execute(db);
  await sql`
    DROP INDEX contacts_id, outbound_messages_id`.execute(db);
}
