import type { Channel, Id } from '@cadenza/domain';
import type { ClaimedAction, EngineStore, EngineTransaction } from '@cadenza/engine';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Database } from '../connection.ts';
import { SESSION_LIMITS } from '../repositories/sessions.ts';
import type { Schema } from '../schema.ts';
import { inTenants } from '../tenancy.ts';
import { accepted } from './accepted.ts';
import { actions } from './actions.ts';
import { addresses } from './addresses.ts';
import { audiences, claimAudience } from './audiences.ts';
import { runAlone } from './alone.ts';
import { beginHandOff } from './begin-hand-off.ts';
import { consents } from './consents.ts';
import { control } from './control.ts';
import { deliveries } from './deliveries.ts';
import { dispatch, spacingOf } from './dispatch.ts';
import { enrolment } from './enrolment.ts';
import { enrollments } from './enrollments.ts';
import { erasures } from './erasures.ts';
import { erasureClaims } from './erasure-claims.ts';
import { events } from './events.ts';
import { guards } from './guards.ts';
import { whyReadings } from './why.ts';
import { handOff } from './hand-off.ts';
import { histories } from './histories.ts';
import { people } from './people.ts';
import { inboundDeliveries } from './inbound-deliveries.ts';
import { inboundMessages } from './inbound-messages.ts';
import { retention } from './retention.ts';
import { FIRST_ID } from './rows.ts';
import { optOuts } from './opt-outs.ts';
import { unsubscribing } from './unsubscribing.ts';
import { smsAnswerClaims, smsAnswers } from './sms-answers.ts';
import { suppressionLists } from './suppression-lists.ts';
import { suppressions } from './suppressions.ts';
import { webhookStore } from './webhooks.ts';

/** Real milliseconds: how long a provider is held at least, doubled by each hold soon after one. */
const HOLD = { firstMs: 1_000, longestMs: 300_000, closelyMs: 60_000 };

const CLOCK = sql`
  SELECT campaign_now() AS now, rate * interval '1 millisecond' AS tick FROM clock_settings`;

/**
 * How often a row has been held soon after a hold, with the hold that begins now. Calls that were under
 * way when a hold began are no news; one soon after its end is.
 */
const STRIKES = sql`CASE
  WHEN h.held_until > clock.now THEN h.strikes
  WHEN h.held_until > clock.now - ${sql.lit(HOLD.closelyMs)} * clock.tick THEN least(h.strikes + 1, 20)
  ELSE 0 END`;

/** Until when a row is held that was asked to wait for so many real milliseconds. */
function heldFor(ms: number): RawBuilder<unknown> {
  return sql`clock.now + clock.tick * greatest(${ms}::double precision,
    least(${sql.lit(HOLD.firstMs)} * 2 ^ struck.strikes, ${sql.lit(HOLD.longestMs)}))`;
}

/** Holds a channel, or the account that tenants without one of their own share. */
async function hold(db: Database, row: Channel | 'shared', ms: number): Promise<void> {
  await sql`
    WITH clock AS MATERIALIZED (${CLOCK}),
    former AS (
      SELECT ${STRIKES} AS strikes
      FROM provider_holds h CROSS JOIN clock WHERE h.channel = ${row}),
    struck AS (SELECT coalesce((SELECT strikes FROM former), 0) AS strikes)
    INSERT INTO provider_holds AS h (channel, held_until, strikes)
    SELECT ${row}, ${heldFor(ms)}, struck.strikes
    FROM clock CROSS JOIN struck
    ON CONFLICT (channel) DO UPDATE
    SET strikes = excluded.strikes, held_until = greatest(h.held_until, excluded.held_until)`.execute(
    db,
  );
}

/** The engine's statements, bound to one transaction. */
export function engineTransaction(trx: Transaction<Schema>): EngineTransaction {
  return {
    ...enrollments(trx),
    ...actions(trx),
    ...enrolment(trx),
    ...dispatch(trx),
    ...beginHandOff(trx),
    ...handOff(trx),
    ...accepted(trx),
    ...events(trx),
    ...control(trx),
    ...suppressions(trx),
    ...people(trx),
    ...histories(trx),
    ...retention(trx),
    ...optOuts(trx),
    ...unsubscribing(trx),
    ...addresses(trx),
    ...guards(trx),
    ...whyReadings(trx),
    ...inboundMessages(trx),
    ...erasures(trx),
    ...consents(trx),
    ...audiences(trx),
    ...smsAnswers(trx),
  };
}

