import { sql, type Kysely } from 'kysely';

/** Whose something is that comes without its tenant: a stale hand-off, a provider's id, a key. */
export async function createLookUps(db: Kysely<unknown>): Promise<void> {
  // A batch of which nothing waits for its answer is watched no more: none of it can begin again but
  // in another batch.
  await sql`
    CREATE FUNCTION find_stale_hand_offs(grace_ms double precision, max_messages integer)
    RETURNS TABLE (tenant_id uuid, message_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH past AS MATERIALIZED (
        SELECT h.ctid AS at, h.tenant_id, h.begun_at, h.message_ids FROM hand_off_batches h
        WHERE h.watched
          AND h.deadline_at < clock_timestamp() - grace_ms * interval '1 millisecond'
        FOR UPDATE SKIP LOCKED),
      waiting AS MATERIALIZED (
        SELECT past.at, m.tenant_id, m.id, m.deadline_at
        FROM past
        CROSS JOIN LATERAL unnest(past.message_ids) AS started(id)
        JOIN outbound_messages m ON m.tenant_id = past.tenant_id AND m.id = started.id
          AND m.begun_at = past.begun_at AND m.status || '' = 'dispatching'),
      settled AS (
        UPDATE hand_off_batches h SET watched = false
        FROM past
        WHERE h.ctid = past.at AND past.at NOT IN (SELECT w.at FROM waiting w))
      SELECT w.tenant_id, w.id FROM waiting w
      ORDER BY w.deadline_at
      LIMIT max_messages
    $$`.execute(db);
  await sql`
    CREATE FUNCTION find_messages_by_provider_id(provider_ids text[])
    RETURNS TABLE (tenant_id uuid, message_id uuid, provider_message_id text, attempt integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT m.tenant_id, m.id, m.provider_message_id, m.attempt
      FROM provider_message_ids p
      JOIN outbound_messages m ON m.tenant_id = p.tenant_id AND m.id = p.message_id
        AND m.provider_message_id = p.provider_message_id
      WHERE p.provider_message_id = ANY (provider_ids)
      UNION
      SELECT f.tenant_id, f.message_id, f.provider_message_id, f.attempt FROM message_attempts f
      WHERE f.provider_message_id = ANY (provider_ids)
    $$`.execute(db);
  await sql`
    CREATE FUNCTION authenticate_api_key(hash bytea)
    RETURNS TABLE (tenant_id uuid, key_id uuid, scopes text[], key_requests_per_minute integer,
      tenant_requests_per_minute integer, expires_at timestamptz)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH used AS (
        UPDATE api_keys k SET last_used_at = now()
        WHERE k.key_hash = hash AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute'))
      SELECT k.tenant_id, k.id, k.scopes, k.requests_per_minute, t.requests_per_minute,
        k.expires_at
      FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
      WHERE k.key_hash = hash AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now())
    $$`.execute(db);
}
