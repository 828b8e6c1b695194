import { newId } from '@cadenza/domain';
import type { ContactRef, EngineTransaction, NewSuppression } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from './rows.ts';

type Control = Pick<
  EngineTransaction,
  | 'upsertSuppressions'
  | 'activeEnrollmentsOf'
  | 'activeEnrollmentsOfContacts'
  | 'activeEnrollmentsOfColleagues'
  | 'setCampaignStatus'
  | 'pauseSender'
  | 'pauseUnverifiedSender'
  | 'pauseTenant'
  | 'recallDispatched'
>;

/**
 * Of a provider's events that suppress one address the earliest says why, whichever was reported
 * first. What an operator has said stays.
 */
const IS_EARLIER = sql`(s.source = 'provider_event' AND excluded.source = s.source
  AND (excluded.first_seen_at, excluded.reason) < (s.first_seen_at, s.reason))`;

/** Who has left by a link may come back by it: where anything else forbids the address too, that stays. */
const OUTWEIGHS = sql`(s.source IN ('link', 'one_click')
  AND excluded.source NOT IN ('link', 'one_click'))`;

/** An operator's word says nothing of why, so that the person's own stays. */
const SAYS_MORE = sql`(${IS_EARLIER} OR (${OUTWEIGHS} AND excluded.reason <> 'manual'))`;

function earlier(a: NewSuppression, b: NewSuppression): number {
  return a.at - b.at || (a.reason < b.reason ? -1 : 1);
}

function contactRows(contacts: readonly ContactRef[]) {
  return rows(
    contacts.map(({ tenantId, contactId }) => ({ tenant_id: tenantId, contact_id: contactId })),
    'r(tenant_id uuid, contact_id uuid)',
  );
}

/** Suppressions, and what pauses and resumes. */
export function control(trx: Transaction<Schema>): Control {
  return {
    async upsertSuppressions(list) {
      if (list.length === 0) return;
      const byAddress = Map.groupBy(list, (row) => `${row.tenantId} ${row.value}`);
      await sql`
        INSERT INTO communication_suppressions AS s (id, tenant_id, channel, value, reason, source,
          message_id, first_seen_at, last_seen_at)
        SELECT r.id, r.tenant_id, r.channel, r.value, r.reason, r.source, r.message_id,
          from_epoch_ms(r.first_at), from_epoch_ms(r.last_at)
        FROM ${rows(
          [...byAddress.values()].flatMap((group) =>
            group
              .toSorted(earlier)
              .slice(0, 1)
              .map((row) => ({
                id: newId(),
                tenant_id: row.tenantId,
                channel: row.channel,
                value: row.value,
                reason: row.reason,
                source: row.source,
                message_id: row.messageId,
                first_at: row.at,
                last_at: Math.max(...group.map(({ at }) => at)),
              })),
          ),
          `r(id uuid, tenant_id uuid, channel text, value text, reason text, source text,
             message_id uuid, first_at double precision, last_at double precision)`,
        )}
        ON CONFLICT (channel, kind, value, tenant_id) DO UPDATE
        SET reason = CASE WHEN ${SAYS_MORE} THEN excluded.reason ELSE s.reason END,
          source = CASE WHEN ${OUTWEIGHS} THEN excluded.source ELSE s.source END,
          message_id = CASE WHEN ${SAYS_MORE} THEN excluded.message_id ELSE s.message_id END,
          first_seen_at =
            CASE WHEN ${SAYS_MORE} THEN excluded.first_seen_at ELSE s.first_seen_at END,
          last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at)`.execute(trx);
    },

    async activeEnrollmentsOf(addresses) {
      if (addresses.length === 0) return [];
      const found = await sql<{ tenant_id: string; id: string; value: string }>`
        SELECT DISTINCT c.tenant_id, c.id, r.value
        FROM ${rows(
          addresses.map(({ tenantId, value }) => ({ tenant_id: tenantId, value })),
          'r(tenant_id uuid, value text)',
        )}
        JOIN contact_channels h ON h.tenant_id = r.tenant_id AND h.channel = 'email'
          AND h.address = r.value
        JOIN contact_campaigns c ON c.tenant_id = h.tenant_id AND c.contact_id = h.contact_id
          AND c.status = 'active'`.execute(trx);
      return found.rows.map((row) => ({ tenantId: row.tenant_id, id: row.id, value: row.value }));
    },

    async activeEnrollmentsOfContacts(contacts) {
      if (contacts.length === 0) return [];
      const found = await sql<{ tenant_id: string; id: string }>`
        SELECT DISTINCT c.tenant_id, c.id
        FROM ${contactRows(contacts)}
        JOIN contact_campaigns c ON c.tenant_id = r.tenant_id AND c.contact_id = r.contact_id
          AND c.status = 'active'`.execute(trx);
      return found.rows.map((row) => ({ tenantId: row.tenant_id, id: row.id }));
    },

    async activeEnrollmentsOfColleagues(contacts) {
      if (contacts.length === 0) return [];
      const found = await sql<{ tenant_id: string; id: string; contact_id: string }>`
        SELECT DISTINCT ON (c.tenant_id, c.id) c.tenant_id, c.id, r.contact_id
        FROM ${contactRows(contacts)}
        JOIN contacts p ON p.tenant_id = r.tenant_id AND p.id = r.contact_id
        JOIN contacts o ON o.tenant_id = p.tenant_id AND o.lead_id = p.lead_id AND o.id <> p.id
        JOIN contact_campaigns c ON c.tenant_id = o.tenant_id AND c.contact_id = o.id
          AND c.status = 'active'
        ORDER BY c.tenant_id, c.id, r.contact_id`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        id: row.id,
        colleagueId: row.contact_id,
      }));
    },

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

    async pauseTenant(tenantId, reason) {
      const result = await sql`
        UPDATE tenants SET status = 'paused', pause_reason = ${reason}
        WHERE id = ${tenantId} AND status = 'active'`.execute(trx);
      return result.numAffectedRows === 1n;
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
