import { MESSAGE_STATUS_RANK } from '@cadenza/domain';
import type { AttemptRef, DueTimer, EngineTransaction, MessageNews } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { claimRow } from './dispatch.ts';
import { toldSince } from './events-of-message.ts';
import { MESSAGE_COLUMNS, messageRecord, type MessageRow } from './hand-off.ts';
import { rollUp } from './roll-ups.ts';
import { isIn, rows } from './rows.ts';

type Events = Pick<
  EngineTransaction,
  | 'findAttempts'
  | 'trailsOf'
  | 'findMessagesOfVisits'
  | 'insertEvents'
  | 'applyNews'
  | 'settleBounces'
  | 'lockSoftBounces'
  | 'setSoftBounces'
  | 'dueTimers'
  | 'completeActions'
  | 'finishDeliveries'
  | 'recordedInputIds'
  | 'releaseQuarantined'
  | 'quarantineEvents'
>;

/** Events, their messages, and timers. */
export function events(trx: Transaction<Schema>): Events {
  return {
    async findAttempts(refs) {
      if (refs.length === 0) return [];
      const list = new Map(refs.map((ref) => [`${ref.tenantId} ${ref.id} ${ref.attempt}`, ref]));
      const found = await sql<MessageRow>`
        SELECT m.tenant_id, m.id, m.enrollment_id, m.campaign_id, m.contact_id, m.node_id, m.visit,
          r.attempt, CASE WHEN m.attempt = r.attempt THEN m.status
            WHEN f.status = 'released' THEN 'canceled' ELSE f.status END AS status,
          coalesce(f.to_address, m.to_address) AS to_address,
          epoch_ms(coalesce(f.begun_at, m.begun_at)) AS begun_at, m.channel
        FROM ${rows(
          [...list.values()].map((ref) => ({
            tenant_id: ref.tenantId,
            id: ref.id,
            attempt: ref.attempt,
          })),
          'r(tenant_id uuid, id uuid, attempt integer)',
        )}
        JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.id
          AND m.attempt >= r.attempt
        LEFT JOIN LATERAL (
          SELECT n.status, n.to_address, n.begun_at FROM message_attempts n
          WHERE n.tenant_id = r.tenant_id AND n.message_id = r.id AND n.attempt = r.attempt
            AND (m.begun_at IS NULL OR m.attempt > r.attempt)
          ORDER BY n.begun_at DESC
          LIMIT 1) f ON true`.execute(trx);
      return found.rows.map(messageRecord);
    },

    async trailsOf(refs) {
      if (refs.length === 0) return [];
      const found = await sql<{
        tenant_id: string;
        id: string;
        attempt: number;
        arrived_at: number | null;
        clicks: { at: number; url: string }[] | null;
      }>`
        WITH ${attemptsTold(refs)}
        SELECT r.tenant_id, r.id, r.attempt,
          epoch_ms(min(e.occurred_at) FILTER (WHERE e.type = 'delivered')) AS arrived_at,
          json_agg(json_build_object('at', epoch_ms(e.occurred_at), 'url', e.url))
            FILTER (WHERE e.type = 'clicked' AND e.url IS NOT NULL) AS clicks
        FROM attempts_told r
        JOIN message_events e ON e.tenant_id = r.tenant_id AND e.message_id = r.id
          AND e.attempt = r.attempt AND e.type IN ('delivered', 'clicked')
          AND e.occurred_at >= r.since
        GROUP BY r.tenant_id, r.id, r.attempt`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        id: row.id,
        attempt: row.attempt,
        arrivedAt: row.arrived_at,
        clicks: row.clicks ?? [],
      }));
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
      // What is counted is looked up in a hash of the ids: as a condition of its own the planner would
      // make a join of it, which goes through all of one list for each of the other.
      const known = await sql<{ id: string }>`
        WITH r AS MATERIALIZED (
          SELECT * FROM ${rows(
            list.map((event) => ({
              tenant_id: event.tenantId,
              id: event.id,
              message_id: event.messageId,
              enrollment_id: event.enrollmentId,
              campaign_id: event.campaignId,
              node_id: event.nodeId,
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
            `r(tenant_id uuid, id uuid, message_id uuid, enrollment_id uuid, campaign_id uuid,
               node_id text, attempt integer, type text, at double precision, actor text,
               dedupe_key text, provider_event_id text, url text, delivery_id uuid,
               synthetic boolean, data jsonb)`,
          )}),
        inserted AS (
          INSERT INTO message_events (tenant_id, id, message_id, enrollment_id, attempt, type,
            occurred_at, actor, dedupe_key, provider_event_id, url, delivery_id, synthetic, data)
          SELECT r.tenant_id, r.id, r.message_id, r.enrollment_id, r.attempt, r.type,
            from_epoch_ms(r.at), r.actor, r.dedupe_key, r.provider_event_id, r.url, r.delivery_id,
            r.synthetic, r.data
          FROM r
          ON CONFLICT (tenant_id, message_id, occurred_at, dedupe_key) DO NOTHING
          RETURNING id),
        counted AS (${rollUp(sql`
          SELECT r.tenant_id, r.campaign_id, r.node_id, from_epoch_ms(r.at), r.type, r.actor,
            NULL::uuid
          FROM r WHERE (r.id IN (SELECT id FROM inserted)) IS TRUE`)}),
        failed AS (
          INSERT INTO sender_failures (tenant_id, message_id, kind, sender_identity_id, sent_at)
          SELECT r.tenant_id, r.message_id,
            CASE r.type WHEN 'spamreport' THEN 'complaint' ELSE 'bounce' END, m.sender_identity_id,
            coalesce(m.begun_at, from_epoch_ms(r.at))
          FROM r
          JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.message_id
            AND m.channel = 'email'
          WHERE (r.type = 'spamreport' OR (r.type = 'bounced' AND r.data ->> 'bounceKind' = 'hard'))
            AND (r.id IN (SELECT id FROM inserted)) IS TRUE
          ON CONFLICT DO NOTHING)
        SELECT r.id FROM r WHERE (r.id IN (SELECT id FROM inserted)) IS NOT TRUE`.execute(trx);
      const former = new Set(known.rows.map(({ id }) => id));
      return new Set(list.map(({ id }) => id).filter((id) => !former.has(id)));
    },

    async applyNews(list) {
      const merged = furthest(list);
      if (merged.length === 0) return;
      await sql`
        WITH r AS MATERIALIZED (
          SELECT * FROM ${rows(
            merged.map((news) => ({
              tenant_id: news.tenantId,
              id: news.id,
              attempt: news.attempt,
              status: news.status,
              rank: news.status === null ? null : MESSAGE_STATUS_RANK[news.status],
              provider_message_id: news.providerMessageId,
              smtp_id: news.smtpId,
              detail: news.detail,
            })),
            `r(tenant_id uuid, id uuid, attempt integer, status text, rank integer,
               provider_message_id text, smtp_id text, detail text)`,
          )}),
        named AS (
          INSERT INTO provider_message_ids (tenant_id, message_id, provider_message_id)
          SELECT r.tenant_id, r.id, r.provider_message_id
          FROM r
          JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.id
            AND (m.attempt > r.attempt OR m.provider_message_id IS NULL)
          WHERE r.provider_message_id IS NOT NULL),
        former AS (
          UPDATE message_attempts f
          SET ${newsOf('f')}
          FROM r
          WHERE f.tenant_id = r.tenant_id AND f.message_id = r.id AND f.attempt = r.attempt
            AND f.status <> 'released' AND ${isNews('f')})
        UPDATE outbound_messages m
        SET ${newsOf('m')}
        FROM r
        WHERE m.tenant_id = r.tenant_id AND m.id = r.id AND m.attempt = r.attempt
          AND m.begun_at IS NOT NULL AND ${isNews('m')}`.execute(trx);
    },

    // Of bounces that may succeed later and of signs of arrival, the later counts, whichever was
    // reported first. What a person has read has arrived for good.
    async settleBounces(refs) {
      if (refs.length === 0) return;
      await sql`
        WITH ${attemptsTold(refs)},
        told AS MATERIALIZED (
          SELECT r.tenant_id, r.id, r.attempt,
            bool_or(e.type IN ('opened', 'clicked') AND e.actor <> 'machine')
              OR coalesce(max(e.occurred_at) FILTER (WHERE e.type <> 'bounced')
                > max(e.occurred_at) FILTER (WHERE e.type = 'bounced'), false) AS arrived,
            bool_or(e.data ->> 'bounceKind' = 'soft') AS soft
          FROM attempts_told r
          JOIN message_events e ON e.tenant_id = r.tenant_id AND e.message_id = r.id
            AND e.attempt = r.attempt AND e.type IN ('bounced', 'delivered', 'opened', 'clicked')
            AND e.occurred_at >= r.since
          GROUP BY r.tenant_id, r.id, r.attempt
          HAVING bool_or(e.type = 'bounced')
            AND NOT bool_or(e.type = 'bounced' AND e.data ->> 'bounceKind' = 'hard')),
        former AS (
          UPDATE message_attempts f
          SET status = CASE WHEN told.arrived THEN 'delivered' ELSE 'retrying' END
          FROM told
          WHERE f.tenant_id = told.tenant_id AND f.message_id = told.id
            AND f.attempt = told.attempt
            AND f.status = ANY (CASE WHEN told.arrived THEN ARRAY['retrying', 'bounced']
              WHEN told.soft THEN ARRAY['delivered', 'bounced'] ELSE ARRAY['delivered'] END))
        UPDATE outbound_messages m
        SET status = CASE WHEN told.arrived THEN 'delivered' ELSE 'bounced' END
        FROM told
        WHERE m.tenant_id = told.tenant_id AND m.id = told.id AND m.attempt = told.attempt
          AND m.status IN ('retrying', CASE WHEN told.arrived THEN 'bounced' ELSE 'delivered' END)`.execute(
        trx,
      );
    },

    async lockSoftBounces(addresses) {
      if (addresses.length === 0) return [];
      const found = await sql<{ tenant_id: string; address: string; soft_bounces: number }>`
        SELECT h.tenant_id, h.address, h.soft_bounces
        FROM ${rows(
          addresses.map(({ tenantId, value, bounced }) => ({
            tenant_id: tenantId,
            value,
            bounced,
          })),
          'r(tenant_id uuid, value text, bounced boolean)',
        )}
        JOIN contact_channels h ON h.tenant_id = r.tenant_id AND h.channel = 'email'
          AND h.address = r.value
        WHERE r.bounced OR h.soft_bounces > 0
        ORDER BY h.tenant_id, h.id
        FOR UPDATE OF h`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        value: row.address,
        count: row.soft_bounces,
      }));
    },

    async setSoftBounces(counts) {
      if (counts.length === 0) return;
      await sql`
        UPDATE contact_channels h SET soft_bounces = r.count
        FROM ${rows(
          counts.map(({ tenantId, value, count }) => ({ tenant_id: tenantId, value, count })),
          'r(tenant_id uuid, value text, count integer)',
        )}
        WHERE h.tenant_id = r.tenant_id AND h.channel = 'email' AND h.address = r.value`.execute(
        trx,
      );
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
        WHERE a.type = 'timeout' AND ${isIn('a.status', 'dispatched')}`.execute(trx);
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
        WHERE a.tenant_id = r.tenant_id AND a.id = r.action_id
          AND ${isIn('a.status', 'dispatched')}
          AND a.dispatch_no = r.dispatch
        RETURNING a.id`.execute(trx);
      return new Set(completed.rows.map(({ id }) => id));
    },

    async finishDeliveries(ids) {
      await sql`
        UPDATE webhook_deliveries
        SET status = 'processed', processed_at = clock_timestamp(), error = NULL
        WHERE id = ANY (${ids}::uuid[])`.execute(trx);
    },

    async recordedInputIds(refs) {
      if (refs.length === 0) return [];
      const found = await sql<{ tenant_id: string; enrollment_id: string; input_id: string }>`
        SELECT t.tenant_id, t.enrollment_id, t.input_id
        FROM ${rows(
          refs.map((ref) => ({
            tenant_id: ref.tenantId,
            enrollment_id: ref.enrollmentId,
            input_id: ref.inputId,
          })),
          'r(tenant_id uuid, enrollment_id uuid, input_id text)',
        )}
        JOIN campaign_transitions t ON t.tenant_id = r.tenant_id
          AND t.enrollment_id = r.enrollment_id AND t.input_id = r.input_id`.execute(trx);
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        enrollmentId: row.enrollment_id,
        inputId: row.input_id,
      }));
    },

    async releaseQuarantined(deliveryId, positions) {
      if (positions.length === 0) return;
      await sql`
        DELETE FROM quarantined_events
        WHERE delivery_id = ${deliveryId} AND position = ANY (${positions}::integer[])`.execute(
        trx,
      );
    },

    async quarantineEvents(list) {
      if (list.length === 0) return;
      await sql`
        INSERT INTO quarantined_events (tenant_id, delivery_id, position, reason, raw)
        SELECT d.tenant_id, d.id, r.position, r.reason, r.raw
        FROM ${rows(
          list.map((event) => ({
            delivery_id: event.deliveryId,
            position: event.position,
            reason: event.reason,
            raw: event.raw ?? null,
          })),
          'r(delivery_id uuid, position integer, reason text, raw jsonb)',
        )}
        JOIN webhook_deliveries d ON d.id = r.delivery_id
        ON CONFLICT DO NOTHING`.execute(trx);
    },
  };
}

