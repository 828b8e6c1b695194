import type { SendFact, WhyFacts, WhyReadings } from '@cadenza/engine';
import type { AddressKind, Channel, MessageStatus } from '@cadenza/domain';
import type { EnrollmentState } from '@cadenza/plan';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { DOUBT_ENDS, DOUBTED_ADDRESS } from './begin-hand-off.ts';
import { spacingOf } from './dispatch.ts';

/** Sends before one in its lane that are counted at most. */
const MOST_AHEAD = 10_000;

/** A real time as campaign time, counted from now. */
function inCampaignTime(time: string): RawBuilder<number | null> {
  return sql.raw(`epoch_ms(clock.now + (${time} - clock_timestamp()) * clock.rate)`);
}

interface WhyRow {
  now: number;
  state: EnrollmentState;
  plan_version_id: string;
  timezone: string | null;
  campaign_status: WhyFacts['campaign']['status'];
  campaign_reason: string | null;
  tenant_status: 'active' | 'paused';
  tenant_reason: string | null;
  postal_address: string | null;
  unknown_policy: 'hold' | 'resend';
  channel: Channel;
  sender_id: string;
  sent_from: string;
  verification: WhyFacts['sender']['verification'];
  sender_paused: boolean;
  sender_reason: string | null;
  ip_pool: string | null;
  spacing_min_seconds: number | null;
  spacing_max_seconds: number | null;
  address: string | null;
  blocked_for: AddressKind[];
  suppressions: WhyFacts['suppressions'];
  doubted_until: number | null;
  left_at: number | null;
  left_all_at: number | null;
  timer_at: number | null;
  action_id: string | null;
  action_status: string;
  run_at: number;
  deferred: boolean;
  slot_start: number | null;
  slot_end: number | null;
  lease_until: number | null;
  rests_until: number | null;
  ahead: number;
  message_id: string | null;
  message_channel: Channel;
  message_status: MessageStatus;
  attempt: number;
  detail: string | null;
  deadline_at: number | null;
  look_up_at: number | null;
  looked_up_in_vain: boolean;
  releases: number;
  former_detail: string | null;
}

