import { sql, type Kysely } from 'kysely';

const KINDS = [
  'human',
  'out_of_office',
  'auto_reply',
  'bounce',
  'complaint',
  'opt_out',
  'forwarded',
]
  .map((kind) => `'${kind}'`)
  .join(', ');

const ADDED = [
  'delivery_id',
  'contact_id',
  'dedupe_key',
  'verdict',
  'matched_by',
  'kind_confidence',
  'signs',
  'effect',
  'reply_text',
  'return_on',
  'recipients',
  'body_html',
  'message_id_header',
  'details',
];

/**
 * What each mail is and says: whose message it answers (`matched_by`, with its `confidence`), of what
 * `kind` it is (with `kind_confidence` and what spoke for it), and what it brought about (`effect`).
 * A mail that nobody vouches for is of the verdict `unverified`, and brings nothing about.
 */
export async function extendInboundMessages(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE inbound_messages
      ADD COLUMN delivery_id uuid,
      ADD COLUMN contact_id uuid,
      ADD COLUMN dedupe_key text,
      ADD COLUMN verdict text NOT NULL DEFAULT 'unverified'
        CHECK (verdict IN ('signed', 'token', 'open', 'unverified')),
      ADD COLUMN matched_by text
        CHECK (matched_by IN ('reply_address', 'unsubscribe_address', 'message_id', 'sender')),
      ADD COLUMN kind_confidence double precision CHECK (kind_confidence BETWEEN 0 AND 1),
      ADD COLUMN signs text[] NOT NULL DEFAULT '{}',
      ADD COLUMN effect text
        CHECK (effect IN ('replied', 'unsubscribed', 'spamreport', 'hard_bounce', 'away')),
      ADD COLUMN reply_text text,
      ADD COLUMN return_on date,
      ADD COLUMN recipients text[] NOT NULL DEFAULT '{}',
      ADD COLUMN body_html text,
      ADD COLUMN message_id_header text,
      ADD COLUMN details jsonb NOT NULL DEFAULT '{}',
      ALTER COLUMN headers SET DEFAULT '[]',
      ADD CONSTRAINT inbound_messages_contact FOREIGN KEY (tenant_id, contact_id)
        REFERENCES contacts (tenant_id, id) ON DELETE SET NULL (contact_id),
      ADD CONSTRAINT inbound_messages_once UNIQUE (tenant_id, dedupe_key),
      ADD CONSTRAINT inbound_messages_kind CHECK (kind IN (${sql.raw(KINDS)})),
      ADD CONSTRAINT inbound_messages_matched CHECK ((matched_by IS NULL) = (confidence IS NULL)),
      ADD CONSTRAINT inbound_messages_return
        CHECK (return_on IS NULL OR kind = 'out_of_office')`.execute(db);
  await sql`
    CREATE INDEX inbound_messages_enrollment ON inbound_messages (tenant_id, enrollment_id)
      WHERE enrollment_id IS NOT NULL`.execute(db);
  await sql`
    CREATE INDEX inbound_messages_of_contact ON inbound_messages (tenant_id, contact_id)
      WHERE contact_id IS NOT NULL`.execute(db);
  // Of people whom nobody recognised, too: what is exported and erased with an address.
  await sql`
    CREATE INDEX inbound_messages_from ON inbound_messages (tenant_id, from_address)`.execute(db);
  await sql`
    CREATE INDEX inbound_messages_delivery ON inbound_messages (delivery_id)`.execute(db);
  await sql`GRANT SELECT (tenant_id, delivery_id) ON inbound_messages TO cadenza_claimer`.execute(
    db,
  );
  await sql`
    CREATE POLICY claimer_all ON inbound_messages FOR SELECT TO cadenza_claimer
    USING (true)`.execute(db);
  // Mail that came to the platform's address is a tenant's by what was found in it.
  await sql`
    CREATE FUNCTION replay_inbound_deliveries(since timestamptz, before timestamptz, tenant uuid,
      only_quarantined boolean, dry_run boolean)
    RETURNS TABLE (deliveries integer)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH chosen AS MATERIALIZED (
        SELECT d.id FROM inbound_deliveries d
        WHERE d.received_at >= since AND d.received_at < before AND d.status <> 'received'
          AND (NOT only_quarantined OR d.status = 'quarantined')
          AND (tenant IS NULL OR d.tenant_id = tenant OR EXISTS (
            SELECT FROM inbound_messages m WHERE m.delivery_id = d.id AND m.tenant_id = tenant))),
      handed AS (
        UPDATE inbound_deliveries d
        SET status = 'received', attempts = 0, postponed = 0, next_attempt_at = now(), again = true,
          error = NULL, processed_at = NULL
        FROM chosen WHERE d.id = chosen.id AND NOT dry_run)
      SELECT count(*)::integer FROM chosen
    $$`.execute(db);
  await sql`
    CREATE TABLE inbound_attachments (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      inbound_message_id uuid NOT NULL,
      position integer NOT NULL CHECK (position >= 0),
      filename text,
      content_type text NOT NULL,
      bytes bigint NOT NULL CHECK (bytes >= 0),
      blob_key text NOT NULL CHECK (length(blob_key) BETWEEN 1 AND 500),
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      UNIQUE (tenant_id, inbound_message_id, position),
      FOREIGN KEY (tenant_id, inbound_message_id) REFERENCES inbound_messages (tenant_id, id)
        ON DELETE CASCADE
    )`.execute(db);
  await sql`ALTER TABLE inbound_attachments ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`ALTER TABLE inbound_attachments FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY api_tenant ON inbound_attachments TO cadenza_api
    USING (tenant_id = (SELECT current_tenant()))`.execute(db);
  await sql`
    CREATE POLICY worker_tenants ON inbound_attachments TO cadenza_worker
    USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(db);
  await sql`GRANT SELECT ON inbound_attachments TO cadenza_api`.execute(db);
  await sql`GRANT SELECT, INSERT ON inbound_attachments TO cadenza_worker`.execute(db);
}

export async function dropInboundMessages(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE inbound_attachments`.execute(db);
  await sql`DROP POLICY claimer_all ON inbound_messages`.execute(db);
  await sql`
    REVOKE SELECT (tenant_id, delivery_id) ON inbound_messages FROM cadenza_claimer`.execute(db);
  await sql`DROP INDEX inbound_messages_from`.execute(db);
  await sql`DROP INDEX inbound_messages_enrollment`.execute(db);
  await sql`
    ALTER TABLE inbound_messages
      DROP CONSTRAINT inbound_messages_kind,
      ALTER COLUMN headers SET DEFAULT '{}',
      ${sql.raw(ADDED.map((column) => `DROP COLUMN ${column} CASCADE`).join(', '))}`.execute(db);
}