/** Attempts for a WITH, with the time since when there can be news of their messages. */
function attemptsTold(refs: readonly AttemptRef[]) {
  return sql`
    attempts_told AS MATERIALIZED (
      SELECT r.tenant_id, r.id, r.attempt, ${toldSince('m')} AS since
      FROM ${rows(
        refs.map((ref) => ({ tenant_id: ref.tenantId, id: ref.id, attempt: ref.attempt })),
        'r(tenant_id uuid, id uuid, attempt integer)',
      )}
      JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.id)`;
}

/** Whether news change anything in a row: most events say what an earlier one has said. */
function isNews(alias: 'm' | 'f') {
  const row = sql.raw(alias);
  return sql`(${isFurther(alias)}
    OR (${row}.provider_message_id IS NULL AND r.provider_message_id IS NOT NULL)
    OR (${row}.smtp_id IS NULL AND r.smtp_id IS NOT NULL)
    OR r.detail <> coalesce(${row}.detail, ''))`;
}

/** A document of ranks would be looked into, and its numbers be read, several times for each row. */
const RANKS = Object.entries(MESSAGE_STATUS_RANK)
  .map(([status, rank]) => `WHEN '${status}' THEN ${rank}`)
  .join(' ');

function isFurther(alias: 'm' | 'f') {
  return sql.raw(`r.rank > CASE ${alias}.status ${RANKS} END`);
}