/** What is between an enrollment and its next message: one statement, which only reads. */
export function whyReadings(trx: Transaction<Schema>): WhyReadings {
  return {
    async whyFacts({ tenantId, id }, channel) {
      const { rows } = await sql<WhyRow>`
        WITH clock AS MATERIALIZED (SELECT campaign_now() AS now, rate FROM clock_settings)
        SELECT epoch_ms(clock.now) AS now, c.state, c.plan_version_id, c.timezone,
          p.status AS campaign_status, p.pause_reason AS campaign_reason,
          t.status AS tenant_status, t.pause_reason AS tenant_reason, t.postal_address,
          t.unknown_policy, i.channel, i.id AS sender_id, coalesce(i.email, i.sms_from) AS sent_from,
          i.verification,
          i.paused_at IS NOT NULL AS sender_paused, i.pause_reason AS sender_reason, i.ip_pool,
          i.spacing_min_seconds, i.spacing_max_seconds, h.address,
          ARRAY(SELECT b FROM unnest(t.blocked_addresses) b
                WHERE b = ANY (array_append(h.flags, h.validity))) AS blocked_for,
          coalesce((
            SELECT jsonb_agg(jsonb_build_object('everywhere', s.tenant_id IS NULL,
              'kind', s.kind, 'reason', s.reason) ORDER BY s.tenant_id NULLS LAST, s.kind)
            FROM communication_suppressions s
            WHERE s.channel = i.channel AND (s.tenant_id = c.tenant_id OR s.tenant_id IS NULL)
              AND ((s.kind = 'address' AND s.value = h.address)
                OR (s.kind = 'domain' AND s.value = split_part(h.address, '@', 2)))), '[]')
            AS suppressions,
          (SELECT epoch_ms(o.left_at) FROM campaign_opt_outs o
           WHERE o.tenant_id = c.tenant_id AND o.contact_id = c.contact_id
             AND o.campaign_id = c.campaign_id) AS left_at,
          (SELECT epoch_ms(o.left_at) FROM contact_opt_outs o
           WHERE o.tenant_id = c.tenant_id AND o.contact_id = c.contact_id
             AND o.channel = i.channel) AS left_all_at,
          CASE WHEN ${DOUBTED_ADDRESS} THEN ${inCampaignTime(DOUBT_ENDS)} END AS doubted_until,
          (SELECT epoch_ms(min(x.run_at)) FROM scheduled_actions x
           WHERE x.tenant_id = c.tenant_id AND x.enrollment_id = c.id
             AND x.type = 'timeout' AND x.status IN ('pending', 'dispatched')) AS timer_at,
          a.id AS action_id, a.status AS action_status, epoch_ms(a.run_at) AS run_at,
          a.deferred_run_at IS NOT NULL AS deferred, epoch_ms(a.slot_start) AS slot_start,
          epoch_ms(a.slot_end) AS slot_end, ${inCampaignTime('a.lease_until')} AS lease_until,
          CASE WHEN isfinite(l.next_at) THEN epoch_ms(l.next_at) END AS rests_until,
          CASE WHEN a.status = 'pending' THEN (
            SELECT count(*) FROM (
              SELECT FROM scheduled_actions o
              WHERE o.tenant_id = a.tenant_id AND o.campaign_id = a.campaign_id
                AND o.sender_identity_id = a.sender_identity_id
                AND o.type = 'send' AND o.status = 'pending' AND o.run_at <= clock.now
                AND (o.run_at, o.id) < (a.run_at, a.id)
              LIMIT ${MOST_AHEAD}) before)::integer ELSE 0 END AS ahead,
          m.id AS message_id, m.channel AS message_channel, m.status AS message_status, m.attempt, m.detail,
          ${inCampaignTime('m.deadline_at')} AS deadline_at,
          ${inCampaignTime('m.look_up_at')} AS look_up_at,
          m.absent_at IS NOT NULL AS looked_up_in_vain, former.releases,
          former.detail AS former_detail
        FROM clock
        CROSS JOIN contact_campaigns c
        JOIN campaigns p ON p.tenant_id = c.tenant_id AND p.id = c.campaign_id
        JOIN tenants t ON t.id = c.tenant_id
        LEFT JOIN LATERAL (
          SELECT x.* FROM scheduled_actions x
          WHERE x.tenant_id = c.tenant_id AND x.enrollment_id = c.id
            AND x.type = 'send' AND x.status IN ('pending', 'dispatched')
          ORDER BY x.run_at LIMIT 1) a ON true
        LEFT JOIN dispatch_lanes l ON l.tenant_id = a.tenant_id
          AND l.campaign_id = a.campaign_id AND l.sender_identity_id = a.sender_identity_id
        JOIN email_sender_identities i ON i.tenant_id = c.tenant_id
          AND i.id = coalesce(a.sender_identity_id,
            CASE WHEN ${channel} = 'sms' THEN p.sms_sender_identity_id END, p.sender_identity_id)
        LEFT JOIN LATERAL (
          SELECT e.address, e.flags, e.validity, e.doubted_until FROM contact_channels e
          WHERE e.tenant_id = c.tenant_id AND e.contact_id = c.contact_id AND e.channel = i.channel
          LIMIT 1) h ON true
        LEFT JOIN LATERAL (
          SELECT o.* FROM outbound_messages o
          WHERE o.tenant_id = c.tenant_id AND o.enrollment_id = c.id
            AND (a.message_id IS NULL OR o.id = a.message_id)
          ORDER BY o.status IN ('dispatching', 'unknown') DESC, o.begun_at DESC NULLS LAST
          LIMIT 1) m ON true
        LEFT JOIN LATERAL (
          SELECT
            count(*) FILTER (WHERE f.attempt = m.attempt AND f.status = 'released')::integer
              AS releases,
            max(f.detail) FILTER (WHERE f.attempt = m.attempt - 1) AS detail
          FROM message_attempts f
          WHERE f.tenant_id = m.tenant_id AND f.message_id = m.id) former ON true
        WHERE c.tenant_id = ${tenantId} AND c.id = ${id}`.execute(trx);
      const [row] = rows;
      return row === undefined ? null : factsOf(row);
    },
  };
}

function factsOf(row: WhyRow): WhyFacts {
  return {
    now: row.now,
    state: row.state,
    channel: row.channel,
    planVersionId: row.plan_version_id,
    timezone: row.timezone,
    campaign: { status: row.campaign_status, pauseReason: row.campaign_reason },
    tenant: {
      paused: row.tenant_status === 'paused',
      pauseReason: row.tenant_reason,
      postalAddress: row.postal_address,
      unknownPolicy: row.unknown_policy,
    },
    sender: {
      id: row.sender_id,
      from: row.sent_from,
      verification: row.verification,
      paused: row.sender_paused,
      pauseReason: row.sender_reason,
      ipPool: row.ip_pool,
      spacing: spacingOf(row),
    },
    address: row.address,
    blockedFor: row.blocked_for,
    suppressions: row.suppressions,
    doubtedUntil: row.doubted_until,
    leftAt: row.left_at,
    leftAllAt: row.left_all_at,
    timerAt: row.timer_at,
    send: sendOf(row),
    message:
      row.message_id === null
        ? null
        : {
            id: row.message_id,
            channel: row.message_channel,
            status: row.message_status,
            attempt: row.attempt,
            detail: row.detail,
            deadlineAt: row.deadline_at,
            lookUpAt: row.look_up_at,
            lookedUpInVain: row.looked_up_in_vain,
            releases: row.releases,
            formerDetail: row.former_detail,
          },
  };
}

function sendOf(row: WhyRow): SendFact | null {
  if (row.action_id === null || row.message_id === null) return null;
  return {
    actionId: row.action_id,
    messageId: row.message_id,
    dispatched: row.action_status === 'dispatched',
    runAt: row.run_at,
    deferred: row.deferred,
    slotStart: row.slot_start,
    slotEnd: row.slot_end,
    leaseUntil: row.lease_until,
    laneRestsUntil: row.rests_until !== null && row.rests_until > row.now ? row.rests_until : null,
    ahead: row.ahead,
  };
}
