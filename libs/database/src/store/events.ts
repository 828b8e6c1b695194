import { MESSAGE_STATUS_RANK } from '@cadenza/domain';
import type { DueTimer, EngineTransaction, MessageNews } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { claimRow } from './dispatch.ts';
import { MESSAGE_COLUMNS, messageRecord, type MessageRow } from './hand-off.ts';
import { distinct, rows } from './rows.ts';

type Events = Pick<
  EngineTransaction,
  | 'findMessages'
  | 'findMessagesOfVisits'
  | 'insertEvents'
  | 'applyNews'
  | 'dueTimers'
  | 'completeActions'
  | 'finishDelivery'
  | 'quarantineEvents'
>;

/** Events, their messages, and timers. */
export function events(trx: Transaction<Schema>): Events {
  return {
    async findMessages(refs) {
      if (refs.length === 0) return [];
      const found = await sql<MessageRow>`
        SELECT ${MESSAGE_COLUMNS}
        FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.id`.execute(trx);
      return found.rows.map(messageRecord);
    },

    async findMessagesOfVisits(visits) {
      if (visits.length === 0) return [];
      const found = await sql<MessageRow>`
        SELECT ${MESSAGE_COLUMNS}
        FROM ${rows(
          visits.map((visit) => ({
            tenant_id: visit.tenantId,
            enrollment_id: visit.enrollmentId,
            node_id: visit.nodeId,
            visit: visit.visit,
          })),
          'r(tenant_id uuid, enrollment_id uuid, node_id text, visit integer)',
        )}
        JOIN outbound_messages m ON m.tenant_id = r.tenant_id
          AND m.enrollment_id = r.enrollment_id AND m.node_id = r.node_id AND m.visit = r.visit`.execute(
        trx,
      );
      return found.rows.map(messageRecord);
    },

    async insertEvents(list) {
      if (list.length === 0) return new Set();
      const inserted = await sql<{ id: string }>`
        INSERT INTO message_events (tenant_id, id, message_id, enrollment_id, attempt, type,
          occurred_at, actor, dedupe_key, provider_event_id, url, delivery_id, synthetic, data)
        SELECT r.tenant_id, r.id, r.message_id, r.enrollment_id, r.attempt, r.type,
          from_epoch_ms(r.at), r.actor, r.dedupe_key, r.provider_event_id, r.url, r.delivery_id,
          r.synthetic, r.data
        FROM ${rows(
          list.map((event) => ({
            tenant_id: event.tenantId,
            id: event.id,
            message_id: event.messageId,
            enrollment_id: event.enrollmentId,
            attempt: event.attempt,
            type: event.type,
            at: event.at,
            actor: event.actor,
            dedupe_key: event.dedupeKey,
            provider_event_id: event.providerEventId,
            url: event.url,
            delivery_id: event.deliveryId,
            synthetic: event.synthetic,
            data: event.data,
          })),
          `r(tenant_id uuid, id uuid, message_id uuid, enrollment_id uuid, attempt integer,
             type text, at double precision, actor text, dedupe_key text, provider_event_id text,
             url text, delivery_id uuid, synthetic boolean, data jsonb)`,
        )}
        ON CONFLICT (tenant_id, dedupe_key, occurred_at) DO NOTHING
        RETURNING id`.execute(trx);
      return new Set(inserted.rows.map(({ id }) => id));
    },

    async applyNews(list) {
      const merged = furthest(list);
      if (merged.length === 0) return;
      await sql`
        UPDATE outbound_messages m
        SET status = CASE
              WHEN r.status IS NOT NULL AND r.attempt = m.attempt AND m.begun_at IS NOT NULL
                AND (ranks.of ->> r.status)::integer > (ranks.of ->> m.status)::integer
              THEN r.status ELSE m.status END,
            provider_message_id = coalesce(m.provider_message_id, r.provider_message_id),
            smtp_id = coalesce(m.smtp_id, r.smtp_id),
            detail = coalesce(r.detail, m.detail)
        FROM ${rows(
          merged.map((news) => ({
            tenant_id: news.tenantId,
            id: news.id,
            attempt: news.attempt,
            status: news.status,
            provider_message_id: news.providerMessageId,
            smtp_id: news.smtpId,
            detail: news.detail,
          })),
          `r(tenant_id uuid, id uuid, attempt integer, status text, provider_message_id text,
             smtp_id text, detail text)`,
        )}
        CROSS JOIN (SELECT ${JSON.stringify(MESSAGE_STATUS_RANK)}::jsonb AS of) ranks
        WHERE m.tenant_id = r.tenant_id AND m.id = r.id`.execute(trx);
    },

    async dueTimers(claimed) {
      if (claimed.length === 0) return [];
      const found = await sql<{
        tenant_id: string;
        action_id: string;
        dispatch: number;
        enrollment_id: string;
        timer: DueTimer['timer'];
        node_id: string;
        visit: number;
        attempt: number;
        dedupe_key: string;
        due_at: number;
      }>`
        SELECT a.tenant_id, a.id AS action_id, a.dispatch_no AS dispatch, a.enrollment_id, a.timer,
          a.node_id, a.visit, a.attempt, a.dedupe_key, epoch_ms(a.due_at) AS due_at
        FROM ${rows(claimed.map(claimRow), 'r(tenant_id uuid, action_id uuid, dispatch integer)')}
        JOIN scheduled_actions a ON a.tenant_id = r.tenant_id AND a.id = r.action_id
          AND a.dispatch_no = r.dispatch
        WHERE a.type = 'timeout' AND a.status = 'dispatched'`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        actionId: row.action_id,
        dispatch: row.dispatch,
        enrollmentId: row.enrollment_id,
        timer: row.timer,
        nodeId: row.node_id,
        visit: row.visit,
        attempt: row.attempt,
        key: row.dedupe_key,
        dueAt: row.due_at,
      }));
    },

    async completeActions(claimed) {
      if (claimed.length === 0) return new Set();
      const completed = await sql<{ id: string }>`
        UPDATE scheduled_actions a SET status = 'completed', lease_until = NULL
        FROM ${rows(claimed.map(claimRow), 'r(tenant_id uuid, action_id uuid, dispatch integer)')}
        WHERE a.tenant_id = r.tenant_id AND a.id = r.action_id AND a.status = 'dispatched'
          AND a.dispatch_no = r.dispatch
        RETURNING a.id`.execute(trx);
      return new Set(completed.rows.map(({ id }) => id));
    },

    async finishDelivery(id) {
      await trx
        .updateTable('webhook_deliveries')
        .set({ status: 'processed', processed_at: sql<Date>`now()`, error: null })
        .where('id', '=', id)
        .execute();
    },

    async quarantineEvents(list) {
      if (list.length === 0) return;
      await sql`
        INSERT INTO quarantined_events (delivery_id, position, reason, raw)
        SELECT r.delivery_id, r.position, r.reason, r.raw
        FROM ${rows(
          list.map((event) => ({
            delivery_id: event.deliveryId,
            position: event.position,
            reason: event.reason,
            raw: event.raw ?? null,
          })),
          'r(delivery_id uuid, position integer, reason text, raw jsonb)',
        )}
        ON CONFLICT DO NOTHING`.execute(trx);
    },
  };
}

/** One piece of news a message: the furthest status of its newest attempt, the first ids known. */
function furthest(list: readonly MessageNews[]): MessageNews[] {
  const merged = new Map<string, MessageNews>();
  for (const news of list) {
    const known = merged.get(news.id);
    if (known === undefined) merged.set(news.id, news);
    else {
      const further = isFurther(news, known) ? news : known;
      merged.set(news.id, {
        ...further,
        providerMessageId: known.providerMessageId ?? news.providerMessageId,
        smtpId: known.smtpId ?? news.smtpId,
        detail: further.detail ?? known.detail ?? news.detail,
      });
    }
  }
  return [...merged.values()];
}

function isFurther(news: MessageNews, known: MessageNews): boolean {
  if (news.attempt !== known.attempt) return news.attempt > known.attempt;
  return rank(news) > rank(known);
}

function rank({ status }: MessageNews): number {
  return status === null ? -1 : MESSAGE_STATUS_RANK[status];
}
