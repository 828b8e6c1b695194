import type { EpochMs, Id } from '@cadenza/domain';
import type { MessageRecord } from '../ports/messages.ts';
import type { AddressRef } from '../ports/refs.ts';
import type { NewSuppression } from '../ports/suppressions.ts';
import type { ReferredEvent } from './match-events.ts';

/** Soft bounces in a row, across campaigns, after which an address is not written to any more. */
export const SOFT_BOUNCES_IN_A_ROW = 5;

interface Known {
  readonly one: ReferredEvent;
  readonly message: MessageRecord;
}

interface Counted extends AddressRef {
  readonly count: number;
}

function isSoftBounce({ one }: Known): boolean {
  return one.event.type === 'bounced' && one.event.bounceKind === 'soft';
}

function keyOf({ tenantId, value }: AddressRef): string {
  return `${tenantId} ${value}`;
}

/** Addresses that bounce softly here, and those that a delivery may clear. */
export function softBounceAddresses(
  known: readonly Known[],
): (AddressRef & { readonly bounced: boolean })[] {
  const addresses = new Map<string, AddressRef & { readonly bounced: boolean }>();
  for (const event of known) {
    const { tenantId, channel, toAddress: value } = event.message;
    if (channel !== 'email') continue;
    const bounced = isSoftBounce(event);
    if (value === null || !(bounced || event.one.event.type === 'delivered')) continue;
    const key = keyOf({ tenantId, value });
    addresses.set(key, {
      tenantId,
      value,
      bounced: bounced || addresses.get(key)?.bounced === true,
    });
  }
  return [...addresses.values()];
}

/** Addresses whose bounces, if all of them are new, reach the limit. */
export function mayReachLimit(known: readonly Known[], counts: readonly Counted[]): AddressRef[] {
  return counts.filter((address) => {
    const more = known.filter(
      (event) =>
        isSoftBounce(event) &&
        event.message.tenantId === address.tenantId &&
        event.message.toAddress === address.value,
    );
    return address.count + more.length >= SOFT_BOUNCES_IN_A_ROW;
  });
}

/**
 * Goes on counting soft bounces in a row, in the events' own order: a delivery starts again from
 * nothing, and the fifth bounce suppresses the address.
 */
export function countSoftBounces(
  fresh: readonly Known[],
  counts: readonly Counted[],
): {
  readonly counts: readonly Counted[];
  readonly suppressions: readonly (NewSuppression & { readonly deliveryId: Id })[];
} {
  const changed: Counted[] = [];
  const suppressions: (NewSuppression & { readonly deliveryId: Id })[] = [];
  for (const { tenantId, value, count: before } of counts) {
    const ofAddress = fresh
      .filter(({ message }) => message.tenantId === tenantId && message.toAddress === value)
      .toSorted((a, b) => a.one.event.at - b.one.event.at);
    let count = before;
    let reached: { at: EpochMs; messageId: Id; deliveryId: Id } | null = null;
    for (const event of ofAddress) {
      if (isSoftBounce(event)) count += 1;
      else if (event.one.event.type === 'delivered') count = 0;
      if (count >= SOFT_BOUNCES_IN_A_ROW) {
        const { event: bounce, deliveryId } = event.one;
        reached = { at: bounce.at, messageId: event.message.id, deliveryId };
      }
    }
    if (count !== before) changed.push({ tenantId, value, count });
    if (reached === null) continue;
    suppressions.push({
      tenantId,
      channel: 'email',
      kind: 'address',
      value,
      reason: 'soft_bounces',
      source: 'provider_event',
      messageId: reached.messageId,
      deliveryId: reached.deliveryId,
      at: reached.at,
    });
  }
  return { counts: changed, suppressions };
}
