import type { EngineTransaction, TenantRef } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

type Control = Pick<
  EngineTransaction,
  | 'setCampaignStatus'
  | 'finishCampaign'
  | 'activeEnrollmentsIn'
  | 'restEnding'
  | 'pauseSender'
  | 'pauseUnverifiedSender'
  | 'pauseTenant'
  | 'resumeSender'
  | 'resumeTenant'
  | 'recallDispatched'
>;

/**
 * The key of the lock that whoever enrols people in a campaign shares with others who do, and that whoever
 * finishes it has alone: unlike that of a row, its queue lets nobody pass who waits.
 */
export function filling({ tenantId, id }: TenantRef): RawBuilder<unknown> {
  return sql`hashtextextended(${`cadenza fills ${tenantId} ${id}`}, 0)`;
}

/** What pauses and resumes. */
export function control(trx: Transaction<Schema>): Control {
  return {
    async setCampaignStatus(ref, status, reason) {
      const from = status === 'running' ? ['draft', 'paused'] : ['running'];
      const result = await sql`
        UPDATE campaigns SET status = ${status}, pause_reason = ${reason}
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id}
          AND status = ANY (${from}::text[])`.execute(trx);
      return result.numAffectedRows === 1n;
    },

    async finishCampaign(ref) {
      await sql`SELECT pg_advisory_xact_lock(${filling(ref)})`.execute(trx);
      const result = await sql`
        UPDATE campaigns
        SET status = 'finished', pause_reason = NULL, finished_at = now(), people_end_at = now()
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id}
          AND status IN ('draft', 'running', 'paused')`.execute(trx);
      if (result.numAffectedRows !== 1n) return false;
      await sql`
        UPDATE campaign_audiences SET status = 'canceled', next_at = NULL, done_at = now()
        WHERE tenant_id = ${ref.tenantId} AND campaign_id = ${ref.id}
          AND next_at IS NOT NULL`.execute(trx);
      return true;
    },

    async activeEnrollmentsIn(campaign, limit) {
      const { rows } = await sql<{ id: string }>`
        SELECT id FROM contact_campaigns
        WHERE tenant_id = ${campaign.tenantId} AND campaign_id = ${campaign.id}
          AND status = 'active'
        -- In the order of the index of those who are active, or all who ever took part could be gone through.
        ORDER BY contact_id
        LIMIT ${limit}`.execute(trx);
      return rows.map(({ id }) => id);
    },

    async restEnding(campaign, { everyMs, forMs }) {
      await sql`
        UPDATE campaigns
        SET people_end_at = CASE
          WHEN finished_at > now() - ${forMs}::double precision * interval '1 millisecond'
            THEN now() + ${everyMs}::double precision * interval '1 millisecond' END
        WHERE tenant_id = ${campaign.tenantId} AND id = ${campaign.id}
          AND people_end_at IS NOT NULL`.execute(trx);
    },

    async pauseSender(ref, reason) {
      const result = await sql`
        UPDATE email_sender_identities SET paused_at = now(), pause_reason = ${reason}
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id} AND paused_at IS NULL`.execute(trx);
      return result.numAffectedRows === 1n;
    },

    async pauseUnverifiedSender(ref, reason) {
      const result = await sql`
        UPDATE email_sender_identities SET paused_at = now(), pause_reason = ${reason}
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id} AND paused_at IS NULL
          AND verification <> 'verified'`.execute(trx);
      return result.numAffectedRows === 1n;
    },

    async pauseTenant(tenantId, reason, own) {
      const result = await sql`
        UPDATE tenants SET status = 'paused', pause_reason = ${reason}, paused_by = ${own}
        WHERE id = ${tenantId}
          AND (status = 'active' OR (paused_by IS NOT NULL AND ${own}::text IS NULL))`.execute(trx);
      return result.numAffectedRows === 1n;
    },

    async resumeSender(ref) {
      const { rows } = await sql<{ paused_at: number; pause_reason: string | null }>`
        WITH before AS MATERIALIZED (
          SELECT i.tenant_id, i.id, i.paused_at, i.pause_reason FROM email_sender_identities i
          WHERE i.tenant_id = ${ref.tenantId} AND i.id = ${ref.id} AND i.paused_at IS NOT NULL
          FOR UPDATE)
        UPDATE email_sender_identities i SET paused_at = NULL, pause_reason = NULL
        FROM before WHERE i.tenant_id = before.tenant_id AND i.id = before.id
        RETURNING epoch_ms(before.paused_at) AS paused_at, before.pause_reason`.execute(trx);
      const [row] = rows;
      return row === undefined ? null : { pausedAt: row.paused_at, pauseReason: row.pause_reason };
    },

    async resumeTenant(tenantId, own) {
      const { rows } = await sql<{ pause_reason: string | null }>`
        WITH before AS MATERIALIZED (
          SELECT t.id, t.pause_reason FROM tenants t
          WHERE t.id = ${tenantId} AND t.status = 'paused'
            AND (NOT ${own} OR t.paused_by IS NOT NULL)
          FOR UPDATE)
        UPDATE tenants t SET status = 'active', pause_reason = NULL, paused_by = NULL
        FROM before WHERE t.id = before.id
        RETURNING before.pause_reason`.execute(trx);
      const [row] = rows;
      if (row !== undefined) return { result: 'resumed', pauseReason: row.pause_reason };
      const { rows: now } = await sql<{ status: string }>`
        SELECT status FROM tenants WHERE id = ${tenantId}`.execute(trx);
      return { result: now[0]?.status === 'paused' ? 'not_own' : 'was_active' };
    },

    async recallDispatched({ tenantId, campaignId, senderIdentityId }) {
      const matching = sql`
        a.tenant_id = ${tenantId} AND a.type = 'send' AND a.status = 'dispatched'
        AND (${campaignId ?? null}::uuid IS NULL OR a.campaign_id = ${campaignId ?? null}::uuid)
        AND (${senderIdentityId ?? null}::uuid IS NULL
          OR a.sender_identity_id = ${senderIdentityId ?? null}::uuid)`;
      // A hand-off that is beginning holds its enrollment: wait for it, then take what is left.
      await sql`
        SELECT FROM contact_campaigns c
        WHERE (c.tenant_id, c.id) IN (
          SELECT a.tenant_id, a.enrollment_id FROM scheduled_actions a WHERE ${matching})
        ORDER BY c.tenant_id, c.id
        FOR UPDATE`.execute(trx);
      const recalled = await sql<{ id: string }>`
        UPDATE scheduled_actions a
        SET status = 'pending', lease_until = NULL, slot_start = NULL, slot_end = NULL
        WHERE ${matching}
        RETURNING a.id`.execute(trx);
      return recalled.rows.map(({ id }) => id);
    },
  };
}
