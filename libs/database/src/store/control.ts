import type { EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

type Control = Pick<
  EngineTransaction,
  | 'setCampaignStatus'
  | 'pauseSender'
  | 'pauseUnverifiedSender'
  | 'pauseTenant'
  | 'resumeSender'
  | 'resumeTenant'
  | 'recallDispatched'
>;

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
      const result = await sql`
        UPDATE email_sender_identities SET paused_at = NULL, pause_reason = NULL
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id}
          AND paused_at IS NOT NULL`.execute(trx);
      return result.numAffectedRows === 1n;
    },

    async resumeTenant(tenantId, own) {
      const result = await sql`
        UPDATE tenants SET status = 'active', pause_reason = NULL, paused_by = NULL
        WHERE id = ${tenantId} AND status = 'paused'
          AND (NOT ${own} OR paused_by IS NOT NULL)`.execute(trx);
      if (result.numAffectedRows === 1n) return 'resumed';
      const { rows } = await sql<{ status: string }>`
        SELECT status FROM tenants WHERE id = ${tenantId}`.execute(trx);
      return rows[0]?.status === 'paused' ? 'not_own' : 'was_active';
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
