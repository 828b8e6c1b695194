import type { JobDataByQueue, QueueName } from '@cadenza/domain';
import {
  DelayedError,
  UnrecoverableError,
  WaitingError,
  Worker,
  type IQueueBackend,
  type Job,
} from 'bullmq';
import { backendFactory, keyPrefix, type QueueBackend } from './backend.ts';
import { QueueUnavailableError } from './errors.ts';
import { asJobData, dataProblems } from './job-check.ts';
import type { QueueLogger } from './logger.ts';
import { settlesWithin } from './within.ts';

/** What a handler is told besides the data. */
export interface JobContext {
  readonly jobId: string;
  /** Failures of this job so far. */
  readonly attemptsMade: number;
  /** Aborted when the consumer is forced to close, and when another worker may have the job. */
  readonly signal: AbortSignal;
}

/** How a handler ended: done, or to be started again later, which counts as no attempt. */
export type JobResult = 'done' | { readonly delayMs: number };

/** Throwing makes BullMQ start the job again, until its attempts are used up. */
export type JobHandler<Q extends QueueName> = (
  data: JobDataByQueue[Q],
  context: JobContext,
) => Promise<JobResult>;

export interface ConsumerOptions {
  readonly backend: QueueBackend;
  readonly log: QueueLogger;
  /** Jobs handled at the same time, 1 by default. */
  readonly concurrency?: number;
  /**
   * Real milliseconds, 30,000 by default, for which a job belongs to its worker without a sign of
   * life; renewed at half-time. Short ones find a dead worker sooner, long ones bear a busy one.
   */
  readonly lockDurationMs?: number;
  /** Real milliseconds between looks for jobs of dead workers, 15,000 by default. */
  readonly stalledIntervalMs?: number;
  /** Real milliseconds in which the store must answer at the start, 10,000 by default. */
  readonly startTimeoutMs?: number;
}

export interface Consumer {
  /**
   * Takes no more jobs, and waits for those that run. After `timeoutMs` real milliseconds their
   * signals are aborted, and what still does not end goes to another worker when its lock has run
   * out. May be called again.
   *
   * @returns whether every job had ended by itself
   */
  close(timeoutMs: number): Promise<boolean>;
}

/**
 * Postgres bounds how often a step is tried. BullMQ's own bound would give a job up because of the
 * workers that died with it.
 */
const MAX_STALLED_COUNT = 1_000_000;
/** How long a worker waits before it asks a store again that has just failed. */
const RETRY_DELAY_MS = 1_000;
/** What handlers get between the abort of their signal and the end of the connection. */
const ABORT_GRACE_MS = 1_000;

type BullJob = Job<unknown, unknown>;

/**
 * Starts handling the jobs of a queue, and goes on through outages of the store.
 *
 * @throws QueueUnavailableError when the store cannot be reached at the start
 */
export async function startConsumer<Q extends QueueName>(
  queue: Q,
  handler: JobHandler<Q>,
  options: ConsumerOptions,
): Promise<Consumer> {
  const { backend, log, startTimeoutMs = 10_000 } = options;
  let running = 0;
  let forced = false;

  async function handle(
    job: BullJob,
    token: string | undefined,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<void> {
    const jobId = job.id ?? '';
    const data = asJobData(queue, job.data);
    if (data === null) {
      const [problem] = dataProblems(queue, job.data);
      throw new UnrecoverableError(
        `job ${jobId} of ${queue}: ${problem?.path ?? 'data'}: ${problem?.message ?? 'refused'}`,
      );
    }
    let result: JobResult;
    try {
      result = await handler(data, { jobId, signal, attemptsMade: job.attemptsMade });
    } catch (error) {
      if (!forced) throw error;
      // Ended because we asked for it: no failure, and another worker may have it at once.
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (result !== 'done') {
      await job.moveToDelayed(Date.now() + result.delayMs, token);
      throw new DelayedError();
    }
  }

  const worker = new Worker<unknown, void, string, IQueueBackend, never, QueueBackend>(
    queue,
    // BullMQ passes a signal to a function that declares three parameters, without defaults.
    async (job, token, signal) => {
      running += 1;
      try {
        await handle(job, token, signal);
      } finally {
        running -= 1;
      }
    },
    {
      connection: backend,
      ...keyPrefix(backend),
      autorun: false,
      concurrency: options.concurrency ?? 1,
      lockDuration: options.lockDurationMs ?? 30_000,
      stalledInterval: options.stalledIntervalMs ?? 15_000,
      maxStalledCount: MAX_STALLED_COUNT,
      runRetryDelay: RETRY_DELAY_MS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
    backendFactory('wait'),
  );
  worker.on('error', (error) => log.warn({ queue, err: error }, 'queue worker'));
  worker.on('failed', (job, error) => {
    log.error({ queue, jobId: job?.id, attemptsMade: job?.attemptsMade, err: error }, 'job failed');
  });
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, 'the lock of the job was lost');
  });

  try {
    if (!(await settlesWithin(worker.waitUntilReady(), startTimeoutMs))) {
      throw new Error(`no connection within ${startTimeoutMs} ms`);
    }
  } catch (error) {
    worker.close(true).catch(() => undefined);
    throw new QueueUnavailableError(queue, error);
  }
  worker.run().catch((error: unknown) => log.error({ queue, err: error }, 'queue worker ended'));

  async function shutDown(timeoutMs: number): Promise<boolean> {
    // Also waits until the store knows how the running jobs have ended.
    const paused = worker.pause().catch((error: unknown) => {
      log.warn({ queue, err: error }, 'queue worker while closing');
    });
    if (!(await settlesWithin(paused, timeoutMs)) && running > 0) {
      forced = true;
      worker.cancelAllJobs('the worker is shut down');
      await settlesWithin(paused, ABORT_GRACE_MS);
    }
    await settlesWithin(worker.close(true), ABORT_GRACE_MS);
    return !forced;
  }

  let closing: Promise<boolean> | null = null;
  return {
    close(timeoutMs) {
      closing ??= shutDown(timeoutMs);
      return closing;
    },
  };
}
