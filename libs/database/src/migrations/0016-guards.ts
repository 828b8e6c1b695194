import { sql, type Kysely } from 'kysely';
import { asClaimer } from './protection/bound-table.ts';
import { FOLD_FUNCTION } from './storage/roll-ups.ts';

/** Tables of this migration, each with what the two apps may do with it. */
const TABLES = [
  ['sender_hand_offs_hourly', 'SELECT', 'SELECT'],
  ['sender_failures', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE (judge_at), DELETE'],
  ['tenant_guards', 'SELECT, INSERT, UPDATE', 'SELECT'],
] as const;

/** Functions that look across tenants, or into tables that their callers may not write to. */
const FUNCTIONS: readonly (readonly [signature: string, caller: string | null])[] = [
  ['tenants_to_guard(integer)', 'cadenza_worker'],
  ['judge_sender_afresh()', null],
  ['judge_senders_afresh()', null],
];

/** What a sender has handed over in an hour, up to now. */
const SENT_IN_HOUR = (tenant: string, sender: string) => `(
  SELECT coalesce(sum(c.count), 0) FROM (
    SELECT h.count FROM sender_hand_offs_hourly h
    WHERE h.tenant_id = ${tenant} AND h.sender_identity_id = ${sender}
      AND h.hour = date_trunc('hour', campaign_now(), 'UTC')
    UNION ALL
    SELECT d.count FROM event_rollup_deltas d
    WHERE d.tenant_id = ${tenant} AND d.sender_identity_id = ${sender} AND d.type = 'sent'
      AND d.hour = date_trunc('hour', campaign_now(), 'UTC')) c)`;

/**
 * How much of what senders hand over comes back, and from where on that is too much; and what was
 * found out about their domains.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE event_rollup_deltas ADD COLUMN sender_identity_id uuid`.execute(db);
  await sql`
    CREATE TABLE sender_hand_offs_hourly (
      tenant_id uuid NOT NULL,
      sender_identity_id uuid NOT NULL,
      hour timestamptz NOT NULL,
      count bigint NOT NULL CHECK (count > 0),
      PRIMARY KEY (tenant_id, sender_identity_id, hour),
      FOREIGN KEY (tenant_id, sender_identity_id)
        REFERENCES email_sender_identities (tenant_id, id)
    )`.execute(db);
  // One row for a message that bounced for good or was complained about, by the time at which it was
  // handed over. judge_at: when the sender is to be judged for it; real time.
  await sql`
    CREATE TABLE sender_failures (
      tenant_id uuid NOT NULL,
      message_id uuid NOT NULL,
      kind text NOT NULL CHECK (kind IN ('bounce', 'complaint')),
      sender_identity_id uuid NOT NULL,
      sent_at timestamptz NOT NULL,
      judge_at timestamptz DEFAULT now(),
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, message_id, kind),
      FOREIGN KEY (tenant_id, message_id) REFERENCES outbound_messages (tenant_id, id),
      FOREIGN KEY (tenant_id, sender_identity_id)
        REFERENCES email_sender_identities (tenant_id, id)
    )`.execute(db);
  await sql`
    CREATE INDEX sender_failures_sent ON sender_failures (tenant_id, sender_identity_id, sent_at)`.execute(
    db,
  );
  await sql`
    CREATE INDEX sender_failures_judge ON sender_failures (judge_at) WHERE judge_at IS NOT NULL`.execute(
    db,
  );
  await sql`
    CREATE TABLE tenant_guards (
      tenant_id uuid PRIMARY KEY REFERENCES tenants,
      thresholds jsonb NOT NULL CHECK (jsonb_typeof(thresholds) = 'object'),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON tenant_guards
    FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
    EXECUTE FUNCTION touch_updated_at()`.execute(db);
  for (const [table, api, worker] of TABLES) {
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ROW LEVEL SECURITY`.execute(db);
    await sql`ALTER TABLE ${sql.table(table)} FORCE ROW LEVEL SECURITY`.execute(db);
    await sql`
      CREATE POLICY api_tenant ON ${sql.table(table)} TO cadenza_api
      USING (tenant_id = (SELECT current_tenant()))`.execute(db);
    await sql`
      CREATE POLICY worker_tenants ON ${sql.table(table)} TO cadenza_worker
      USING (array_position((SELECT current_tenants())::uuid[], tenant_id) IS NOT NULL)`.execute(
      db,
    );
    await sql`GRANT ${sql.raw(api)} ON ${sql.table(table)} TO cadenza_api`.execute(db);
    await sql`GRANT ${sql.raw(worker)} ON ${sql.table(table)} TO cadenza_worker`.execute(db);
  }
  for (const table of ['sender_hand_offs_hourly', 'sender_failures']) {
    await sql`
      CREATE POLICY claimer_all ON ${sql.table(table)} TO cadenza_claimer USING (true)`.execute(db);
  }
  await sql`
    GRANT SELECT, INSERT, UPDATE ON sender_hand_offs_hourly TO cadenza_claimer`.execute(db);
  await sql`GRANT SELECT (tenant_id, judge_at) ON sender_failures TO cadenza_claimer`.execute(db);

  // Since when a sender is judged, and what it had handed over before in that hour. Those that are
  // there are judged from now on: of what they sent before nothing is known.
  await sql`
    ALTER TABLE email_sender_identities
      ADD COLUMN guard_since timestamptz NOT NULL DEFAULT campaign_now(),
      ADD COLUMN guard_sent_before bigint NOT NULL DEFAULT 0,
      ADD COLUMN domain_findings jsonb CHECK (jsonb_typeof(domain_findings) = 'array'),
      ADD COLUMN domain_checked_at timestamptz`.execute(db);
  await sql`
    ALTER TABLE email_sender_identities ALTER COLUMN guard_since SET DEFAULT '-infinity'`.execute(
    db,
  );
  await sql`
    GRANT UPDATE (guard_since, guard_sent_before, updated_at) ON email_sender_identities
    TO cadenza_claimer`.execute(db);
  await sql`
    CREATE FUNCTION judge_sender_afresh() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN
        NEW.guard_since := campaign_now();
        NEW.guard_sent_before := ${sql.raw(SENT_IN_HOUR('NEW.tenant_id', 'NEW.id'))};
        RETURN NEW;
      END $$`.execute(db);
  await sql`
    CREATE FUNCTION judge_senders_afresh() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN
        UPDATE email_sender_identities i
        SET guard_since = campaign_now(),
            guard_sent_before = ${sql.raw(SENT_IN_HOUR('i.tenant_id', 'i.id'))}
        WHERE i.tenant_id = NEW.id;
        RETURN NULL;
      END $$`.execute(db);
  await sql`
    CREATE TRIGGER judge_sender_afresh BEFORE UPDATE ON email_sender_identities FOR EACH ROW
    WHEN (OLD.paused_at IS NOT NULL AND NEW.paused_at IS NULL)
    EXECUTE FUNCTION judge_sender_afresh()`.execute(db);
  await sql`
    CREATE TRIGGER judge_senders_afresh AFTER UPDATE ON tenants FOR EACH ROW
    WHEN (OLD.status <> 'active' AND NEW.status = 'active')
    EXECUTE FUNCTION judge_senders_afresh()`.execute(db);
  await sql`
    CREATE FUNCTION tenants_to_guard(max_tenants integer) RETURNS TABLE (tenant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT due.tenant_id FROM (
        SELECT f.tenant_id FROM sender_failures f
        WHERE f.judge_at <= clock_timestamp()
        ORDER BY f.judge_at
        LIMIT max_tenants) due
    $$`.execute(db);
  await asClaimer(
    db,
    sql`
    CREATE OR REPLACE FUNCTION fold_event_rollups(max_deltas integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH taken AS (
        DELETE FROM event_rollup_deltas
        WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM event_rollup_deltas LIMIT max_deltas FOR UPDATE SKIP LOCKED))
        RETURNING tenant_id, campaign_id, node_id, variant, hour, type, actor, count,
          sender_identity_id),
      sent AS (
        INSERT INTO sender_hand_offs_hourly AS h (tenant_id, sender_identity_id, hour, count)
        SELECT t.tenant_id, t.sender_identity_id, t.hour, sum(t.count)
        FROM taken t
        WHERE t.type = 'sent' AND t.sender_identity_id IS NOT NULL
        GROUP BY t.tenant_id, t.sender_identity_id, t.hour
        ORDER BY t.tenant_id, t.sender_identity_id, t.hour
        ON CONFLICT (tenant_id, sender_identity_id, hour)
        DO UPDATE SET count = h.count + excluded.count),
      folded AS (
        INSERT INTO event_rollups_hourly AS h
          (tenant_id, campaign_id, node_id, variant, hour, type, actor, count)
        SELECT t.tenant_id, t.campaign_id, t.node_id, t.variant, t.hour, t.type, t.actor,
          sum(t.count)
        FROM taken t
        WHERE EXISTS (
          SELECT FROM campaigns c WHERE c.tenant_id = t.tenant_id AND c.id = t.campaign_id)
        GROUP BY t.tenant_id, t.campaign_id, t.node_id, t.variant, t.hour, t.type, t.actor
        ORDER BY t.tenant_id, t.campaign_id, t.node_id, t.variant, t.hour, t.type, t.actor
        ON CONFLICT (tenant_id, campaign_id, node_id, variant, hour, type, actor)
        DO UPDATE SET count = h.count + excluded.count)
      SELECT count(*)::integer FROM taken
    $$`,
  );
  await sql`GRANT CREATE ON SCHEMA public TO cadenza_claimer`.execute(db);
  for (const [signature, caller] of FUNCTIONS) {
    await sql`REVOKE ALL ON FUNCTION ${sql.raw(signature)} FROM PUBLIC`.execute(db);
    if (caller !== null) {
      await sql`GRANT EXECUTE ON FUNCTION ${sql.raw(signature)} TO ${sql.id(caller)}`.execute(db);
    }
    await sql`ALTER FUNCTION ${sql.raw(signature)} OWNER TO cadenza_claimer`.execute(db);
  }
  await sql`REVOKE CREATE ON SCHEMA public FROM cadenza_claimer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await asClaimer(db, sql`CREATE OR REPLACE ${FOLD_FUNCTION}`);
  await sql`DROP TRIGGER judge_senders_afresh ON tenants`.execute(db);
  await sql`DROP TRIGGER judge_sender_afresh ON email_sender_identities`.execute(db);
  for (const [signature] of FUNCTIONS) {
    await sql`DROP FUNCTION ${sql.raw(signature)}`.execute(db);
  }
  await sql`
    REVOKE UPDATE (updated_at) ON email_sender_identities FROM cadenza_claimer`.execute(db);
  await sql`
    ALTER TABLE email_sender_identities
      DROP COLUMN guard_since,
      DROP COLUMN guard_sent_before,
      DROP COLUMN domain_findings,
      DROP COLUMN domain_checked_at`.execute(db);
  await sql`DROP TABLE tenant_guards, sender_failures, sender_hand_offs_hourly`.execute(db);
  await sql`ALTER TABLE event_rollup_deltas DROP COLUMN sender_identity_id`.execute(db);
}
