import type { EpochMs, Id } from '@cadenza/domain';
import type { DeliveryRef, TenantRef } from './refs.ts';

/**
 * Why an inbound mail is believed to be one that the provider took in: its signature, or the secret
 * in the address that it came to. `open`: neither is set up, so that only what the mail itself
 * carries proves anything. `unverified`: one is set up and does not vouch for it.
 */
export type InboundVerdict = 'signed' | 'token' | 'open' | 'unverified';

/** An inbound mail as it came, whose bytes are in the blob store. */
export interface NewInboundDelivery {
  readonly id: Id;
  /** The tenant whose own address it came to, as the address names it; null: the platform's. */
  readonly addressee: string | null;
  /** With the boundary of the form. */
  readonly contentType: string;
  /** All that came, kept or not. */
  readonly bytes: number;
  /** SHA-256 of all that came, by which a delivery of this owner is known. */
  readonly hash: Buffer;
  readonly blobKey: string;
  readonly verdict: InboundVerdict;
  /** What is wrong with it, for `unverified` alone. */
  readonly verdictReason: string | null;
  /** More came than is kept. */
  readonly truncated: boolean;
}

/** An inbound mail that is to be processed. */
export interface InboundDelivery extends DeliveryRef {
  readonly contentType: string;
  readonly blobKey: string;
  readonly verdict: InboundVerdict;
  readonly truncated: boolean;
  /** All that came, kept or not. */
  readonly bytes: number;
  /** How often it has been loaded to be processed, this time included. */
  readonly attempts: number;
  /** It was processed before, and may be recorded. */
  readonly again: boolean;
  /** Campaign time: the own time of what the mail says. */
  readonly arrivedAt: EpochMs;
}

export const INBOUND_MATCHES = [
  'reply_address',
  'unsubscribe_address',
  'message_id',
  'sender',
] as const;
/** By what the message was found that a mail answers. */
export type InboundMatchedBy = (typeof INBOUND_MATCHES)[number];

export const INBOUND_EFFECTS = [
  'replied',
  'unsubscribed',
  'spamreport',
  'hard_bounce',
  'away',
] as const;
/** What a mail has brought about. */
export type InboundEffect = (typeof INBOUND_EFFECTS)[number];

/** A row of `inbound_messages`: a mail as it was understood. */
export interface NewInboundMessage extends TenantRef {
  readonly deliveryId: Id;
  /** By which the same mail is known when it comes in another delivery. */
  readonly dedupeKey: string;
  readonly messageId: Id | null;
  readonly enrollmentId: Id | null;
  readonly contactId: Id | null;
  readonly verdict: InboundVerdict;
  readonly matchedBy: InboundMatchedBy | null;
  /** Of the match. */
  readonly confidence: number | null;
  readonly kind: string;
  readonly kindConfidence: number;
  readonly signs: readonly string[];
  readonly effect: InboundEffect | null;
  readonly fromAddress: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly messageIdHeader: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly replyText: string | null;
  /** `YYYY-MM-DD`, of a kind `out_of_office` that names one. */
  readonly returnOn: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** What else the kind says: recipients of a bounce, the reason of an automatic reply. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly receivedAt: EpochMs;
  readonly attachments: readonly NewInboundAttachment[];
}

export interface NewInboundAttachment {
  readonly id: Id;
  readonly filename: string | null;
  readonly contentType: string;
  readonly bytes: number;
  readonly blobKey: string;
}
