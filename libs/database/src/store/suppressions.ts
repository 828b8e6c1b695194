import {
  LEGAL_SUPPRESSION_REASONS,
  newId,
  type EpochMs,
  type LegalSuppressionReason,
} from '@cadenza/domain';
import type { EngineTransaction, NewSuppression } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from './rows.ts';

type Suppressions = Pick<
  EngineTransaction,
  | 'upsertSuppressions'
  | 'withoutLifted'
  | 'liftKeywordStops'
  | 'activeEnrollmentsOf'
  | 'activeEnrollmentsOfDomains'
>;

/**
 * Of a provider's events that suppress one address the earliest says why, whichever was reported
 * first. What an operator has said stays.
 */
const IS_EARLIER = sql`(s.source = 'provider_event' AND excluded.source = s.source
  AND (excluded.first_seen_at, excluded.reason) < (s.first_seen_at, s.reason))`;

/** Who has left by a link, or a keyword, may come back by it: where anything else forbids the address too, that stays. */
const OUTWEIGHS = sql`(s.source IN ('link', 'one_click', 'sms_keyword')
  AND excluded.source NOT IN ('link', 'one_click', 'sms_keyword'))`;

/** An operator's word says nothing of why, so that the person's own stays. */
const SAYS_MORE = sql`(${IS_EARLIER} OR (${OUTWEIGHS} AND excluded.reason <> 'manual'))`;

const LEGAL = sql.raw(`'{${LEGAL_SUPPRESSION_REASONS.join(',')}}'::text[]`);

/** Of two reasons the legal one that binds more; null where neither is one. */
function strongest(a: RawBuilder<unknown>, b: RawBuilder<unknown>): RawBuilder<unknown> {
  const rank = (reason: RawBuilder<unknown>) => sql`array_position(${LEGAL}, ${reason})`;
  return sql`(${LEGAL})[greatest(${rank(a)}, ${rank(b)})]`;
}

const STRONGEST = strongest(
  sql`${strongest(sql`s.legal_reason`, sql`s.reason`)}`,
  sql`excluded.legal_reason`,
);

/** The legal one of these reasons that binds most, or null. */
export function legalReason(reasons: readonly (string | null)[]): LegalSuppressionReason | null {
  return LEGAL_SUPPRESSION_REASONS.findLast((reason) => reasons.includes(reason)) ?? null;
}

function earlier(a: Timed, b: Timed): number {
  return a.at - b.at || (a.reason < b.reason ? -1 : 1);
}

type Timed = Pick<NewSuppression, 'reason'> & { readonly at: EpochMs };

/** A suppression as it is written; without a tenant it is the platform's. */
export type WrittenSuppression = Omit<NewSuppression, 'tenantId'> & {
  readonly tenantId: string | null;
};

interface Merged extends WrittenSuppression {
  readonly lastAt: EpochMs;
  readonly legal: LegalSuppressionReason | null;
}

/** Suppressions of one key as one, in an order in which no two writers block each other. */
function merged(list: readonly WrittenSuppression[]): Merged[] {
  const byKey = new Map<string, Merged>();
  for (const row of list) {
    const key = `${row.value} ${row.kind} ${row.channel} ${row.tenantId ?? ''}`;
    const former = byKey.get(key);
    if (former === undefined) {
      byKey.set(key, { ...row, lastAt: row.at, legal: legalReason([row.reason]) });
    } else {
      byKey.set(key, {
        ...(earlier(former, row) <= 0 ? former : row),
        lastAt: Math.max(former.lastAt, row.at),
        legal: legalReason([former.legal, row.reason]),
      });
    }
  }
  return [...byKey]
    .sort(([a], [b]) => {
      if (a === b) return 0;
      return a < b ? -1 : 1;
    })
    .map(([, row]) => row);
}

function insertedFrom(list: readonly WrittenSuppression[]): RawBuilder<unknown> {
  return rows(
    merged(list).map((row) => ({
      id: newId(),
      tenant_id: row.tenantId,
      channel: row.channel,
      kind: row.kind,
      value: row.value,
      reason: row.reason,
      legal_reason: row.legal,
      source: row.source,
      message_id: row.messageId,
      first_at: row.at,
      last_at: row.lastAt,
    })),
    `r(id uuid, tenant_id uuid, channel text, kind text, value text, reason text,
       legal_reason text, source text, message_id uuid, first_at double precision,
       last_at double precision)`,
  );
}

