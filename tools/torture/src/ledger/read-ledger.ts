import type { MessageStatus } from '@cadenza/domain';
import type { RateLimitSetting } from '@cadenza/engine';
import type { ObservedSuppression } from '../monkey/opt-outs.ts';
import type { World } from '../world/world.ts';
import type { Acceptance, PlannedAttempt } from './account.ts';
import type { LimitedHandOff } from './limits.ts';

type Asked = Pick<World, 'sql'>;

/** Every attempt of every message that was ever planned. */
export async function readPlanned({ sql }: Asked): Promise<PlannedAttempt[]> {
  const rows = await sql.rows<{
    id: string;
    enrollment_id: string;
    attempt: number;
    status: MessageStatus;
    live: boolean;
    believed: boolean;
    answered: boolean;
    undelivered: boolean;
    lost_at: number | null;
  }>(`
    WITH attempts AS (
      SELECT m.tenant_id, m.id, m.enrollment_id, m.node_id, m.visit, m.attempt, m.status,
        m.accepted_at, m.provider_message_id
      FROM outbound_messages m
      UNION ALL
      SELECT m.tenant_id, m.id, m.enrollment_id, m.node_id, m.visit, f.attempt, f.status,
        f.accepted_at, f.provider_message_id
      FROM message_attempts f
      JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
      WHERE f.status <> 'released' AND f.attempt < m.attempt),
    undelivered AS (
      SELECT DISTINCT tenant_id, message_id, attempt FROM message_events
      WHERE type IN ('bounced', 'blocked', 'dropped')),
    live AS (
      SELECT DISTINCT tenant_id, message_id FROM scheduled_actions
      WHERE type = 'send' AND status IN ('pending', 'dispatched')),
    lost AS (
      SELECT tenant_id, enrollment_id, input ->> 'nodeId' AS node_id,
        (input ->> 'visit')::integer AS visit, (input ->> 'attempt')::integer AS attempt,
        epoch_ms(own_at) AS at
      FROM campaign_transitions WHERE input ->> 'kind' = 'lost' AND outcome = 'applied')
    SELECT a.id, a.enrollment_id, a.attempt, a.status, l.message_id IS NOT NULL AS live,
      a.accepted_at IS NOT NULL AS believed, a.provider_message_id IS NOT NULL AS answered,
      u.message_id IS NOT NULL AS undelivered, x.at AS lost_at
    FROM attempts a
    LEFT JOIN undelivered u ON u.tenant_id = a.tenant_id AND u.message_id = a.id
      AND u.attempt = a.attempt
    LEFT JOIN live l ON l.tenant_id = a.tenant_id AND l.message_id = a.id
    LEFT JOIN lost x ON x.tenant_id = a.tenant_id AND x.enrollment_id = a.enrollment_id
      AND x.node_id = a.node_id AND x.visit = a.visit AND x.attempt = a.attempt`);
  return rows.map((row) => ({
    messageId: row.id,
    enrollmentId: row.enrollment_id,
    attempt: row.attempt,
    status: row.status,
    liveAction: row.live,
    believedAccepted: row.believed,
    answered: row.answered,
    undelivered: row.undelivered,
    takenForLostAt: row.lost_at,
  }));
}

/** Everything that the provider accepted, by our own reference. */
export async function readAcceptances({
  emulator,
}: Pick<World, 'emulator'>): Promise<Acceptance[]> {
  const accepted = await emulator.accepted();
  return accepted.map(({ customArgs, at }) => ({
    messageId: customArgs['cadenza_message_id'] ?? '',
    attempt: Number(customArgs['cadenza_attempt']),
    at,
  }));
}

/** Hand-offs that were begun and not taken back, of every attempt. */
export async function readHandOffs({ sql }: Asked): Promise<LimitedHandOff[]> {
  const rows = await sql.rows<{
    id: string;
    tenant_id: string;
    sender_identity_id: string;
    domain: string;
    at: number;
  }>(`
    SELECT m.id, m.tenant_id, m.sender_identity_id, split_part(b.to_address, '@', 2) AS domain,
      epoch_ms(b.begun_at) AS at
    FROM outbound_messages m
    CROSS JOIN LATERAL (
      SELECT m.to_address, m.begun_at WHERE m.begun_at IS NOT NULL
      UNION ALL
      SELECT f.to_address, f.begun_at FROM message_attempts f
      WHERE f.tenant_id = m.tenant_id AND f.message_id = m.id AND f.status <> 'released'
        AND f.attempt < m.attempt) b`);
  return rows.map((row) => ({
    messageId: row.id,
    tenantId: row.tenant_id,
    senderIdentityId: row.sender_identity_id,
    recipientDomain: row.domain,
    at: row.at,
  }));
}

export async function readLimits({ sql }: Asked): Promise<RateLimitSetting[]> {
  const rows = await sql.rows<{
    tenant_id: string | null;
    scope: RateLimitSetting['scope'];
    reference: string | null;
    window_seconds: number;
    max_messages: number;
  }>('SELECT tenant_id, scope, reference, window_seconds, max_messages FROM send_rate_limits');
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    channel: 'email',
    scope: row.scope,
    reference: row.reference,
    windowSeconds: row.window_seconds,
    maxMessages: row.max_messages,
  }));
}

