import type { EpochMs, Id, WebhookOutcome } from '@cadenza/domain';
import type { TenantRef } from './refs.ts';

/** A delivery that is due, with the event that it is of. */
export interface DueDelivery {
  /** The event's place in the tenant's feed. */
  readonly position: number;
  readonly eventId: Id;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Campaign time. */
  readonly occurredAt: EpochMs;
  /** All attempts so far, and those since it was asked for last. */
  readonly attempts: number;
  readonly tries: number;
}

/** An endpoint with what waits for it. */
export interface EndpointWork {
  readonly url: string;
  /** As they are stored, the newest first. */
  readonly secrets: readonly { readonly id: Id; readonly sealed: string }[];
  /** Batches in a row of which nothing arrived. */
  readonly failures: number;
  readonly due: readonly DueDelivery[];
}

/** An attempt, with what follows from it. */
export interface DeliveryAttempt {
  readonly position: number;
  /** As it was read: where another has attempted it since, this one is noted and changes nothing. */
  readonly attempts: number;
  readonly outcome: WebhookOutcome;
  /** Real time. */
  readonly at: EpochMs;
  /** Real milliseconds until the next one; null: there is none. */
  readonly retryInMs: number | null;
}

/** What came of a batch, and what that says of its endpoint. */
export interface WorkedBatch {
  readonly attempts: readonly DeliveryAttempt[];
  /** Something arrived; null: nothing was tried. */
  readonly arrived: boolean | null;
  /** It said that it is gone for good. */
  readonly gone: boolean;
  /** Real milliseconds for which it is left alone. */
  readonly holdMs: number;
  /** Real milliseconds of nothing but failures after which it is disabled. */
  readonly disableAfterMs: number;
}

/** The feed of what happened, and the endpoints that are told. What is due is real time. */
export interface WebhookStore {
  /** Gives new events their positions, and hands them to endpoints. @returns how many. */
  relayFeedEvents(limit: number): Promise<number>;
  /** Deletes what was kept for that many days. @returns how many. */
  forgetFeedEvents(keptDays: number, limit: number): Promise<number>;
  /** Endpoints for which something waits. Nobody else has them for that many real milliseconds. */
  claimWebhookEndpoints(limit: number, leaseMs: number): Promise<TenantRef[]>;
  /** @returns null where the endpoint is gone, or disabled. */
  endpointWork(endpoint: TenantRef, limit: number): Promise<EndpointWork | null>;
  /** Records a batch, and lets go of its endpoint. @returns why it was disabled by that, or null. */
  recordBatch(endpoint: TenantRef, batch: WorkedBatch): Promise<'failing' | 'gone' | null>;
}
