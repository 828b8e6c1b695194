import type { Channel } from '@cadenza/domain';
import type { EngineTransaction, MessageRecord } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { ATTEMPT_COLUMNS, ATTEMPT_FACTS, NO_HAND_OFF, restoreFormer } from './attempts.ts';
import { rollUp } from './roll-ups.ts';
import { distinct, isIn, rows } from './rows.ts';

type HandOff = Pick<
  EngineTransaction,
  | 'completeHandOffs'
  | 'withdrawHandOffs'
  | 'failHandOffs'
  | 'markUnknown'
  | 'failQueued'
  | 'currentMessages'
  | 'noteLookUps'
  | 'restoreAttempts'
>;

/** Columns of a message as the engine reads it, for RETURNING and SELECT over alias `m`. */
export const MESSAGE_COLUMNS = sql.raw<MessageRow>(
  `m.tenant_id, m.id, m.enrollment_id, m.campaign_id, m.contact_id, m.node_id, m.visit, m.attempt,
   m.status, m.to_address, epoch_ms(m.begun_at) AS begun_at, m.channel`,
);

export interface MessageRow {
  tenant_id: string;
  id: string;
  enrollment_id: string;
  campaign_id: string;
  contact_id: string;
  node_id: string;
  visit: number;
  attempt: number;
  status: MessageRecord['status'];
  to_address: string | null;
  begun_at: number | null;
  channel: Channel;
}

export function messageRecord(row: MessageRow): MessageRecord {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    enrollmentId: row.enrollment_id,
    campaignId: row.campaign_id,
    contactId: row.contact_id,
    nodeId: row.node_id,
    visit: row.visit,
    attempt: row.attempt,
    channel: row.channel,
    status: row.status,
    toAddress: row.to_address,
    begunAt: row.begun_at,
  };
}

