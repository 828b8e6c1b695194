import { sql, type Kysely } from 'kysely';
import { acrossTenants, bindTable } from './protection/bound-table.ts';

const BEGIN = 'begin_sms_answers(integer, uuid, double precision)';
const DELETE_OLD = 'delete_old_sms_answers(integer)';

/** Answers to words by text message, and what tenants have answered instead of what we would say. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE email_sender_identities
      ADD COLUMN help_contact text CHECK (length(help_contact) BETWEEN 1 AND 200),
      ADD COLUMN answer_texts jsonb NOT NULL DEFAULT '{}'
        CHECK (jsonb_typeof(answer_texts) = 'object'),
      ADD CONSTRAINT email_sender_identities_answers
        CHECK (channel = 'sms' OR (help_contact IS NULL AND answer_texts = '{}'))`.execute(db);
  // Unique whosever it is: several tenants may send from one number, and one of them answers. Times
  // are real, but for the one at which a hand-off began.
  await sql`
    CREATE TABLE sms_answers (
      tenant_id uuid NOT NULL REFERENCES tenants,
      id uuid NOT NULL,
      sender_identity_id uuid NOT NULL,
      to_address text NOT NULL,
      keyword text NOT NULL CHECK (keyword IN ('stop', 'start', 'help')),
      language text NOT NULL CHECK (length(language) = 2),
      cause_key text NOT NULL UNIQUE,
      status text NOT NULL DEFAULT 'queued' CHECK (status IN
        ('queued', 'dispatching', 'sent', 'delivered', 'failed', 'unknown', 'expired')),
      token uuid,
      deadline_at timestamptz,
      begun_at timestamptz,
      provider_message_id text,
      detail text,
      expires_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id),
      FOREIGN KEY (tenant_id, sender_identity_id)
        REFERENCES email_sender_identities (tenant_id, id),
      CHECK ((token IS NULL) = (status IN ('queued', 'expired'))),
      CHECK ((token IS NULL) = (deadline_at IS NULL AND begun_at IS NULL))
    )`.execute(db);
  await sql`
    CREATE INDEX sms_answers_number ON sms_answers (tenant_id, to_address, created_at)`.execute(db);
  await sql`CREATE INDEX sms_answers_age ON sms_answers (created_at)`.execute(db);
  await sql`
    CREATE INDEX sms_answers_open ON sms_answers (status, id)
    WHERE status IN ('queued', 'dispatching')`.execute(db);
  await sql`
    CREATE TRIGGER touch_updated_at BEFORE UPDATE ON sms_answers
    FOR EACH ROW WHEN (NEW.updated_at IS DISTINCT FROM now())
    EXECUTE FUNCTION touch_updated_at()`.execute(db);
  // Of an export, and of an erasure.
  await bindTable(db, 'sms_answers', { api: 'SELECT, DELETE', worker: 'SELECT, INSERT, UPDATE' });
  await sql`CREATE POLICY claimer_all ON sms_answers TO cadenza_claimer USING (true)`.execute(db);
  await sql`GRANT SELECT, UPDATE, DELETE ON sms_answers TO cadenza_claimer`.execute(db);
  await createBegin(db);
  await createDeleteOld(db);
}

/**
 * What begins is committed before anything is sent. Whoever has stopped is answered as well: the gates
 * are those of the tenant, the sender and the provider alone. But what a confirmation says must hold
 * when it is said: another word may have come since, or an older one late.
 */
async function createBegin(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION begin_sms_answers(
      max_answers integer, holder uuid, deadline_ms double precision)
    RETURNS TABLE (tenant_id uuid, answer_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH late AS (
        UPDATE sms_answers a SET status = 'expired'
        WHERE a.status = 'queued'
          AND a.expires_at <= now() + deadline_ms * interval '1 millisecond'),
      lost AS (
        UPDATE sms_answers a SET status = 'unknown', detail = 'nobody recorded an outcome'
        WHERE a.status = 'dispatching' AND a.deadline_at < now() - interval '1 minute'),
      due AS MATERIALIZED (
        SELECT a.tenant_id, a.id, a.keyword = 'help' OR (a.keyword = 'stop') = EXISTS (
            SELECT FROM communication_suppressions s
            WHERE s.channel = 'sms' AND s.kind = 'address' AND s.value = a.to_address
              AND (s.tenant_id = a.tenant_id OR s.tenant_id IS NULL)) AS holds
        FROM sms_answers a
        JOIN tenants t ON t.id = a.tenant_id AND t.status = 'active'
        JOIN email_sender_identities i ON i.tenant_id = a.tenant_id
          AND i.id = a.sender_identity_id AND i.verification = 'verified' AND i.paused_at IS NULL
        WHERE a.status = 'queued'
          AND a.expires_at > now() + deadline_ms * interval '1 millisecond'
          AND NOT EXISTS (
            SELECT FROM provider_holds h
            WHERE h.channel IN ('sms', 'every') AND h.held_until > campaign_now())
        ORDER BY a.id
        -- After several hand-offs without an answer one is tried at a time.
        LIMIT CASE
          WHEN EXISTS (SELECT FROM provider_holds h WHERE h.channel = 'sms' AND h.probing) THEN 1
          ELSE max_answers END
        FOR UPDATE OF a SKIP LOCKED),
      overtaken AS (
        UPDATE sms_answers a SET status = 'expired', detail = 'overtaken by another word'
        FROM due WHERE NOT due.holds AND a.tenant_id = due.tenant_id AND a.id = due.id)
      UPDATE sms_answers a
      SET status = 'dispatching', token = holder, begun_at = campaign_now(),
        deadline_at = now() + deadline_ms * interval '1 millisecond'
      FROM due
      WHERE due.holds AND a.tenant_id = due.tenant_id AND a.id = due.id
      RETURNING a.tenant_id, a.id
    $$`.execute(db);
  await acrossTenants(db, [[BEGIN, 'cadenza_worker']]);
}

/**
 * People are answered of whom nothing else is kept, so that no tenant is asked: what is needed of an
 * answer is over within days. It counts for a day, and providers report of it for some more.
 */
async function createDeleteOld(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION delete_old_sms_answers(max_answers integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH old AS MATERIALIZED (
        SELECT a.tenant_id, a.id FROM sms_answers a
        WHERE a.created_at < now() - interval '30 days'
        LIMIT max_answers),
      deleted AS (
        DELETE FROM sms_answers a USING old
        WHERE a.tenant_id = old.tenant_id AND a.id = old.id RETURNING a.id)
      SELECT count(*)::integer FROM deleted
    $$`.execute(db);
  await acrossTenants(db, [[DELETE_OLD, 'cadenza_worker']]);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP FUNCTION ${sql.raw(DELETE_OLD)}`.execute(db);
  await sql`DROP FUNCTION ${sql.raw(BEGIN)}`.execute(db);
  await sql`DROP TABLE sms_answers`.execute(db);
  await sql`
    ALTER TABLE email_sender_identities
      DROP CONSTRAINT email_sender_identities_answers,
      DROP COLUMN answer_texts, DROP COLUMN help_contact`.execute(db);
}
