import { sql, type Kysely } from 'kysely';

/** Whose contact an address is, where no tenant is known: needed for the sender of a mail. */
export async function createInboundLookUps(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX contact_channels_address ON contact_channels (address)
      WHERE channel = 'email'`.execute(db);
  await sql`
    GRANT SELECT (tenant_id, id, contact_id) ON contact_campaigns TO cadenza_claimer`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON contact_campaigns FOR SELECT TO cadenza_claimer
    USING (true)`.execute(db);
  // The latest message to any of these addresses, for each tenant that has written to one. Where some
  // of the tenants have a sender of a domain that the mail was sent to, the others are left out.
  await sql`
    CREATE FUNCTION find_recent_recipients(addresses text[], domains text[], days double precision)
    RETURNS TABLE (tenant_id uuid, message_id uuid, attempt integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH latest AS (
        SELECT DISTINCT ON (m.tenant_id) m.tenant_id, m.id, m.attempt
        FROM contact_channels h
        JOIN contact_campaigns e ON e.tenant_id = h.tenant_id AND e.contact_id = h.contact_id
        JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
        WHERE h.channel = 'email' AND h.address = ANY (addresses)
          AND m.to_address = h.address AND m.begun_at > campaign_now() - days * interval '1 day'
        ORDER BY m.tenant_id, m.begun_at DESC, m.id DESC),
      told AS (
        SELECT l.*, EXISTS (
          SELECT FROM email_sender_identities i
          WHERE i.tenant_id = l.tenant_id AND split_part(i.email, '@', 2) = ANY (domains)) AS own
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
  await sql`DROP INDEX contact_channels_address`.execute(db);
}
