import { InvalidInputError } from '@cadenza/domain';
import { createVerify, verify, type KeyObject } from 'node:crypto';
import { readPublicKey } from './public-key.ts';

/** The headers that carry the signature, in the lower case of Node's `headers`. */
export const SIGNATURE_HEADER = 'x-twilio-email-event-webhook-signature';
export const TIMESTAMP_HEADER = 'x-twilio-email-event-webhook-timestamp';

export interface WebhookVerifierOptions {
  /**
   * Milliseconds for which a signature is taken after its timestamp; 25 hours by default. SendGrid
   * retries a delivery for 24 h, and it is not documented whether a retry is signed afresh: a
   * window of minutes could refuse genuine retries, and with them unsubscribes. Within the window
   * a replay is harmless, since deliveries and events are unique.
   */
  readonly maxAgeMs?: number | undefined;
  /** Milliseconds by which a timestamp may be ahead of us; 10 minutes by default. */
  readonly maxAheadMs?: number | undefined;
}

export interface SignedDelivery {
  /** Value of the signature header. */
  readonly signature: string | undefined;
  /** Value of the timestamp header. */
  readonly timestamp: string | undefined;
  /** The body as received: parsing and writing it again would break the signature. */
  readonly rawBody: Uint8Array;
  /** Milliseconds since 1970 on the clock that signs; `Date.now()` by default. */
  readonly now?: number | undefined;
}

export type VerificationFailure =
  | 'missing_signature'
  | 'missing_timestamp'
  | 'malformed_timestamp'
  | 'too_old'
  | 'in_the_future'
  | 'malformed_signature'
  | 'wrong_signature';

export type Verification =
  { readonly ok: true } | { readonly ok: false; readonly reason: VerificationFailure };

/** The verification of a body that is too large to be held. */
export interface StreamedVerification {
  /** Takes the next bytes of the body, as received. */
  update(bytes: Uint8Array): void;
  /** Says whether SendGrid signed all that came; to be asked once. Never throws. */
  end(): Verification;
}

export interface WebhookVerifier {
  /**
   * Whether SendGrid signed these bytes. Never throws. Do not use the signature as an identity: a
   * second valid one can be made from any (`(r, n − s)`).
   */
  verify(delivery: SignedDelivery): Verification;
  /**
   * What is wrong with the headers whatever the body is, so that nobody need read it; null where
   * they are as those of a signed delivery.
   */
  headerFlaw(headers: Omit<SignedDelivery, 'rawBody'>): VerificationFailure | null;
  /** Verifies a body as it comes. */
  begin(headers: Omit<SignedDelivery, 'rawBody'>): StreamedVerification;
}

/** The longest DER form of two 256-bit numbers. */
const MAX_SIGNATURE_BYTES = 72;

/**
 * Verifies the signature of SendGrid's Event Webhook: ECDSA P-256 over SHA-256 of timestamp and
 * raw body. Several keys may be given while one replaces another; any of them serves.
 *
 * Throws `InvalidInputError` where a key is missing or unreadable, so that a wrong setting stops
 * the process at its start instead of refusing every delivery.
 */
export function createWebhookVerifier(
  keys: string | readonly string[],
  options: WebhookVerifierOptions = {},
): WebhookVerifier {
  const list = typeof keys === 'string' ? [keys] : keys;
  if (list.length === 0) {
    throw new InvalidInputError('webhook public key', [
      { path: 'keys', code: 'missing_key', message: 'no key given: expected at least one' },
    ]);
  }
  const publicKeys = list.map((key, index) => readPublicKey(key, `keys[${index}]`));
  const maxAgeMs = options.maxAgeMs ?? 25 * 3_600_000;
  const maxAheadMs = options.maxAheadMs ?? 600_000;

  /** The signature's bytes, or what keeps the headers from holding one. */
  function readHeaders(headers: Omit<SignedDelivery, 'rawBody'>): Buffer | VerificationFailure {
    const { signature, timestamp, now = Date.now() } = headers;
    if (signature === undefined || signature === '') return 'missing_signature';
    if (timestamp === undefined || timestamp === '') return 'missing_timestamp';
    // What is signed has no border between timestamp and body: with a free length, a digit could
    // move from one to the other and the signature would still hold.
    if (!/^\d{10}$/.test(timestamp)) return 'malformed_timestamp';
    const signedAt = Number(timestamp) * 1000;
    if (now - signedAt > maxAgeMs) return 'too_old';
    if (signedAt - now > maxAheadMs) return 'in_the_future';
    return decodeBase64(signature) ?? 'malformed_signature';
  }

  return {
    headerFlaw(headers) {
      const read = readHeaders(headers);
      return Buffer.isBuffer(read) ? null : read;
    },
    begin(headers) {
      const der = readHeaders(headers);
      if (!Buffer.isBuffer(der)) {
        return { update: () => undefined, end: () => ({ ok: false, reason: der }) };
      }
      const running = publicKeys.map((key) => ({
        key,
        verify: createVerify('sha256').update(headers.timestamp ?? '', 'latin1'),
      }));
      return {
        update(bytes) {
          for (const { verify: one } of running) one.update(bytes);
        },
        end: () =>
          running.some(({ key, verify: one }) => attempted(() => one.verify(key, der)))
            ? { ok: true }
            : { ok: false, reason: 'wrong_signature' },
      };
    },
    verify({ rawBody, ...headers }) {
      const der = readHeaders(headers);
      if (!Buffer.isBuffer(der)) return { ok: false, reason: der };
      const signed = Buffer.concat([Buffer.from(headers.timestamp ?? '', 'latin1'), rawBody]);
      return publicKeys.some((key) => holds(key, signed, der))
        ? { ok: true }
        : { ok: false, reason: 'wrong_signature' };
    },
  };
}

/** Decodes canonical base64 only: Node's decoder skips what it does not know. */
function decodeBase64(text: string): Buffer | null {
  if (text.length > 2 * MAX_SIGNATURE_BYTES) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length <= MAX_SIGNATURE_BYTES && bytes.toString('base64') === text ? bytes : null;
}

function holds(key: KeyObject, signed: Uint8Array, der: Uint8Array): boolean {
  return attempted(() => verify('sha256', signed, key, der));
}

/** OpenSSL throws for what is no signature at all. */
function attempted(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