/** The hand-off protocol's statements. docs/send-protocol.md gives their rules. */
export function handOff(trx: Transaction<Schema>): HandOff {
  return {
    // An attempt that is not its message's current one is completed where it is kept. One that was
    // released comes back as the current one, as long as it has not begun again.
    async completeHandOffs(list) {
      if (list.length === 0) return [];
      const through = await sql<MessageRow & { reinstated: boolean }>`
        WITH r AS MATERIALIZED (
          SELECT DISTINCT ON (r.tenant_id, r.id, r.attempt) r.* FROM ${rows(
            list.map((row) => ({
              tenant_id: row.tenantId,
              id: row.id,
              attempt: row.attempt,
              token: row.token,
              provider_message_id: row.providerMessageId,
            })),
            'r(tenant_id uuid, id uuid, attempt integer, token uuid, provider_message_id text)',
          )}),
        clock AS MATERIALIZED (SELECT campaign_now() AS now),
        opened AS (
          UPDATE outbound_messages m
          SET status = 'sent', accepted_at = (SELECT now FROM clock), look_up_at = NULL,
              updated_at = now(),
              provider_message_id = coalesce(r.provider_message_id, m.provider_message_id)
          FROM r
          WHERE m.tenant_id = r.tenant_id AND m.id = r.id AND m.attempt = r.attempt
            AND ${isIn('m.status', 'dispatching', 'unknown')}
            AND (r.token IS NULL OR m.token = r.token)
          RETURNING ${MESSAGE_COLUMNS}, false AS reinstated, m.sender_identity_id),
        named AS (
          INSERT INTO provider_message_ids (tenant_id, message_id, provider_message_id)
          SELECT r.tenant_id, r.id, r.provider_message_id
          FROM r WHERE r.provider_message_id IS NOT NULL),
        known AS (
          UPDATE outbound_messages m SET provider_message_id = r.provider_message_id
          FROM r
          WHERE m.tenant_id = r.tenant_id AND m.id = r.id AND m.attempt = r.attempt
            AND r.provider_message_id IS NOT NULL AND m.provider_message_id IS NULL
            AND m.status NOT IN ('dispatching', 'unknown', 'queued', 'canceled')
            -- Asked once, before anything is read: there is hardly ever one.
            AND (SELECT count(*) FROM r) > (SELECT count(*) FROM opened)),
        former AS (
          UPDATE message_attempts f
          SET status = 'sent', accepted_at = (SELECT now FROM clock),
              provider_message_id = coalesce(r.provider_message_id, f.provider_message_id)
          FROM r
          WHERE f.tenant_id = r.tenant_id AND f.message_id = r.id AND f.attempt = r.attempt
            AND f.status = 'unknown' AND (r.token IS NULL OR f.token = r.token)
          RETURNING f.*),
        released AS (
          DELETE FROM message_attempts f
          USING (
            SELECT DISTINCT ON (n.tenant_id, n.message_id) n.tenant_id, n.message_id, n.attempt,
              n.token
            FROM r
            JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.id
              AND m.attempt = r.attempt AND ${isIn('m.status', 'queued', 'canceled')}
            JOIN message_attempts n ON n.tenant_id = r.tenant_id AND n.message_id = r.id
              AND n.attempt = r.attempt AND n.status = 'released'
            WHERE r.token IS NULL
            ORDER BY n.tenant_id, n.message_id, n.begun_at DESC) newest
          WHERE f.tenant_id = newest.tenant_id AND f.message_id = newest.message_id
            AND f.attempt = newest.attempt AND f.token = newest.token
          RETURNING f.*),
        reinstated AS (
          UPDATE outbound_messages m
          SET status = 'sent', accepted_at = (SELECT now FROM clock), token = f.token,
              begun_at = f.begun_at, to_address = f.to_address, subject = f.subject
          FROM released f
          WHERE m.tenant_id = f.tenant_id AND m.id = f.message_id
          RETURNING ${MESSAGE_COLUMNS}, true AS reinstated, m.sender_identity_id),
        through AS (
          SELECT * FROM opened
          UNION ALL SELECT * FROM reinstated
          UNION ALL
          SELECT m.tenant_id, m.id, m.enrollment_id, m.campaign_id, m.contact_id, m.node_id,
            m.visit, f.attempt, f.status, f.to_address, epoch_ms(f.begun_at), m.channel, false,
            m.sender_identity_id
          FROM former f
          JOIN outbound_messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id),
        counted AS (${rollUp(sql`
          SELECT tenant_id, campaign_id, node_id, from_epoch_ms(begun_at), 'sent', 'unknown',
            sender_identity_id
          FROM through`)})
        SELECT * FROM through`.execute(trx);
      return through.rows.map((row) => ({ ...messageRecord(row), reinstated: row.reinstated }));
    },

    // What is released is kept: evidence may come that the release was wrong.
    async withdrawHandOffs(list) {
      if (list.length === 0) return [];
      const withdrawn = await sql<MessageRow & { releases: number }>`
        WITH r AS MATERIALIZED (
          SELECT * FROM ${rows(
            list.map((row) => ({ tenant_id: row.tenantId, id: row.id, token: row.token })),
            'r(tenant_id uuid, id uuid, token uuid)',
          )}),
        kept AS (
          INSERT INTO message_attempts (${ATTEMPT_COLUMNS})
          SELECT m.tenant_id, m.id, m.attempt, m.token, 'released', ${ATTEMPT_FACTS}
          FROM r JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.id
          WHERE ${isIn('m.status', 'dispatching', 'unknown')} AND m.token = r.token)
        UPDATE outbound_messages m
        SET status = 'canceled', ${NO_HAND_OFF}
        FROM r
        WHERE m.tenant_id = r.tenant_id AND m.id = r.id
          AND ${isIn('m.status', 'dispatching', 'unknown')} AND m.token = r.token
        RETURNING ${MESSAGE_COLUMNS}, 1 + (
          SELECT count(*) FROM message_attempts n
          WHERE n.tenant_id = m.tenant_id AND n.message_id = m.id AND n.attempt = m.attempt
            AND n.status = 'released')::integer AS releases`.execute(trx);
      return withdrawn.rows.map((row) => ({ ...messageRecord(row), releases: row.releases }));
    },

    failHandOffs(list) {
      return settle(
        trx,
        list,
        sql`status = 'failed', detail = r.detail, look_up_at = NULL`,
        sql`${isIn('m.status', 'dispatching', 'unknown')}
            AND (m.token = r.token OR (r.token IS NULL AND m.status = 'unknown'))`,
      );
    },

    // Without a token only time decides: the worker that holds it must have given up by then.
    markUnknown(list, lookUpAfterMs) {
      return settle(
        trx,
        list,
        sql`status = 'unknown', detail = r.detail, look_ups = 0, absent_at = NULL,
            look_up_at = m.deadline_at
              + ${lookUpAfterMs}::double precision * interval '1 millisecond'`,
        sql`${isIn('m.status', 'dispatching')}
            AND (m.token = r.token OR (r.token IS NULL AND m.deadline_at < clock_timestamp()))`,
      );
    },

    failQueued(list) {
      return settle(
        trx,
        list.map((row) => ({ ...row, token: null })),
        sql`status = 'failed', detail = r.detail`,
        sql`${isIn('m.status', 'queued')}`,
      );
    },

    async currentMessages(refs) {
      if (refs.length === 0) return [];
      const found = await sql<MessageRow & { unknown_policy: 'hold' | 'resend'; look_ups: number }>`
        SELECT ${MESSAGE_COLUMNS}, t.unknown_policy, m.look_ups
        FROM ${rows(distinct(refs), 'r(tenant_id uuid, id uuid)')}
        JOIN outbound_messages m ON m.tenant_id = r.tenant_id AND m.id = r.id
        JOIN tenants t ON t.id = m.tenant_id`.execute(trx);
      return found.rows.map((row) => ({
        ...messageRecord(row),
        unknownPolicy: row.unknown_policy,
        lookUps: row.look_ups,
      }));
    },

    async noteLookUps(list) {
      if (list.length === 0) return [];
      const noted = await sql<{ id: string }>`
        UPDATE outbound_messages m
        SET look_ups = m.look_ups + 1,
            absent_at = CASE WHEN r.absent THEN clock_timestamp() ELSE m.absent_at END,
            look_up_at = clock_timestamp() + r.pause_ms * interval '1 millisecond'
        FROM ${rows(
          list.map((row) => ({
            tenant_id: row.tenantId,
            id: row.id,
            attempt: row.attempt,
            begun_at: row.begunAt,
            absent: row.absent,
            pause_ms: row.pauseMs,
          })),
          `r(tenant_id uuid, id uuid, attempt integer, begun_at double precision, absent boolean,
             pause_ms double precision)`,
        )}
        WHERE m.tenant_id = r.tenant_id AND m.id = r.id AND m.attempt = r.attempt
          -- As it was read, in whole milliseconds: the campaign clock is finer.
          AND epoch_ms(m.begun_at) = r.begun_at AND ${isIn('m.status', 'unknown')}
        RETURNING m.id`.execute(trx);
      return noted.rows.map(({ id }) => id);
    },

    async restoreAttempts(refs) {
      if (refs.length === 0) return;
      await restoreFormer(trx, rows(distinct(refs), 'r(tenant_id uuid, id uuid)'));
    },
  };
}

async function settle(
  trx: Transaction<Schema>,
  list: readonly {
    readonly tenantId: string;
    readonly id: string;
    readonly token: string | null;
    readonly detail: string | null;
  }[],
  assignments: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
): Promise<MessageRecord[]> {
  if (list.length === 0) return [];
  const settled = await sql<MessageRow>`
    UPDATE outbound_messages m SET ${assignments}
    FROM ${rows(
      list.map((row) => ({
        tenant_id: row.tenantId,
        id: row.id,
        token: row.token,
        detail: row.detail,
      })),
      'r(tenant_id uuid, id uuid, token uuid, detail text)',
    )}
    WHERE m.tenant_id = r.tenant_id AND m.id = r.id AND ${condition}
    RETURNING ${MESSAGE_COLUMNS}`.execute(trx);
  return settled.rows.map(messageRecord);
}
