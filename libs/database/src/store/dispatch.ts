import type { Channel } from '@cadenza/domain';
import type { DueSend, EngineTransaction, SendContext, SendLimits, Spacing } from '@cadenza/engine';
import type { ImpliedAction } from '@cadenza/plan';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { isIn, rows } from './rows.ts';
import { THREAD_OF_MESSAGE } from './thread.ts';

type Dispatch = Pick<
  EngineTransaction,
  | 'dueSends'
  | 'sendContexts'
  | 'withoutHandOff'
  | 'assignSlots'
  | 'planAgain'
  | 'restLanes'
  | 'deferSends'
  | 'rateLimits'
>;

interface DueSendRow {
  tenant_id: string;
  action_id: string;
  dispatch: number;
  campaign_id: string;
  plan_version_id: string;
  channel: Channel;
  sender_identity_id: string;
  message_id: string;
  recipient_domain: string | null;
  ip_pool: string | null;
  spacing_min_seconds: number | null;
  spacing_max_seconds: number | null;
  timezone: string | null;
  dedupe_key: string;
  node_id: string;
  visit: number;
  attempt: number;
  due_at: number;
  run_at: number;
  not_after: number | null;
  /** Of a send that an operator has hurried: whether no window counts; null: nobody has. */
  any_time: boolean | null;
}

interface SendContextRow extends DueSendRow {
  enrollment_id: string;
  contact_id: string;
  slot_start: number | null;
  slot_end: number | null;
  to_address: string | null;
  first_name: string | null;
  last_name: string | null;
  title: string | null;
  contact_timezone: string | null;
  phone: string | null;
  custom: SendContext['contact']['custom'];
  lead_name: string | null;
  website: string | null;
  industry: string | null;
  summary: string | null;
  lead_custom: SendContext['contact']['custom'] | null;
  email: string | null;
  sms_from: string | null;
  sender_name: string;
  reply_to: string | null;
  signature: string | null;
  campaign_name: string;
  postal_address: string | null;
  thread: SendContext['thread'];
}

/** Slots may be given back meanwhile: no lane rests longer than this before it is asked again. */
const LANE_REST = '5 minutes';

/** Messages that a lane is asked for at least. */
const LEAST_SHARE = 5;

const CLAIM = 'r(tenant_id uuid, action_id uuid, dispatch integer)';

const DUE_SEND_COLUMNS = sql.raw<DueSendRow>(
  `a.tenant_id, a.id AS action_id, a.dispatch_no AS dispatch, a.campaign_id, c.plan_version_id,
   i.channel, a.sender_identity_id, a.message_id, split_part(h.address, '@', 2) AS recipient_domain,
   i.ip_pool, i.spacing_min_seconds, i.spacing_max_seconds, c.timezone,
   a.dedupe_key, a.node_id, a.visit, a.attempt, epoch_ms(a.due_at) AS due_at,
   epoch_ms(a.run_at) AS run_at, epoch_ms(a.not_after) AS not_after,
   (c.state #>> '{hurry,anyTime}')::boolean AS any_time`,
);

/**
 * Sends that a dispatch number still holds, with their enrollment, address and sender. LIMIT
 * keeps the address a look-up by contact even before the table's first statistics.
 */
const HELD_SENDS = sql`
   JOIN scheduled_actions a ON a.tenant_id = r.tenant_id AND a.id = r.action_id
     AND a.type = 'send' AND ${isIn('a.status', 'dispatched')} AND a.dispatch_no = r.dispatch
   JOIN contact_campaigns c ON c.tenant_id = a.tenant_id AND c.id = a.enrollment_id
   JOIN email_sender_identities i ON i.tenant_id = a.tenant_id AND i.id = a.sender_identity_id
   LEFT JOIN LATERAL (
     SELECT e.address FROM contact_channels e
     WHERE e.tenant_id = c.tenant_id AND e.contact_id = c.contact_id AND e.channel = i.channel
     LIMIT 1) h ON true`;

/** Whether a row is the installation's, or a tenant's of the transaction. */
function ofTenants(alias: string): RawBuilder<boolean> {
  return sql.raw(`(${alias}.tenant_id = ANY ((SELECT current_tenants())::uuid[])
    OR ${alias}.tenant_id IS NULL)`);
}

