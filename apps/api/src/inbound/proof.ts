import { timingSafeEqual } from 'node:crypto';
import { hashOfInboundToken } from '@cadenza/database';
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
 * there are secrets for the address that it came to, one of them.
 */
export function beginProof(options: {
  readonly verifier: WebhookVerifier | null;
  readonly signed: Omit<SignedDelivery, 'rawBody'>;
  /** SHA-256 of the secrets for the address; where there are none, nobody is asked for one. */
  readonly wantedTokens: readonly Buffer[];
  /** As the query has it: a text, or several. */
  readonly token: unknown;
}): Proof {
  const { verifier, wantedTokens } = options;
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
    wantedTokens.length === 0
      ? believed('open')
      : options.token === undefined
        ? unverified('missing_token')
        : typeof options.token === 'string' && isOneOf(options.token, wantedTokens)
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
function isOneOf(given: string, wanted: readonly Buffer[]): boolean {
  const hash = hashOfInboundToken(given);
  return wanted.some((one) => timingSafeEqual(hash, one));
}
