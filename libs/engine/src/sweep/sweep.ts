import type { Clock, JobPublisher } from '@cadenza/domain';
import { deliveryJob } from '../events/announcer.ts';
import type { EngineStore } from '../ports/store.ts';

export interface SweepOptions {
  readonly store: EngineStore;
  readonly publisher: JobPublisher;
  readonly clock: Clock;
  /** Real milliseconds after a hand-off's deadline at which its worker must have recorded it. */
  readonly answerGraceMs: number;
  /** See `SendOptions`. */
  readonly lookUpAfterMs: number;
  /** Real milliseconds a stored delivery may wait before it is handed to the queue again. */
  readonly deliveryGraceMs: number;
  /** Rows of each kind in one statement at most; of all but leases also in one sweep. */
  readonly limit: number;
}

export interface SweepResult {
  /** Actions whose job got lost, pending again. */
  readonly leases: number;
  /** Hand-offs whose worker never recorded an outcome, `unknown` now. */
  readonly unknown: number;
  /** Deliveries handed to the queue again. */
  readonly deliveries: number;
  /** Inbound mail handed to the queue again. */
  readonly inbound: number;
}

/**
 * Finds what crashes and lost queues leave behind, and brings it back from Postgres: leases that
 * ran out, hand-offs without an outcome, deliveries and inbound mail that nobody has processed.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { store } = options;
  const leases = await releaseLeases(options);

  const stale = await store.findStaleHandOffs(options.answerGraceMs, options.limit);
  const tenantIds = [...new Set(stale.map(({ tenantId }) => tenantId))];
  const unknown =
    stale.length === 0
      ? []
      : await store.transaction(tenantIds, (tx) =>
          tx.markUnknown(
            stale.map((ref) => ({
              ...ref,
              token: null,
              detail: 'no outcome was recorded before the deadline',
            })),
            options.lookUpAfterMs,
          ),
        );

  const waiting = await store.waitingDeliveries(options.deliveryGraceMs, options.limit);
  await options.publisher.publish('webhook-process', waiting.map(deliveryJob));
  const inbound = await store.waitingInbound(options.deliveryGraceMs, options.limit);
  await options.publisher.publish('inbound-process', inbound.map(deliveryJob));
  return {
    leases,
    unknown: unknown.length,
    deliveries: waiting.length,
    inbound: inbound.length,
  };
}

/** All that have run out: a queue that was emptied has lost everything at once. */
async function releaseLeases({ store, limit }: SweepOptions): Promise<number> {
  for (let all = 0; ;) {
    const released = await store.releaseExpiredLeases(limit);
    all += released;
    if (released < limit) return all;
  }
}
