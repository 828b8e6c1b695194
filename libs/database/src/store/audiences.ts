import type { AudienceFilter, Id } from '@cadenza/domain';
import type { AudienceQuery, Audiences, TenantRef } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import { audiencePredicate } from '../audience/predicate.ts';
import type { Database } from '../connection.ts';
import type { Schema } from '../schema.ts';

/** Enrolling everybody whom a filter means. */
export function audiences(trx: Transaction<Schema>): Audiences {
  return {
    async countAudience(who) {
      const { rows } = await sql<{ count: string }>`
        SELECT count(*) AS count FROM contacts k WHERE ${matching(who)}`.execute(trx);
      return Number(rows[0]?.count ?? 0);
    },

    async audienceContacts(who, limit) {
      const { rows } = await sql<{ id: Id }>`
        SELECT k.id FROM contacts k
        WHERE ${matching(who)}
        ORDER BY k.id
        LIMIT ${limit}`.execute(trx);
      return rows.map(({ id }) => id);
    },

    async nextOfAudience(who, { afterId, lastId }, most) {
      const { found, looked } = most ?? { found: null, looked: null };
      const contacts = sql`contacts
        WHERE tenant_id = ${who.tenantId} AND id > ${afterId}::uuid AND id <= ${lastId}::uuid
        ORDER BY id`;
      const { rows } = await sql<{ ids: readonly Id[]; last_id: Id | null }>`
        SELECT f.ids, CASE WHEN cardinality(f.ids) < ${found}::integer
          THEN (SELECT id FROM ${contacts} OFFSET ${looked}::bigint - 1 LIMIT 1)
          ELSE f.ids[${found}::integer] END AS last_id
        FROM (SELECT ARRAY(
          SELECT k.id FROM (SELECT * FROM ${contacts} LIMIT ${looked}::bigint) k
          WHERE ${matching(who)}
          ORDER BY k.id
          LIMIT ${found}::bigint) AS ids) f`.execute(trx);
      const { ids = [], last_id = null } = rows[0] ?? {};
      return { afterId, lastId: last_id ?? lastId, contactIds: ids };
    },

    async lockAudience(ref) {
      const { rows } = await sql<{
        campaign_id: Id;
        filter: AudienceFilter;
        as_of: number;
        made_until: number;
        after_id: Id;
        ahead_after_id: Id | null;
        ahead_last_id: Id | null;
        attempts: number;
      }>`
        SELECT campaign_id, filter, epoch_ms(as_of) AS as_of,
          (extract(epoch FROM created_at) * 1000)::double precision AS made_until,
          after_id, ahead_after_id, ahead_last_id, attempts
        FROM campaign_audiences
        WHERE tenant_id = ${ref.tenantId} AND id = ${ref.id} AND next_at IS NOT NULL
        FOR UPDATE`.execute(trx);
      const [row] = rows;
      if (row === undefined) return null;
      const { ahead_after_id: afterId, ahead_last_id: lastId } = row;
      return {
        ...ref,
        campaignId: row.campaign_id,
        filter: row.filter,
        asOf: row.as_of,
        madeUntil: row.made_until,
        afterId: row.after_id,
        ahead: afterId === null || lastId === null ? null : { afterId, lastId },
        attempts: row.attempts,
      };
    },

    async advanceAudience(ref, { place, enrolled, warned, refused, leaseMs }) {
      const afterId = place?.afterId ?? null;
      await sql`
        UPDATE campaign_audiences a
        SET after_id = coalesce(${afterId}::uuid, after_id),
          ahead_after_id = ${place?.ahead?.afterId ?? null}::uuid,
          ahead_last_id = ${place?.ahead?.lastId ?? null}::uuid,
          enrolled = enrolled + ${enrolled}::integer, warned = warned + ${warned}::integer,
          refused = (
            SELECT coalesce(jsonb_object_agg(r.reason, r.count), '{}') FROM (
              SELECT c.key AS reason, sum(c.value::integer) AS count
              FROM (
                SELECT * FROM jsonb_each_text(a.refused)
                UNION ALL SELECT * FROM jsonb_each_text(${JSON.stringify(refused)}::jsonb)) c
              GROUP BY c.key) r),
          status = CASE WHEN ${afterId}::uuid IS NULL THEN 'done' ELSE 'running' END,
          done_at = CASE WHEN ${afterId}::uuid IS NULL THEN now() END,
          next_at = CASE WHEN ${afterId}::uuid IS NOT NULL
            THEN now() + ${leaseMs}::double precision * interval '1 millisecond' END,
          attempts = 0, error = NULL
        WHERE ${unended(ref)}`.execute(trx);
    },

    async releaseAudience(ref) {
      await sql`
        UPDATE campaign_audiences SET next_at = clock_timestamp()
        WHERE ${unended(ref)}`.execute(trx);
    },

    async failAudience(ref, error, retryMs) {
      await sql`
        UPDATE campaign_audiences
        SET status = 'failed', error = left(${error}, 2000), attempts = attempts + 1,
          next_at = clock_timestamp() + ${retryMs}::double precision * interval '1 millisecond'
        WHERE ${unended(ref)}`.execute(trx);
    },
  };
}

function unended({ tenantId, id }: TenantRef) {
  return sql`tenant_id = ${tenantId} AND id = ${id} AND next_at IS NOT NULL`;
}

function matching({ tenantId, filter, asOf, madeUntil }: AudienceQuery): RawBuilder<boolean> {
  const made = madeUntil === null ? sql`` : sql`AND k.created_at <= from_epoch_ms(${madeUntil})`;
  const at = sql<Date>`from_epoch_ms(${asOf})`;
  return sql`k.tenant_id = ${tenantId} AND k.erased_at IS NULL ${made}
    AND ${audiencePredicate(filter, { contact: 'k', asOf: at })}`;
}

export async function claimAudience(db: Database, leaseMs: number): Promise<TenantRef | null> {
  const { rows } = await sql<{ tenant_id: Id; audience_id: Id }>`
    SELECT * FROM claim_audience(${leaseMs})`.execute(db);
  const [row] = rows;
  return row === undefined ? null : { tenantId: row.tenant_id, id: row.audience_id };
}
