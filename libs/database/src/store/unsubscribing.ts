import { LEGAL_SUPPRESSION_REASONS, newId } from '@cadenza/domain';
import type { EngineTransaction } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

type Unsubscribing = Pick<
  EngineTransaction,
  | 'lockContact'
  | 'addressesOfContact'
  | 'unsubscribedAddresses'
  | 'enrollmentsOfContact'
  | 'addCampaignOptOut'
  | 'dropCampaignOptOut'
  | 'dropUnsubscribes'
>;

/** A suppression that the person's own link has made, over alias `s`. */
export const BY_LINK: RawBuilder<boolean> = sql.raw(
  `(s.channel = 'email' AND s.kind = 'address' AND s.reason = 'unsubscribed'
    AND s.source IN ('link', 'one_click')
    AND coalesce(s.legal_reason, s.reason) = 'unsubscribed')`,
);

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
      await keep(trx, 'campaign_opt_out', { tenantId, contactId, campaignId }, rows);
      return rows.length > 0;
    },

    async dropUnsubscribes({ tenantId, contactId, campaignId }, addresses) {
      // The provider's news from before do not bring back what is taken back here.
      const { rows } = await sql<object>`
        WITH dropped AS (
          DELETE FROM communication_suppressions s
          WHERE s.tenant_id = ${tenantId} AND s.value = ANY (${addresses}::text[]) AND ${BY_LINK}
            -- An address that is somebody else's by now may have been left by them.
            AND NOT EXISTS (
              SELECT FROM contact_channels h
              WHERE h.tenant_id = s.tenant_id AND h.channel = s.channel AND h.address = s.value
                AND h.contact_id <> ${contactId})
          RETURNING s.id, s.value, s.source, s.first_seen_at, s.last_seen_at),
        lifted AS (
          INSERT INTO suppression_lifts (id, tenant_id, channel, kind, value, reason, lifted_at)
          SELECT gen_random_uuid(), ${tenantId}, 'email', 'address', value, 'unsubscribed',
            campaign_now()
          FROM dropped
          ON CONFLICT (channel, kind, value, tenant_id) DO UPDATE
          SET reason = excluded.reason, lifted_at = excluded.lifted_at)
        SELECT id, source, first_seen_at, last_seen_at FROM dropped`.execute(trx);
      await keep(trx, 'suppression', { tenantId, contactId, campaignId }, rows);
      return rows.length > 0;
    },
  };
}

/** What is taken back is deleted, so that this is all that tells of it. */
async function keep(
  trx: Transaction<Schema>,
  entity: string,
  of: { readonly tenantId: string; readonly contactId: string; readonly campaignId: string | null },
  deleted: readonly object[],
): Promise<void> {
  if (deleted.length === 0) return;
  await trx
    .insertInto('audit_log')
    .values(
      deleted.map((row) => ({
        tenant_id: of.tenantId,
        id: newId(),
        actor: 'recipient',
        action: `${entity}.removed`,
        entity,
        entity_id: of.contactId,
        before: JSON.stringify({ ...row, campaign_id: of.campaignId }),
        after: null,
      })),
    )
    .execute();
}
