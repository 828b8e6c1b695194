import { LEGAL_SUPPRESSION_REASONS } from '@cadenza/domain';
import type { EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { keepTakenBack } from './opt-outs.ts';

type Unsubscribing = Pick<
  EngineTransaction,
  | 'lockContact'
  | 'addressesOfContact'
  | 'unsubscribedAddresses'
  | 'enrollmentsOfContact'
  | 'addCampaignOptOut'
  | 'dropCampaignOptOut'
>;

/** Leaving by a link, and coming back. */
export function unsubscribing(trx: Transaction<Schema>): Unsubscribing {
  return {
    // Two answers to one link come one after the other. References to the contact need not wait.
    async lockContact(ref) {
      const { rows } = await sql`
        SELECT FROM contacts WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id}
        FOR NO KEY UPDATE`.execute(trx);
      return rows.length === 1;
    },

    async addressesOfContact(ref) {
      const { rows } = await sql<{ address: string }>`
        SELECT address FROM (
          SELECT h.address, 'infinity'::timestamptz AS since FROM contact_channels h
          WHERE h.tenant_id = ${ref.tenantId} AND h.contact_id = ${ref.id} AND h.channel = 'email'
          UNION ALL
          SELECT m.to_address, m.begun_at FROM contact_campaigns c
          JOIN outbound_messages m ON m.tenant_id = c.tenant_id AND m.enrollment_id = c.id
          WHERE c.tenant_id = ${ref.tenantId} AND c.contact_id = ${ref.id}
            AND m.channel = 'email' AND m.to_address IS NOT NULL AND m.begun_at IS NOT NULL
          UNION ALL
          SELECT f.to_address, f.begun_at FROM contact_campaigns c
          JOIN outbound_messages m ON m.tenant_id = c.tenant_id AND m.enrollment_id = c.id
          JOIN message_attempts f ON f.tenant_id = m.tenant_id AND f.message_id = m.id
          WHERE c.tenant_id = ${ref.tenantId} AND c.contact_id = ${ref.id}
            AND m.channel = 'email' AND f.status <> 'released') used
        GROUP BY address
        ORDER BY max(since) DESC, address`.execute(trx);
      return rows.map(({ address }) => address);
    },

    async unsubscribedAddresses(tenantId, addresses) {
      if (addresses.length === 0) return [];
      const { rows } = await sql<{ value: string }>`
        SELECT s.value FROM communication_suppressions s
        WHERE s.tenant_id = ${tenantId} AND s.channel = 'email' AND s.kind = 'address'
          AND s.value = ANY (${addresses}::text[]) AND coalesce(s.legal_reason, s.reason) = ANY (${LEGAL_SUPPRESSION_REASONS}::text[])`.execute(
        trx,
      );
      return rows.map(({ value }) => value);
    },

    async enrollmentsOfContact(ref) {
      const { rows } = await sql<{ id: string; campaign_id: string; active: boolean }>`
        SELECT DISTINCT ON (c.campaign_id) c.id, c.campaign_id, c.status = 'active' AS active
        FROM contact_campaigns c
        WHERE c.tenant_id = ${ref.tenantId} AND c.contact_id = ${ref.id}
        ORDER BY c.campaign_id, c.status = 'active' DESC, c.id DESC`.execute(trx);
      return rows.map((row) => ({
        tenantId: ref.tenantId,
        id: row.id,
        campaignId: row.campaign_id,
        active: row.active,
      }));
    },

    async addCampaignOptOut({ tenantId, contactId, campaignId, source, at }) {
      const added = await sql`
        INSERT INTO campaign_opt_outs (tenant_id, contact_id, campaign_id, source, left_at)
        SELECT tenant_id, ${contactId}, id, ${source}, from_epoch_ms(${at}) FROM campaigns
        WHERE tenant_id = ${tenantId} AND id = ${campaignId}
        ON CONFLICT DO NOTHING`.execute(trx);
      return added.numAffectedRows === 1n;
    },

    async dropCampaignOptOut({ tenantId, contactId, campaignId }) {
      const { rows } = await sql<{ source: string; left_at: Date }>`
        DELETE FROM campaign_opt_outs
        WHERE tenant_id = ${tenantId} AND contact_id = ${contactId} AND campaign_id = ${campaignId}
        RETURNING source, left_at`.execute(trx);
      await keepTakenBack(trx, 'campaign_opt_out', { tenantId, contactId, campaignId }, rows);
      return rows.length > 0;
    },
  };
}
