import { sign, type KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** A delivery before it is signed. */
export interface Delivery {
  readonly body: Buffer;
  /** Ids of its events. */
  readonly events: readonly string[];
}

/** Posts signed deliveries as SendGrid does: what is not answered with 2xx comes again. */
export interface WebhookSender {
  /** Ids of events of all deliveries that were posted, acknowledged or not. */
  readonly posted: readonly string[];
  /** Ids of events whose delivery was answered with 2xx. */
  readonly acknowledged: readonly string[];
  /** How often each status was answered; `none` where there was no answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** Posts that were not acknowledged. */
  readonly refusals: number;
  /** Begins no delivery any more, and waits until the last one is acknowledged. */
  finish(): Promise<void>;
  /** Gives up what is under way. */
  abort(): void;
}

/** Real milliseconds between two attempts, twice as long each time: SendGrid's are minutes. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 2_000;
/** Real milliseconds after which an answer is not waited for any more. */
const PATIENCE_MS = 10_000;

/** @param options.everyMs real milliseconds between two deliveries, whatever becomes of the former. */
export function startWebhookSender(options: {
  readonly url: string;
  readonly privateKey: KeyObject;
  readonly everyMs: number;
  readonly deliveryOf: (nth: number) => Delivery;
}): WebhookSender {
  const { url, privateKey } = options;
  const posted: string[] = [];
  const acknowledged: string[] = [];
  const answers: Record<string, number> = {};
  const underWay: Promise<void>[] = [];
  const over = new AbortController();
  let refusals = 0;

  async function post(body: Buffer): Promise<boolean> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-twilio-email-event-webhook-timestamp': timestamp,
        'x-twilio-email-event-webhook-signature': sign('sha256', signed, privateKey).toString(
          'base64',
        ),
      },
      body: new Uint8Array(body),
      signal: AbortSignal.any([over.signal, AbortSignal.timeout(PATIENCE_MS)]),
    }).catch(() => null);
    const status = response?.status ?? 'none';
    answers[status] = (answers[status] ?? 0) + 1;
    return response?.ok === true;
  }

  async function deliver({ body, events }: Delivery): Promise<void> {
    posted.push(...events);
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
      over.signal.throwIfAborted();
      if (await post(body)) break;
      refusals += 1;
      await delay(wait, undefined, { signal: over.signal });
    }
    acknowledged.push(...events);
  }

  const timer = setInterval(() => {
    const delivery = deliver(options.deliveryOf(underWay.length));
    // Whoever finishes hears of it; nobody does where it is given up.
    delivery.catch(() => undefined);
    underWay.push(delivery);
  }, options.everyMs);
  return {
    posted,
    acknowledged,
    answers,
    get refusals() {
      return refusals;
    },
    async finish() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
    abort() {
      clearInterval(timer);
      over.abort();
    },
  };
}
