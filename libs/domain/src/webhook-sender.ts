import type { Id } from './ids.ts';

/** A webhook as it is sent. */
export interface OutgoingWebhook {
  readonly url: string;
  /** The same for all attempts, by which a receiver knows a repetition. */
  readonly id: string;
  /** JSON, in the bytes that are signed. */
  readonly body: string;
  /** `whsec_` and base64: each signs. */
  readonly secrets: readonly string[];
}

/**
 * What came of an attempt.
 *
 * - `delivered`: the answer was 2xx.
 * - `refused`: there was another answer. Redirects are not followed.
 * - `timeout`: there was none in time.
 * - `unreachable`: there was no connection, or it broke.
 * - `forbidden_address`: the address is none of the public internet, and nothing was sent.
 */
export type WebhookOutcome = {
  /** Real milliseconds. */
  readonly latencyMs: number;
} & (
  | { readonly kind: 'delivered'; readonly status: number }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** Real milliseconds that the answer asks to wait for; null where it does not. */
      readonly retryAfterMs: number | null;
    }
  | {
      readonly kind: 'timeout' | 'unreachable' | 'forbidden_address';
      /** A code such as `ECONNREFUSED`, never what was answered. */
      readonly detail: string;
    }
);

/** Sends webhooks to where tenants want them. */
export interface WebhookSender {
  /** Never throws for what the other side does. */
  send(webhook: OutgoingWebhook): Promise<WebhookOutcome>;
  close(): Promise<void>;
}

/** What the secret of an endpoint is sealed for, by the row that holds it. */
export function webhookSecretBinding(tenantId: Id, secretId: Id) {
  return { tenantId, purpose: 'webhook_secret', subject: secretId };
}
