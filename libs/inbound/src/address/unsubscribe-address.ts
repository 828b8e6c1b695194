import type { Id } from '@cadenza/domain';
import { createSignedAddress, readSignedAddress, type AddressFailure } from './signed-address.ts';

/** Who unsubscribes by writing to the address. */
export interface UnsubscribeAddressClaim {
  readonly tenantId: Id;
  readonly contactId: Id;
  /** The key that signs: 1 to 32 of `A-Z a-z 0-9 _ -`. */
  readonly keyId: string;
}

export type UnsubscribeAddressResult =
  | { readonly ok: true; readonly contactId: Id; readonly keyId: string }
  | { readonly ok: false; readonly reason: AddressFailure };

const UNSUBSCRIBE = { prefix: 'u-', label: 'cadenza-unsubscribe-address' } as const;

/**
 * The address that unsubscribes whoever it was made for, for the `mailto:` of List-Unsubscribe:
 * `u-…@<domain>`. The same input always gives the same.
 *
 * @throws InvalidInputError for ids, key id or domain out of form, or a secret under 32 bytes.
 */
export function createUnsubscribeAddress(
  claim: UnsubscribeAddressClaim,
  secret: string,
  domain: string,
): string {
  const { tenantId, contactId, keyId } = claim;
  return createSignedAddress(UNSUBSCRIBE, { tenantId, id: contactId, keyId }, secret, domain);
}

/**
 * Reads an unsubscribe address, in whatever case it came back. The tenant is not in it: it is that of
 * the contact.
 *
 * @param keys secrets by key id; old ones stay while their mails are to be answered.
 * @param tenantId the tenant whose contact was found: the address of another one's counts as forged.
 */
export function readUnsubscribeAddress(
  address: string,
  keys: Readonly<Record<string, string>>,
  tenantId: Id | null = null,
): UnsubscribeAddressResult {
  const result = readSignedAddress(UNSUBSCRIBE, address, keys, tenantId);
  return result.ok ? { ok: true, contactId: result.id, keyId: result.keyId } : result;
}

/** Whether an address has the form of an unsubscribe address, whoever signed it. */
export function isUnsubscribeAddress(address: string): boolean {
  return /^u-[a-z2-7]{50}@/.test(address.slice(0, 320).toLowerCase());
}
