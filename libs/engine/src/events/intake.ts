import { createHash } from 'node:crypto';
import { newId, type Id, type JobPublisher } from '@cadenza/domain';
import { createBatcher } from '../batch/batcher.ts';
import type { NewDelivery } from '../ports/deliveries.ts';
import type { EngineStore } from '../ports/store.ts';
import { createAnnouncer } from './announcer.ts';
import { DeliveryTimeoutError, within } from './within.ts';

/** A raw delivery as it came, verified by whoever hands it in. */
export type RawDelivery = Pick<NewDelivery, 'tenantId' | 'provider' | 'payload'>;

/** Keeps raw deliveries, many of them in one statement, and hands them to the queue. */
export interface DeliveryIntake {
  /**
   * Once this resolves the delivery is committed: the provider may be told so. The queue is not
   * waited for, since a sweep finds what it was not told of.
   *
   * @returns the delivery's id, or null where the same bytes had been stored before.
   * @throws DeliveryTimeoutError, or what the store said of this very delivery
   */
  add(delivery: RawDelivery): Promise<Id | null>;
  /** Tells the queue of nothing more, and waits for the call that is under way. */
  close(): Promise<void>;
}

export interface IntakeOptions {
  readonly store: Pick<EngineStore, 'storeDeliveries'>;
  readonly publisher: JobPublisher;
  /** Real milliseconds in which a delivery must be committed. */
  readonly timeoutMs: number;
  /** The queue did not take so many deliveries; a sweep finds them. */
  readonly onQueueError: (error: unknown, deliveries: number) => void;
}

/**
 * Deliveries and bytes of one statement at most, and statements under way at once: one that waits
 * for another's commit of the same bytes does not hold up all.
 */
const BATCH = { size: 50, weight: 8_000_000, concurrency: 2 };

interface Waiting {
  readonly delivery: NewDelivery;
  /** Nobody waits for it any more: its provider was told to come back. */
  givenUp: boolean;
}

export function createIntake(options: IntakeOptions): DeliveryIntake {
  const { store, timeoutMs } = options;
  const announcer = createAnnouncer({ ...options, queue: 'webhook-process' });

  async function storeAll(
    items: readonly Waiting[],
  ): Promise<(Id | null | DeliveryTimeoutError)[]> {
    const wanted = items.filter(({ givenUp }) => !givenUp).map(({ delivery }) => delivery);
    if (wanted.length === 0) return items.map(() => null);
    try {
      const stored = await within(store.storeDeliveries(wanted), timeoutMs);
      announcer.add(wanted.filter(({ id }) => stored.has(id)));
      return items.map(({ delivery }) => (stored.has(delivery.id) ? delivery.id : null));
    } catch (error) {
      // It is nobody's fault among them, so nothing would be won by trying them one by one.
      if (error instanceof DeliveryTimeoutError) return items.map(() => error);
      throw error;
    }
  }

  const batcher = createBatcher(storeAll, {
    ...BATCH,
    weigh: ({ delivery }: Waiting) => delivery.payload.length,
  });

  return {
    async add(raw) {
      const hash = createHash('sha256').update(raw.payload).digest();
      const waiting: Waiting = {
        delivery: { ...raw, id: newId(), hash },
        givenUp: false,
      };
      try {
        const result = await within(batcher.add(waiting), timeoutMs);
        if (result instanceof DeliveryTimeoutError) throw result;
        return result;
      } finally {
        waiting.givenUp = true;
      }
    },
    close: () => announcer.close(),
  };
}
