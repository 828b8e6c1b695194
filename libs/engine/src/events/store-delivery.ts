import { createHash } from 'node:crypto';
import type { Id, JobPublisher } from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';

/**
 * Keeps a raw, verified delivery and hands it to the queue. Once this answers, the delivery is
 * committed: the provider may be told so. That the queue is down is no reason to refuse it, since
 * a sweep finds what nobody has processed.
 *
 * @returns the delivery's id, or null where the same bytes had been stored before.
 */
export async function storeDelivery(
  payload: Buffer,
  options: {
    readonly store: EngineStore;
    readonly publisher: JobPublisher;
    readonly onQueueError: (error: unknown) => void;
  },
): Promise<Id | null> {
  const hash = createHash('sha256').update(payload).digest();
  const id = await options.store.storeDelivery(payload, hash);
  if (id === null) return null;
  try {
    await options.publisher.publish('webhook-process', [{ jobId: id, data: { deliveryId: id } }]);
  } catch (error) {
    options.onQueueError(error);
  }
  return id;
}
