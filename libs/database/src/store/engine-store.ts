import { newId, type Id } from '@cadenza/domain';
import type { EngineStore, EngineTransaction } from '@cadenza/engine';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../connection.ts';
import type { Schema } from '../schema.ts';
import { inTenants } from '../tenancy.ts';
import { actions } from './actions.ts';
import { beginHandOff } from './begin-hand-off.ts';
import { control } from './control.ts';
import { dispatch } from './dispatch.ts';
import { enrolment } from './enrolment.ts';
import { enrollments } from './enrollments.ts';
import { events } from './events.ts';
import { handOff } from './hand-off.ts';

/** The engine's statements, bound to one transaction. */
export function engineTransaction(trx: Transaction<Schema>): EngineTransaction {
  return {
    ...enrollments(trx),
    ...actions(trx),
    ...enrolment(trx),
    ...dispatch(trx),
    ...beginHandOff(trx),
    ...handOff(trx),
    ...events(trx),
    ...control(trx),
  };
}

/** The engine's store on PostgreSQL. What looks across tenants needs the role `cadenza_worker`. */
export function createEngineStore(db: Database): EngineStore {
  async function claimed(query: ReturnType<typeof sql<ClaimRow>>) {
    const { rows } = await query.execute(db);
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      actionId: row.action_id,
      dispatch: row.dispatch_no,
    }));
  }

  return {
    transaction: (tenantIds, work) =>
      inTenants(db, tenantIds, (trx) => work(engineTransaction(trx))),

    claimDueSends: ({ limit, perLane, horizonMs, leaseMs }) =>
      claimed(sql<ClaimRow>`
        SELECT * FROM claim_due_sends(${limit}, ${perLane}, ${horizonMs}, ${leaseMs})`),

    claimDueTimeouts: ({ limit, leaseMs }) =>
      claimed(sql<ClaimRow>`SELECT * FROM claim_due_timeouts(${limit}, ${leaseMs})`),

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

    async handOffsSince(since) {
      const { rows } = await sql<{
        tenant_id: Id;
        message_id: Id;
        attempt: number;
        sender_identity_id: Id;
        recipient_domain: string;
        begun_at: number;
      }>`
        SELECT tenant_id, message_id, attempt, sender_identity_id, recipient_domain,
          epoch_ms(begun_at) AS begun_at
        FROM hand_offs_since(from_epoch_ms(${since}))`.execute(db);
      return rows.map((row) => ({
        tenantId: row.tenant_id,
        messageId: row.message_id,
        attempt: row.attempt,
        senderIdentityId: row.sender_identity_id,
        recipientDomain: row.recipient_domain,
        begunAt: row.begun_at,
      }));
    },

    async storeDelivery(payload, hash) {
      const stored = await db
        .insertInto('webhook_deliveries')
        .values({ id: newId(), provider: 'sendgrid', payload, payload_hash: hash })
        .onConflict((conflict) => conflict.column('payload_hash').doNothing())
        .returning('id')
        .executeTakeFirst();
      return stored?.id ?? null;
    },

    async loadDelivery(id) {
      const row = await db
        .updateTable('webhook_deliveries')
        .set({ attempts: sql<number>`attempts + 1` })
        .where('id', '=', id)
        .where('status', '=', 'received')
        .returning(['id', 'payload', 'attempts'])
        .executeTakeFirst();
      return row ?? null;
    },

    async waitingDeliveries(olderThanMs, limit) {
      const { rows } = await sql<{ id: Id }>`
        SELECT id FROM webhook_deliveries
        WHERE status = 'received'
          AND received_at < now()
            - ${olderThanMs}::double precision * 2 ^ least(attempts, 20) * interval '1 millisecond'
        ORDER BY received_at
        LIMIT ${limit}`.execute(db);
      return rows.map(({ id }) => id);
    },

    async quarantineDelivery(id, reason) {
      await db
        .updateTable('webhook_deliveries')
        .set({ status: 'quarantined', error: reason })
        .where('id', '=', id)
        .where('status', '=', 'received')
        .execute();
    },

    async ensureEventPartitions(now) {
      const { rows } = await sql<{ made: number }>`
        SELECT ensure_event_partitions(from_epoch_ms(${now})::date, 3) AS made`.execute(db);
      return rows[0]?.made ?? 0;
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
