import { once } from 'node:events';
import { QUEUE_NAMES, type JobPublisher, type NewJob, type QueueName } from '@cadenza/domain';
import { Queue, type IQueueBackend, type JobsOptions } from 'bullmq';
import { backendFactory, keyPrefix, type QueueBackend } from './backend.ts';
import { QueueUnavailableError } from './errors.ts';
import { checkJobs } from './job-check.ts';
import type { QueueLogger } from './logger.ts';
import { settlesWithin } from './within.ts';

/** How many jobs a queue holds, by what they wait for. */
export interface QueueDepth {
  /** Ready to be taken. */
  readonly waiting: number;
  /** Held by a worker. */
  readonly active: number;
  /** Waiting for their time: new ones with a delay, and failed ones to be tried again. */
  readonly delayed: number;
}

/** The publishing side of all queues. */
export interface Queues extends JobPublisher {
  /**
   * @throws InvalidInputError for bad job data, ids or options: nothing of the call is published
   * @throws QueueUnavailableError when the store is down, at once or after `publishTimeoutMs`
   */
  publish<Q extends QueueName>(queue: Q, jobs: readonly NewJob<Q>[]): Promise<void>;
  /** @throws QueueUnavailableError */
  depths(): Promise<Record<QueueName, QueueDepth>>;
  /** Closes all connections. Workers are not touched. */
  close(): Promise<void>;
}

export interface QueuesOptions {
  readonly backend: QueueBackend;
  readonly log: QueueLogger;
  /** Real milliseconds that one call may take, 5,000 by default. */
  readonly publishTimeoutMs?: number;
  /**
   * How often a job whose handler throws is started in all, 3 by default. Postgres plans a job
   * again that was given up here, so this only bridges short trouble.
   */
  readonly attempts?: number;
  /** Real milliseconds before the second attempt, doubled each time; 1,000 by default. */
  readonly backoffMs?: number;
}

type BullQueue = Queue<
  unknown,
  unknown,
  string,
  unknown,
  unknown,
  string,
  IQueueBackend,
  QueueBackend
>;

/** Connects to the queues, each when it is first used. */
export function createQueues(options: QueuesOptions): Queues {
  const { backend, log, publishTimeoutMs = 5_000, attempts = 3, backoffMs = 1_000 } = options;
  const open = new Map<QueueName, Promise<BullQueue>>();
  let closed = false;

  const defaults: JobsOptions = {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs },
    // An id must be free again as soon as its job has ended: BullMQ ignores an id that it keeps.
    removeOnComplete: true,
    removeOnFail: true,
  };

  async function connect(name: QueueName): Promise<BullQueue> {
    const queue: BullQueue = new Queue(
      name,
      { connection: backend, ...keyPrefix(backend), defaultJobOptions: defaults },
      backendFactory('fail_fast'),
    );
    const listening = new AbortController();
    const failed = once(queue, 'error', { signal: listening.signal }).then(([error]) =>
      Promise.reject(error as Error),
    );
    queue.on('error', (error) => log.warn({ queue: name, err: error }, 'queue connection'));
    try {
      await Promise.race([queue.waitUntilReady(), failed]);
      return queue;
    } catch (error) {
      // BullMQ remembers a first connection that failed: the next call needs a new queue.
      open.delete(name);
      queue.close().catch(() => undefined);
      throw error;
    } finally {
      failed.catch(() => undefined);
      listening.abort();
    }
  }

  /** Does something with a queue, in the time that a call may take. */
  async function use<T>(name: QueueName, act: (queue: BullQueue) => Promise<T>): Promise<T> {
    try {
      if (closed) throw new Error('closed');
      const connected = open.get(name) ?? connect(name);
      open.set(name, connected);
      const result = connected.then(act);
      if (!(await settlesWithin(result, publishTimeoutMs))) {
        throw new Error(`no answer within ${publishTimeoutMs} ms`);
      }
      return await result;
    } catch (error) {
      throw new QueueUnavailableError(name, error);
    }
  }

  async function depth(name: QueueName): Promise<[QueueName, QueueDepth]> {
    const counts = await use(name, (queue) =>
      queue.getJobCounts('wait', 'prioritized', 'active', 'delayed'),
    );
    const { wait = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
    return [name, { waiting: wait + prioritized, active, delayed }];
  }

  return {
    async publish(name, jobs) {
      checkJobs(name, jobs);
      if (jobs.length === 0) return;
      const entries = jobs.map(({ jobId, data, delayMs = 0, priority = 0 }) => ({
        name,
        data,
        opts: { jobId, delay: delayMs, priority },
      }));
      await use(name, (queue) => queue.addBulk(entries));
    },
    async depths() {
      const all = await Promise.all(QUEUE_NAMES.map(depth));
      return Object.fromEntries(all) as Record<QueueName, QueueDepth>;
    },
    async close() {
      closed = true;
      const queues = await Promise.allSettled(open.values());
      open.clear();
      await Promise.all(
        queues.map(async (queue) => {
          if (queue.status === 'fulfilled') await closeQueue(queue.value, publishTimeoutMs);
        }),
      );
    },
  };
}

/** A store that is down keeps a polite good-bye waiting for ever. */
async function closeQueue(queue: BullQueue, patienceMs: number): Promise<void> {
  const closing = queue.close().catch(() => undefined);
  if (!(await settlesWithin(closing, patienceMs))) await queue.disconnect();
}
