import type { EpochMs } from './clock.ts';
import type { Id } from './ids.ts';
import type { SmsWord } from './sms-words.ts';

/**
 * What a provider can report of a message, by its events or with a mail that comes back (`replied`),
 * in Cadenza's words (SendGrid's `open` is `opened`, a
 * `bounce` of type `blocked` is `blocked`, `group_unsubscribe` is `unsubscribed`). `other` is an
 * event kept as it came because its type is not known.
 */
export const PROVIDER_EVENT_TYPES = [
  'processed',
  'deferred',
  'delivered',
  'bounced',
  'blocked',
  'dropped',
  'opened',
  'clicked',
  'spamreport',
  'unsubscribed',
  'resubscribed',
  'account_status_change',
  'replied',
  'other',
] as const;
export type ProviderEventType = (typeof PROVIDER_EVENT_TYPES)[number];

/** Every type a row of `message_events` can have: reported, received, or written by a time-out. */
export const MESSAGE_EVENT_TYPES = [
  ...PROVIDER_EVENT_TYPES,
  'no_open',
  'no_click',
  'no_reply',
] as const;
export type MessageEventType = (typeof MESSAGE_EVENT_TYPES)[number];

/** Who caused an open or a click. */
export const ACTORS = ['human', 'machine', 'unknown'] as const;
export type Actor = (typeof ACTORS)[number];

/**
 * What gives an open or a click away as a machine's: the provider's word (`machine_open`), the name
 * that the program gives itself (`user_agent`), or how it behaves.
 */
export const MACHINE_SIGNS = [
  'machine_open',
  'user_agent',
  'too_soon',
  'links_at_once',
  'hidden_link',
] as const;
export type MachineSign = (typeof MACHINE_SIGNS)[number];

/**
 * How final a bounce is: of a `hard` one the address is to blame, for good; a `soft` one may succeed
 * later; `refused` is this message, or its sender, and the same again would fare no better.
 */
export const BOUNCE_KINDS = ['hard', 'soft', 'refused'] as const;
export type BounceKind = (typeof BOUNCE_KINDS)[number];

/** Our own reference to a message, carried through the provider in its custom arguments. */
export interface MessageReference {
  readonly tenantId: Id;
  readonly messageId: Id;
  /** 1 for the first hand-off of the message. */
  readonly attempt: number;
}

/** One event of a provider, normalised. */
export interface ProviderEvent {
  readonly type: ProviderEventType;
  /** The provider's own word for it. */
  readonly rawType: string;
  /** The event's own time, as the provider gives it. */
  readonly at: EpochMs;
  /** Absent where the provider lost our custom arguments (asynchronous bounces). */
  readonly reference: MessageReference | null;
  readonly providerMessageId: string | null;
  readonly providerEventId: string | null;
  /** The Message-ID header of the mail as sent. */
  readonly smtpId: string | null;
  /** The recipient's address, lower case. */
  readonly recipient: string | null;
  readonly actor: Actor;
  /** Why it counts as a machine's; null where it does not. */
  readonly machineSign: MachineSign | null;
  readonly url: string | null;
  readonly urlOffset: string | null;
  readonly reason: string | null;
  /** Enhanced status code (RFC 3463), such as `5.1.1`. */
  readonly statusCode: string | null;
  readonly bounceKind: BounceKind | null;
  readonly bounceClassification: string | null;
  /**
   * SHA-256, hexadecimal, of (message, type, time, url, offset). The same event delivered again
   * has the same key even where the provider's event id is missing or has changed.
   */
  readonly dedupeKey: string;
  /** Where a message that came back says it, for the suppressions that follow. */
  readonly source?: 'reply' | 'unsubscribe_mail' | 'bounce_mail' | 'complaint_mail' | 'sms_keyword';
  /**
   * Of a text message that came in: whose number wrote to what number or name. It speaks of the latest
   * message that went the other way.
   */
  readonly answers?: {
    readonly sender: string;
    readonly number: string;
    /** Null where it is a text like any other. */
    readonly word: SmsWord | null;
  };
  /** When it was read from the provider's records; absent where the provider reported it. */
  readonly lookedUpAt?: EpochMs;
  /** The event as it came. */
  readonly raw: Readonly<Record<string, unknown>>;
}
