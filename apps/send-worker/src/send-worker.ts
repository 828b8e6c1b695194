import type { BounceList, MailProvider, RateLimiter } from '@cadenza/domain';
import { createMessageRenderer, createSender, type SendOptions } from '@cadenza/engine';
import { startConsumer, type ConsumerOptions, type QueueLogger } from '@cadenza/queue';
import type { Runtime } from '@cadenza/runtime';
import type { Metrics } from '@cadenza/telemetry';
import { measuredProvider } from './measured-provider.ts';

export interface SendWorkerOptions {
  readonly runtime: Runtime;
  readonly limiter: RateLimiter;
  readonly provider: MailProvider;
  readonly bounces: BounceList;
  readonly log: QueueLogger;
  readonly metrics: Metrics;
  /** Hand-offs under way at once. */
  readonly concurrency: number;
  readonly publicUrl: string;
  readonly unsubscribeKey: { readonly keyId: string; readonly secret: string };
  readonly handOffDeadlineMs: number;
  /** Real milliseconds after a deadline at which an unknown hand-off is looked up first. */
  readonly lookUpAfterMs: number;
  /** How long a job belongs to its worker; the queue's own defaults where it says nothing. */
  readonly queue?: Pick<ConsumerOptions, 'lockDurationMs' | 'stalledIntervalMs'>;
  readonly onPaused: NonNullable<SendOptions['onPaused']>;
  readonly reached?: SendOptions['reached'];
}

export interface SendWorker {
  /** Takes no more jobs, waits for hand-offs under way. @returns whether all ended in time. */
  close(timeoutMs: number): Promise<boolean>;
}

/** Works the queue `outreach-send`. */
export async function startSendWorker(options: SendWorkerOptions): Promise<SendWorker> {
  const { runtime, metrics } = options;
  const send: SendOptions = {
    store: runtime.store,
    limiter: options.limiter,
    provider: measuredProvider(options.provider, metrics),
    bounces: options.bounces,
    plans: runtime.plans,
    renderer: createMessageRenderer({
      publicUrl: options.publicUrl,
      unsubscribeKey: options.unsubscribeKey,
      onUnthreaded: () => metrics.unthreaded.inc(),
    }),
    clock: runtime.clock,
    time: { monotonic: () => performance.now(), wall: () => Date.now() },
    graceMs: runtime.graceMs,
    handOffDeadlineMs: options.handOffDeadlineMs,
    lookUpAfterMs: options.lookUpAfterMs,
    onGated: (gate) => metrics.gated.inc({ gate }),
    onPaused: options.onPaused,
    ...(options.reached === undefined ? {} : { reached: options.reached }),
  };
  const sender = createSender(send);
  return startConsumer(
    'outreach-send',
    async (job) => {
      const done = metrics.jobSeconds.startTimer({ queue: 'outreach-send' });
      try {
        await sender.process(job);
        done({ result: 'done' });
      } catch (error) {
        done({ result: 'failed' });
        throw error;
      }
      return 'done';
    },
    {
      ...options.queue,
      backend: runtime.backend,
      log: options.log,
      concurrency: options.concurrency,
    },
  );
}
