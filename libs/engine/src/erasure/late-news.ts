import {
  isErasedAddress,
  normalizeEmail,
  type Id,
  type ProviderEvent,
  type RedactionRule,
  type StandIn,
} from '@cadenza/domain';
import type { EngineStore } from '../ports/store.ts';
import type { RedactingOf } from './redacting.ts';

/** What takes people out of deliveries who were erased before these came. */
export interface Erasing {
  readonly standIn: StandIn;
  readonly redact: RedactingOf;
}

/** An event of somebody who was erased, without what tells of them. Its key stays, as its time does. */
export function withoutTeller(event: ProviderEvent): ProviderEvent {
  return { ...event, recipient: null, url: siteOf(event.url), reason: null, raw: {} };
}

function siteOf(url: string | null): string | null {
  return url === null ? null : (/^[a-z][a-z0-9+.-]*:\/\/[^/?#@]+/i.exec(url)?.[0] ?? null);
}

/** Whether a message went to somebody who was erased since. */
export function isToErased({ toAddress }: { readonly toAddress: string | null }): boolean {
  return toAddress !== null && isErasedAddress(toAddress);
}

/** Says of these stand-ins whether a tenant has erased whom they stand for. */
export async function erasedOf(
  standIns: readonly string[],
  store: Pick<EngineStore, 'erasedAmong'>,
): Promise<(tenantId: Id, standIn: string) => boolean> {
  const erased = await store.erasedAmong([...new Set(standIns)]);
  const known = new Set(erased.map(({ tenantId, standIn }) => `${tenantId} ${standIn}`));
  return (tenantId, standIn) => known.has(`${tenantId} ${standIn}`);
}

/**
 * Those of the addresses in these texts that a tenant has erased and none writes to: of news that are
 * no message's, since nothing else says whom they are about.
 *
 * @param ownerId the tenant whose account they came from; null: anybody's.
 */
export async function erasedStrangers(
  texts: readonly { readonly ownerId: Id | null; readonly text: string }[],
  store: Pick<EngineStore, 'erasedAmong' | 'tenantsOfAddresses'>,
  standIn: StandIn,
): Promise<ReadonlySet<string>> {
  const named = texts.flatMap(({ ownerId, text }) =>
    addressesIn(text).map((address) => ({ ownerId, address, standIn: standIn(address) })),
  );
  if (named.length === 0) return new Set();
  const erased = await store.erasedAmong([...new Set(named.map((one) => one.standIn))]);
  const by = Map.groupBy(erased, (one) => one.standIn);
  const hits = named.filter(({ ownerId, standIn: hash }) =>
    by.get(hash)?.some(({ tenantId }) => ownerId === null || tenantId === ownerId),
  );
  if (hits.length === 0) return new Set();
  const alive = await store.tenantsOfAddresses(hits.map(({ address }) => address));
  const inUse = new Set(alive.map(({ value }) => value));
  return new Set(hits.map(({ address }) => address).filter((address) => !inUse.has(address)));
}

/** What looks like an address, or a phone number with its country code, in a text of any form. */
function addressesIn(text: string): string[] {
  const plain = text.replaceAll('%40', '@').replaceAll(/%2B|\\u002b/gi, '+');
  const mails = plain.match(/[^\s"'<>()[\]{},;:=?&/\\]+@[a-z0-9.-]+[a-z0-9]/gi) ?? [];
  const numbers = plain.match(/\+[1-9]\d{4,14}(?!\d)/g) ?? [];
  return [...new Set([...mails.map(normalizeEmail), ...numbers])];
}

/**
 * What to take out of deliveries: events by their keys, and strangers by their addresses.
 */
export function lateRule(
  keys: ReadonlySet<string>,
  strangers: ReadonlySet<string>,
  standIn: StandIn,
): RedactionRule {
  const known = [...strangers].map((address) => ({ address, standIn: standIn(address) }));
  return ({ event, text }) => {
    if (event !== null && keys.has(event.dedupeKey)) {
      const { recipient } = event;
      const own = recipient === null ? [] : [{ address: recipient, standIn: standIn(recipient) }];
      return { addresses: own, own: true };
    }
    if ((event?.reference ?? null) !== null || known.length === 0) return null;
    const named = event?.recipient ? [event.recipient, ...addressesIn(text)] : addressesIn(text);
    return named.some((address) => strangers.has(address)) ? { addresses: known, own: true } : null;
  };
}
