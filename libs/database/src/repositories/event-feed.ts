import type { FeedEventType, Id } from '@cadenza/domain';
import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/**
 * Has events written for a tenant as long as it has an endpoint. What happens from the commit on is
 * there. Call it with every endpoint that is made.
 */
export async function wantFeedForGood(trx: Transaction<Schema>, tenantId: Id): Promise<void> {
  await want(trx, tenantId, sql`'infinity'`);
}

/**
 * The same for some time, for those who listen. It is said again well before it ends: in its last
 * minute it counts as over.
 *
 * @param leaseMs real milliseconds.
 */
export async function wantFeedFor(
  trx: Transaction<Schema>,
  tenantId: Id,
  leaseMs: number,
): Promise<void> {
  await want(
    trx,
    tenantId,
    sql`clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond'`,
  );
}

/** A feed that was not written for a while begins anew: a position is left out, for readers to see. */
async function want(
  trx: Transaction<Schema>,
  tenantId: Id,
  until: ReturnType<typeof sql>,
): Promise<void> {
  await sql`
    INSERT INTO event_feeds AS f (tenant_id, wanted_until) VALUES (${tenantId}, ${until})
    ON CONFLICT (tenant_id) DO UPDATE SET
      wanted_until = greatest(f.wanted_until, excluded.wanted_until),
      position = f.position + (${OVER})::integer,
      unbroken_from = CASE WHEN ${OVER} THEN f.position + 1 ELSE f.unbroken_from END`.execute(trx);
}

const OVER = sql`(f.wanted_until < clock_timestamp() + interval '1 minute')`;

/**
 * Keeps others from adding and deleting endpoints until the transaction ends. Whoever deletes one begins
 * with it: only then does what it reads afterwards hold until it commits, and the relay, which passes
 * over feeds that somebody has, comes to nothing of this tenant meanwhile, however much goes with the
 * endpoint. It is also the order in which the relay locks: the feed, then its endpoints.
 */
export async function lockFeed(trx: Transaction<Schema>, tenantId: Id): Promise<void> {
  await sql`SELECT FROM event_feeds WHERE tenant_id = ${tenantId} FOR UPDATE`.execute(trx);
}

/**
 * Lets a feed end, a while after its last endpoint is gone: whoever listens says so before. The feed
 * must be locked by an earlier statement: one that waited for the lock would look for endpoints as it
 * began, without those that were added meanwhile.
 */
export async function endFeedWithoutEndpoints(
  trx: Transaction<Schema>,
  tenantId: Id,
  leaseMs: number,
): Promise<void> {
  await sql`
    UPDATE event_feeds f
    SET wanted_until = clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond'
    WHERE f.tenant_id = ${tenantId} AND NOT EXISTS (
      SELECT FROM webhook_endpoints w WHERE w.tenant_id = f.tenant_id)`.execute(trx);
}

/** An event of the feed. */
export interface FeedEventRecord {
  readonly position: number;
  readonly id: Id;
  readonly type: FeedEventType;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}

/** How far a feed goes; null where there is none. */
export async function feedBounds(
  trx: Transaction<Schema>,
  tenantId: Id,
): Promise<{ readonly from: number; readonly to: number } | null> {
  const row = await trx
    .selectFrom('event_feeds')
    .select(['unbroken_from', 'position'])
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
  return row === undefined ? null : { from: Number(row.unbroken_from), to: Number(row.position) };
}

/** What happened after a position, in its order. */
export async function readFeed(
  trx: Transaction<Schema>,
  tenantId: Id,
  after: number,
  limit: number,
): Promise<FeedEventRecord[]> {
  const rows = await trx
    .selectFrom('feed_events')
    .select(['position', 'id', 'type', 'data', 'occurred_at as occurredAt'])
    .where('tenant_id', '=', tenantId)
    .where('position', '>', String(after))
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}