/** A hand-off that began though its address was suppressed. */
export interface LateBegin {
  readonly enrollmentId: string;
  readonly why: 'after the enrollment’s own suppression' | 'after the suppression was seen';
}

/**
 * Hand-offs whose gates were asked after a suppression's commit, by two measures.
 *
 * - The enrollment's own order: both are inputs recorded under its lock, so a begin that is
 *   recorded after a suppression began after its commit. This is exact, for every enrollment that
 *   the suppression ended.
 * - The clock: a suppression that a statement has seen was committed before that statement, and the
 *   time of a begin is read by the statement that begins it. This holds for enrollments that came
 *   later too, and leaves out the moment between a commit and its being seen.
 */
export async function beginsAfterSuppression(
  { sql }: Asked,
  seen: readonly ObservedSuppression[],
): Promise<LateBegin[]> {
  const byOrder = await sql.rows<{ enrollment_id: string }>(`
    SELECT DISTINCT b.enrollment_id FROM campaign_transitions b
    JOIN campaign_transitions s ON s.tenant_id = b.tenant_id AND s.enrollment_id = b.enrollment_id
      AND s.input ->> 'kind' = 'suppressed' AND s.seq < b.seq
    WHERE b.input ->> 'kind' = 'begun'`);
  const byClock = await sql.rows<{ enrollment_id: string }>(
    `SELECT DISTINCT b.enrollment_id
     FROM unnest($1::uuid[], $2::text[], $3::float8[]) AS o(tenant_id, address, seen_at)
     JOIN contact_channels h ON h.tenant_id = o.tenant_id AND h.address = o.address
     JOIN contact_campaigns c ON c.tenant_id = h.tenant_id AND c.contact_id = h.contact_id
     JOIN campaign_transitions b ON b.tenant_id = c.tenant_id AND b.enrollment_id = c.id
       AND b.input ->> 'kind' = 'begun' AND epoch_ms(b.own_at) > o.seen_at`,
    [
      seen.map(({ tenantId }) => tenantId),
      seen.map(({ address }) => address),
      seen.map(({ seenAt }) => seenAt),
    ],
  );
  return [
    ...byOrder.map((row): LateBegin => ({
      enrollmentId: row.enrollment_id,
      why: 'after the enrollment’s own suppression',
    })),
    ...byClock.map((row): LateBegin => ({
      enrollmentId: row.enrollment_id,
      why: 'after the suppression was seen',
    })),
  ];
}

/** Enrollments that are active and have nothing ahead of them: nobody will ever move them. */
export async function readStuck({ sql }: Asked): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(`
    SELECT c.id FROM contact_campaigns c
    WHERE c.status = 'active'
      AND NOT EXISTS (SELECT FROM scheduled_actions a WHERE a.tenant_id = c.tenant_id
        AND a.enrollment_id = c.id AND a.status IN ('pending', 'dispatched'))
      AND NOT EXISTS (SELECT FROM outbound_messages m WHERE m.tenant_id = c.tenant_id
        AND m.enrollment_id = c.id AND m.status IN ('dispatching', 'unknown'))`);
  return rows.map(({ id }) => id);
}

/** What an enrollment went through, for whoever looks into what is wrong with it. */
export async function readTrace({ sql }: Asked, enrollmentId: string): Promise<string[]> {
  const rows = await sql.rows<{ line: string }>(
    `SELECT format('  %s %s %s -> %s %s', seq, to_char(recorded_at, 'HH24:MI:SS.MS'),
       input, to_node, outcome) AS line
     FROM campaign_transitions WHERE enrollment_id = $1 ORDER BY seq`,
    [enrollmentId],
  );
  const messages = await sql.rows<{ line: string }>(
    `SELECT format('  message %s %s/%s %s begun %s accepted %s: %s', id, node_id, attempt, status,
       to_char(begun_at, 'HH24:MI:SS.MS'), to_char(accepted_at, 'HH24:MI:SS.MS'), detail) AS line
     FROM outbound_messages WHERE enrollment_id = $1 ORDER BY created_at`,
    [enrollmentId],
  );
  const actions = await sql.rows<{ line: string }>(
    `SELECT format('  action %s %s %s run %s dispatch %s lease %s', dedupe_key, type, status,
       to_char(run_at, 'HH24:MI:SS.MS'), dispatch_no, lease_until) AS line
     FROM scheduled_actions WHERE enrollment_id = $1 ORDER BY created_at`,
    [enrollmentId],
  );
  return [...rows, ...messages, ...actions].map(({ line }) => line);
}

/** Statements that have waited for a lock for seconds, and who holds it: nobody should, at rest. */
export async function readWaiters({ sql }: Asked): Promise<string[]> {
  const rows = await sql.rows<{ line: string }>(`
    SELECT format('%s has waited %s s for %s (%s, %s s): %s', w.application_name,
      round(extract(epoch FROM clock_timestamp() - w.query_start)), b.application_name, b.state,
      round(extract(epoch FROM clock_timestamp() - b.xact_start)), left(w.query, 60)) AS line
    FROM pg_stat_activity w
    JOIN pg_stat_activity b ON b.pid = ANY (pg_blocking_pids(w.pid))
    WHERE w.wait_event_type = 'Lock' AND w.query_start < clock_timestamp() - interval '5 seconds'`);
  return rows.map(({ line }) => line);
}
