import { newId } from '@cadenza/domain';
import type { EngineTransaction } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from './rows.ts';

type OptOuts = Pick<EngineTransaction, 'addContactOptOuts' | 'dropUnsubscribes'>;

/** Over a row of opt-outs: how much its word weighs. A link's is taken back by the link. */
const weight = (row: 'o' | 'g' | 'excluded') =>
  sql.raw(`((${row}.reason = 'spamreport')::integer * 2
    + (${row}.source NOT IN ('link', 'one_click'))::integer)`);

/** A suppression that links alone have made, over alias `s`. */
const BY_LINK = `(s.channel = 'email' AND s.kind = 'address' AND s.reason = 'unsubscribed'
  AND s.source IN ('link', 'one_click')
  AND coalesce(s.legal_reason, s.reason) = 'unsubscribed')`;

/** A suppression that this person's own link has made and nobody else's word, over alias `s`. */
export function byOwnLink(contactId: string): RawBuilder<boolean> {
  return sql`(${sql.raw(BY_LINK)}
    AND EXISTS (
      SELECT FROM opt_out_suppressions l
      WHERE l.tenant_id = s.tenant_id AND l.suppression_id = s.id AND l.contact_id = ${contactId})
    AND NOT EXISTS (
      SELECT FROM opt_out_suppressions l
      WHERE l.tenant_id = s.tenant_id AND l.suppression_id = s.id AND l.contact_id <> ${contactId}))`;
}

/** People who have left everything of a tenant. */
export function optOuts(trx: Transaction<Schema>): OptOuts {
  return {
    async addContactOptOuts(list) {
      if (list.length === 0) return 0;
      // In the order of their keys, so that two that write the same people take turns.
      const { rows: counted } = await sql<{ added: number }>`
        WITH given AS MATERIALIZED (
          SELECT k.tenant_id, k.id AS contact_id, r.channel, r.value, r.reason, r.source, r.at
          FROM ${rows(
            list.map((one) => ({ ...one, tenant_id: one.tenantId, contact_id: one.contactId })),
            `r(tenant_id uuid, contact_id uuid, channel text, value text, reason text, source text,
               at double precision)`,
          )}
          LEFT JOIN contact_channels h ON r.contact_id IS NULL AND h.tenant_id = r.tenant_id
            AND h.channel = r.channel AND h.address = r.value
          JOIN contacts k ON k.tenant_id = r.tenant_id
            AND k.id = coalesce(r.contact_id, h.contact_id)),
        written AS (
          INSERT INTO contact_opt_outs AS o
            (tenant_id, contact_id, channel, reason, source, left_at)
          SELECT DISTINCT ON (g.tenant_id, g.contact_id, g.channel) g.tenant_id, g.contact_id,
            g.channel, g.reason, g.source, from_epoch_ms(g.at)
          FROM given g
          ORDER BY g.tenant_id, g.contact_id, g.channel, ${weight('g')} DESC, g.at
          ON CONFLICT (tenant_id, contact_id, channel) DO UPDATE
          SET reason = excluded.reason, source = excluded.source, left_at = excluded.left_at
          WHERE ${weight('excluded')} > ${weight('o')}
          RETURNING o.xmax = 0 AS added),
        linked AS (
          INSERT INTO opt_out_suppressions (tenant_id, contact_id, channel, suppression_id)
          SELECT DISTINCT g.tenant_id, g.contact_id, g.channel, s.id
          FROM given g
          JOIN communication_suppressions s ON s.tenant_id = g.tenant_id AND s.channel = g.channel
            AND s.kind = 'address' AND s.value = g.value
          ORDER BY 1, 2, 3, 4
          ON CONFLICT DO NOTHING)
        SELECT count(*)::integer AS added FROM written WHERE added`.execute(trx);
      return counted[0]?.added ?? 0;
    },

    async dropUnsubscribes({ tenantId, contactId, campaignId }) {
      const { rows: own } = await sql<object>`
        SELECT source, left_at FROM contact_opt_outs
        WHERE tenant_id = ${tenantId} AND contact_id = ${contactId} AND channel = 'email'
          AND source IN ('link', 'one_click') AND reason = 'unsubscribed'
        FOR UPDATE`.execute(trx);
      if (own.length === 0) return false;
      // The provider's news from before do not bring back what is taken back here.
      const { rows: dropped } = await sql<object>`
        WITH dropped AS (
          DELETE FROM communication_suppressions s
          WHERE s.tenant_id = ${tenantId} AND s.id IN (
              SELECT l.suppression_id FROM opt_out_suppressions l
              WHERE l.tenant_id = ${tenantId} AND l.contact_id = ${contactId})
            AND ${byOwnLink(contactId)}
          RETURNING s.id, s.channel, s.kind, s.value, s.reason, s.source, s.first_seen_at,
            s.last_seen_at),
        lifted AS (
          INSERT INTO suppression_lifts (id, tenant_id, channel, kind, value, reason, lifted_at)
          SELECT gen_random_uuid(), ${tenantId}, 'email', 'address', value, 'unsubscribed',
            campaign_now()
          FROM dropped
          ON CONFLICT (channel, kind, value, tenant_id) DO UPDATE
          SET reason = excluded.reason, lifted_at = excluded.lifted_at)
        SELECT * FROM dropped`.execute(trx);
      await sql`
        DELETE FROM contact_opt_outs
        WHERE tenant_id = ${tenantId} AND contact_id = ${contactId} AND channel = 'email'`.execute(
        trx,
      );
      const of = { tenantId, contactId, campaignId };
      await keepTakenBack(trx, 'suppression', of, dropped);
      await keepTakenBack(trx, 'contact_opt_out', of, own);
      return true;
    },
  };
}

/**
 * Lets people be written to again who have left as the address of a suppression, for an operator who
 * has their consent: whoever has the address now, or, where nobody has, all of them. Complaints stay.
 */
export async function freeOptOuts(
  trx: Transaction<Schema>,
  tenantId: string,
  suppressionId: string,
): Promise<void> {
  await sql`
    DELETE FROM contact_opt_outs o
    USING opt_out_suppressions l, communication_suppressions s
    WHERE s.tenant_id = ${tenantId} AND s.id = ${suppressionId} AND l.tenant_id = s.tenant_id
      AND l.suppression_id = s.id AND o.tenant_id = l.tenant_id AND o.contact_id = l.contact_id
      AND o.channel = l.channel AND o.reason <> 'spamreport'
      AND NOT EXISTS (
        SELECT FROM contact_channels h
        WHERE h.tenant_id = s.tenant_id AND h.channel = s.channel AND h.address = s.value
          AND h.contact_id <> o.contact_id)`.execute(trx);
}

/** What is taken back is deleted, so that this is all that tells of it. */
export async function keepTakenBack(
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