/** Planning due sends, and reading what their messages are made of. */
export function dispatch(trx: Transaction<Schema>): Dispatch {
  return {
    async dueSends(claimed) {
      if (claimed.length === 0) return [];
      const found = await sql<DueSendRow>`
        SELECT ${DUE_SEND_COLUMNS}
        FROM ${rows(claimed.map(claimRow), CLAIM)} ${HELD_SENDS}`.execute(trx);
      const byAction = new Map(found.rows.map((row) => [row.action_id, row]));
      return claimed.flatMap(({ actionId }) => {
        const row = byAction.get(actionId);
        return row === undefined ? [] : [dueSend(row)];
      });
    },

    async sendContexts(claimed) {
      if (claimed.length === 0) return [];
      const found = await sql<SendContextRow>`
        SELECT ${DUE_SEND_COLUMNS},
          a.enrollment_id, c.contact_id, epoch_ms(a.slot_start) AS slot_start,
          epoch_ms(a.slot_end) AS slot_end, h.address AS to_address,
          k.first_name, k.last_name, k.title, k.timezone AS contact_timezone, s.address AS phone,
          k.custom, l.name AS lead_name, l.website, l.industry, l.summary,
          l.custom AS lead_custom, i.email, i.sms_from,
          i.name AS sender_name, i.reply_to, i.signature,
          p.name AS campaign_name, t.postal_address, ${THREAD_OF_MESSAGE} AS thread
        FROM ${rows(claimed.map(claimRow), CLAIM)} ${HELD_SENDS}
        JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
          AND ${isIn('m.status', 'queued')}
        JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
        LEFT JOIN contact_channels s ON s.tenant_id = k.tenant_id AND s.contact_id = k.id
          AND s.channel = 'sms'
        LEFT JOIN leads l ON l.tenant_id = k.tenant_id AND l.id = k.lead_id
        JOIN campaigns p ON p.tenant_id = a.tenant_id AND p.id = a.campaign_id
        JOIN tenants t ON t.id = a.tenant_id`.execute(trx);
      return found.rows.map((row) => ({
        ...dueSend(row),
        enrollmentId: row.enrollment_id,
        contactId: row.contact_id,
        slotStart: row.slot_start,
        slotEnd: row.slot_end,
        toAddress: row.to_address ?? '',
        contact: {
          firstName: row.first_name,
          lastName: row.last_name,
          title: row.title,
          timezone: row.contact_timezone,
          phone: row.phone,
          custom: row.custom,
        },
        lead: leadOf(row),
        sender: {
          email: row.email ?? '',
          smsFrom: row.sms_from ?? '',
          name: row.sender_name,
          replyTo: row.reply_to,
          signature: row.signature,
        },
        campaignName: row.campaign_name,
        postalAddress: row.postal_address,
        thread: row.thread,
      }));
    },

    async withoutHandOff(claimed) {
      if (claimed.length === 0) return [];
      const found = await sql<{ tenant_id: string; action_id: string; dispatch: number }>`
        SELECT r.* FROM ${rows(claimed.map(claimRow), CLAIM)}
        WHERE NOT EXISTS (
          SELECT FROM scheduled_actions a WHERE a.tenant_id = r.tenant_id AND a.id = r.action_id
            AND a.dispatch_no = r.dispatch AND a.status IN ('dispatched', 'completed'))`.execute(
        trx,
      );
      return found.rows.map((row) => ({
        tenantId: row.tenant_id,
        actionId: row.action_id,
        dispatch: row.dispatch,
      }));
    },

    async assignSlots(slots) {
      if (slots.length === 0) return;
      await sql`
        UPDATE scheduled_actions a
        SET slot_start = from_epoch_ms(r.slot_start), slot_end = from_epoch_ms(r.slot_end),
            lease_until = clock_timestamp() + r.lease_ms * interval '1 millisecond',
            updated_at = now()
        FROM ${rows(
          slots.map((slot) => ({
            ...claimRow(slot),
            slot_start: slot.start,
            slot_end: slot.end,
            lease_ms: slot.leaseMs,
          })),
          `r(tenant_id uuid, action_id uuid, dispatch integer, slot_start double precision,
             slot_end double precision, lease_ms double precision)`,
        )}
        WHERE a.tenant_id = r.tenant_id AND a.id = r.action_id
          AND ${isIn('a.status', 'dispatched')}
          AND a.dispatch_no = r.dispatch`.execute(trx);
    },

    async planAgain(list) {
      if (list.length === 0) return;
      await sql`
        UPDATE scheduled_actions a
        SET status = 'pending', lease_until = NULL, slot_start = NULL, slot_end = NULL,
            run_at = coalesce(from_epoch_ms(r.run_at), a.run_at),
            not_after = CASE WHEN r.run_at IS NULL THEN a.not_after
                             ELSE from_epoch_ms(r.not_after) END
        FROM ${rows(
          list.map((row) => ({ ...claimRow(row), run_at: row.runAt, not_after: row.notAfter })),
          `r(tenant_id uuid, action_id uuid, dispatch integer, run_at double precision,
             not_after double precision)`,
        )}
        WHERE a.tenant_id = r.tenant_id AND a.id = r.action_id
          AND ${isIn('a.status', 'dispatched')}
          AND a.dispatch_no = r.dispatch`.execute(trx);
    },

    async restLanes(lanes) {
      if (lanes.length === 0) return [];
      const rested = await sql<{ position: number }>`
        WITH unwoken AS MATERIALIZED (
          SELECT l.tenant_id, l.campaign_id, l.sender_identity_id, r.position, r.next_at,
            r.granted
          FROM ${rows(
            lanes.map((lane, position) => ({
              tenant_id: lane.tenantId,
              campaign_id: lane.campaignId,
              sender_identity_id: lane.senderIdentityId,
              wakes: lane.wakes,
              position,
              next_at: lane.nextAt,
              granted: lane.granted,
            })),
            `r(tenant_id uuid, campaign_id uuid, sender_identity_id uuid, wakes bigint,
               position integer, next_at double precision, granted integer)`,
          )}
          JOIN dispatch_lanes l ON l.tenant_id = r.tenant_id AND l.campaign_id = r.campaign_id
            AND l.sender_identity_id = r.sender_identity_id AND l.wakes = r.wakes
          ORDER BY l.tenant_id, l.campaign_id, l.sender_identity_id
          FOR NO KEY UPDATE OF l),
        resting AS (
          UPDATE dispatch_lanes l
          SET next_at = least(from_epoch_ms(u.next_at), campaign_now() + ${LANE_REST}::interval),
              share = greatest(2 * u.granted, ${LEAST_SHARE}::integer)
          FROM unwoken u
          WHERE l.tenant_id = u.tenant_id AND l.campaign_id = u.campaign_id
            AND l.sender_identity_id = u.sender_identity_id AND u.next_at IS NOT NULL)
        SELECT position FROM unwoken`.execute(trx);
      return rested.rows.flatMap(({ position }) => lanes[position] ?? []);
    },

    async deferSends(sends) {
      if (sends.length === 0) return;
      await sql`
        UPDATE scheduled_actions a
        SET deferred_run_at = a.run_at, deferred_not_after = a.not_after,
            run_at = from_epoch_ms(r.run_at), not_after = from_epoch_ms(r.not_after)
        FROM ${rows(
          sends.map((send) => ({
            ...claimRow(send),
            run_at: send.runAt,
            not_after: send.notAfter,
          })),
          `r(tenant_id uuid, action_id uuid, dispatch integer, run_at double precision,
             not_after double precision)`,
        )}
        WHERE a.tenant_id = r.tenant_id AND a.id = r.action_id AND a.status = 'pending'
          AND a.dispatch_no = r.dispatch`.execute(trx);
    },

    async rateLimits() {
      const found = await sql<{
        limits: SendLimits['limits'];
        ramps: SendLimits['ramps'];
        now: number;
        providers: SendLimits['providers'] | null;
        accounts: SendLimits['accounts'] | null;
        paused_for: string | null;
      }>`
        SELECT
          coalesce((SELECT jsonb_agg(jsonb_build_object('tenantId', l.tenant_id, 'channel', l.channel,
            'scope', l.scope,
            'reference', l.reference, 'windowSeconds', l.window_seconds,
            'maxMessages', l.max_messages, 'uncounted', l.counted_at IS NULL))
            FROM send_rate_limits l
            WHERE ${ofTenants('l')}), '[]') AS limits,
          coalesce((SELECT jsonb_agg(jsonb_build_object('tenantId', w.tenant_id, 'scope', w.scope,
            'reference', w.reference, 'startsAt', epoch_ms(w.starts_at),
            'allowances', w.allowances, 'uncounted', w.counted_at IS NULL)) FROM warmup_ramps w
            WHERE ${ofTenants('w')}), '[]') AS ramps,
          epoch_ms(campaign_now()) AS now,
          (SELECT jsonb_object_agg(h.channel, jsonb_build_object(
             'heldUntil', CASE WHEN h.held_until > campaign_now() THEN epoch_ms(h.held_until) END,
             'doubted', h.unknowns > 0 OR h.strikes > 0, 'probing', h.probing))
           FROM provider_holds h WHERE h.channel IN ('email', 'sms')) AS providers,
          (SELECT jsonb_object_agg(h.tenant_id, jsonb_build_object(
             'heldUntil', CASE WHEN h.held_until > campaign_now() THEN epoch_ms(h.held_until) END,
             'doubted', h.strikes > 0, 'shared', h.shared))
           FROM (
             SELECT t.tenant_id, o.tenant_id IS NULL AS shared,
               coalesce(o.held_until, s.held_until) AS held_until,
               coalesce(o.strikes, s.strikes) AS strikes
             FROM unnest((SELECT current_tenants())::uuid[]) t(tenant_id)
             LEFT JOIN sendgrid_accounts o ON o.tenant_id = t.tenant_id AND o.fingerprint IS NOT NULL
             LEFT JOIN provider_holds s ON s.channel = 'shared' AND o.tenant_id IS NULL) h
           WHERE h.held_until > campaign_now() OR h.strikes > 0) AS accounts,
          (SELECT h.reason FROM provider_holds h
           WHERE h.channel = 'every') AS paused_for`.execute(trx);
      const [row] = found.rows;
      if (row === undefined) throw new Error('the limits could not be read');
      return {
        limits: row.limits,
        ramps: row.ramps,
        now: row.now,
        providers: row.providers ?? {},
        accounts: row.accounts ?? {},
        pausedFor: row.paused_for,
      };
    },
  };
}

