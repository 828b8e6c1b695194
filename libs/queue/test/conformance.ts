import { newId, type NewJob } from '@cadenza/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createQueues,
  QueueUnavailableError,
  startConsumer,
  type Consumer,
  type ConsumerOptions,
  type JobContext,
  type JobHandler,
  type QueueBackend,
  type QueueLogger,
  type Queues,
  type QueuesOptions,
} from '../src/index.ts';

/** What the suite needs of a store of its own, empty at the start of each test. */
export interface Store {
  readonly backend: QueueBackend;
  /** The same store, written to without our checks. */
  addRaw(queue: string, jobId: string, data: unknown): Promise<void>;
  /** Stops the store as a crash would. */
  crash(): Promise<void>;
  /** Starts it again at the same place. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

interface Logged {
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const webhook = (jobId: string = newId()): NewJob<'webhook-process'> => ({
  jobId,
  data: { deliveryId: newId() },
});

/** A promise that the test settles. */
function signal<T = void>() {
  return Promise.withResolvers<T>();
}

/** The behaviour that both back ends have in common. */
export function describeQueues(name: string, openStore: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    let logged: Logged[];
    const queues: Queues[] = [];
    const consumers: Consumer[] = [];
    const log: QueueLogger = {
      warn: (fields, message) => void logged.push({ level: 'warn', fields, message }),
      error: (fields, message) => void logged.push({ level: 'error', fields, message }),
    };

    const publisher = (options: Partial<QueuesOptions> = {}) => {
      const made = createQueues({ backend: store.backend, log, ...options });
      queues.push(made);
      return made;
    };
    const consume = async (
      handler: JobHandler<'webhook-process'>,
      options: Partial<ConsumerOptions> = {},
    ) => {
      const consumer = await startConsumer('webhook-process', handler, {
        ...{ backend: store.backend, log, lockDurationMs: 2_000, stalledIntervalMs: 500 },
        ...options,
      });
      consumers.push(consumer);
      return consumer;
    };

    beforeEach(async () => {
      logged = [];
      store = await openStore();
    });
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.close(2_000)));
      await Promise.all(queues.splice(0).map((made) => made.close()));
      await store.close();
    });

    it('hands a job to the handler with its data, id and attempts', async () => {
      const seen = signal<[unknown, JobContext]>();
      const job = webhook();
      await publisher().publish('webhook-process', [job]);
      await consume((data, context) => {
        seen.resolve([data, context]);
        return Promise.resolve('done');
      });
      const [data, context] = await seen.promise;
      expect(data).toEqual(job.data);
      expect(context).toMatchObject({ jobId: job.jobId, attemptsMade: 0 });
      expect(context.signal.aborted).toBe(false);
    });

    it('keeps one job per id while it waits, and counts it', async () => {
      const made = publisher();
      const job = webhook('same-id');
      await made.publish('webhook-process', [job, job]);
      await made.publish('webhook-process', [job]);
      await made.publish('webhook-process', [{ ...webhook(), delayMs: 60_000 }]);
      await made.publish('webhook-process', [{ ...webhook(), priority: 7 }]);
      expect(await made.depths()).toEqual({
        'outreach-send': { waiting: 0, active: 0, delayed: 0 },
        'outreach-timeout': { waiting: 0, active: 0, delayed: 0 },
        'webhook-process': { waiting: 2, active: 0, delayed: 1 },
        'inbound-process': { waiting: 0, active: 0, delayed: 0 },
      });
    });

    it('gives what a closing consumer leaves to another one at once', async () => {
      const [taken, closing, again] = [signal(), signal(), signal<JobContext>()];
      const job = webhook();
      await publisher().publish('webhook-process', [job]);
      const leaving = await consume(async () => {
        taken.resolve();
        await closing.promise;
        return { delayMs: 0 };
      });
      await taken.promise;
      const closed = leaving.close(10_000);
      closing.resolve();
      expect(await closed).toBe(true);

      await consume((_data, context) => {
        again.resolve(context);
        return Promise.resolve('done');
      });
      expect(await again.promise).toMatchObject({ jobId: job.jobId, attemptsMade: 0 });
    });

    it('runs an id again that has been completed, and one that has failed', async () => {
      const made = publisher({ attempts: 1 });
      const runs: string[] = [];
      let ended = signal();
      await consume((_data, { jobId }) => {
        runs.push(jobId);
        ended.resolve();
        return jobId === 'fails'
          ? Promise.reject(new Error('on purpose'))
          : Promise.resolve('done');
      });
      for (const jobId of ['works', 'works', 'fails', 'fails']) {
        ended = signal();
        await expect
          .poll(async () => (await made.depths())['webhook-process'].active, { timeout: 5_000 })
          .toBe(0);
        await made.publish('webhook-process', [webhook(jobId)]);
        await ended.promise;
      }
      expect(runs).toEqual(['works', 'works', 'fails', 'fails']);
    });

    it('waits for a delay, and takes the sooner job first', async () => {
      const made = publisher();
      const order: [string, number][] = [];
      const both = signal();
      await consume((_data, { jobId }) => {
        order.push([jobId, Date.now()]);
        if (order.length === 2) both.resolve();
        return Promise.resolve('done');
      });
      const published = Date.now();
      await made.publish('webhook-process', [
        { ...webhook('later'), delayMs: 600 },
        { ...webhook('sooner'), delayMs: 200 },
      ]);
      await both.promise;
      expect(order.map(([jobId]) => jobId)).toEqual(['sooner', 'later']);
      expect((order[0]?.[1] ?? 0) - published).toBeGreaterThanOrEqual(195);
      expect((order[1]?.[1] ?? 0) - published).toBeGreaterThanOrEqual(595);
    });

    it('takes a thousand jobs in one call, and each runs once', async () => {
      const jobs = Array.from({ length: 1_000 }, () => webhook());
      await publisher().publish('webhook-process', jobs);
      const runs: string[] = [];
      const all = signal();
      await consume(
        (_data, { jobId }) => {
          runs.push(jobId);
          if (runs.length === jobs.length) all.resolve();
          return Promise.resolve('done');
        },
        { concurrency: 50 },
      );
      await all.promise;
      expect(new Set(runs)).toEqual(new Set(jobs.map((job) => job.jobId)));
      expect(runs).toHaveLength(jobs.length);
    });

    it('starts a failed job again as often as asked, and tells of it', async () => {
      const attempts: number[] = [];
      const last = signal();
      await publisher({ attempts: 3, backoffMs: 10 }).publish('webhook-process', [webhook('bad')]);
      await consume((_data, { attemptsMade }) => {
        attempts.push(attemptsMade);
        if (attempts.length === 3) last.resolve();
        return Promise.reject(new Error('on purpose'));
      });
      await last.promise;
      await expect.poll(() => logged.filter((entry) => entry.level === 'error')).toHaveLength(3);
      expect(attempts).toEqual([0, 1, 2]);
      expect(logged.at(-1)).toMatchObject({
        message: 'job failed',
        fields: { queue: 'webhook-process', jobId: 'bad' },
      });
    });

    it('starts a job later that its handler puts off, without counting an attempt', async () => {
      const starts: [number, number][] = [];
      const twice = signal();
      await publisher({ attempts: 1 }).publish('webhook-process', [webhook()]);
      await consume((_data, { attemptsMade }) => {
        starts.push([attemptsMade, Date.now()]);
        if (starts.length === 1) return Promise.resolve({ delayMs: 300 });
        twice.resolve();
        return Promise.resolve('done');
      });
      await twice.promise;
      expect(starts.map(([attemptsMade]) => attemptsMade)).toEqual([0, 0]);
      expect((starts[1]?.[1] ?? 0) - (starts[0]?.[1] ?? 0)).toBeGreaterThanOrEqual(295);
    });

    it('refuses bad jobs before publishing any, naming values and places', async () => {
      const made = publisher();
      const jobs = [
        webhook(),
        { jobId: 'a:b', data: { deliveryId: 'x1' }, delayMs: -1, priority: 1.5 },
        { jobId: '17', data: { deliveryId: newId(), more: 1 } },
      ];
      await expect(made.publish('webhook-process', jobs)).rejects.toMatchObject({
        name: 'InvalidInputError',
        problems: [
          { path: 'jobs[1].jobId', code: 'bad_job_id' },
          { path: 'jobs[1].delayMs', code: 'bad_delay' },
          { path: 'jobs[1].priority', code: 'bad_priority' },
          { path: 'jobs[1].data.deliveryId', message: '"x1" was refused: Invalid UUID' },
          { path: 'jobs[2].jobId', code: 'bad_job_id' },
          { path: 'jobs[2].data', code: 'unrecognized_keys' },
        ],
      });
      expect((await made.depths())['webhook-process'].waiting).toBe(0);
    });

    it('gives up bad data that it finds in the store, at once and by name', async () => {
      await store.addRaw('webhook-process', 'bad-data', { deliveryId: 42 });
      const good = signal();
      await publisher().publish('webhook-process', [webhook('good')]);
      const handled: string[] = [];
      await consume((_data, { jobId }) => {
        handled.push(jobId);
        good.resolve();
        return Promise.resolve('done');
      });
      await good.promise;
      expect(handled).toEqual(['good']);
      const failures = logged.filter((entry) => entry.level === 'error');
      expect(failures).toHaveLength(1);
      expect(String(failures[0]?.fields.err)).toContain(
        'job bad-data of webhook-process: data.deliveryId: 42 was refused',
      );
    });

    it('closes gracefully: running jobs end, waiting ones stay', async () => {
      const made = publisher();
      const started = signal();
      const release = signal();
      const ended: string[] = [];
      const consumer = await consume(async (_data, { jobId }) => {
        started.resolve();
        await release.promise;
        ended.push(jobId);
        return 'done';
      });
      await made.publish('webhook-process', [webhook('one'), webhook('two')]);
      await started.promise;
      const closing = consumer.close(10_000);
      release.resolve();
      expect(await closing).toBe(true);
      expect(ended).toEqual(['one']);
      expect((await made.depths())['webhook-process']).toEqual({
        waiting: 1,
        active: 0,
        delayed: 0,
      });
    });

    it('closes by force: signals are aborted, and another consumer gets the job', async () => {
      const made = publisher({ attempts: 1 });
      const started = signal();
      const consumer = await consume(async (_data, context) => {
        started.resolve();
        await new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(new Error('aborted')));
        });
        return 'done';
      });
      await made.publish('webhook-process', [webhook('handed-on')]);
      await started.promise;
      expect(await consumer.close(50)).toBe(false);

      const again = signal<JobContext>();
      await consume((_data, context) => {
        again.resolve(context);
        return Promise.resolve('done');
      });
      expect(await again.promise).toMatchObject({ jobId: 'handed-on', attemptsMade: 0 });
      expect(logged.filter((entry) => entry.level === 'error')).toEqual([]);
    });

    it('closes by force over a handler that hears nothing, whose job is recovered', async () => {
      const started = signal();
      const consumer = await consume(
        () => {
          started.resolve();
          return new Promise(() => undefined);
        },
        { lockDurationMs: 500 },
      );
      await publisher().publish('webhook-process', [webhook('stuck')]);
      await started.promise;
      expect(await consumer.close(50)).toBe(false);

      const again = signal<string>();
      await consume(
        (_data, { jobId }) => {
          again.resolve(jobId);
          return Promise.resolve('done');
        },
        { lockDurationMs: 500, stalledIntervalMs: 200 },
      );
      expect(await again.promise).toBe('stuck');
    });

    it('fails fast while the store is down, and publishes again when it is back', async () => {
      const used = publisher();
      await used.publish('webhook-process', [webhook()]);
      await store.crash();
      const fresh = publisher();
      for (const made of [used, fresh]) {
        const before = Date.now();
        const failing = made.publish('webhook-process', [webhook()]);
        await expect(failing).rejects.toBeInstanceOf(QueueUnavailableError);
        expect(Date.now() - before).toBeLessThan(2_000);
        await expect(made.depths()).rejects.toBeInstanceOf(QueueUnavailableError);
      }
      await store.revive();
      for (const made of [used, fresh]) {
        const publish = () => made.publish('webhook-process', [webhook()]).then(() => 'published');
        await expect.poll(publish, { timeout: 15_000, interval: 100 }).toBe('published');
      }
    });

    it('refuses to start a consumer while the store is down', async () => {
      await store.crash();
      await expect(
        consume(() => Promise.resolve('done'), { startTimeoutMs: 500 }),
      ).rejects.toBeInstanceOf(QueueUnavailableError);
      await store.revive();
    });

    it('goes on consuming after the store was restarted', async () => {
      const runs: string[] = [];
      let ran = signal();
      await consume((_data, { jobId }) => {
        runs.push(jobId);
        ran.resolve();
        return Promise.resolve('done');
      });
      const made = publisher();
      await made.publish('webhook-process', [webhook('before')]);
      await ran.promise;

      await store.crash();
      await store.revive();
      ran = signal();
      await expect
        .poll(() => made.publish('webhook-process', [webhook('after')]).then(() => 'published'), {
          timeout: 15_000,
        })
        .toBe('published');
      await ran.promise;
      expect(runs).toContain('after');
    });

    it('closes in bounded time while the store is down', async () => {
      const consumer = await consume(() => Promise.resolve('done'));
      const made = publisher({ publishTimeoutMs: 3_000 });
      await made.publish('webhook-process', [webhook()]);
      await store.crash();
      const before = Date.now();
      await Promise.all([consumer.close(500), made.close()]);
      expect(Date.now() - before).toBeLessThan(10_000);
      await expect(made.publish('webhook-process', [webhook()])).rejects.toThrow(
        'queue webhook-process is unavailable: closed',
      );
      await store.revive();
    });
  });
}
