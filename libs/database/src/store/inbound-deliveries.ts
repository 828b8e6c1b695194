import type { Id } from '@cadenza/domain';
import type { AttemptRef, DeliveryRef, EngineStore, InboundVerdict } from '@cadenza/engine';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { inTenants } from '../tenancy.ts';

type InboundDeliveries = Pick<
  EngineStore,
  | 'storeInbound'
  | 'loadInbound'
  | 'postponeInbound'
  | 'quarantineInbound'
  | 'replayInbound'
  | 'waitingInbound'
  | 'findSentMessages'
  | 'findContacts'
  | 'findMessagesBySmtpId'
  | 'findRecentRecipients'
>;

/**
 * Real milliseconds after an attempt before which a mail is not tried again, that many times as long
 * after each: ten of them take a day and a half.
 */
const WAIT = { firstMs: 10_000, factor: 4, longestMs: 43_200_000 };
/** The same where its bytes could not be reached, doubled: soon after the store is back. */
const AWAY = { firstMs: 10_000, longestMs: 600_000 };

/** Inbound mail as it came: the platform's belongs to nobody yet, the other to a tenant. */
export function inboundDeliveries(db: Database): InboundDeliveries {
  /** Works on a mail as its owner, whom row-level security asks for. */
  function as<T>({ tenantId }: DeliveryRef, work: (bound: Database) => Promise<T>): Promise<T> {
    return tenantId === null ? work(db) : inTenants(db, [tenantId], work);
  }

  return {
    async storeInbound(delivery) {
      const { rows } = await sql<{ tenant_id: Id | null }>`
        SELECT tenant_id FROM store_inbound_delivery(
          ${delivery.id}::uuid, ${delivery.addressee ?? ''}, ${delivery.addressee !== null},
          ${delivery.contentType}, ${delivery.bytes}::bigint, ${delivery.hash}::bytea,
          ${delivery.blobKey}, ${delivery.verdict}, ${delivery.verdictReason},
          ${delivery.truncated})`.execute(db);
      const [row] = rows;
      return row === undefined ? null : { id: delivery.id, tenantId: row.tenant_id };
    },

    loadInbound: (ref) =>
      as(ref, async (bound) => {
        const { rows } = await sql<{
          id: Id;
          tenant_id: Id | null;
          content_type: string;
          blob_key: string;
          verdict: InboundVerdict;
          truncated: boolean;
          bytes: number;
          attempts: number;
          again: boolean;
          arrived_at: number;
        }>`
          UPDATE inbound_deliveries
          SET attempts = attempts + 1,
            next_attempt_at = clock_timestamp() + interval '1 millisecond' * least(
              ${sql.lit(WAIT.firstMs)} * ${sql.lit(WAIT.factor)} ^ least(attempts, 20),
              ${sql.lit(WAIT.longestMs)})
          WHERE id = ${ref.id} AND status = 'received' AND next_attempt_at <= clock_timestamp()
          RETURNING id, tenant_id, content_type, blob_key, verdict, truncated, bytes, attempts, again,
            epoch_ms(arrived_at) AS arrived_at`.execute(bound);
        const [row] = rows;
        if (row === undefined) return null;
        return {
          id: row.id,
          tenantId: row.tenant_id,
          contentType: row.content_type,
          blobKey: row.blob_key,
          verdict: row.verdict,
          truncated: row.truncated,
          bytes: row.bytes,
          attempts: row.attempts,
          again: row.again,
          arrivedAt: row.arrived_at,
        };
      }),

    postponeInbound: (ref) =>
      as(ref, async (bound) => {
        await sql`
          UPDATE inbound_deliveries
          SET attempts = greatest(attempts - 1, 0), postponed = postponed + 1,
            next_attempt_at = clock_timestamp() + interval '1 millisecond' * least(
              ${sql.lit(AWAY.firstMs)} * 2 ^ least(postponed, 20), ${sql.lit(AWAY.longestMs)})
          WHERE id = ${ref.id} AND status = 'received'`.execute(bound);
      }),

    async replayInbound({ from, to, tenantId, quarantined, dryRun }) {
      const { rows } = await sql<{ deliveries: number }>`
        SELECT deliveries FROM replay_inbound_deliveries(
          coalesce(from_epoch_ms(${from}), '-infinity'), coalesce(from_epoch_ms(${to}), 'infinity'),
          ${tenantId}::uuid, ${quarantined}, ${dryRun})`.execute(db);
      return rows[0]?.deliveries ?? 0;
    },

    quarantineInbound: (ref, reason) =>
      as(ref, async (bound) => {
        await bound
          .updateTable('inbound_deliveries')
          .set({ status: 'quarantined', error: reason })
          .where('id', '=', ref.id)
          .where('status', '=', 'received')
          .execute();
      }),

    async findSentMessages(ids) {
      if (ids.length === 0) return [];
      const { rows } = await sql<AttemptRow>`
        SELECT * FROM find_sent_messages(${ids}::uuid[])`.execute(db);
      return rows.map(attemptRef);
    },

    async findContacts(ids) {
      if (ids.length === 0) return [];
      const { rows } = await sql<{ tenant_id: Id; contact_id: Id }>`
        SELECT * FROM find_contacts(${ids}::uuid[])`.execute(db);
      return rows.map((row) => ({ tenantId: row.tenant_id, id: row.contact_id }));
    },

    async findMessagesBySmtpId(smtpIds) {
      if (smtpIds.length === 0) return [];
      const { rows } = await sql<AttemptRow & { provider_message_id: string }>`
        SELECT * FROM find_messages_by_smtp_id(${smtpIds}::text[])`.execute(db);
      return rows.map((row) => ({ ...attemptRef(row), localPart: row.provider_message_id }));
    },

    async findRecentRecipients({ addresses, domains, at, ownerId, days }) {
      if (addresses.length === 0) return [];
      const { rows } = await sql<AttemptRow>`
        SELECT * FROM find_recent_recipients(
          ${addresses}::text[], ${domains}::text[], ${at}, ${ownerId}::uuid, ${days})`.execute(db);
      return rows.map(attemptRef);
    },

    async waitingInbound(olderThanMs, limit) {
      const { rows } = await sql<{ delivery_id: Id; tenant_id: Id | null }>`
        SELECT * FROM waiting_inbound_deliveries(${olderThanMs}, ${limit})`.execute(db);
      return rows.map((row) => ({ id: row.delivery_id, tenantId: row.tenant_id }));
    },
  };
}

interface AttemptRow {
  tenant_id: Id;
  message_id: Id;
  attempt: number;
}

function attemptRef(row: AttemptRow): AttemptRef {
  return { tenantId: row.tenant_id, id: row.message_id, attempt: row.attempt };
}
