import type { AddressKind } from '@cadenza/domain';
import type { CampaignRecord, EngineTransaction, TenantRef } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { filling } from './control.ts';
import { distinct, rows } from './rows.ts';

const PHONE = sql`p.address AS phone,
  EXISTS (
    SELECT FROM communication_suppressions s
    WHERE s.channel = 'sms' AND (s.tenant_id = k.tenant_id OR s.tenant_id IS NULL)
      AND s.kind = 'address' AND s.value = p.address) AS phone_suppressed`;
const NO_PHONE = sql`NULL AS phone, false AS phone_suppressed`;
const JOIN_PHONE = sql`
  LEFT JOIN LATERAL (
    SELECT c.address FROM contact_channels c
    WHERE c.tenant_id = k.tenant_id AND c.contact_id = k.id AND c.channel = 'sms'
    LIMIT 1) p ON true`;

/** Campaigns, plans, and who can be enrolled. */
export function enrolment(
  trx: Transaction<Schema>,
): Pick<
  EngineTransaction,
  | 'findCampaign'
  | 'findCampaignToFill'
  | 'findPlans'
  | 'enrolCandidates'
  | 'recheckExpiredAddresses'
> {
  return {
    findCampaign: (ref) => findCampaign(trx, ref),

    async findCampaignToFill(ref) {
      // By itself: what it waits for is seen by the statement after it.
      await sql`SELECT pg_advisory_xact_lock_shared(${filling(ref)})`.execute(trx);
      return findCampaign(trx, ref);
    },

    async findPlans(refs) {
      if (refs.length === 0) return new Map();
      const found = await sql<{ id: string; plan: unknown }>`
        SELECT v.id, v.plan
        FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN campaign_plan_versions v ON v.tenant_id = r.tenant_id AND v.id = r.id`.execute(trx);
      return new Map(found.rows.map(({ id, plan }) => [id, plan]));
    },

    async enrolCandidates(tenantId, campaignId, contactIds, channels) {
      if (contactIds.length === 0) return [];
      const bySms = channels.includes('sms');
      const found = await sql<{
        id: string;
        timezone: string | null;
        address: string | null;
        erased: boolean;
        blocked_for: AddressKind[];
        warned_for: AddressKind[];
        out_of_date: boolean;
        suppressed: boolean;
        phone: string | null;
        phone_suppressed: boolean;
        opted_out: boolean;
        active: boolean;
        former: string[];
      }>`
        SELECT k.id, k.timezone, h.address, k.erased_at IS NOT NULL AS erased,
          ARRAY(SELECT b FROM unnest(t.blocked_addresses) b WHERE b = ANY (h.kinds)) AS blocked_for,
          ARRAY(SELECT w FROM unnest(t.warned_addresses) w WHERE w = ANY (h.kinds)) AS warned_for,
          coalesce(h.out_of_date, false) AS out_of_date,
          EXISTS (
            SELECT FROM communication_suppressions s
            WHERE s.channel = 'email' AND (s.tenant_id = k.tenant_id OR s.tenant_id IS NULL)
              AND ((s.kind = 'address' AND s.value = h.address)
                OR (s.kind = 'domain' AND s.value = split_part(h.address, '@', 2))))
            AS suppressed,
          ${bySms ? PHONE : NO_PHONE},
          EXISTS (
            SELECT FROM campaign_opt_outs o
            WHERE o.tenant_id = k.tenant_id AND o.contact_id = k.id
              AND o.campaign_id = ${campaignId})
          OR EXISTS (
            SELECT FROM contact_opt_outs o
            WHERE o.tenant_id = k.tenant_id AND o.contact_id = k.id
              AND o.channel = ANY (${channels}::text[])) AS opted_out,
          coalesce(e.active, false) AS active, coalesce(e.former, '{}') AS former
        FROM contacts k
        JOIN tenants t ON t.id = k.tenant_id
        -- LIMIT keeps this a look-up by contact even before the tables' first statistics.
        LEFT JOIN LATERAL (
          SELECT c.address, array_append(c.flags, c.validity) AS kinds,
            c.check_at IS NULL AND c.check_expires_at <= now() AS out_of_date
          FROM contact_channels c
          WHERE c.tenant_id = k.tenant_id AND c.contact_id = k.id AND c.channel = 'email'
          LIMIT 1) h ON true
        ${bySms ? JOIN_PHONE : sql``}
        LEFT JOIN LATERAL (
          SELECT bool_or(c.status = 'active') AS active,
            array_agg(c.id) FILTER (WHERE c.status <> 'active') AS former
          FROM contact_campaigns c
          WHERE c.tenant_id = k.tenant_id AND c.contact_id = k.id
            AND c.campaign_id = ${campaignId}) e ON true
        WHERE k.tenant_id = ${tenantId} AND k.id = ANY (${contactIds}::uuid[])`.execute(trx);
      return found.rows.map((row) => ({
        contactId: row.id,
        timezone: row.timezone,
        address: row.address,
        erased: row.erased,
        blockedFor: row.blocked_for,
        warnedFor: row.warned_for,
        outOfDate: row.out_of_date,
        suppressed: row.suppressed,
        phone: row.phone,
        phoneSuppressed: row.phone_suppressed,
        optedOut: row.opted_out,
        active: row.active,
        formerIds: row.former,
      }));
    },

    async recheckExpiredAddresses(tenantId, contactIds) {
      if (contactIds.length === 0) return;
      await sql`
        UPDATE contact_channels h SET check_at = now(), check_tries = 0
        FROM ${rows(
          contactIds.map((id) => ({ contact_id: id })),
          'r(contact_id uuid)',
        )}
        WHERE h.tenant_id = ${tenantId} AND h.contact_id = r.contact_id
          AND h.channel = 'email' AND h.check_at IS NULL AND h.check_expires_at <= now()`.execute(
        trx,
      );
    },
  };
}

async function findCampaign(
  trx: Transaction<Schema>,
  ref: TenantRef,
): Promise<CampaignRecord | null> {
  const row = await trx
    .selectFrom('campaigns')
    .select(['tenant_id', 'id', 'status', 'plan_version_id'])
    .select(['sender_identity_id', 'sms_sender_identity_id'])
    .where('tenant_id', '=', ref.tenantId)
    .where('id', '=', ref.id)
    .executeTakeFirst();
  return row === undefined
    ? null
    : {
        tenantId: row.tenant_id,
        id: row.id,
        status: row.status,
        planVersionId: row.plan_version_id,
        senderIdentityId: row.sender_identity_id,
        smsSenderIdentityId: row.sms_sender_identity_id,
      };
}
