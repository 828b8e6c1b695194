import type { MessageReference } from './events.ts';
import type { Id } from './ids.ts';

export interface MailAddress {
  readonly email: string;
  readonly name?: string;
}

/** A rendered message, ready for a provider. */
export interface OutboundMail {
  readonly reference: MessageReference;
  readonly from: MailAddress;
  readonly to: MailAddress;
  readonly replyTo?: MailAddress;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Extra headers, such as `List-Unsubscribe`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly openTracking: boolean;
  readonly clickTracking: boolean;
  /** The provider's IP pool to send through; by default the account's own choice. */
  readonly ipPool?: string;
}

/**
 * The last moment at which a hand-off may write to the provider's socket. Both clocks are
 * checked, because the monotonic one stands still while a virtual machine is suspended.
 */
export interface HandOffDeadline {
  /** On `performance.now()`, milliseconds. */
  readonly monotonic: number;
  /** On `Date.now()`, milliseconds since 1970. */
  readonly wall: number;
}

/**
 * What became of a hand-off.
 *
 * - `accepted`: the provider has taken the message.
 * - `rejected`: it never will, for this message (`message`), or for anything of this sender or
 *   tenant until somebody acts (`sender`, `tenant`).
 * - `not_handed_off`: certainly not accepted; may be tried again, no earlier than `retryAfterMs`.
 * - `unknown`: bytes have left and no clear answer came. Never to be repeated blindly.
 */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly providerMessageId: string | null }
  | {
      readonly kind: 'rejected';
      readonly scope: 'message' | 'sender' | 'tenant';
      readonly statusCode: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'not_handed_off';
      readonly cause: 'deadline_passed' | 'connection_failed' | 'rate_limited' | 'slot_lost';
      /** Real milliseconds to wait, where the provider said so. */
      readonly retryAfterMs: number | null;
      readonly reason: string;
      /**
       * The key of the account that has said it, by its fingerprint, where the account is this tenant's
       * alone: it concerns no other tenant, and no other key.
       */
      readonly ownKey?: string;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The provider's own list of addresses that bounced, to which it drops what it is given. */
export interface BounceList {
  /**
   * Takes an address off the list of the account that a tenant sends through. False where it was
   * not on it.
   *
   * @throws Error where the provider could not be asked.
   */
  remove(email: string, tenantId: Id): Promise<boolean>;
}

/** The port through which messages leave. Never throws for a provider's answer. */
export interface MailProvider {
  send(mail: OutboundMail, deadline: HandOffDeadline): Promise<SendOutcome>;
  close(): Promise<void>;
}
