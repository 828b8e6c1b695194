import { QUEUE_NAMES } from '@cadenza/domain';
import { Queue } from 'bullmq';
import { backendFactory, keyPrefix, type QueueBackend } from './backend.ts';
import type { QueueLogger } from './logger.ts';

/** The queues as BullMQ's own classes. */
export interface BullQueues {
  readonly queues: readonly Queue[];
  close(): Promise<void>;
}

/**
 * Opens the queues for a dashboard to look into: what publishes has `createQueues`. Calls fail while
 * the store is down, and work again when it is back.
 */
export function openBullQueues({
  backend,
  log,
}: {
  readonly backend: QueueBackend;
  readonly log: QueueLogger;
}): BullQueues {
  const queues = QUEUE_NAMES.map((name) => {
    const queue = new Queue(
      name,
      { connection: backend, ...keyPrefix(backend) },
      backendFactory('fail_fast'),
    );
    queue.on('error', (err) => log.warn({ queue: name, err }, 'queue connection'));
    // What a dashboard asks of a queue does not depend on the type of the store's description.
    return queue as unknown as Queue;
  });
  return {
    queues,
    async close() {
      await Promise.all(queues.map((queue) => queue.close().catch(() => queue.disconnect())));
    },
  };
}
