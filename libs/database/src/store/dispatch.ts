import type { DueSend, EngineTransaction, SendContext } from '@cadenza/engine';
import type { ImpliedAction } from '@cadenza/plan';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { rows } from './rows.ts';

type Dispatch = Pick<
  EngineTransaction,
  | 'dueSends'
  | 'sendContexts'
  | 'withoutHandOff'
  | 'assignSlots'
  | 'planAgain'
  | 'delayLanes'
  | 'rateLimits'
>;

interface DueSendRow {
  tenant_id: string;
  action_id: string;
  dispatch: number;
  campaign_id: string;
  plan_version_id: string;
  sender_identity_id: string;
  recipient_domain: string | null;
  timezone: string | null;
  dedupe_key: string;
  node_id: string;
  visit: number;
  attempt: number;
  due_at: number;
  run_at: number;
  not_after: number | null;
}

interface SendContextRow extends DueSendRow {
  message_id: string;
  enrollment_id: string;
  contact_id: string;
  slot_start: number | null;
  slot_end: number | null;
  to_address: string | null;
  contact: SendContext['contact'];
  lead: SendContext['lead'];
  sender: SendContext['sender'];
  campaign_name: string;
  postal_address: string | null;
}

/** A limit may be raised meanwhile: no lane rests longer than this before it is asked again. */
const LANE_REST = '5 minutes';

const CLAIM = 'r(tenant_id uuid, action_id uuid, dispatch integer)';

const DUE_SEND_COLUMNS = sql.raw<DueSendRow>(
  `a.tenant_id, a.id AS action_id, a.dispatch_no AS dispatch, a.campaign_id, c.plan_version_id,
   a.sender_identity_id, split_part(h.address, '@', 2) AS recipient_domain, c.timezone,
   a.dedupe_key, a.node_id, a.visit, a.attempt, epoch_ms(a.due_at) AS due_at,
   epoch_ms(a.run_at) AS run_at, epoch_ms(a.not_after) AS not_after`,
);

/** Sends that a dispatch number still holds, with their enrollment and address. */
const HELD_SENDS = sql.raw(
  `JOIN scheduled_actions a ON a.tenant_id = r.tenant_id AND a.id = r.action_id
     AND a.type = 'send' AND a.status = 'dispatched' AND a.dispatch_no = r.dispatch
   JOIN contact_campaigns c ON c.tenant_id = a.tenant_id AND c.id = a.enrollment_id
   LEFT JOIN contact_channels h ON h.tenant_id = c.tenant_id AND h.contact_id = c.contact_id
     AND h.channel = 'email'`,
);

/** Planning due sends, and reading what their messages are made of. */
export function dispatch(trx: Transaction<Schema>): Dispatch {
  return {
    async dueSends(claimed) {
      if (claimed.length === 0) return [];
      const found = await sql<DueSendRow>`
        SELECT ${DUE_SEND_COLUMNS}
        FROM ${rows(claimed.map(claimRow), CLAIM)} ${HELD_SENDS}
        ORDER BY a.run_at, a.id`.execute(trx);
      return found.rows.map(dueSend);
    },

    async sendContexts(claimed) {
      if (claimed.length === 0) return [];
      const found = await sql<SendContextRow>`
        SELECT ${DUE_SEND_COLUMNS},
          a.message_id, a.enrollment_id, c.contact_id, epoch_ms(a.slot_start) AS slot_start,
          epoch_ms(a.slot_end) AS slot_end, h.address AS to_address,
          jsonb_build_object('firstName', k.first_name, 'lastName', k.last_name,
            'title', k.title, 'timezone', k.timezone, 'phone', s.address,
            'custom', k.custom) AS contact,
          CASE WHEN l.id IS NOT NULL THEN jsonb_build_object('name', l.name, 'website', l.website,
            'industry', l.industry, 'summary', l.summary, 'custom', l.custom) END AS lead,
          jsonb_build_object('email', i.email, 'name', i.name, 'replyTo', i.reply_to,
            'signature', i.signature) AS sender,
          p.name AS campaign_name, t.postal_address
        FROM ${rows(claimed.map(claimRow), CLAIM)} ${HELD_SENDS}
        JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
          AND m.status = 'queued'
        JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
        LEFT JOIN contact_channels s ON s.tenant_id = k.tenant_id AND s.contact_id = k.id
          AND s.channel = 'sms'
        LEFT JOIN leads l ON l.tenant_id = k.tenant_id AND l.id = k.lead_id
        JOIN email_sender_identities i ON i.tenant_id = a.tenant_id
          AND i.id = a.sender_identity_id
        JOIN campaigns p ON p.tenant_id = a.tenant_id AND p.id = a.campaign_id
        JOIN tenants t ON t.id = a.tenant_id`.execute(trx);
      return found.rows.map((row) => ({
        ...dueSend(row),
        messageId: row.message_id,
        enrollmentId: row.enrollment_id,
        contactId: row.contact_id,
        slotStart: row.slot_start,
        slotEnd: row.slot_end,
        toAddress: row.to_address ?? '',
        contact: row.contact,
        lead: row.lead,
        sender: row.sender,
        campaignName: row.campaign_name,
        postalAddress: row.postal_address,
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
            lease_until = clock_timestamp() + r.lease_ms * interval '1 millisecond'
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
        WHERE a.tenant_id = r.tenant_id AND a.id = r.action_id AND a.status = 'dispatched'
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
        WHERE a.tenant_id = r.tenant_id AND a.id = r.action_id AND a.status = 'dispatched'
          AND a.dispatch_no = r.dispatch`.execute(trx);
    },

    async delayLanes(lanes) {
      if (lanes.length === 0) return;
      await sql`
        UPDATE dispatch_lanes l
        SET next_at = least(from_epoch_ms(r.next_at), campaign_now() + ${LANE_REST}::interval)
        FROM ${rows(
          lanes.map((lane) => ({
            tenant_id: lane.tenantId,
            campaign_id: lane.campaignId,
            sender_identity_id: lane.senderIdentityId,
            next_at: lane.nextAt,
          })),
          `r(tenant_id uuid, campaign_id uuid, sender_identity_id uuid,
             next_at double precision)`,
        )}
        WHERE l.tenant_id = r.tenant_id AND l.campaign_id = r.campaign_id
          AND l.sender_identity_id = r.sender_identity_id`.execute(trx);
    },

    async rateLimits() {
      const found = await trx
        .selectFrom('send_rate_limits')
        .select(['tenant_id', 'scope', 'reference', 'window_seconds', 'max_messages'])
        .execute();
      return found.map((row) => ({
        tenantId: row.tenant_id,
        scope: row.scope,
        reference: row.reference,
        windowSeconds: row.window_seconds,
        maxMessages: row.max_messages,
      }));
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
  };
  return {
    tenantId: row.tenant_id,
    actionId: row.action_id,
    dispatch: row.dispatch,
    campaignId: row.campaign_id,
    planVersionId: row.plan_version_id,
    senderIdentityId: row.sender_identity_id,
    recipientDomain: row.recipient_domain ?? '',
    timezone: row.timezone,
    action,
    runAt: row.run_at,
    notAfter: row.not_after,
  };
}
