import type { EngineTransaction, Gate } from '@cadenza/engine';
import { MACHINE_VERSION } from '@cadenza/plan';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { RetryTransactionError } from './retry.ts';
import { isIn, rows } from './rows.ts';

type Begin = Pick<EngineTransaction, 'beginHandOffs' | 'closedGates'>;

const BEGIN_ROW = `j(tenant_id uuid, action_id uuid, dispatch integer, token uuid,
  deadline_ms double precision, slot_start double precision, slot_end double precision,
  to_address text, subject text, probe boolean, settings jsonb)`;

/**
 * What is the same for all of a statement: the time, and of which channels nothing may go out. A
 * message that was read before the provider was held may come to its begin later.
 */
const CIRCUMSTANCES = sql`
  SELECT campaign_now() AS now,
    ARRAY(SELECT c FROM unnest(ARRAY['email', 'sms']) c
          JOIN provider_holds h ON h.channel IN (c, 'every')
          WHERE h.held_until > campaign_now()) AS held,
    coalesce((SELECT h.held_until FROM provider_holds h WHERE h.channel = 'shared'),
      '-infinity') AS shared_held_until,
    EXISTS (SELECT FROM provider_holds h WHERE h.channel = 'every') AS paused,
    ARRAY(SELECT h.channel FROM provider_holds h WHERE h.probing) AS probing`;

/** True where an address is of a kind that the tenant writes to nobody of. */
const BLOCKED_ADDRESS = sql`(array_append(h.flags, h.validity) && t.blocked_addresses)`;

/** When a doubt about an address ends by itself: a check that does not come holds nobody for good. */
export const DOUBT_ENDS = "h.doubted_until + interval '10 minutes'";

/** True while it is not sure that an address has a domain. */
export const DOUBTED_ADDRESS = sql.raw<boolean>(
  `(h.doubted_until IS NOT NULL AND ${DOUBT_ENDS} > clock_timestamp())`,
);

/** True where an address, or its whole domain, may not be written to. */
function suppressedAddress(tenant: string, channel: string, address: string): RawBuilder<boolean> {
  // Two look-ups by key: with one for both kinds, every suppression could be gone through.
  const listed = (kind: string, value: string) => `EXISTS (
    SELECT FROM communication_suppressions s
    WHERE s.channel = ${channel} AND s.kind = '${kind}' AND s.value = ${value}
      AND (s.tenant_id = ${tenant} OR s.tenant_id IS NULL))`;
  const domain = `split_part(${address}, '@', 2)`;
  return sql.raw<boolean>(`(${listed('address', address)} OR ${listed('domain', domain)})`);
}

/** True where the message's person has left its campaign, or everything. */
const HAS_LEFT = sql<boolean>`(EXISTS (
  SELECT FROM campaign_opt_outs o
  WHERE o.tenant_id = m.tenant_id AND o.contact_id = m.contact_id
    AND o.campaign_id = m.campaign_id)
  OR EXISTS (
    SELECT FROM contact_opt_outs o
    WHERE o.tenant_id = m.tenant_id AND o.contact_id = m.contact_id AND o.channel = m.channel))`;

/** True where the account that the message goes through takes no mail for now: the tenant's own, or all others'. */
const HELD_ACCOUNT = sql<boolean>`(m.channel = 'email' AND coalesce(
  (SELECT o.held_until FROM sendgrid_accounts o
   WHERE o.tenant_id = m.tenant_id AND o.fingerprint IS NOT NULL),
  clock.shared_held_until) > clock.now)`;

