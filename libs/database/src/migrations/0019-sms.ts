import { sql, type Kysely } from 'kysely';

const FUNCTIONS = [
  'find_sms_parties(text[], text[])',
  'lift_keyword_stops(uuid[], text[], double precision[])',
];

/** Whose text messages are that come in: those who have the number, and what they had sent. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A column of its own, since the address of a mail is written where its hand-off begins.
  await sql`
    ALTER TABLE outbound_messages ADD sms_to text
      GENERATED ALWAYS AS (CASE WHEN channel = 'sms' THEN to_address END) STORED`.execute(db);
  await sql`
    CREATE INDEX outbound_messages_sms ON outbound_messages (sender_identity_id, sms_to)
      WHERE channel = 'sms'`.execute(db);
  // For each pair of a person's number and the number or name that was written to, every tenant that
  // sends from it, with its latest message to that number, whosever it is now, if there is one, in
  // the order of who has the first claim to the person.
  // Anybody may name a number as theirs: where nothing was sent from it, it is to be verified. Who is
  // paused, or not verified any more, hears what is said as well, but has nothing to answer with.
  await sql`
    CREATE FUNCTION find_sms_parties(senders text[], numbers text[])
    RETURNS TABLE (place integer, tenant_id uuid, sender_identity_id uuid, message_id uuid,
      attempt integer, can_answer boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.place::integer, i.tenant_id, i.id, latest.id, latest.attempt,
        t.status = 'active' AND i.verification = 'verified' AND i.paused_at IS NULL
      FROM unnest(senders, numbers) WITH ORDINALITY AS p(sender, number, place)
      JOIN email_sender_identities i ON i.channel = 'sms' AND i.sms_from = p.sender
      JOIN tenants t ON t.id = i.tenant_id
      LEFT JOIN LATERAL (
        SELECT m.id, m.attempt, m.begun_at
        FROM outbound_messages m
        WHERE m.channel = 'sms' AND m.sender_identity_id = i.id AND m.sms_to = p.number
          AND m.tenant_id = i.tenant_id AND m.begun_at IS NOT NULL
        ORDER BY m.begun_at DESC, m.id DESC
        LIMIT 1) latest ON true
      WHERE latest.id IS NOT NULL OR i.verification = 'verified'
      ORDER BY p.place, latest.begun_at DESC NULLS LAST, i.verified_at, i.tenant_id
    $$`.execute(db);
  await createComingBack(db);
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const name of FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(name)} FROM PUBLIC`.execute(db);
    await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(name)} TO cadenza_worker`.execute(db);
    await sql`ALTER FUNCTION ${sql.raw(name)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

/**
 * Whoever has left by a keyword may come back by one: the one thing that makes workers lift a
 * suppression, so that it is a function and no grant. It is bound to the tenants of the batch.
 */
async function createComingBack(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION lift_keyword_stops(tenants uuid[], numbers text[], said_at double precision[])
    RETURNS TABLE (tenant_id uuid, suppression_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH back AS MATERIALIZED (
        SELECT r.tenant_id, r.number, from_epoch_ms(r.at) AS at
        FROM unnest(tenants, numbers, said_at) AS r(tenant_id, number, at)
        WHERE array_position((SELECT current_tenants())::uuid[], r.tenant_id) IS NOT NULL),
      stayed AS (
        DELETE FROM contact_opt_outs o
        USING back, contact_channels h
        WHERE h.tenant_id = back.tenant_id AND h.channel = 'sms' AND h.address = back.number
          AND o.tenant_id = h.tenant_id AND o.contact_id = h.contact_id AND o.channel = 'sms'
          AND o.source = 'sms_keyword' AND o.left_at <= back.at),
      lifted AS (
        DELETE FROM communication_suppressions s
        USING back
        WHERE s.tenant_id = back.tenant_id AND s.value = back.number AND s.channel = 'sms'
          AND s.kind = 'address' AND s.source = 'sms_keyword'
          AND coalesce(s.legal_reason, s.reason) = 'unsubscribed' AND s.last_seen_at <= back.at
        RETURNING s.tenant_id, s.id, s.value, s.reason),
      noted AS (
        INSERT INTO suppression_lifts AS l
          (id, tenant_id, channel, kind, value, reason, lifted_at)
        SELECT gen_random_uuid(), d.tenant_id, 'sms', 'address', d.value, d.reason, campaign_now()
        FROM lifted d
        ON CONFLICT (channel, kind, value, tenant_id) DO UPDATE
        SET reason = excluded.reason, lifted_at = excluded.lifted_at)
      SELECT d.tenant_id, d.id FROM lifted d
    $$`.execute(db);
  for (const table of ['communication_suppressions', 'contact_opt_outs']) {
    await sql`
      CREATE POLICY claimer_keywords ON ${sql.table(table)} TO cadenza_claimer
      USING (channel = 'sms' AND source = 'sms_keyword')`.execute(db);
  }
  await sql`
    CREATE POLICY claimer_keywords ON suppression_lifts TO cadenza_claimer
    USING (channel = 'sms')`.execute(db);
  await sql`GRANT SELECT, DELETE ON contact_opt_outs TO cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`REVOKE ALL ON contact_opt_outs FROM cadenza_claimer`.execute(db);
  for (const table of ['communication_suppressions', 'contact_opt_outs', 'suppression_lifts']) {
    await sql`DROP POLICY claimer_keywords ON ${sql.table(table)}`.execute(db);
  }
  for (const name of FUNCTIONS.toReversed()) {
    await sql`DROP FUNCTION ${sql.raw(name)}`.execute(db);
  }
  await sql`ALTER TABLE outbound_messages DROP sms_to`.execute(db);
}
