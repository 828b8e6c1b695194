/** How events travel to the webhook. Campaign milliseconds unless said otherwise. */
export interface WebhookOptions {
  /** Where events are posted; null posts nothing. It can be set later. */
  readonly url: string | null;
  /** Longest time that an event waits for its batch to fill; 30,000 as SendGrid has it. */
  readonly batchIntervalMs: number;
  /** Largest body in bytes; 768 KiB as SendGrid has it. */
  readonly maxBatchBytes: number;
  /** Most events of a batch; 1,000 by default. */
  readonly maxBatchEvents: number;
  /** SendGrid's servers, each of which batches for itself; 1 by default. */
  readonly streams: number;
  /** Each event is repeated with this probability (0), up to `maxCopies` copies in all (2). */
  readonly duplicates: { readonly probability: number; readonly maxCopies: number };
  /**
   * An event is held back with this probability (0) for up to `maxDelayMs` (5 min), so that later
   * ones overtake it; `shuffle` (false) mixes the events within each batch.
   */
  readonly disorder: {
    readonly probability: number;
    readonly maxDelayMs: number;
    readonly shuffle: boolean;
  };
  /** Real milliseconds before a delivery counts as failed; 10,000 as reported of SendGrid. */
  readonly timeoutMs: number;
  /** Failed deliveries come again after `firstMs`, then twice as long each time, up to `maxMs`. */
  readonly retry: { readonly firstMs: number; readonly maxMs: number; readonly giveUpMs: number };
  /** Deliveries under way at once; 4 by default. */
  readonly concurrency: number;
  /** Whether a retry has a timestamp and signature of its own (what SendGrid does is unknown). */
  readonly signRetriesAfresh: boolean;
}

export const DEFAULT_WEBHOOK: WebhookOptions = Object.freeze({
  url: null,
  batchIntervalMs: 30_000,
  maxBatchBytes: 768 * 1024,
  maxBatchEvents: 1_000,
  streams: 1,
  duplicates: { probability: 0, maxCopies: 2 },
  disorder: { probability: 0, maxDelayMs: 300_000, shuffle: false },
  timeoutMs: 10_000,
  retry: { firstMs: 60_000, maxMs: 4 * 3_600_000, giveUpMs: 24 * 3_600_000 },
  concurrency: 4,
  signRetriesAfresh: true,
});

/** The webhook's settings as a caller gives them: whatever is missing has its default. */
export type WebhookSettings = {
  readonly [K in keyof WebhookOptions]?: WebhookOptions[K] extends object
    ? Partial<WebhookOptions[K]>
    : WebhookOptions[K];
};

/** Lays settings over options. */
export function withWebhook(base: WebhookOptions, over: WebhookSettings): WebhookOptions {
  return {
    ...base,
    ...over,
    duplicates: { ...base.duplicates, ...over.duplicates },
    disorder: { ...base.disorder, ...over.disorder },
    retry: { ...base.retry, ...over.retry },
  };
}
