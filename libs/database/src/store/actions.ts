import { newId } from '@cadenza/domain';
import type { EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { ATTEMPT_COLUMNS, ATTEMPT_FACTS, NO_HAND_OFF, restoreFormer } from './attempts.ts';
import { rows } from './rows.ts';
import { ANSWERABLE } from './thread.ts';

/** Future steps: what an enrolment begins with, and what a fold adds, revives, moves and cancels. */
export function actions(
  trx: Transaction<Schema>,
): Pick<EngineTransaction, 'beginActions' | 'changeActions'> {
  return {
    async beginActions(list) {
      const steps = list.map((step) => ({
        ...step,
        messageId: step.action.type === 'send' ? newId() : null,
      }));
      const sends = steps.filter(({ messageId }) => messageId !== null);
      await putLanes(trx, sends);
      await insertMessages(trx, sends);
      await insertActions(trx, steps);
    },

    async changeActions({ cancel, put }) {
      await cancelActions(trx, cancel);
      const steps = await inThreads(trx, put);
      const sends = steps.filter(({ action }) => action.type === 'send');
      await putLanes(trx, sends);
      await putMessages(trx, sends);
      await putActions(trx, steps);
    },
  };
}

type Cancel = Parameters<EngineTransaction['changeActions']>[0]['cancel'];
type Put = Parameters<EngineTransaction['changeActions']>[0]['put'];
type Steps = readonly (Put[number] & { readonly inReplyTo: string | null })[];
type FirstSteps = readonly (Put[number] & { readonly messageId: string | null })[];

async function cancelActions(trx: Transaction<Schema>, cancel: Cancel): Promise<void> {
  if (cancel.length === 0) return;
  const list = rows(
    cancel.map(({ tenantId, enrollmentId, action }) => ({
      tenant_id: tenantId,
      enrollment_id: enrollmentId,
      key: action.key,
      type: action.type,
      node_id: action.nodeId,
      visit: action.visit,
    })),
    'r(tenant_id uuid, enrollment_id uuid, key text, type text, node_id text, visit integer)',
  );
  if (cancel.some(({ action }) => action.type === 'send')) {
    await sql`
      UPDATE outbound_messages m SET status = 'canceled'
      FROM ${list}
      WHERE m.tenant_id = r.tenant_id AND m.enrollment_id = r.enrollment_id AND r.type = 'send'
        AND m.node_id = r.node_id AND m.visit = r.visit AND m.status = 'queued'`.execute(trx);
  }
  if (cancel.some(({ action }) => action.type === 'send' && action.attempt > 1)) {
    await restoreFormer(
      trx,
      sql`(
        SELECT o.tenant_id, o.id FROM ${list}
        JOIN outbound_messages o ON o.tenant_id = r.tenant_id
          AND o.enrollment_id = r.enrollment_id AND o.node_id = r.node_id AND o.visit = r.visit
        WHERE r.type = 'send') r`,
    );
  }
  await sql`
    UPDATE scheduled_actions a
    SET status = 'canceled', lease_until = NULL, slot_start = NULL, slot_end = NULL,
        updated_at = now()
    FROM ${list}
    WHERE a.tenant_id = r.tenant_id AND a.enrollment_id = r.enrollment_id
      AND a.dedupe_key = r.key AND a.status IN ('pending', 'dispatched')`.execute(trx);
}

/**
 * Finds the message that each follow-up continues: the latest of its node that reached the
 * provider and has not come back. Its sender is kept, so that a person hears on from the same one.
 */
async function inThreads(trx: Transaction<Schema>, put: Put): Promise<Steps> {
  const threaded = put.filter(({ threadWith }) => threadWith !== null);
  if (threaded.length === 0) return put.map((step) => ({ ...step, inReplyTo: null }));
  const found = await sql<{
    enrollment_id: string;
    key: string;
    id: string;
    sender_identity_id: string;
  }>`
    SELECT r.enrollment_id, r.key, e.id, e.sender_identity_id
    FROM ${rows(
      threaded.map(({ tenantId, enrollmentId, threadWith, action }) => ({
        tenant_id: tenantId,
        enrollment_id: enrollmentId,
        key: action.key,
        thread_with: threadWith,
        node_id: action.nodeId,
        visit: action.visit,
      })),
      `r(tenant_id uuid, enrollment_id uuid, key text, thread_with text, node_id text,
         visit integer)`,
    )}
    CROSS JOIN LATERAL (
      SELECT m.id, m.sender_identity_id FROM outbound_messages m
      WHERE m.tenant_id = r.tenant_id AND m.enrollment_id = r.enrollment_id
        AND m.node_id = r.thread_with AND (m.node_id, m.visit) <> (r.node_id, r.visit)
        AND m.status IN (${ANSWERABLE})
      ORDER BY m.visit DESC
      LIMIT 1) e`.execute(trx);
  const earlier = new Map(found.rows.map((row) => [`${row.enrollment_id} ${row.key}`, row]));
  return put.map((step) => {
    const answered = earlier.get(`${step.enrollmentId} ${step.action.key}`);
    return answered === undefined
      ? { ...step, inReplyTo: null }
      : { ...step, inReplyTo: answered.id, senderIdentityId: answered.sender_identity_id };
  });
}

async function putLanes(trx: Transaction<Schema>, sends: Put): Promise<void> {
  const lanes = new Map(
    sends.map(({ tenantId, campaignId, senderIdentityId }) => [
      `${campaignId} ${senderIdentityId}`,
      { tenant_id: tenantId, campaign_id: campaignId, sender_identity_id: senderIdentityId },
    ]),
  );
  if (lanes.size === 0) return;
  const list = rows(
    [...lanes.values()],
    'r(tenant_id uuid, campaign_id uuid, sender_identity_id uuid)',
  );
  await sql`
    INSERT INTO dispatch_lanes (tenant_id, campaign_id, sender_identity_id)
    SELECT r.tenant_id, r.campaign_id, r.sender_identity_id FROM ${list}
    WHERE NOT EXISTS (
      SELECT FROM dispatch_lanes l WHERE l.tenant_id = r.tenant_id
        AND l.campaign_id = r.campaign_id AND l.sender_identity_id = r.sender_identity_id)
    ON CONFLICT DO NOTHING`.execute(trx);
}

/** Nothing is looked up, and nothing can be in the way: their enrollments are new. */
async function insertMessages(trx: Transaction<Schema>, sends: FirstSteps): Promise<void> {
  if (sends.length === 0) return;
  await sql`
    INSERT INTO outbound_messages (tenant_id, id, enrollment_id, campaign_id, contact_id, node_id,
      visit, attempt, channel, sender_identity_id, status)
    SELECT r.tenant_id, r.id, r.enrollment_id, r.campaign_id, r.contact_id, r.node_id, r.visit,
      r.attempt, r.channel, r.sender_identity_id, 'queued'
    FROM ${rows(
      sends.map((send) => ({ ...messageColumns(send), id: send.messageId })),
      `r(${MESSAGE_COLUMNS})`,
    )}`.execute(trx);
}

async function insertActions(trx: Transaction<Schema>, steps: FirstSteps): Promise<void> {
  if (steps.length === 0) return;
  await sql`
    INSERT INTO scheduled_actions (tenant_id, id, enrollment_id, campaign_id, message_id,
      sender_identity_id, type, timer, node_id, visit, attempt, dedupe_key, status, due_at, run_at,
      not_after)
    SELECT r.tenant_id, r.id, r.enrollment_id, r.campaign_id, r.message_id,
      r.sender_identity_id, r.type, r.timer, r.node_id, r.visit, r.attempt, r.key, 'pending',
      from_epoch_ms(r.due_at), from_epoch_ms(r.run_at), from_epoch_ms(r.not_after)
    FROM ${rows(
      steps.map((step) => ({ ...actionColumns(step), message_id: step.messageId })),
      `r(${ACTION_COLUMNS}, message_id uuid)`,
    )}`.execute(trx);
}

/** Columns of a message's row, but for its id and what it answers. */
function messageColumns(send: Put[number]) {
  return {
    tenant_id: send.tenantId,
    enrollment_id: send.enrollmentId,
    campaign_id: send.campaignId,
    contact_id: send.contactId,
    node_id: send.action.nodeId,
    visit: send.action.visit,
    attempt: send.action.attempt,
    channel: send.channel,
    sender_identity_id: send.senderIdentityId,
  };
}
const MESSAGE_COLUMNS = `tenant_id uuid, id uuid, enrollment_id uuid, campaign_id uuid,
  contact_id uuid, node_id text, visit integer, attempt integer, channel text,
  sender_identity_id uuid`;

/** Columns of an action's row, but for its message. */
function actionColumns(step: Put[number]) {
  return {
    tenant_id: step.tenantId,
    id: newId(),
    enrollment_id: step.enrollmentId,
    campaign_id: step.campaignId,
    sender_identity_id: step.senderIdentityId,
    type: step.action.type,
    timer: step.action.timer,
    node_id: step.action.nodeId,
    visit: step.action.visit,
    attempt: step.action.attempt,
    key: step.action.key,
    due_at: step.action.dueAt,
    run_at: step.runAt,
    not_after: step.notAfter,
  };
}
const ACTION_COLUMNS = `tenant_id uuid, id uuid, enrollment_id uuid, campaign_id uuid,
  sender_identity_id uuid, type text, timer text, node_id text, visit integer, attempt integer,
  key text, due_at double precision, run_at double precision, not_after double precision`;

/**
 * A message canceled before is queued again, and so is one that failed before anything of it was
 * handed off. One whose next attempt is implied is too, and the facts of the attempt before move to
 * a row of their own.
 *
 * One that was never handed off is planned anew with what it answers and its sender: the message
 * that it continued may have come back. A hand-off keeps the sender for its message, so that
 * another attempt leaves from it and limits count it there; a released one does only as long as the
 * message continues the same thread.
 */
async function putMessages(trx: Transaction<Schema>, sends: Steps): Promise<void> {
  if (sends.length === 0) return;
  await sql`
    WITH r AS MATERIALIZED (
      SELECT * FROM ${rows(
        sends.map((send) => ({
          ...messageColumns(send),
          id: newId(),
          in_reply_to: send.inReplyTo,
        })),
        `r(${MESSAGE_COLUMNS}, in_reply_to uuid)`,
      )}),
    former AS (
      INSERT INTO message_attempts (${ATTEMPT_COLUMNS})
      SELECT m.tenant_id, m.id, m.attempt, m.token, m.status, ${ATTEMPT_FACTS}
      FROM r
      JOIN outbound_messages m ON m.tenant_id = r.tenant_id
        AND m.enrollment_id = r.enrollment_id AND m.node_id = r.node_id AND m.visit = r.visit
      WHERE r.attempt > m.attempt AND m.begun_at IS NOT NULL)
    INSERT INTO outbound_messages AS m (tenant_id, id, enrollment_id, campaign_id, contact_id,
      node_id, visit, attempt, channel, sender_identity_id, in_reply_to, status)
    SELECT r.tenant_id, r.id, r.enrollment_id, r.campaign_id, r.contact_id,
      r.node_id, r.visit, r.attempt, r.channel, r.sender_identity_id, r.in_reply_to, 'queued'
    FROM r
    ON CONFLICT (tenant_id, enrollment_id, node_id, visit) DO UPDATE
    SET status = 'queued', attempt = excluded.attempt, in_reply_to = excluded.in_reply_to,
        sender_identity_id = CASE
          WHEN m.begun_at IS NOT NULL OR EXISTS (
            SELECT FROM message_attempts f
            WHERE f.tenant_id = m.tenant_id AND f.message_id = m.id
              AND (f.status <> 'released'
                OR m.in_reply_to IS NOT DISTINCT FROM excluded.in_reply_to))
          THEN m.sender_identity_id ELSE excluded.sender_identity_id END,
        ${NO_HAND_OFF}
    WHERE m.status IN ('queued', 'canceled') OR (m.status = 'failed' AND m.begun_at IS NULL)
      OR excluded.attempt > m.attempt`.execute(trx);
}

/**
 * A send leaves from its message's sender. A step implied again is revived under its own key. A
 * timer that has fired is not, unless it is implied for a later time: late news can lead to the same
 * visit of a wait once more.
 */
async function putActions(trx: Transaction<Schema>, put: Put): Promise<void> {
  if (put.length === 0) return;
  await sql`
    INSERT INTO scheduled_actions AS a (tenant_id, id, enrollment_id, campaign_id, message_id,
      sender_identity_id, type, timer, node_id, visit, attempt, dedupe_key, status, due_at, run_at,
      not_after)
    SELECT r.tenant_id, r.id, r.enrollment_id, r.campaign_id, m.id,
      m.sender_identity_id, r.type, r.timer, r.node_id, r.visit, r.attempt, r.key, 'pending',
      from_epoch_ms(r.due_at), from_epoch_ms(r.run_at), from_epoch_ms(r.not_after)
    FROM ${rows(put.map(actionColumns), `r(${ACTION_COLUMNS})`)}
    LEFT JOIN LATERAL (
      SELECT o.id, o.sender_identity_id FROM outbound_messages o
      WHERE r.type = 'send' AND o.tenant_id = r.tenant_id AND o.enrollment_id = r.enrollment_id
        AND o.node_id = r.node_id AND o.visit = r.visit
      LIMIT 1) m ON true
    ON CONFLICT (tenant_id, enrollment_id, dedupe_key) DO UPDATE
    SET status = 'pending', sender_identity_id = excluded.sender_identity_id,
        due_at = excluded.due_at, run_at = excluded.run_at,
        not_after = excluded.not_after, lease_until = NULL, slot_start = NULL, slot_end = NULL,
        deferred_run_at = NULL, deferred_not_after = NULL
    WHERE a.type = 'send' OR a.status <> 'completed' OR excluded.due_at > a.due_at`.execute(trx);
}
