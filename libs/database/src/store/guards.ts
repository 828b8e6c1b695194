import { DEFAULT_GUARD_THRESHOLDS, type EngineTransaction, type Guards } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import { recordAudit } from '../repositories/audit.ts';
import { findGuardThresholds } from '../repositories/guards.ts';
import type { Schema } from '../schema.ts';
import { distinct, rows } from './rows.ts';

/** How much of what senders hand over comes back. */
export function guards(trx: Transaction<Schema>): Pick<EngineTransaction, keyof Guards> {
  return {
    async senderCounts(tenantId, windowsMs) {
      const longest = Math.max(...windowsMs);
      // What is not folded yet is counted besides: it is little, and read once.
      const found = await sql<{
        id: string;
        email: string;
        paused: boolean;
        window_ms: number;
        sent: number;
        bounced: string[] | null;
        complained: string[] | null;
      }>`
        WITH clock AS MATERIALIZED (SELECT campaign_now() AS now),
        unfolded AS MATERIALIZED (
          SELECT d.sender_identity_id, d.hour, sum(d.count) AS count FROM event_rollup_deltas d
          WHERE d.tenant_id = ${tenantId} AND d.type = 'sent' AND d.sender_identity_id IS NOT NULL
          GROUP BY 1, 2),
        spans AS MATERIALIZED (
          SELECT i.tenant_id, i.id, i.email, i.paused_at IS NOT NULL AS paused, i.guard_since,
            i.guard_sent_before, w.window_ms,
            greatest(clock.now - w.window_ms * interval '1 millisecond', i.guard_since) AS since
          FROM clock
          CROSS JOIN email_sender_identities i
          CROSS JOIN unnest(${windowsMs}::double precision[]) w(window_ms)
          WHERE i.tenant_id = ${tenantId} AND i.channel = 'email' AND (
            EXISTS (
              SELECT FROM sender_hand_offs_hourly h
              WHERE h.tenant_id = i.tenant_id AND h.sender_identity_id = i.id
                AND h.hour > clock.now
                  - (${longest}::double precision + 3600000) * interval '1 millisecond')
            OR EXISTS (SELECT FROM unfolded u WHERE u.sender_identity_id = i.id)))
        SELECT s.id, s.email, s.paused, s.window_ms,
          greatest(0,
            (SELECT coalesce(sum(h.count), 0) FROM sender_hand_offs_hourly h
             WHERE h.tenant_id = s.tenant_id AND h.sender_identity_id = s.id
               AND h.hour >= date_trunc('hour', s.since, 'UTC'))
            + (SELECT coalesce(sum(u.count), 0) FROM unfolded u
               WHERE u.sender_identity_id = s.id AND u.hour >= date_trunc('hour', s.since, 'UTC'))
            - CASE WHEN s.since = s.guard_since THEN s.guard_sent_before ELSE 0 END)::bigint
            AS sent,
          failed.bounced, failed.complained
        FROM spans s
        CROSS JOIN LATERAL (
          SELECT array_agg(DISTINCT m.contact_id) FILTER (WHERE f.kind = 'bounce') AS bounced,
            array_agg(DISTINCT m.contact_id) FILTER (WHERE f.kind = 'complaint') AS complained
          FROM sender_failures f
          JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
          WHERE f.tenant_id = s.tenant_id AND f.sender_identity_id = s.id
            AND f.sent_at >= s.since) failed
        ORDER BY s.id, s.window_ms`.execute(trx);
      return found.rows.map((row) => ({
        senderIdentityId: row.id,
        email: row.email,
        paused: row.paused,
        windowMs: row.window_ms,
        sent: row.sent,
        bounced: row.bounced ?? [],
        complained: row.complained ?? [],
      }));
    },

    async guardThresholds(tenantId) {
      return (await findGuardThresholds(trx, tenantId)) ?? DEFAULT_GUARD_THRESHOLDS;
    },

    async takeFailures(tenantId) {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`guard ${tenantId}`}, 0))`.execute(
        trx,
      );
      const taken = await sql`
        UPDATE sender_failures SET judge_at = NULL
        WHERE tenant_id = ${tenantId} AND judge_at <= clock_timestamp()`.execute(trx);
      return Number(taken.numAffectedRows ?? 0n);
    },

    async judgeAgain(senders, inMs) {
      if (senders.length === 0) return;
      await sql`
        UPDATE sender_failures f
        SET judge_at = clock_timestamp() + ${inMs}::double precision * interval '1 millisecond'
        FROM ${rows(distinct(senders), 'r(tenant_id uuid, id uuid)')}
        CROSS JOIN LATERAL (
          SELECT n.message_id, n.kind FROM sender_failures n
          JOIN email_sender_identities i ON i.tenant_id = n.tenant_id
            AND i.id = n.sender_identity_id
          WHERE n.tenant_id = r.tenant_id AND n.sender_identity_id = r.id
            AND n.sent_at >= i.guard_since
            AND n.sent_at > campaign_now() - interval '7 days'
          ORDER BY n.sent_at DESC LIMIT 1) last
        WHERE f.tenant_id = r.tenant_id AND f.message_id = last.message_id AND f.kind = last.kind`.execute(
        trx,
      );
    },

    async forgetFailures(tenantId, olderThanMs) {
      await sql`
        DELETE FROM sender_failures f
        USING email_sender_identities i
        WHERE i.tenant_id = ${tenantId} AND f.tenant_id = i.tenant_id
          AND f.sender_identity_id = i.id
          AND f.sent_at < campaign_now()
            - ${olderThanMs}::double precision * interval '1 millisecond'`.execute(trx);
    },

    async audit({ tenantId, ...action }) {
      await recordAudit(trx, tenantId, action);
    },
  };
}