/**
 * What the engine does in a transaction of its own, within one that is under way. The tenants are those
 * of that one, and what throws leaves it to be rolled back.
 */
export function storeWithin(trx: Transaction<Schema>): Pick<EngineStore, 'transaction'> {
  return { transaction: async (_tenantIds, work) => work(engineTransaction(trx)) };
}

function claimed(row: ClaimRow): ClaimedAction {
  return { tenantId: row.tenant_id, actionId: row.action_id, dispatch: row.dispatch_no };
}

/** The engine's store on PostgreSQL. What looks across tenants needs the role `cadenza_worker`. */
export function createEngineStore(db: Database): EngineStore {
  return {
    transaction: (tenantIds, work) =>
      inTenants(db, tenantIds, (trx) => work(engineTransaction(trx))),

    async claimDueSends({ limit, perLane, maxOutstanding, leadMs, leaseMs }) {
      const { rows } = await sql<ClaimRow & { lane_wakes: number }>`
        SELECT * FROM claim_due_sends(
          ${limit}, ${perLane}, ${maxOutstanding}, ${leadMs}, ${leaseMs})`.execute(db);
      return rows.map((row) => ({ ...claimed(row), laneWakes: row.lane_wakes }));
    },

    async claimDueTimeouts({ limit, maxOutstanding, leaseMs }) {
      const { rows } = await sql<ClaimRow>`
        SELECT * FROM claim_due_timeouts(${limit}, ${maxOutstanding}, ${leaseMs})`.execute(db);
      return rows.map(claimed);
    },

    async releaseExpiredLeases(limit) {
      const { rows } = await sql`SELECT FROM release_expired_leases(${limit})`.execute(db);
      return rows.length;
    },

    async findStaleHandOffs(graceMs, limit) {
      const { rows } = await sql<{ tenant_id: Id; message_id: Id }>`
        SELECT * FROM find_stale_hand_offs(${graceMs}, ${limit})`.execute(db);
      return rows.map((row) => ({ tenantId: row.tenant_id, id: row.message_id }));
    },

    async claimUnknownMessages(limit, leaseMs) {
      const { rows } = await sql<{ tenant_id: Id; message_id: Id }>`
        SELECT * FROM claim_unknown_messages(${limit}, ${leaseMs})`.execute(db);
      return rows.map((row) => ({ tenantId: row.tenant_id, id: row.message_id }));
    },

    async findSmsParties(messages) {
      const { rows } = await sql<{
        place: number;
        tenant_id: Id;
        sender_identity_id: Id;
        message_id: Id | null;
        attempt: number;
        can_answer: boolean;
      }>`
        SELECT * FROM find_sms_parties(
          ${messages.map(({ sender }) => sender)}::text[],
          ${messages.map(({ number }) => number)}::text[])`.execute(db);
      return rows.map(({ place, tenant_id: tenantId, message_id: messageId, attempt, ...row }) => ({
        place: place - 1,
        tenantId,
        senderIdentityId: row.sender_identity_id,
        latest: messageId === null ? null : { tenantId, messageId, attempt },
        canAnswer: row.can_answer,
      }));
    },

    async findMessagesByProviderId(ids) {
      const { rows } = await sql<{
        tenant_id: Id;
        message_id: Id;
        provider_message_id: string;
        attempt: number;
      }>`SELECT * FROM find_messages_by_provider_id(${ids}::text[])`.execute(db);
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        messageId: row.message_id,
        providerMessageId: row.provider_message_id,
        attempt: row.attempt,
      }));
    },

    async handOffsSince(since, tenantIds, options) {
      const { rows } = await sql<{
        tenant_id: Id;
        reservation_id: string;
        message_id: Id;
        attempt: number;
        channel: Channel;
        sender_identity_id: Id;
        ip_pool: string | null;
        spacing_min_seconds: number | null;
        spacing_max_seconds: number | null;
        recipient_domain: string;
        begun_at: number;
        until: number;
      }>`
        SELECT tenant_id, reservation_id, message_id, attempt, channel, sender_identity_id, ip_pool,
          spacing_min_seconds, spacing_max_seconds, recipient_domain,
          epoch_ms(begun_at) AS begun_at, epoch_ms(until) AS until
        FROM hand_offs_since(
          from_epoch_ms(${since}), ${tenantIds}::uuid[], ${options?.ownWindows ?? false})`.execute(
        db,
      );
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        reservationId: row.reservation_id,
        messageId: row.message_id,
        attempt: row.attempt,
        channel: row.channel,
        senderIdentityId: row.sender_identity_id,
        ipPool: row.ip_pool,
        spacing: spacingOf(row),
        recipientDomain: row.recipient_domain,
        begunAt: row.begun_at,
        until: row.until,
      }));
    },

    async endingCampaigns(limit) {
      const { rows } = await sql<{ tenant_id: Id; campaign_id: Id }>`
        SELECT * FROM ending_campaigns(${limit})`.execute(db);
      return rows.map((row) => ({ tenantId: row.tenant_id, id: row.campaign_id }));
    },

    async tenantsToGuard(limit) {
      const { rows } = await sql<{ tenant_id: Id }>`
        SELECT tenant_id FROM tenants_to_guard(${limit})`.execute(db);
      return rows.map((row) => row.tenant_id);
    },

    async claimUncheckedAddresses(limit, leaseMs) {
      const { rows } = await sql<{ tenant_id: Id; channel_id: Id }>`
        SELECT * FROM claim_unchecked_addresses(${limit}, ${leaseMs})`.execute(db);
      return rows.map((row) => ({ tenantId: row.tenant_id, id: row.channel_id }));
    },

    alone: (name, work) => runAlone(db, name, work),

    async uncountedLimits() {
      const { rows } = await sql<{ limit_id: Id; tenant_id: Id | null; window_seconds: number }>`
        SELECT * FROM uncounted_limits()`.execute(db);
      return rows.map((row) => ({
        id: row.limit_id,
        tenantId: row.tenant_id,
        windowSeconds: row.window_seconds,
      }));
    },

    async markLimitsCounted(ids) {
      await inTenants(db, [], (trx) =>
        sql`SELECT mark_limits_counted(${ids}::uuid[])`.execute(trx),
      );
    },

    async doubtProvider(channel, unknowns, probeAfter) {
      const { rows } = await sql<{ unknowns: number }>`
        INSERT INTO provider_holds AS h (channel, held_until, unknowns, probing)
        VALUES (${channel}, '-infinity', ${unknowns}, ${unknowns}::integer >= ${probeAfter}::integer)
        ON CONFLICT (channel) DO UPDATE
        SET unknowns = least(h.unknowns + excluded.unknowns, 1000000),
            probing = h.unknowns + excluded.unknowns >= ${probeAfter}::integer
        RETURNING h.unknowns`.execute(db);
      return rows[0]?.unknowns ?? 0;
    },

    async trustProvider(channel) {
      await sql`
        UPDATE provider_holds SET unknowns = 0, probing = false, strikes = 0
        WHERE channel = ${channel} AND (unknowns > 0 OR strikes > 0)`.execute(db);
    },

    holdProvider: (channel, ms) => hold(db, channel, ms),

    holdSharedAccount: (ms) => hold(db, 'shared', ms),

    async holdAccount(tenantId, keyFingerprint, ms) {
      await inTenants(db, [tenantId], (trx) =>
        sql`
          WITH clock AS MATERIALIZED (${CLOCK})
          UPDATE sendgrid_accounts h
          SET (strikes, held_until) = (
            SELECT struck.strikes, greatest(h.held_until, ${heldFor(ms)})
            FROM clock CROSS JOIN LATERAL (SELECT ${STRIKES} AS strikes) struck)
          WHERE h.tenant_id = ${tenantId} AND h.fingerprint = ${keyFingerprint}`.execute(trx),
      );
    },

    async trustAccounts(tenantIds) {
      await inTenants(db, tenantIds, (trx) =>
        sql`
          WITH own AS (
            UPDATE sendgrid_accounts SET strikes = 0
            WHERE tenant_id = ANY (${tenantIds}::uuid[]) AND strikes > 0)
          UPDATE provider_holds SET strikes = 0
          WHERE channel = 'shared' AND strikes > 0 AND EXISTS (
            SELECT FROM unnest(${tenantIds}::uuid[]) t(id)
            WHERE NOT EXISTS (
              SELECT FROM sendgrid_accounts o
              WHERE o.tenant_id = t.id AND o.fingerprint IS NOT NULL))`.execute(trx),
      );
    },

    ...deliveries(db),
    ...suppressionLists(db),

    ...inboundDeliveries(db),
    ...erasureClaims(db),
    claimAudience: (leaseMs) => claimAudience(db, leaseMs),
    ...webhookStore(db),
    ...smsAnswerClaims(db),

    async ping() {
      await sql`SELECT`.execute(db);
    },

    eventsKeptSince: (tenantIds) =>
      inTenants(db, tenantIds, async (trx) => {
        const { rows } = await sql<{ id: Id; at: number | null }>`
          SELECT r.id, epoch_ms(greatest(kept.oldest, nullif(t.events_since, '-infinity'))) AS at
          FROM unnest(${tenantIds}::uuid[]) r(id)
          CROSS JOIN (SELECT oldest_event_partition() AS oldest) kept
          LEFT JOIN tenant_retention t ON t.tenant_id = r.id`.execute(trx);
        return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at] as const])));
      }),

    async tenantsToRetain(after, limit) {
      const { rows } = await sql<{ tenant_id: Id }>`
        SELECT tenant_id FROM tenants_to_retain(${after ?? FIRST_ID}::uuid, ${limit})`.execute(db);
      return rows.map((row) => row.tenant_id);
    },

    async deleteOldSmsAnswers(limit) {
      const { rows } = await sql<{ deleted: number }>`
        SELECT delete_old_sms_answers(${limit}) AS deleted`.execute(db);
      return rows[0]?.deleted ?? 0;
    },

    async deleteOldDeliveries(sharedMonths, limit) {
      const { rows } = await sql<{ deleted: number }>`
        SELECT delete_old_deliveries(${sharedMonths}, ${limit}) AS deleted`.execute(db);
      return rows[0]?.deleted ?? 0;
    },

    async ensureEventPartitions(now) {
      const { rows } = await sql<{ made: number }>`
        SELECT ensure_event_partitions(
          (from_epoch_ms(${now}) AT TIME ZONE 'UTC' - interval '1 month')::date, 4) AS made`.execute(
        db,
      );
      return rows[0]?.made ?? 0;
    },

    async detachEventPartition(monthsOnline) {
      const { rows } = await sql<{ name: string | null }>`
        SELECT detach_event_partition(${monthsOnline}) AS name`.execute(db);
      return rows[0]?.name ?? null;
    },

    async dropEventPartition(monthsKept) {
      const { rows } = await sql<{ name: string | null }>`
        SELECT drop_event_partition(${monthsKept}) AS name`.execute(db);
      return rows[0]?.name ?? null;
    },

    async foldEventRollUps(limit) {
      const { rows } = await sql<{ folded: number }>`
        SELECT fold_event_rollups(${limit}) AS folded`.execute(db);
      return rows[0]?.folded ?? 0;
    },

    async foldEnrollmentCounts(limit, restMs = 0) {
      const { rows } = await sql<{ folded: number }>`
        SELECT fold_enrollment_counts(${limit}, ${restMs}) AS folded`.execute(db);
      return rows[0]?.folded ?? 0;
    },

    async deleteEndedSessions(limit) {
      const { rows } = await sql<{ deleted: number }>`
        SELECT delete_ended_sessions(${limit}, ${SESSION_LIMITS.idleMs}) AS deleted`.execute(db);
      return rows[0]?.deleted ?? 0;
    },

    async analyzeGrownTables() {
      const { rows } = await sql<{ analyzed: number }>`
        SELECT analyze_grown_tables() AS analyzed`.execute(db);
      return rows[0]?.analyzed ?? 0;
    },

    async deleteExpiredAnswers(limit) {
      const { rows } = await sql<{ deleted: number }>`
        SELECT delete_expired_idempotency_keys(${limit}) AS deleted`.execute(db);
      return rows[0]?.deleted ?? 0;
    },

    async oldestDueAction() {
      const { rows } = await sql<{ at: number | null }>`
        SELECT epoch_ms(oldest_due_action()) AS at`.execute(db);
      return rows[0]?.at ?? null;
    },

    async countDoubledHandOffs() {
      const { rows } = await sql<{ count: number }>`
        SELECT count_doubled_hand_offs() AS count`.execute(db);
      return rows[0]?.count ?? 0;
    },

    async countUnknownMessages() {
      const { rows } = await sql<{ count: number }>`
        SELECT count_unknown_messages() AS count`.execute(db);
      return rows[0]?.count ?? 0;
    },
  };
}

interface ClaimRow {
  tenant_id: Id;
  action_id: Id;
  dispatch_no: number;
}
