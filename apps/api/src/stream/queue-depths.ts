import type { Runtime } from '@cadenza/runtime';

/** The stream's own type: how much the queues hold. It is in no feed, and no webhook tells of it. */
export const QUEUE_DEPTHS = 'queue.depths';

/** How many jobs each queue holds, by what they wait for. */
export type Depths = Awaited<ReturnType<Runtime['queues']['depths']>>;

/** Reads the depths of the queues; null while nobody can tell. */
export type ReadDepths = () => Promise<Depths | null>;

/** Real milliseconds for which one reading serves all streams of a process. */
const FRESH_MS = 1_000;

/** Asks the queues, so often at most, however many streams want to know. */
export function createDepthReader(
  queues: Pick<Runtime['queues'], 'depths'>,
  now: () => number = () => performance.now(),
): ReadDepths {
  let reading: Promise<Depths | null> = Promise.resolve(null);
  let readAt = -Infinity;
  return () => {
    if (now() - readAt >= FRESH_MS) {
      readAt = now();
      // A queue that is down is no reason to end what else a stream tells.
      reading = queues.depths().catch(() => null);
    }
    return reading;
  };
}
