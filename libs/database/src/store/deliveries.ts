import type { Id } from '@cadenza/domain';
import type { DeliveryProvider, DeliveryRef, EngineStore, NewDelivery } from '@cadenza/engine';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { inTenants } from '../tenancy.ts';
import { FIRST_ID } from './rows.ts';

type Deliveries = Pick<
  EngineStore,
  | 'storeDeliveries'
  | 'loadDeliveries'
  | 'waitingDeliveries'
  | 'storedDeliveries'
  | 'readDelivery'
  | 'quarantineDelivery'
>;

/** Raw deliveries: those of the platform's own account belong to nobody, the others to a tenant. */
export function deliveries(db: Database): Deliveries {
  /** Works on deliveries as their owners, whom row-level security asks for. */
  function as<T>(refs: readonly DeliveryRef[], work: (bound: Database) => Promise<T>): Promise<T> {
    const owners = new Set(refs.flatMap(({ tenantId }) => tenantId ?? []));
    return owners.size === 0 ? work(db) : inTenants(db, [...owners], work);
  }

  return {
    async storeDeliveries(list) {
      // In one order in all processes: two statements with the same bytes would else wait for each
      // other.
      const ordered = list.toSorted((a, b) => a.hash.compare(b.hash));
      const { rows } = await sql<{ delivery_id: Id }>`
        SELECT delivery_id FROM store_deliveries(
          ${JSON.stringify(layOut(ordered))}::jsonb,
          ${Buffer.concat(ordered.map(({ payload }) => payload))}::bytea)`.execute(db);
      return new Set(rows.map((row) => row.delivery_id));
    },

    // In the order of their ids: several workers may be at the same ones.
    loadDeliveries: (refs) =>
      as(refs, async (bound) => {
        const { rows } = await sql<{
          id: Id;
          tenant_id: Id | null;
          provider: DeliveryProvider;
          payload: Buffer;
          attempts: number;
        }>`
          WITH waiting AS MATERIALIZED (
            SELECT id FROM webhook_deliveries
            WHERE id = ANY (${refs.map(({ id }) => id)}::uuid[]) AND status = 'received'
            ORDER BY id
            FOR UPDATE)
          UPDATE webhook_deliveries d SET attempts = d.attempts + 1
          FROM waiting WHERE d.id = waiting.id
          RETURNING d.id, d.tenant_id, d.provider, d.payload, d.attempts`.execute(bound);
        return rows.map(({ tenant_id: tenantId, ...row }) => ({ ...row, tenantId }));
      }),

    async waitingDeliveries(olderThanMs, limit) {
      const { rows } = await sql<{ delivery_id: Id; tenant_id: Id | null }>`
        SELECT * FROM waiting_deliveries(${olderThanMs}, ${limit})`.execute(db);
      return rows.map((row) => ({ id: row.delivery_id, tenantId: row.tenant_id }));
    },

    async storedDeliveries({ from, to, quarantined, after, limit }) {
      const { rows } = await sql<{ delivery_id: Id; tenant_id: Id | null; received_at: string }>`
        SELECT s.delivery_id, s.tenant_id, s.received_at::text AS received_at
        FROM stored_deliveries(
          greatest(${after?.receivedAt ?? '-infinity'}::timestamptz,
            coalesce(from_epoch_ms(${from}), '-infinity')),
          ${after?.id ?? FIRST_ID}::uuid, coalesce(from_epoch_ms(${to}), 'infinity'),
          ${quarantined}, ${limit}) s`.execute(db);
      return rows.map((row) => ({
        id: row.delivery_id,
        tenantId: row.tenant_id,
        receivedAt: row.received_at,
      }));
    },

    readDelivery: (ref) =>
      as([ref], async (bound) => {
        const row = await bound
          .selectFrom('webhook_deliveries')
          .select(['id', 'tenant_id as tenantId', 'provider', 'payload', 'status'])
          .where('id', '=', ref.id)
          .executeTakeFirst();
        return row ?? null;
      }),

    quarantineDelivery: (ref, reason) =>
      as([ref], async (bound) => {
        await bound
          .updateTable('webhook_deliveries')
          .set({ status: 'quarantined', error: reason })
          .where('id', '=', ref.id)
          .where('status', '=', 'received')
          .execute();
      }),
  };
}

/**
 * Where each payload stands in all of them together, counted from 1. One parameter of bytes goes
 * over as it is, where a list of them would be written out in hexadecimal.
 */
function layOut(list: readonly NewDelivery[]) {
  let start = 1;
  return list.map(({ id, tenantId, provider = 'sendgrid', payload, hash }) => {
    const row = {
      id,
      tenant_id: tenantId,
      provider,
      start,
      bytes: payload.length,
      hash: hash.toString('hex'),
    };
    start += payload.length;
    return row;
  });
}
