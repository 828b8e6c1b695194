import type { EpochMs } from './clock.ts';
import type { MessageReference, ProviderEvent } from './events.ts';

/** Asks whether the provider has accepted one attempt of a message. */
export interface MessageInquiry {
  readonly reference: MessageReference;
  /** The address it was written to, as it was handed over. */
  readonly recipient: string;
  /** When the hand-off of this attempt began; nothing of it is older. Campaign time. */
  readonly since: EpochMs;
}

/**
 * Why nothing can be said. `out_of_retention`: the hand-off is older than what the provider keeps,
 * so that finding nothing would mean nothing.
 */
export type LookupFailureCause =
  'rate_limited' | 'not_enabled' | 'unreachable' | 'unexpected_answer' | 'out_of_retention';

export interface LookupFailure {
  readonly kind: 'could_not_look';
  readonly cause: LookupFailureCause;
  /** Real milliseconds to wait before asking again, where the provider said so. */
  readonly retryAfterMs: number | null;
  /** In words, without personal data. */
  readonly reason: string;
}

/**
 * What a look-up says of one attempt.
 *
 * - `found`: the provider has accepted it. `status` is what has become of it as far as the provider
 *   shows: `accepted` where it is neither delivered nor given up.
 * - `not_found`: the provider was asked and shows nothing of this very attempt. What was accepted
 *   moments ago is not shown yet: absence is evidence only if the look-up began long enough after
 *   the last moment at which the hand-off could have been accepted.
 * - `could_not_look`: nothing is known; never to be taken for absence.
 */
export type LookupAnswer =
  | {
      readonly kind: 'found';
      /** The provider's id of the message to this recipient. */
      readonly providerMessageId: string;
      readonly status: 'accepted' | 'delivered' | 'not_delivered';
      /** When it was delivered, where the answer shows that without a further question. */
      readonly deliveredAt?: EpochMs;
    }
  | { readonly kind: 'not_found' }
  | LookupFailure;

/** The port through which the provider's records are read. Never throws for a provider's answer. */
export interface MessageLookup {
  /**
   * Asks about many attempts in as few requests as the provider allows. Answers come in the order
   * of the inquiries. Every request is begun after the call.
   */
  lookUp(inquiries: readonly MessageInquiry[]): Promise<readonly LookupAnswer[]>;
  close(): Promise<void>;
}

/** Evidence that the provider has accepted an attempt. */
export type FoundMessage = Extract<LookupAnswer, { readonly kind: 'found' }>;

/** What the provider shows of an attempt's way: its events in their own order. */
export type HistoryAnswer =
  { readonly kind: 'shown'; readonly events: readonly ProviderEvent[] } | LookupFailure;

/**
 * The port through which the course of one message is read. Never throws for a provider's answer.
 *
 * Events have the `dedupeKey` that they have where the provider reports them by itself, and a `raw`
 * that reads as such a report, with `lookedUpAt`. What people do with a message is not among them.
 */
export interface MessageHistory {
  /** At most one request for each record that the provider keeps; none where `found` says it all. */
  historyOf(inquiry: MessageInquiry, found: FoundMessage): Promise<HistoryAnswer>;
}
