import { createHash, timingSafeEqual } from 'node:crypto';
import type { InboundVerdict } from '@cadenza/engine';
import type { SignedDelivery, WebhookVerifier, WebhookVerifierOptions } from '@cadenza/sendgrid';

/**
 * SendGrid repeats inbound mail for 72 hours, and it is not documented whether a repeat is signed
 * afresh.
 */
export const INBOUND_VERIFYING: WebhookVerifierOptions = { maxAgeMs: 73 * 3_600_000 };

export interface Judgement {
  readonly verdict: InboundVerdict;
  /** Why it is not believed, for `unverified` alone. */
  readonly verdictReason: string | null;
}

/** What vouches for an inbound mail, told while its body comes. */
export interface Proof {
  update(bytes: Uint8Array): void;
  /** To be asked once, when all of the body has come. */
  judge(): Judgement;
}

/**
 * Begins to look for what vouches for a mail: where there are keys its signature alone, else, where
 * there is a secret for the address that it came to, that alone.
 */
export function beginProof(options: {
  readonly verifier: WebhookVerifier | null;
  readonly signed: Omit<SignedDelivery, 'rawBody'>;
  readonly wantedToken: string | null;
  /** As the query has it: a text, or several. */
  readonly token: unknown;
}): Proof {
  const { verifier, wantedToken } = options;
  if (verifier !== null) {
    const running = verifier.begin(options.signed);
    return {
      update: (bytes) => running.update(bytes),
      judge() {
        const verification = running.end();
        return verification.ok ? believed('signed') : unverified(verification.reason);
      },
    };
  }
  const judgement =
    wantedToken === null
      ? believed('open')
      : options.token === undefined
        ? unverified('missing_token')
        : typeof options.token === 'string' && isSame(options.token, wantedToken)
          ? believed('token')
          : unverified('wrong_token');
  return { update: () => undefined, judge: () => judgement };
}

function believed(verdict: 'signed' | 'token' | 'open'): Judgement {
  return { verdict, verdictReason: null };
}

function unverified(reason: string): Judgement {
  return { verdict: 'unverified', verdictReason: reason };
}

/** In a time that tells nothing of where two texts differ, nor of how long one is. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
