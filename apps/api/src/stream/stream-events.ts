import { feedBounds, readFeed, wantFeedFor, type FeedEventRecord } from '@cadenza/database';
import { setTimeout as delay } from 'node:timers/promises';
import { callerHolds } from '../http/caller-holds.ts';
import type { RouteContext } from '../http/route.ts';
import { QUEUE_DEPTHS, type ReadDepths } from './queue-depths.ts';
import { sseEvent, sseHeartbeat, sseRetry } from './sse.ts';

/** Real milliseconds. The feed is wanted for an hour after the last stream, for those who come back. */
const LEASE = { ms: 3_600_000, renewalMs: 300_000 };
const POLL_MS = 500;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
const DEPTHS_MS = 2_000;
/** Events read at once. */
const PAGE = 500;

export interface StreamOptions {
  /** The position of the last event that the client has; null: it has none. */
  readonly after: number | null;
  readonly wants: (event: FeedEventRecord) => boolean;
  /** Read every two seconds, and told where they have changed; null: they are not wanted. */
  readonly depths: ReadDepths | null;
  /** Fires when the process stops, or the client has gone. */
  readonly stopping: AbortSignal;
}

type Context = Pick<RouteContext<unknown, unknown, unknown>, 'tenantId' | 'caller' | 'tx'>;

/** Where a stream begins, and whether the client has missed something before that. */
export interface StreamStart {
  readonly position: number;
  readonly isReset: boolean;
}

/** Has the feed written, and finds the place in it from which on nothing is missing. */
export async function startStream(
  { tenantId, tx }: Context,
  after: number | null,
): Promise<StreamStart> {
  const bounds = await tx(async (trx) => {
    await wantFeedFor(trx, tenantId, LEASE.ms);
    return feedBounds(trx, tenantId);
  });
  const { from, to } = bounds ?? { from: 0, to: 0 };
  if (after === null) return { position: to, isReset: false };
  const isKept = after >= from && after <= to;
  return { position: isKept ? after : to, isReset: !isKept };
}

/**
 * What happens to a tenant from a position on, as server-sent events, until its caller’s credential ends, the process
 * stops, or nobody reads any more.
 */
export async function* streamEvents(
  context: Context,
  start: StreamStart,
  { wants, depths, stopping }: Omit<StreamOptions, 'after'>,
): AsyncGenerator<string> {
  const { tenantId, caller, tx } = context;
  let { position } = start;
  let [renewedAt, saidAt] = [performance.now(), performance.now()];
  let [askedAt, toldDepths] = [-Infinity, ''];
  yield sseRetry(RETRY_MS);
  yield sseEvent(start.isReset ? 'reset' : 'ready', { sequence: position }, position);
  while (!stopping.aborted) {
    const renews = performance.now() - renewedAt > LEASE.renewalMs;
    const { holds, events } = await tx(async (trx) => {
      if (renews) await wantFeedFor(trx, tenantId, LEASE.ms);
      return {
        holds: await callerHolds(trx, caller),
        events: await readFeed(trx, tenantId, position, PAGE),
      };
    });
    if (renews) renewedAt = performance.now();
    if (!holds) {
      yield sseEvent('end', { reason: 'What it was opened with has ended.' });
      return;
    }
    for (const event of events) {
      position = event.position;
      if (!wants(event)) continue;
      saidAt = performance.now();
      const { type, occurredAt, data } = event;
      yield sseEvent(type, { id: event.id, timestamp: occurredAt, data }, position);
    }
    if (depths !== null && performance.now() - askedAt > DEPTHS_MS) {
      askedAt = performance.now();
      const queues = await depths();
      const told = JSON.stringify(queues);
      if (queues !== null && told !== toldDepths) {
        [toldDepths, saidAt] = [told, askedAt];
        // Without an id: it is nothing to go on after.
        yield sseEvent(QUEUE_DEPTHS, { queues });
      }
    }
    if (events.length === PAGE) continue;
    if (performance.now() - saidAt > HEARTBEAT_MS) {
      saidAt = performance.now();
      yield sseHeartbeat(position);
    }
    // Rejects where it fires meanwhile, which the loop sees.
    await delay(POLL_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}
