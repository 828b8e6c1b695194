import type { Id, RateScope } from '@cadenza/domain';
import type { Spacing } from '../ports/limits.ts';

/**
 * Keeps a sender's messages a drawn time apart: one message in a window whose length the message's
 * id decides, evenly between the bounds, so that asking again draws nothing new.
 *
 * The second scope never refuses: with the least time between two of them no more fit into the
 * longest one. It makes the limiter remember each message for as long as a later one may look back.
 */
export function spacingScopes(senderIdentityId: Id, spacing: Spacing, messageId: Id): RateScope[] {
  const { minMs, maxMs } = spacing;
  const key = `spacing:${senderIdentityId}`;
  const windowMs = Math.round(minMs + fractionOf(messageId) * (maxMs - minMs));
  return [
    { key, limit: 1, windowMs },
    { key, limit: Math.ceil(maxMs / minMs) + 1, windowMs: maxMs },
  ];
}

/** A number of [0, 1) that a text decides (FNV-1a, mixed so that its last characters count). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
