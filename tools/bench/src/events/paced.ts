import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@cadenza/database';
import { sql } from 'kysely';
import { percentile } from '../measure/figures.ts';
import type { SignedBody } from './deliveries.ts';
import type { Poster } from './post.ts';

export interface PacedReading {
  readonly deliveries: number;
  readonly perSecond: number;
  /** Milliseconds from the post to its answer. */
  readonly answered: Readonly<Record<'p50' | 'p95' | 'longest', number>>;
  /** Milliseconds from the post to the end of the transaction that processed it, but for its commit. */
  readonly processed: Readonly<Record<'p50' | 'p95' | 'longest', number>>;
}

/** Posts deliveries at an even rate, whatever becomes of those before. */
export async function measurePaced(
  db: Database,
  poster: Poster,
  bodies: readonly SignedBody[],
  perSecond: number,
): Promise<PacedReading> {
  const { rows } = await sql<{ now: number }>`SELECT epoch_ms(clock_timestamp()) AS now`.execute(
    db,
  );
  const since = rows[0]?.now ?? 0;
  const begun = performance.now();
  const posts: { readonly at: number; readonly answeredMs: number }[] = [];
  const open: Promise<void>[] = [];
  for (const [nth, body] of bodies.entries()) {
    await delay(Math.max(0, begun + (nth * 1_000) / perSecond - performance.now()));
    const at = Date.now();
    const posted = performance.now();
    open.push(
      poster.post(body).then(() => {
        posts.push({ at, answeredMs: performance.now() - posted });
      }),
    );
  }
  await Promise.all(open);
  await allProcessed(db);
  // Deliveries are stored in the order in which they were posted, but for those on the way together.
  const stored = await sql<{ at: number }>`
    SELECT epoch_ms(processed_at) AS at FROM webhook_deliveries
    WHERE received_at >= from_epoch_ms(${since}) ORDER BY received_at`.execute(db);
  const ends = stored.rows.map(({ at }) => at);
  const starts = posts.map(({ at }) => at).sort((a, b) => a - b);
  return {
    deliveries: bodies.length,
    perSecond,
    answered: spread(posts.map(({ answeredMs }) => answeredMs)),
    processed: spread(ends.map((end, index) => end - (starts[index] ?? end))),
  };
}

function spread(values: readonly number[]) {
  return {
    p50: percentile(values, 0.5),
    p95: percentile(values, 0.95),
    longest: percentile(values, 1),
  };
}

const POLL_MS = 20;
/** Nothing more is processed for so long: something is wrong. */
const PATIENCE_MS = 60_000;

/** Waits until no delivery is waiting to be processed. */
export async function allProcessed(db: Database): Promise<void> {
  let least = Infinity;
  let progressAt = performance.now();
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      SELECT count(*)::integer AS waiting FROM webhook_deliveries
      WHERE status = 'received'`.execute(db);
    const waiting = rows[0]?.waiting ?? 0;
    if (waiting === 0) return;
    if (waiting < least) [least, progressAt] = [waiting, performance.now()];
    if (performance.now() > progressAt + PATIENCE_MS) {
      throw new Error(`${waiting} deliveries are not processed`);
    }
    await delay(POLL_MS);
  }
}
