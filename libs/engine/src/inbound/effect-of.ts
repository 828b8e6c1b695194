import type { ProviderEvent } from '@cadenza/domain';
import type { InboundClass } from '@cadenza/inbound';
import type { InboundEffect, InboundMatchedBy, InboundVerdict } from '../ports/inbound.ts';

/** What a mail says of the message that it answers, as an event of it. */
export interface SaidEvent extends Pick<
  ProviderEvent,
  'type' | 'bounceKind' | 'statusCode' | 'reason'
> {
  readonly effect: InboundEffect;
  readonly source: NonNullable<ProviderEvent['source']>;
}

/** How sure it must be which message is meant before a report about it is believed. */
const SURE_OF_REPORTS = 0.9;

/**
 * Whether a mail may bring anything about: somebody vouches for it, or, where nobody is asked to, it
 * was sent to an address that only we can have made.
 */
export function isBelieved(verdict: InboundVerdict, by: InboundMatchedBy): boolean {
  switch (verdict) {
    case 'signed':
    case 'token':
      return true;
    case 'open':
      return by === 'reply_address' || by === 'unsubscribe_address';
    case 'unverified':
      return false;
  }
}

/**
 * Whether an answer proves that its message was accepted, though it is no event of it: programs
 * answer what has come. Who wrote it proves nothing of which message it answers.
 */
export function provesAcceptance(by: InboundMatchedBy): boolean {
  return by === 'reply_address' || by === 'message_id';
}

/**
 * What follows from a mail of this kind, or null where it is only recorded. Anybody can write a
 * report about anybody: it must name the message, or have come to its own address.
 */
export function saidBy(
  judged: InboundClass,
  match: { readonly confidence: number; readonly by: InboundMatchedBy },
  /** The address that the message went to; null where there is none. */
  toAddress: string | null,
): SaidEvent | null {
  // Programs write there, too, with headers as machines have them.
  if (match.by === 'unsubscribe_address') {
    return said('unsubscribed', 'unsubscribed', 'unsubscribe_mail');
  }
  switch (judged.type) {
    case 'human':
    case 'forwarded':
      return said('replied', 'replied', 'reply');
    case 'opt_out':
      return said(
        'unsubscribed',
        'unsubscribed',
        judged.via === 'address' ? 'unsubscribe_mail' : 'reply',
      );
    case 'bounce':
      return match.confidence < SURE_OF_REPORTS ? null : hardBounce(judged, toAddress);
    case 'complaint':
      return match.confidence < SURE_OF_REPORTS || judged.feedbackType === 'not-spam'
        ? null
        : said('spamreport', 'spamreport', 'complaint_mail');
    // An absence is no event of a message: it concerns all that the person takes part in.
    case 'out_of_office':
    case 'auto_reply':
      return null;
  }
}

/**
 * What has failed for good, at the address that was written to: of a list it may be one member's. What
 * may succeed later is left to the provider's own events.
 */
function hardBounce(
  judged: Extract<InboundClass, { type: 'bounce' }>,
  toAddress: string | null,
): SaidEvent | null {
  const hard = judged.delayed
    ? undefined
    : judged.recipients.find(({ kind, address }) => kind === 'hard' && address === toAddress);
  if (hard === undefined) return null;
  return {
    ...said('bounced', 'hard_bounce', 'bounce_mail'),
    bounceKind: 'hard',
    statusCode: hard.statusCode,
    reason: hard.reason,
  };
}

function said(
  type: ProviderEvent['type'],
  effect: InboundEffect,
  source: SaidEvent['source'],
): SaidEvent {
  return { type, effect, source, bounceKind: null, statusCode: null, reason: null };
}
