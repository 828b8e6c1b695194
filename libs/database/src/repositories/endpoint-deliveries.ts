import type { FeedEventType, Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import { SOUGHT_ROWS } from './page.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type EndpointDeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What became of an event at an endpoint. */
export interface EndpointDeliveryRecord {
  readonly eventId: Id;
  readonly sequence: number;
  readonly type: FeedEventType;
  readonly occurredAt: Date;
  readonly status: EndpointDeliveryStatus;
  readonly attempts: number;
  /** Null where no attempt is to come. */
  readonly nextAttemptAt: Date | null;
}

export interface EndpointAttemptRecord {
  readonly attempt: number;
  readonly outcome: 'delivered' | 'refused' | 'timeout' | 'unreachable' | 'forbidden_address';
  readonly status: number | null;
  readonly detail: string | null;
  readonly latencyMs: number;
  readonly attemptedAt: Date;
}

function stored(trx: Transaction<Schema>, tenantId: Id, endpointId: Id) {
  return trx
    .selectFrom('endpoint_deliveries')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('endpoint_id', '=', endpointId);
}

function deliveries(trx: Transaction<Schema>, rows: ReturnType<typeof stored>) {
  return trx
    .selectFrom(rows.as('d'))
    .innerJoin('feed_events as e', (join) =>
      join.onRef('e.tenant_id', '=', 'd.tenant_id').onRef('e.position', '=', 'd.position'),
    )
    .select(['e.id as eventId', 'd.position as sequence', 'e.type', 'e.occurred_at as occurredAt'])
    .select(['d.status', 'd.attempts', 'd.next_at as nextAttemptAt']);
}

/**
 * The deliveries of an endpoint, newest first.
 *
 * @param before where the page before has ended; null for the first page.
 * @returns with where the next page begins; null on the last one.
 */
export async function listEndpointDeliveries(
  trx: Transaction<Schema>,
  tenantId: Id,
  endpointId: Id,
  page: {
    readonly limit: number;
    readonly before: number | null;
    readonly status?: EndpointDeliveryStatus | undefined;
  },
): Promise<{ readonly items: readonly EndpointDeliveryRecord[]; readonly next: number | null }> {
  const { before, status, limit } = page;
  const rows = stored(trx, tenantId, endpointId)
    .$if(before !== null, (query) => query.where('position', '<', String(before)))
    .orderBy('position', 'desc')
    .limit(sql.lit(SOUGHT_ROWS));
  const found = await deliveries(trx, rows)
    .$if(status !== undefined, (query) => query.where('d.status', '=', status ?? 'pending'))
    .orderBy('d.position', 'desc')
    .limit(limit + 1)
    .execute();
  const items = found.slice(0, limit).map((row) => ({ ...row, sequence: Number(row.sequence) }));
  if (found.length > limit) return { items, next: items.at(-1)?.sequence ?? null };
  const { rows: last } = await sql<{ position: number }>`
    SELECT s.position FROM ${rows} s ORDER BY s.position DESC
    OFFSET ${SOUGHT_ROWS - 1} LIMIT 1`.execute(trx);
  return { items, next: last[0]?.position ?? null };
}

/** One delivery with its attempts, the first one first. */
export async function findEndpointDelivery(
  trx: Transaction<Schema>,
  tenantId: Id,
  endpointId: Id,
  eventId: Id,
): Promise<(EndpointDeliveryRecord & { readonly log: readonly EndpointAttemptRecord[] }) | null> {
  const row = await deliveries(trx, stored(trx, tenantId, endpointId))
    .where('e.id', '=', eventId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const log = await trx
    .selectFrom('endpoint_attempts')
    .select(['attempt', 'outcome', 'answer_status as status', 'detail'])
    .select(['latency_ms as latencyMs', 'attempted_at as attemptedAt'])
    .where('tenant_id', '=', tenantId)
    .where('endpoint_id', '=', endpointId)
    .where('position', '=', row.sequence)
    .orderBy('attempt')
    .execute();
  return { ...row, sequence: Number(row.sequence), log };
}

/** Which events are sent to an endpoint again. */
export interface Redelivery {
  /** One event, or null for all of a time. */
  readonly eventId: Id | null;
  /** Of when they were recorded, in real time: from and until, the latter left out. */
  readonly from: Date | null;
  readonly until: Date | null;
  /** Those that have arrived, too; else those that have failed or were never handed to it. */
  readonly delivered: boolean;
}

/**
 * Has events of the feed sent to an endpoint, whatever was tried before: with attempts as for new
 * ones. Its filter counts, unless one event is named.
 *
 * @returns how many.
 */
export async function redeliver(
  trx: Transaction<Schema>,
  tenantId: Id,
  endpointId: Id,
  { eventId, from, until, delivered }: Redelivery,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    WITH again AS (
      INSERT INTO endpoint_deliveries AS d (tenant_id, endpoint_id, position, next_at)
      SELECT e.tenant_id, w.id, e.position, clock_timestamp()
      FROM webhook_endpoints w
      JOIN feed_events e ON e.tenant_id = w.tenant_id AND e.position IS NOT NULL
        AND (${eventId}::uuid IS NULL OR e.id = ${eventId}::uuid)
        AND (${from}::timestamptz IS NULL OR e.created_at >= ${from}::timestamptz)
        AND (${until}::timestamptz IS NULL OR e.created_at < ${until}::timestamptz)
        AND (${eventId}::uuid IS NOT NULL
          OR CASE WHEN w.event_types = '{}' THEN e.type <> 'campaign.progress'
               ELSE e.type = ANY (w.event_types) END)
      WHERE w.tenant_id = ${tenantId} AND w.id = ${endpointId}
      ORDER BY e.position
      ON CONFLICT (tenant_id, endpoint_id, position) DO UPDATE
      SET status = 'pending', tries = 0, next_at = excluded.next_at
      WHERE d.status = 'failed' OR (d.status = 'delivered' AND ${delivered}::boolean)
      RETURNING 1),
    woken AS (
      UPDATE webhook_endpoints w SET due_at = least(w.due_at, clock_timestamp())
      WHERE w.tenant_id = ${tenantId} AND w.id = ${endpointId}
        AND EXISTS (SELECT FROM again))
    SELECT count(*)::integer AS count FROM again`.execute(trx);
  return rows[0]?.count ?? 0;
}
