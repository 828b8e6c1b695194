import type { EpochMs, Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { toldSince } from '../store/events-of-message.ts';

/** One thing that happened in an enrollment's life. */
export interface TimelineEntry {
  /**
   * `message`: one was written, and what became of it; `event`: the provider's news, or a time-out
   * in its place; `transition`: an input of the state machine, and what it did; `end`: the end of
   * the enrollment, as its inputs make it today.
   */
  readonly kind: 'message' | 'event' | 'transition' | 'end';
  /** Its own time. */
  readonly at: EpochMs;
  /** Type of an event, kind of an input, status that a message has today, or an end. */
  readonly type: string;
  /** What else is known, by kind. */
  readonly detail: Record<string, unknown>;
  /** Where it stands; unique within an enrollment. */
  readonly position: TimelinePosition;
}

/** At one time a message comes before its events, these before what they caused, then the end. */
export interface TimelinePosition {
  readonly at: EpochMs;
  readonly rank: number;
  readonly key: string;
}

export interface TimelinePage {
  readonly items: readonly TimelineEntry[];
  readonly next: TimelinePosition | null;
}

/** Messages, events, transitions and the end of an enrollment in the order of their own times. */
export async function readTimeline(
  trx: Transaction<Schema>,
  tenantId: Id,
  enrollmentId: Id,
  page: { readonly limit: number; readonly after: TimelinePosition | null },
): Promise<TimelinePage> {
  const from = page.after ?? { at: Number.MIN_SAFE_INTEGER, rank: 0, key: '' };
  const { rows } = await sql<{
    kind: TimelineEntry['kind'];
    at: EpochMs;
    rank: number;
    key: string;
    type: string;
    detail: Record<string, unknown>;
  }>`
    SELECT * FROM (
      SELECT 'message' AS kind, epoch_ms(coalesce(m.begun_at, m.created_at)) AS at, 1 AS rank,
        m.id::text AS key, m.status AS type,
        jsonb_build_object('messageId', m.id, 'nodeId', m.node_id, 'visit', m.visit,
          'attempt', m.attempt, 'subject', m.subject, 'detail', m.detail) AS detail
      FROM outbound_messages m
      WHERE m.tenant_id = ${tenantId} AND m.enrollment_id = ${enrollmentId}
      UNION ALL
      SELECT 'event', epoch_ms(e.occurred_at), 2, e.id::text, e.type,
        jsonb_build_object('eventId', e.id, 'messageId', e.message_id, 'attempt', e.attempt,
          'actor', e.actor, 'synthetic', e.synthetic, 'url', e.url)
      FROM (
        SELECT m.tenant_id, m.id, ${toldSince('m')} AS since FROM outbound_messages m
        WHERE m.tenant_id = ${tenantId} AND m.enrollment_id = ${enrollmentId}
        OFFSET 0) told
      JOIN message_events e ON e.tenant_id = told.tenant_id AND e.message_id = told.id
        AND e.occurred_at >= told.since
      UNION ALL
      SELECT 'transition', epoch_ms(t.own_at), 3, lpad(t.seq::text, 10, '0'), t.input ->> 'kind',
        jsonb_build_object('seq', t.seq, 'input', t.input, 'outcome', t.outcome,
          'fromNode', t.from_node, 'toNode', t.to_node, 'recordedAt', epoch_ms(t.recorded_at),
          'effects', t.effects)
      FROM campaign_transitions t
      WHERE t.tenant_id = ${tenantId} AND t.enrollment_id = ${enrollmentId}
      UNION ALL
      SELECT 'end', trunc((c.state -> 'end' ->> 'at')::numeric)::bigint, 4, '', c.status,
        jsonb_build_object('status', c.status, 'reason', c.end_reason)
      FROM contact_campaigns c
      WHERE c.tenant_id = ${tenantId} AND c.id = ${enrollmentId} AND c.phase = 'ended') happened
    WHERE (at, rank, key COLLATE "C") > (${from.at}::bigint, ${from.rank}::integer, ${from.key})
    ORDER BY at, rank, key COLLATE "C"
    LIMIT ${page.limit + 1}`.execute(trx);
  const items = rows
    .slice(0, page.limit)
    .map(({ kind, at, type, detail, rank, key }): TimelineEntry => ({
      kind,
      at,
      type,
      detail,
      position: { at, rank, key },
    }));
  return { items, next: rows.length > page.limit ? (items.at(-1)?.position ?? null) : null };
}
