import type { JobPublisher, NewJob } from '@cadenza/domain';
import type { DeliveryRef } from '../ports/refs.ts';

/** Tells the queue of stored deliveries, and keeps nobody waiting for it. */
export interface Announcer {
  add(deliveries: readonly DeliveryRef[]): void;
  /** Forgets what waits, and waits for the call that is under way. */
  close(): Promise<void>;
}

/** Deliveries that wait to be announced at most: of those beyond it the sweep knows. */
const MOST_WAITING = 1_000;

/** The queues of what has been stored as it came: events and inbound mail. */
export type DeliveryQueue = 'webhook-process' | 'inbound-process';

/** The job that processes a delivery; a second one of the same delivery is none. */
export function deliveryJob({ id, tenantId }: DeliveryRef): NewJob<DeliveryQueue> {
  return {
    jobId: id,
    data: tenantId === null ? { deliveryId: id } : { deliveryId: id, tenantId },
  };
}

/**
 * One call is under way at a time, and what comes meanwhile shares the next one: a queue that is
 * slow or down costs a bounded memory and nobody's time.
 */
export function createAnnouncer(options: {
  readonly queue: DeliveryQueue;
  readonly publisher: JobPublisher;
  readonly onQueueError: (error: unknown, deliveries: number) => void;
}): Announcer {
  let waiting: DeliveryRef[] = [];
  let leftOut = 0;
  let underWay: Promise<void> | null = null;

  async function announce(): Promise<void> {
    while (waiting.length > 0) {
      const deliveries = waiting;
      waiting = [];
      try {
        await options.publisher.publish(options.queue, deliveries.map(deliveryJob));
      } catch (error) {
        options.onQueueError(error, deliveries.length);
      }
      if (leftOut > 0) {
        options.onQueueError(new Error(`more than ${MOST_WAITING} waited for the queue`), leftOut);
        leftOut = 0;
      }
    }
  }

  function start(): void {
    if (waiting.length === 0) return;
    underWay ??= announce().finally(() => {
      underWay = null;
      start();
    });
  }

  return {
    add(deliveries) {
      const room = MOST_WAITING - waiting.length;
      waiting.push(...deliveries.slice(0, room));
      leftOut += Math.max(0, deliveries.length - room);
      start();
    },
    async close() {
      waiting = [];
      await underWay;
    },
  };
}
