import type { ProviderEvent } from '@cadenza/domain';
import { hash } from 'node:crypto';

type Identity = Pick<
  ProviderEvent,
  'reference' | 'providerMessageId' | 'recipient' | 'type' | 'rawType' | 'at' | 'url' | 'urlOffset'
>;

/**
 * SHA-256, hexadecimal, of what makes an event the same event: its message (our reference, else
 * the provider's id with the recipient), type, own time, url and offset. The provider's event id
 * has no part in it, since it can be missing or change on a retry. Written as a JSON array, in
 * which no two lists of values look alike.
 */
export function dedupeKey(event: Identity): string {
  const message = event.reference
    ? ['ours', event.reference.tenantId, event.reference.messageId, event.reference.attempt]
    : ['theirs', event.providerMessageId, event.recipient];
  const identity = [message, event.type, event.rawType, event.at, event.url, event.urlOffset];
  return hash('sha256', JSON.stringify(identity), 'hex');
}
