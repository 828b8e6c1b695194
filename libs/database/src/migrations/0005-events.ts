import { sql, type Kysely } from 'kysely';

/** Raw deliveries, events, inbound mail, what could not be matched, and roll-ups. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Raw deliveries mix tenants, so they are the platform's own.
  await sql`
    CREATE TABLE webhook_deliveries (
      id uuid PRIMARY KEY,
      provider text NOT NULL CHECK (provider IN ('sendgrid', 'sms-dev')),
      payload bytea NOT NULL,
      payload_hash bytea NOT NULL UNIQUE CHECK (length(payload_hash) = 32),
      status text NOT NULL DEFAULT 'received'
        CHECK (status IN ('received', 'processed', 'quarantined')),
      attempts integer NOT NULL DEFAULT 0,
      error text,
      received_at timestamptz NOT NULL DEFAULT now(),
      processed_at timestamptz,
      CHECK ((status = 'processed') = (processed_at IS NOT NULL)),
      CHECK ((status = 'quarantined') <= (error IS NOT NULL))
    )`.execute(db);
  await sql`
    CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (received_at)
      WHERE status = 'received'`.execute(db);
  await sql`
    CREATE TABLE quarantined_events (
      delivery_id uuid NOT NULL REFERENCES webhook_deliveries,
      position integer NOT NULL CHECK (position >= 0),
      reason text NOT NULL,
      raw jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (delivery_id, position)
    )`.execute(db);
  await sql`
    CREATE TABLE message_events (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      message_id uuid NOT NULL,
      enrollment_id uuid NOT NULL,
      attempt integer NOT NULL CHECK (attempt > 0),
      type text NOT NULL,
      occurred_at timestamptz NOT NULL,
      actor text NOT NULL DEFAULT 'unknown' CHECK (actor IN ('human', 'machine', 'unknown')),
      dedupe_key text NOT NULL,
      provider_event_id text,
      url text,
      delivery_id uuid,
      synthetic boolean NOT NULL DEFAULT false,
      data jsonb NOT NULL DEFAULT '{}',
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id, occurred_at),
      UNIQUE (tenant_id, dedupe_key, occurred_at),
      FOREIGN KEY (tenant_id, message_id) REFERENCES outbound_messages (tenant_id, id)
    ) PARTITION BY RANGE (occurred_at)`.execute(db);
  await sql`
    CREATE INDEX message_events_message ON message_events
      (tenant_id, message_id, type, occurred_at)`.execute(db);
  await sql`CREATE TABLE message_events_default PARTITION OF message_events DEFAULT`.execute(db);
  await sql`
    CREATE FUNCTION ensure_event_partitions(from_month date, months integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      first date;
      from_at timestamptz;
      to_at timestamptz;
      name text;
      made integer := 0;
    BEGIN
      FOR i IN 0 .. months - 1 LOOP
        first := (date_trunc('month', from_month) + make_interval(months => i))::date;
        from_at := first::timestamp AT TIME ZONE 'UTC';
        to_at := (first + interval '1 month')::timestamp AT TIME ZONE 'UTC';
        name := format('message_events_%s', to_char(first, 'YYYYMM'));
        IF to_regclass(name) IS NULL THEN
          -- The default partition may hold events of that month already: they move.
          EXECUTE format(
            'CREATE TABLE %I (LIKE message_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
          EXECUTE format(
            'WITH early AS (DELETE FROM message_events_default
               WHERE occurred_at >= %L AND occurred_at < %L RETURNING *)
             INSERT INTO %I SELECT * FROM early', from_at, to_at, name);
          EXECUTE format('ALTER TABLE message_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            name, from_at, to_at);
          made := made + 1;
        END IF;
      END LOOP;
      RETURN made;
    END $$`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ensure_event_partitions(date, integer) FROM PUBLIC`.execute(db);
  await sql`SELECT ensure_event_partitions((now() - interval '1 month')::date, 5)`.execute(db);
  await sql`
    CREATE TABLE inbound_messages (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      message_id uuid,
      enrollment_id uuid,
      from_address text NOT NULL,
      subject text,
      kind text,
      confidence double precision CHECK (confidence BETWEEN 0 AND 1),
      body_text text,
      headers jsonb NOT NULL DEFAULT '{}',
      received_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, message_id) REFERENCES outbound_messages (tenant_id, id),
      FOREIGN KEY (tenant_id, enrollment_id) REFERENCES contact_campaigns (tenant_id, id)
    )`.execute(db);
  await sql`
    CREATE TABLE event_rollups_hourly (
      tenant_id uuid NOT NULL,
      campaign_id uuid NOT NULL,
      node_id text NOT NULL,
      variant text NOT NULL DEFAULT '',
      hour timestamptz NOT NULL,
      type text NOT NULL,
      actor text NOT NULL DEFAULT 'unknown',
      count bigint NOT NULL CHECK (count >= 0),
      PRIMARY KEY (tenant_id, campaign_id, node_id, variant, hour, type, actor),
      FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE event_rollups_hourly, inbound_messages`.execute(db);
  await sql`DROP FUNCTION ensure_event_partitions(date, integer)`.execute(db);
  await sql`DROP TABLE message_events, quarantined_events, webhook_deliveries`.execute(db);
}