/**
 * Writes suppressions and, of those that are new, who has added them: their values stay out of the
 * audit log, since the row that they are in is kept for as long as it holds.
 *
 * @param audit the log that is written, a tenant's or the platform's, and who is named in it.
 * @returns how many are new.
 */
export async function writeSuppressions(
  trx: Transaction<Schema>,
  list: readonly WrittenSuppression[],
  audit: { readonly log: 'audit_log' | 'platform_audit_log'; readonly actor: string },
): Promise<number> {
  if (list.length === 0) return 0;
  const tenant = sql.raw(audit.log === 'audit_log' ? 'tenant_id, ' : '');
  // A row that was inserted has been locked by nobody yet. A join with what was given would be made
  // row by row, for as many as the planner takes them to be.
  const { numAffectedRows } = await sql`
    WITH written AS (
      INSERT INTO communication_suppressions AS s (id, tenant_id, channel, kind, value, reason,
        legal_reason, source, message_id, first_seen_at, last_seen_at)
      SELECT r.id, r.tenant_id, r.channel, r.kind, r.value, r.reason, r.legal_reason, r.source,
        r.message_id, from_epoch_ms(r.first_at), from_epoch_ms(r.last_at)
      FROM ${insertedFrom(list)}
      ON CONFLICT (channel, kind, value, tenant_id) DO UPDATE
      SET reason = CASE WHEN ${SAYS_MORE} THEN excluded.reason ELSE s.reason END,
        source = CASE WHEN ${OUTWEIGHS} THEN excluded.source ELSE s.source END,
        legal_reason = ${STRONGEST},
        message_id = CASE WHEN ${SAYS_MORE} THEN excluded.message_id ELSE s.message_id END,
        first_seen_at =
          CASE WHEN ${SAYS_MORE} THEN excluded.first_seen_at ELSE s.first_seen_at END,
        last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at)
      RETURNING s.id, s.tenant_id, s.channel, s.kind, s.reason, s.source, s.xmax = 0 AS added)
    INSERT INTO ${sql.table(audit.log)} (${tenant}id, actor, action, entity, entity_id, after)
    SELECT ${tenant}id, ${audit.actor}, 'suppression.added', 'suppression', id::text,
      jsonb_build_object('channel', channel, 'kind', kind, 'reason', reason, 'source', source)
    FROM written WHERE added`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/**
 * Gives suppressions of a tenant, and what was lifted of them, other values. Where the other value is
 * on the list already the two become one, which says what binds more.
 */
export async function moveSuppressions(
  trx: Transaction<Schema>,
  tenantId: string,
  moves: readonly { readonly from: string; readonly to: string }[],
): Promise<void> {
  const given = rows(
    moves.map(({ from, to }) => ({ former: from, latter: to })),
    'r(former text, latter text)',
  );
  for (const table of ['communication_suppressions', 'suppression_lifts'] as const) {
    await sql`
      UPDATE ${sql.table(table)} s SET value = r.latter FROM ${given}
      WHERE s.tenant_id = ${tenantId} AND s.kind = 'address' AND s.value = r.former
        AND NOT EXISTS (
          SELECT FROM ${sql.table(table)} o
          WHERE o.tenant_id = s.tenant_id AND o.channel = s.channel AND o.kind = s.kind
            AND o.value = r.latter)`.execute(trx);
  }
  const { rows: left } = await sql<WrittenSuppression & { readonly lastAt: EpochMs }>`
    DELETE FROM communication_suppressions s USING ${given}
    WHERE s.tenant_id = ${tenantId} AND s.kind = 'address' AND s.value = r.former
    RETURNING s.tenant_id AS "tenantId", s.channel, s.kind, r.latter AS value,
      coalesce(s.legal_reason, s.reason) AS reason, s.source, s.message_id AS "messageId",
      epoch_ms(s.first_seen_at) AS at, epoch_ms(s.last_seen_at) AS "lastAt"`.execute(trx);
  await writeSuppressions(
    trx,
    left.flatMap(({ lastAt, ...row }) => [row, { ...row, at: lastAt }]),
    { log: 'audit_log', actor: 'erasure' },
  );
  await sql`
    WITH lifted AS (
      DELETE FROM suppression_lifts s USING ${given}
      WHERE s.tenant_id = ${tenantId} AND s.kind = 'address' AND s.value = r.former
      RETURNING s.channel, r.latter AS value, s.lifted_at)
    UPDATE suppression_lifts l SET lifted_at = greatest(l.lifted_at, d.lifted_at)
    FROM lifted d
    WHERE l.tenant_id = ${tenantId} AND l.channel = d.channel AND l.kind = 'address'
      AND l.value = d.value`.execute(trx);
}

/** Suppressions, and the enrollments that they end. */
export function suppressions(trx: Transaction<Schema>): Suppressions {
  return {
    upsertSuppressions: (list, actor) => writeSuppressions(trx, list, { log: 'audit_log', actor }),

    async withoutLifted(list) {
      if (list.length === 0) return [];
      const { rows: lifted } = await sql<{ place: number }>`
        SELECT r.place
        FROM ${rows(
          list.map(({ tenantId, channel, kind, value, reason, at }, place) => ({
            place,
            reason,
            tenant_id: tenantId,
            channel,
            kind,
            value,
            at,
          })),
          `r(place integer, reason text, tenant_id uuid, channel text, kind text, value text,
             at double precision)`,
        )}
        JOIN suppression_lifts l ON l.tenant_id = r.tenant_id AND l.channel = r.channel
          AND l.kind = r.kind AND l.value = r.value AND l.lifted_at >= from_epoch_ms(r.at)
          -- What the law knows is lifted by nothing but a lift of the same.
          AND (l.reason = r.reason OR r.reason <> ALL (${LEGAL}))`.execute(trx);
      const places = new Set(lifted.map(({ place }) => place));
      return list.filter((_, place) => !places.has(place));
    },

    async liftKeywordStops(list) {
      if (list.length === 0) return;
      const lifted = await sql<{
        tenant_id: string;
        suppression_id: string;
        value: string;
        reason: string;
      }>`
        SELECT l.tenant_id, l.suppression_id, s.value, s.reason
        FROM lift_keyword_stops(
          ${list.map(({ tenantId }) => tenantId)}::uuid[], ${list.map(({ value }) => value)}::text[],
          ${list.map(({ at }) => at)}::double precision[]) l
        -- As it was when the statement began, before the function took it off.
        JOIN communication_suppressions s ON s.tenant_id = l.tenant_id AND s.id = l.suppression_id`.execute(
        trx,
      );
      if (lifted.rows.length === 0) return;
      await trx
        .insertInto('audit_log')
        .values(
          lifted.rows.map(({ tenant_id, suppression_id, value, reason }) => ({
            tenant_id,
            id: newId(),
            actor: 'recipient',
            action: 'suppression.removed',
            entity: 'suppression',
            entity_id: suppression_id,
            before: JSON.stringify({
              channel: 'sms',
              kind: 'address',
              value,
              reason,
              source: 'sms_keyword',
            }),
            after: null,
          })),
        )
        .execute();
    },

    async activeEnrollmentsOf(addresses) {
      if (addresses.length === 0) return [];
      const found = await sql<{ tenant_id: string; id: string; value: string }>`
        SELECT DISTINCT c.tenant_id, c.id, r.value
        FROM ${rows(
          addresses.map(({ tenantId, channel, value }) => ({
            tenant_id: tenantId,
            channel,
            value,
          })),
          'r(tenant_id uuid, channel text, value text)',
        )}
        JOIN contact_channels h ON h.tenant_id = r.tenant_id AND h.channel = r.channel
          AND h.address = r.value
        JOIN contact_campaigns c ON c.tenant_id = h.tenant_id AND c.contact_id = h.contact_id
          AND c.status = 'active'
        JOIN campaign_plan_versions v ON v.tenant_id = c.tenant_id AND v.id = c.plan_version_id
          AND v.channels ? r.channel`.execute(trx);
      return found.rows.map((row) => ({ tenantId: row.tenant_id, id: row.id, value: row.value }));
    },

    async activeEnrollmentsOfDomains(domains, limit) {
      if (domains.length === 0) return [];
      const found = await sql<{ tenant_id: string; id: string }>`
        SELECT c.tenant_id, c.id
        FROM ${rows(
          domains.map(({ tenantId, value }) => ({ tenant_id: tenantId, value })),
          'r(tenant_id uuid, value text)',
        )}
        JOIN contact_channels h ON h.tenant_id = r.tenant_id AND h.channel = 'email'
          AND h.domain = r.value
        JOIN contact_campaigns c ON c.tenant_id = h.tenant_id AND c.contact_id = h.contact_id
          AND c.status = 'active'
        JOIN campaign_plan_versions v ON v.tenant_id = c.tenant_id AND v.id = c.plan_version_id
          AND v.channels ? 'email'
        LIMIT ${limit}`.execute(trx);
      return found.rows.map((row) => ({ tenantId: row.tenant_id, id: row.id }));
    },
  };
}