/** What news change in a row of messages or of attempts, by its alias. */
function newsOf(alias: 'm' | 'f') {
  const row = sql.raw(alias);
  return sql`
    status = CASE WHEN ${isFurther(alias)} THEN r.status ELSE ${row}.status END,
    provider_message_id = coalesce(${row}.provider_message_id, r.provider_message_id),
    smtp_id = coalesce(${row}.smtp_id, r.smtp_id),
    detail = coalesce(r.detail, ${row}.detail), updated_at = now()`;
}

/**
 * One piece of news an attempt: the furthest status, the first ids known. In the order of their
 * messages: of most nobody holds the enrollment, and two who have news of the same ones take turns.
 */
function furthest(list: readonly MessageNews[]): MessageNews[] {
  const merged = new Map<string, MessageNews>();
  for (const news of list) {
    const key = `${news.tenantId} ${news.id} ${news.attempt}`;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, news);
    else {
      const further = rank(news) > rank(known) ? news : known;
      merged.set(key, {
        ...further,
        providerMessageId: known.providerMessageId ?? news.providerMessageId,
        smtpId: known.smtpId ?? news.smtpId,
        detail: further.detail ?? known.detail ?? news.detail,
      });
    }
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, news]) => news);
}

function rank({ status }: MessageNews): number {
  return status === null ? -1 : MESSAGE_STATUS_RANK[status];
}
