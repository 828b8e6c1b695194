import type { Id } from '@cadenza/domain';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import type { AuditEntry } from './audit.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';

/** `events`: webhooks of events, whole or in part; `inbound`: mail that came in. */
export type QuarantineKind = 'events' | 'inbound';

/** A delivery that was put aside, or of which parts were. */
export interface QuarantinedDelivery {
  readonly kind: QuarantineKind;
  readonly id: Id;
  /** Null: it came to the platform's own address, and may speak of any tenants. */
  readonly tenantId: Id | null;
  /** Events or elements of it that were put aside, up to `MOST_PARTS`: so many or more; null: all of it. */
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

/** Which deliveries are wanted. */
export interface QuarantineQuery {
  /** Null: whichever. */
  readonly ids?: readonly Id[] | null;
  /** Of this tenant's own account alone; null: anybody's. */
  readonly ownerId?: Id | null;
}

/** Parts of a delivery that are counted. */
export const MOST_PARTS = 1_000;

/**
 * A page of what is in quarantine, the newest first, as far as the role sees it: an API its tenant's,
 * a worker the platform's besides, and those of the tenants that its transaction is bound to. It reads as
 * many deliveries as it shows, by their indexes, and of each no more parts than it counts.
 */
export async function listQuarantined(
  trx: Transaction<Schema>,
  query: QuarantineQuery,
  page: PageRequest,
): Promise<Page<QuarantinedDelivery>> {
  const wanted = (id: RawBuilder<unknown>) => conditions(id, query, page.after);
  const most = page.limit + 1;
  const { rows } = await sql<Row>`
    WITH RECURSIVE in_part AS (
      (SELECT d.delivery_id AS id FROM quarantined_events d
        WHERE ${wanted(sql`d.delivery_id`)} ORDER BY d.delivery_id DESC LIMIT 1)
      UNION ALL
      -- From one delivery to the next, over all its parts at once.
      SELECT (
        SELECT d.delivery_id FROM quarantined_events d
        WHERE ${wanted(sql`d.delivery_id`)} AND d.delivery_id < p.id
        ORDER BY d.delivery_id DESC LIMIT 1)
      FROM in_part p WHERE p.id IS NOT NULL),
    page AS MATERIALIZED (
      SELECT * FROM (
        (SELECT 'events' AS kind, p.id FROM in_part p WHERE p.id IS NOT NULL LIMIT ${most})
        UNION
        (SELECT 'events', d.id FROM webhook_deliveries d
          WHERE d.status = 'quarantined' AND ${wanted(sql`d.id`)}
          ORDER BY d.id DESC LIMIT ${most})
        UNION
        (SELECT 'inbound', d.id FROM inbound_deliveries d
          WHERE d.status = 'quarantined' AND ${wanted(sql`d.id`)}
          ORDER BY d.id DESC LIMIT ${most})) aside
      ORDER BY id DESC
      LIMIT ${most})
    SELECT p.kind, d.id, d.tenant_id,
      CASE d.status WHEN 'quarantined' THEN NULL ELSE aside.parts END AS parts,
      coalesce(CASE d.status WHEN 'quarantined' THEN d.error END, aside.reason) AS reason,
      d.attempts, d.received_at
    FROM page p JOIN webhook_deliveries d ON d.id = p.id
    CROSS JOIN LATERAL (
      SELECT count(*)::integer AS parts, (array_agg(q.reason ORDER BY q.position))[1] AS reason
      FROM (
        SELECT position, reason FROM quarantined_events
        WHERE delivery_id = p.id ORDER BY position LIMIT ${MOST_PARTS}) q) aside
    WHERE p.kind = 'events'
    UNION ALL
    SELECT p.kind, d.id, d.tenant_id, NULL, d.error, d.attempts, d.received_at
    FROM page p JOIN inbound_deliveries d ON d.id = p.id
    WHERE p.kind = 'inbound'
    ORDER BY id DESC`.execute(trx);
  return pageOf(
    rows.map(({ tenant_id: tenantId, received_at: receivedAt, ...row }) => ({
      ...row,
      tenantId,
      receivedAt,
    })),
    page,
  );
}

/** Left out where nothing is asked, so that what is asked is found by an index. */
function conditions(
  id: RawBuilder<unknown>,
  { ids = null, ownerId = null }: QuarantineQuery,
  after: Id | null,
): RawBuilder<unknown> {
  const all = [
    ids === null ? [] : [sql`${id} = ANY (${ids}::uuid[])`],
    ownerId === null ? [] : [sql`d.tenant_id = ${ownerId}`],
    after === null ? [] : [sql`${id} < ${after}`],
  ].flat();
  return all.length === 0 ? sql`true` : sql.join(all, sql` AND `);
}

/** A part of a delivery that was put aside. */
export interface QuarantinedPart {
  /** Its place in the delivery, from 0. */
  readonly position: number;
  readonly reason: string;
}

/** The first parts of a delivery that were put aside, in their order. */
export function quarantinedParts(
  trx: Transaction<Schema>,
  tenantId: Id,
  deliveryId: Id,
  limit: number,
): Promise<QuarantinedPart[]> {
  return trx
    .selectFrom('quarantined_events')
    .select(['position', 'reason'])
    .where('tenant_id', '=', tenantId)
    .where('delivery_id', '=', deliveryId)
    .orderBy('position')
    .limit(limit)
    .execute();
}

/**
 * Lets the event-worker process deliveries of events again, from their first attempt on. What was
 * recorded of them before stays as it is, and what cannot be used is put aside anew.
 */
export async function retryEvents(trx: Transaction<Schema>, ids: readonly Id[]): Promise<void> {
  await sql`
    DELETE FROM quarantined_events WHERE delivery_id = ANY (${ids}::uuid[])`.execute(trx);
  await sql`
    UPDATE webhook_deliveries
    SET status = 'received', attempts = 0, error = NULL, processed_at = NULL
    WHERE id = ANY (${ids}::uuid[])`.execute(trx);
}

/** What the audit log says of a delivery that was taken out of quarantine. */
export function quarantineEntry(
  { kind, id, reason }: Pick<QuarantinedDelivery, 'kind' | 'id' | 'reason'>,
  action: 'retried' | 'dropped',
  actor: string,
): AuditEntry {
  return {
    actor,
    action: `delivery.${action}`,
    entity: 'delivery',
    entityId: id,
    before: { kind, reason },
    after: null,
  };
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
