import type { BounceList, MailProvider, RateLimiter, SmsProvider } from '@cadenza/domain';
import {
  createMessageRenderer,
  createSender,
  sendAnswers,
  SENDS_PER_JOB,
  type InboundAddresses,
  type SendOptions,
} from '@cadenza/engine';
import { startConsumer, type ConsumerOptions, type QueueLogger } from '@cadenza/queue';
import { startPeriodic, type Periodic, type Runtime } from '@cadenza/runtime';
import type { Metrics } from '@cadenza/telemetry';
import { setTimeout as delay } from 'node:timers/promises';
import { measuredProvider } from './measured-provider.ts';

export interface SendWorkerOptions {
  readonly runtime: Runtime;
  readonly limiter: RateLimiter;
  readonly provider: MailProvider;
  readonly bounces: BounceList;
  /** Null: no text message can be sent. */
  readonly sms: SmsProvider | null;
  readonly log: QueueLogger;
  readonly metrics: Metrics;
  /** Hand-offs under way at once. */
  readonly concurrency: number;
  readonly publicUrl: string;
  readonly unsubscribeKey: { readonly keyId: string; readonly secret: string };
  /** Signs addresses for answers; null: there are none. */
  readonly inbound: InboundAddresses | null;
  readonly hiddenLink: boolean;
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

/** Real milliseconds between two looks for words by text message that wait for an answer. */
const ANSWER_INTERVAL_MS = 1_000;
/** Answers that are handed over at once. */
const ANSWERS_AT_ONCE = 20;

/** Works the queue `outreach-send`, and answers words by text message. */
export async function startSendWorker(options: SendWorkerOptions): Promise<SendWorker> {
  const { runtime, metrics } = options;
  const send: SendOptions = {
    store: runtime.store,
    limiter: options.limiter,
    provider: measuredProvider(options.provider, metrics),
    bounces: options.bounces,
    sms: options.sms ?? undefined,
    plans: runtime.plans,
    renderer: createMessageRenderer({
      publicUrl: options.publicUrl,
      unsubscribeKey: options.unsubscribeKey,
      inbound: options.inbound,
      hiddenLink: options.hiddenLink,
      onUnthreaded: () => metrics.unthreaded.inc(),
    }),
    clock: runtime.clock,
    time: { monotonic: () => performance.now(), wall: () => Date.now() },
    graceMs: runtime.graceMs,
    handOffDeadlineMs: options.handOffDeadlineMs,
    lookUpAfterMs: options.lookUpAfterMs,
    concurrency: options.concurrency,
    onUnrecorded: (err, messageId) =>
      options.log.error({ err, messageId }, 'the outcome of a hand-off could not be recorded'),
    onGated: (gate) => metrics.gated.inc({ gate }),
    onPaused: options.onPaused,
    ...(options.reached === undefined ? {} : { reached: options.reached }),
  };
  const sender = createSender(send);
  const consumer = await startConsumer(
    'outreach-send',
    async ({ actions }) => {
      const done = metrics.jobSeconds.startTimer({ queue: 'outreach-send' });
      try {
        const { left } = await sender.process(actions);
        done({ result: 'done' });
        // What a worker that stops has left is for another one, at once.
        return left === 0 ? 'done' : { delayMs: 0 };
      } catch (error) {
        done({ result: 'failed' });
        throw error;
      }
    },
    {
      ...options.queue,
      backend: runtime.backend,
      log: options.log,
      // Full jobs for all hand-offs that may be under way, and one to go on with. More would only
      // wait here, past their slots, while other workers have nothing to do.
      concurrency: 1 + Math.ceil(options.concurrency / SENDS_PER_JOB),
    },
  );
  const answering = startAnswering(options, send);
  return {
    async close(timeoutMs) {
      const until = performance.now() + timeoutMs;
      sender.stop();
      const answered = answering?.stop();
      const begun = await consumer.close(timeoutMs);
      const leftMs = Math.max(0, until - performance.now());
      const ended = await Promise.race([
        Promise.all([sender.idle(), answered]).then(() => true),
        delay(leftMs, false, { ref: false }),
      ]);
      return begun && ended;
    },
  };
}

/** Null: there is nothing to answer through. */
function startAnswering(
  { sms, log, metrics }: SendWorkerOptions,
  send: SendOptions,
): Periodic | null {
  if (sms === null) return null;
  return startPeriodic(
    async () => {
      const { outcomes, more } = await sendAnswers({ ...send, sms, limit: ANSWERS_AT_ONCE });
      for (const [outcome, count] of Object.entries(outcomes)) {
        metrics.smsAnswers.inc({ outcome }, count);
      }
      return more;
    },
    ANSWER_INTERVAL_MS,
    (err) => log.error({ err }, 'answering words by text message failed'),
  );
}