/** The statement that begins hand-offs, and the one that tells why some could not begin. */
export function beginHandOff(trx: Transaction<Schema>): Begin {
  return {
    // The enrollment is taken first and by its own row: a statement that only joined it, or that
    // looked at suppressions alone, was seen to begin after a suppression had been committed.
    async beginHandOffs(requests) {
      if (requests.length === 0) return [];
      const begun = await sql<{
        tenant_id: string;
        action_id: string;
        dispatch: number;
        message_id: string;
        enrollment_id: string;
        token: string;
        attempt: number;
        begun_at: number;
        messages: number;
        actions: number;
      }>`
        WITH job AS MATERIALIZED (
          SELECT * FROM ${rows(
            requests.map((request) => ({
              tenant_id: request.tenantId,
              action_id: request.actionId,
              dispatch: request.dispatch,
              token: request.token,
              deadline_ms: request.deadlineMs,
              slot_start: request.slotStart,
              slot_end: request.slotEnd,
              to_address: request.toAddress,
              subject: request.subject,
              probe: request.probe,
              settings: request.settings,
            })),
            BEGIN_ROW,
          )}),
        clock AS MATERIALIZED (${CIRCUMSTANCES}),
        gate AS MATERIALIZED (
          SELECT j.*, a.enrollment_id, a.message_id, a.node_id, a.visit, a.attempt, a.dedupe_key,
            clock.now
          FROM job j
          CROSS JOIN clock
          JOIN scheduled_actions a ON a.tenant_id = j.tenant_id AND a.id = j.action_id
            AND a.type = 'send' AND ${isIn('a.status', 'dispatched')} AND a.dispatch_no = j.dispatch
            AND clock.now BETWEEN from_epoch_ms(j.slot_start) AND from_epoch_ms(j.slot_end)
            AND clock.now >= a.run_at
            AND (a.not_after IS NULL OR clock.now <= a.not_after)
          JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
            AND ${isIn('m.status', 'queued')} AND m.attempt = a.attempt
          JOIN campaigns p ON p.tenant_id = a.tenant_id AND p.id = a.campaign_id
            AND p.status = 'running'
          JOIN tenants t ON t.id = a.tenant_id AND t.status = 'active'
          JOIN email_sender_identities i ON i.tenant_id = a.tenant_id
            AND i.id = a.sender_identity_id AND i.verification = 'verified'
            AND i.paused_at IS NULL AND i.channel = m.channel
          JOIN contact_channels h ON h.tenant_id = m.tenant_id AND h.contact_id = m.contact_id
            AND h.channel = m.channel AND h.address = j.to_address AND NOT ${BLOCKED_ADDRESS}
            AND NOT ${DOUBTED_ADDRESS}
          WHERE m.channel <> ALL (clock.held) AND (j.probe OR m.channel <> ALL (clock.probing))
            -- One condition: by itself the second would be joined, before what narrows the messages.
            AND NOT (${suppressedAddress('j.tenant_id', 'm.channel', 'j.to_address')}
              OR ${HAS_LEFT} OR ${HELD_ACCOUNT})),
        locked AS MATERIALIZED (
          SELECT g.* FROM gate g
          JOIN contact_campaigns c ON c.tenant_id = g.tenant_id AND c.id = g.enrollment_id
          ORDER BY c.tenant_id, c.id
          FOR UPDATE OF c),
        begun AS (
          UPDATE contact_campaigns c
          SET version = c.version + 1, base_seq = c.version + 1, updated_at = now(),
              state = state_after_begin(c.state, g.now, g.node_id, g.visit, g.attempt),
              base_state = NULL
          FROM locked g
          WHERE c.tenant_id = g.tenant_id AND c.id = g.enrollment_id
            AND c.status = 'active' AND awaited_send(c.state) = g.dedupe_key
          RETURNING g.*, c.version),
        message AS (
          UPDATE outbound_messages m
          SET status = 'dispatching', token = b.token, begun_at = b.now,
              deadline_at = clock_timestamp() + b.deadline_ms * interval '1 millisecond',
              to_address = b.to_address, subject = b.subject, updated_at = now()
          FROM begun b
          WHERE m.tenant_id = b.tenant_id AND m.id = b.message_id AND ${isIn('m.status', 'queued')}
          RETURNING m.id),
        action AS (
          UPDATE scheduled_actions a
          SET status = 'completed', lease_until = NULL, updated_at = now()
          FROM begun b
          WHERE a.tenant_id = b.tenant_id AND a.id = b.action_id
            AND ${isIn('a.status', 'dispatched')} AND a.dispatch_no = b.dispatch
          RETURNING a.id),
        batch AS (
          INSERT INTO hand_off_batches (tenant_id, begun_at, deadline_at, message_ids)
          SELECT b.tenant_id, b.now,
            clock_timestamp() + max(b.deadline_ms) * interval '1 millisecond',
            array_agg(b.message_id)
          FROM begun b
          GROUP BY b.tenant_id, b.now),
        input AS (
          INSERT INTO campaign_transitions (tenant_id, enrollment_id, seq, input_id, input, own_at,
            recorded_at, settings, machine_version, outcome, from_node, to_node)
          SELECT b.tenant_id, b.enrollment_id, b.version, 'begun:' || b.token,
            ('{"kind":"begun","nodeId":' || to_json(b.node_id) || ',"visit":' || b.visit
              || ',"attempt":' || b.attempt || ',"at":' || epoch_ms(b.now) || '}')::jsonb,
            b.now, b.now,
            b.settings, ${MACHINE_VERSION}::integer, 'applied', b.node_id, b.node_id
          FROM begun b)
        SELECT b.tenant_id, b.action_id, b.dispatch, b.message_id, b.enrollment_id, b.token,
          b.attempt, epoch_ms(b.now) AS begun_at,
          (SELECT count(*) FROM message)::integer AS messages,
          (SELECT count(*) FROM action)::integer AS actions
        FROM begun b`.execute(trx);
      const count = begun.rows.length;
      for (const row of begun.rows) {
        if (row.messages !== count || row.actions !== count) {
          // A message or its action changed while the statement waited for the enrollment.
          throw new RetryTransactionError('a hand-off was overtaken while it began');
        }
      }
      return begun.rows.map((row) => ({
        tenantId: row.tenant_id,
        actionId: row.action_id,
        dispatch: row.dispatch,
        messageId: row.message_id,
        enrollmentId: row.enrollment_id,
        token: row.token,
        attempt: row.attempt,
        begunAt: row.begun_at,
      }));
    },

    async closedGates(requests) {
      if (requests.length === 0) return new Map();
      const found = await sql<{ action_id: string; gate: Gate }>`
        WITH clock AS MATERIALIZED (${CIRCUMSTANCES})
        SELECT j.action_id, CASE
          WHEN a.id IS NULL OR m.status <> 'queued' OR c.status <> 'active'
            OR awaited_send(c.state) IS DISTINCT FROM a.dedupe_key THEN 'gone'
          WHEN clock.paused OR p.status <> 'running' OR t.status <> 'active'
            OR i.paused_at IS NOT NULL
            THEN 'paused'
          WHEN ${suppressedAddress('j.tenant_id', 'm.channel', 'j.to_address')} OR ${HAS_LEFT}
            THEN 'suppressed'
          WHEN h.id IS NULL OR (h.address = j.to_address AND ${BLOCKED_ADDRESS})
            THEN 'invalid_address'
          WHEN ${DOUBTED_ADDRESS} THEN 'doubted_address'
          WHEN i.verification <> 'verified' THEN 'sender_unverified'
          WHEN a.not_after < clock.now THEN 'window'
          WHEN m.channel = ANY (clock.held) OR (m.channel = ANY (clock.probing) AND NOT j.probe)
            OR ${HELD_ACCOUNT}
            THEN 'provider'
          ELSE 'slot' END AS gate
        FROM ${rows(
          requests.map((request) => ({
            tenant_id: request.tenantId,
            action_id: request.actionId,
            dispatch: request.dispatch,
            to_address: request.toAddress,
            probe: request.probe,
          })),
          'j(tenant_id uuid, action_id uuid, dispatch integer, to_address text, probe boolean)',
        )}
        CROSS JOIN clock
        LEFT JOIN scheduled_actions a ON a.tenant_id = j.tenant_id AND a.id = j.action_id
          AND ${isIn('a.status', 'dispatched')} AND a.dispatch_no = j.dispatch
        LEFT JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
        LEFT JOIN contact_campaigns c ON c.tenant_id = a.tenant_id AND c.id = a.enrollment_id
        LEFT JOIN campaigns p ON p.tenant_id = a.tenant_id AND p.id = a.campaign_id
        LEFT JOIN tenants t ON t.id = j.tenant_id
        LEFT JOIN email_sender_identities i ON i.tenant_id = a.tenant_id
          AND i.id = a.sender_identity_id
        LEFT JOIN contact_channels h ON h.tenant_id = m.tenant_id AND h.contact_id = m.contact_id
          AND h.channel = m.channel`.execute(trx);
      return new Map(found.rows.map((row) => [row.action_id, row.gate]));
    },
  };
}
