import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@cadenza/database';
import { sql } from 'kysely';
import type { FuzzReport } from './report.ts';

/** Real milliseconds without any progress after which what waits is taken to wait for good. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 500;

/** Waits until every delivery is processed or put aside, or nothing moves any more. */
export async function drained(db: Database, onLook: () => Promise<void>): Promise<void> {
  let least = Infinity;
  let moved = performance.now();
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      SELECT count(*) AS waiting FROM webhook_deliveries WHERE status = 'received'`.execute(db);
    const waiting = rows[0]?.waiting ?? 0;
    if (waiting === 0) return;
    if (waiting < least) {
      least = waiting;
      moved = performance.now();
    }
    if (performance.now() - moved > PATIENCE_MS) return;
    await onLook();
    await delay(LOOK_MS);
  }
}

/** Compares what was taken with what is there. */
export async function account(
  db: Database,
  taken: ReadonlySet<string>,
): Promise<Pick<FuzzReport, 'deliveries' | 'reasons'>> {
  const { rows } = await sql<{ owner: string; status: string; attempts: number }>`
    SELECT coalesce(tenant_id::text, 'platform') || ' ' || encode(payload_hash, 'hex') AS owner,
      status, attempts
    FROM webhook_deliveries`.execute(db);
  const there = new Set(rows.map(({ owner }) => owner));
  const of = (status: string) => rows.filter((row) => row.status === status).length;
  const { rows: reasons } = await sql<{ reason: string; count: number }>`
    SELECT regexp_replace(reason, '^.*: expected', '…: expected') AS reason, count(*) AS count
    FROM (
      SELECT reason FROM quarantined_events
      UNION ALL SELECT error FROM webhook_deliveries WHERE error IS NOT NULL) all_reasons
    GROUP BY 1`.execute(db);
  return {
    deliveries: {
      taken: taken.size,
      processed: of('processed'),
      quarantined: of('quarantined'),
      waiting: of('received'),
      missing: [...taken].filter((key) => !there.has(key)).length,
      surplus: [...there].filter((key) => !taken.has(key)).length,
      triedAgain: rows.filter(({ attempts }) => attempts > 1).length,
    },
    reasons: new Map(reasons.map(({ reason, count }) => [reason, count])),
  };
}
