import { InvalidInputError, showValue, type Clock, type EpochMs } from '@cadenza/domain';
import type { Ledger } from '../ledger.ts';
import type { Scheduler } from '../scheduler.ts';
import { seededRandom, shuffled, wholeBetween } from '../seeded.ts';
import { withWebhook, type WebhookOptions, type WebhookSettings } from './options.ts';
import { createPoster } from './post.ts';
import type { WebhookSigner } from './signer.ts';

/** An event ready to be posted. */
export interface OutgoingEvent {
  /** Identifies it for the seeded copies and delays; the same in every run of a seed. */
  readonly key: string;
  /** Its JSON; asked for only where there is a webhook to post to. */
  readonly body: () => Readonly<Record<string, unknown>>;
}

function checkUrl(url: string | null): void {
  if (url === null || (URL.canParse(url) && /^https?:/.test(url))) return;
  throw new InvalidInputError('webhook', [
    {
      path: 'url',
      code: 'invalid_url',
      message: `${showValue(url)} is not an http or https address`,
    },
  ]);
}

/** SendGrid's signed event webhook: batches, copies, disorder, retries. */
export interface EventWebhook {
  send(event: OutgoingEvent): void;
  /**
   * Changes settings while running; batches already made keep their address.
   *
   * @throws InvalidInputError for an address that is not http or https.
   */
  configure(settings: WebhookSettings): void;
  readonly options: WebhookOptions;
  /** Events in open batches and in deliveries not yet acknowledged or given up. */
  readonly undelivered: number;
  close(): void;
}

interface Batch {
  readonly url: URL;
  readonly body: Buffer;
  readonly events: number;
  readonly firstTried: EpochMs;
  timestamp: string | null;
  tries: number;
}

interface Stream {
  bodies: string[];
  bytes: number;
  /** Counts the batches, so that the timer of a batch already sent does nothing. */
  generation: number;
}

export function createWebhook(parts: {
  readonly initial: WebhookOptions;
  readonly seed: string;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly signer: WebhookSigner;
  readonly ledger: Ledger;
  readonly onSettled: () => void;
}): EventWebhook {
  const { seed, clock, scheduler, signer, ledger } = parts;
  let options = parts.initial;
  checkUrl(options.url);
  const poster = createPoster();
  const streams: Stream[] = [];
  const waiting: Batch[] = [];
  let underWay = 0;
  let undelivered = 0;
  let closed = false;

  function streamFor(choice: number): Stream {
    const index = Math.floor(choice * options.streams);
    const stream = streams[index] ?? { bodies: [], bytes: 0, generation: 0 };
    streams[index] = stream;
    return stream;
  }

  function buffer(stream: Stream, text: string): void {
    const size = Buffer.byteLength(text) + 3;
    if (stream.bodies.length > 0 && stream.bytes + size + 4 > options.maxBatchBytes) flush(stream);
    stream.bodies.push(text);
    stream.bytes += size;
    if (stream.bodies.length >= options.maxBatchEvents) {
      flush(stream);
    } else if (stream.bodies.length === 1) {
      const { generation } = stream;
      scheduler.at(clock.now() + options.batchIntervalMs, () => {
        if (stream.generation === generation) flush(stream);
      });
    }
  }

  function flush(stream: Stream): void {
    const { bodies, generation } = stream;
    stream.bodies = [];
    stream.bytes = 0;
    stream.generation += 1;
    if (options.url === null) {
      undelivered -= bodies.length;
      return;
    }
    const ordered = options.disorder.shuffle
      ? shuffled(seededRandom(seed, 'batch', generation), bodies)
      : bodies;
    waiting.push({
      url: new URL(options.url),
      body: Buffer.from(`[${ordered.join(',\r\n')}]\r\n`),
      events: bodies.length,
      firstTried: clock.now(),
      timestamp: null,
      tries: 0,
    });
    pump();
  }

  function pump(): void {
    while (!closed && underWay < options.concurrency) {
      const batch = waiting.shift();
      if (batch === undefined) return;
      underWay += 1;
      void deliver(batch).finally(() => {
        underWay -= 1;
        pump();
        parts.onSettled();
      });
    }
  }

  async function deliver(batch: Batch): Promise<void> {
    batch.tries += 1;
    const now = clock.now();
    if (batch.timestamp === null || options.signRetriesAfresh) {
      batch.timestamp = String(Math.floor(now / 1_000));
    }
    const answer = await poster.post(
      batch.url,
      {
        'Content-Type': 'application/json',
        'User-Agent': 'SendGrid Event API',
        ...signer.headers(batch.timestamp, batch.body),
      },
      batch.body,
      options.timeoutMs,
    );
    if (closed) return;
    const acknowledged = 'status' in answer && answer.status >= 200 && answer.status < 300;
    const pause = Math.min(options.retry.firstMs * 2 ** (batch.tries - 1), options.retry.maxMs);
    const retryAt = now + pause;
    const givenUp = !acknowledged && retryAt > batch.firstTried + options.retry.giveUpMs;
    ledger.delivery({ at: now, events: batch.events, try: batch.tries, ...answer }, givenUp);
    if (acknowledged || givenUp) {
      undelivered -= batch.events;
    } else {
      scheduler.at(retryAt, () => {
        waiting.push(batch);
        pump();
      });
    }
  }

  return {
    send(event) {
      if (options.url === null) return;
      const random = seededRandom(seed, 'webhook', event.key);
      const { duplicates, disorder } = options;
      const copies =
        random() < duplicates.probability ? wholeBetween(random, 2, duplicates.maxCopies) : 1;
      const text = JSON.stringify(event.body());
      undelivered += copies;
      for (let copy = 0; copy < copies; copy += 1) {
        const stream = streamFor(random());
        const held = random() < disorder.probability;
        const delay = random() * disorder.maxDelayMs;
        if (held) {
          scheduler.at(clock.now() + delay, () => {
            buffer(stream, text);
          });
        } else {
          buffer(stream, text);
        }
      }
    },
    configure(settings) {
      const next = withWebhook(options, settings);
      checkUrl(next.url);
      options = next;
    },
    get options() {
      return options;
    },
    get undelivered() {
      return undelivered;
    },
    close() {
      closed = true;
      poster.close();
    },
  };
}
