import type { Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** `events`: webhooks of events, whole or in part; `inbound`: mail that came in. */
export type QuarantineKind = 'events' | 'inbound';

/** A delivery that was put aside, or of which parts were. */
export interface QuarantinedDelivery {
  readonly kind: QuarantineKind;
  readonly id: Id;
  /** Null: it came to the platform's own address, and may speak of any tenants. */
  readonly tenantId: Id | null;
  /** Events or elements of it that were put aside; null: all of it. */
  readonly parts: number | null;
  /** Of the whole, or of its first part. */
  readonly reason: string;
  readonly attempts: number;
  readonly receivedAt: Date;
}

interface Row {
  readonly kind: QuarantineKind;
  readonly id: Id;
  readonly tenant_id: Id | null;
  readonly parts: number | null;
  readonly reason: string;
  readonly attempts: number;
  readonly received_at: Date;
}

/**
 * What is in quarantine, the newest first, as the worker's role sees it: the platform's, and of the
 * tenants that the transaction is bound to.
 *
 * @param filter.ids null: all.
 * @param filter.ownerId of this tenant's own account alone; null: all.
 */
export async function listQuarantined(
  trx: Transaction<Schema>,
  {
    ids = null,
    ownerId = null,
    limit,
  }: { readonly ids?: readonly Id[] | null; readonly ownerId?: Id | null; readonly limit: number },
): Promise<QuarantinedDelivery[]> {
  const { rows } = await sql<Row>`
    WITH aside AS (
      SELECT delivery_id, count(*)::integer AS parts,
        (array_agg(reason ORDER BY position))[1] AS reason
      FROM quarantined_events GROUP BY delivery_id)
    SELECT * FROM (
      SELECT 'events' AS kind, d.id, d.tenant_id,
        CASE d.status WHEN 'quarantined' THEN NULL ELSE aside.parts END AS parts,
        coalesce(CASE d.status WHEN 'quarantined' THEN d.error END, aside.reason) AS reason,
        d.attempts, d.received_at
      FROM webhook_deliveries d LEFT JOIN aside ON aside.delivery_id = d.id
      WHERE d.status = 'quarantined' OR aside.delivery_id IS NOT NULL
      UNION ALL
      SELECT 'inbound', d.id, d.tenant_id, NULL, d.error, d.attempts, d.received_at
      FROM inbound_deliveries d WHERE d.status = 'quarantined') q
    WHERE (${ids === null} OR q.id = ANY (${ids ?? []}::uuid[]))
      AND (${ownerId === null} OR q.tenant_id = ${ownerId}::uuid)
    ORDER BY q.received_at DESC, q.id DESC
    LIMIT ${limit}`.execute(trx);
  return rows.map(({ tenant_id: tenantId, received_at: receivedAt, ...row }) => ({
    ...row,
    tenantId,
    receivedAt,
  }));
}

/** Lets the event-worker process mail that came in again, from its first attempt on. */
export async function retryInbound(trx: Transaction<Schema>, ids: readonly Id[]): Promise<void> {
  await sql`
    UPDATE inbound_deliveries
    SET status = 'received', attempts = 0, error = NULL, next_attempt_at = clock_timestamp()
    WHERE id = ANY (${ids}::uuid[]) AND status = 'quarantined'`.execute(trx);
}

/**
 * Takes deliveries out of quarantine without processing them. What came stays, with the reason why it
 * was put aside, and can be processed again by hand.
 */
export async function dropQuarantined(trx: Transaction<Schema>, ids: readonly Id[]): Promise<void> {
  await sql`
    DELETE FROM quarantined_events WHERE delivery_id = ANY (${ids}::uuid[])`.execute(trx);
  for (const table of ['webhook_deliveries', 'inbound_deliveries']) {
    await sql`
      UPDATE ${sql.table(table)} SET status = 'processed', processed_at = now()
      WHERE id = ANY (${ids}::uuid[]) AND status = 'quarantined'`.execute(trx);
  }
}