export function claimRow(claim: { tenantId: string; actionId: string; dispatch: number }) {
  return { tenant_id: claim.tenantId, action_id: claim.actionId, dispatch: claim.dispatch };
}

function dueSend(row: DueSendRow): DueSend {
  const action: ImpliedAction = {
    key: row.dedupe_key,
    type: 'send',
    nodeId: row.node_id,
    visit: row.visit,
    attempt: row.attempt,
    timer: null,
    dueAt: row.due_at,
    ...(row.any_time !== null && { hurried: row.any_time ? 'any_time' : 'in_window' }),
  };
  return {
    tenantId: row.tenant_id,
    actionId: row.action_id,
    dispatch: row.dispatch,
    campaignId: row.campaign_id,
    planVersionId: row.plan_version_id,
    channel: row.channel,
    senderIdentityId: row.sender_identity_id,
    messageId: row.message_id,
    recipientDomain: row.recipient_domain ?? '',
    ipPool: row.ip_pool,
    spacing: spacingOf(row),
    timezone: row.timezone,
    action,
    runAt: row.run_at,
    notAfter: row.not_after,
  };
}

function leadOf(row: SendContextRow): SendContext['lead'] {
  const { lead_name: name, website, industry, summary, lead_custom: custom } = row;
  return name === null || custom === null ? null : { name, website, industry, summary, custom };
}

/** The spacing of a sender's messages, from a row's columns. */
export function spacingOf(row: {
  readonly spacing_min_seconds: number | null;
  readonly spacing_max_seconds: number | null;
}): Spacing | null {
  if (row.spacing_min_seconds === null || row.spacing_max_seconds === null) return null;
  return { minMs: row.spacing_min_seconds * 1_000, maxMs: row.spacing_max_seconds * 1_000 };
}
