import type { Id } from '@cadenza/domain';
import { createSignedAddress, readSignedAddress, type AddressFailure } from './signed-address.ts';

/** The message that is answered. */
export interface ReplyAddressClaim {
  readonly tenantId: Id;
  readonly messageId: Id;
  /** The key that signs: 1 to 32 of `A-Z a-z 0-9 _ -`. */
  readonly keyId: string;
}

export type ReplyAddressResult =
  | { readonly ok: true; readonly messageId: Id; readonly keyId: string }
  | { readonly ok: false; readonly reason: AddressFailure };

const REPLY = { prefix: 'r-', label: 'cadenza-reply' } as const;

/**
 * The address to which answers to a message go: `r-…@<domain>`. The same input always gives the same.
 *
 * @throws InvalidInputError for ids, key id or domain out of form, or a secret under 32 bytes.
 */
export function createReplyAddress(
  claim: ReplyAddressClaim,
  secret: string,
  domain: string,
): string {
  const { tenantId, messageId, keyId } = claim;
  return createSignedAddress(REPLY, { tenantId, id: messageId, keyId }, secret, domain);
}

/**
 * Reads a reply address, in whatever case it came back. The tenant is not in it: it is that of the
 * message.
 *
 * @param keys secrets by key id; old ones stay while answers are to arrive.
 * @param tenantId the tenant whose message was found: the address of another one's counts as forged.
 */
export function readReplyAddress(
  address: string,
  keys: Readonly<Record<string, string>>,
  tenantId: Id | null = null,
): ReplyAddressResult {
  const result = readSignedAddress(REPLY, address, keys, tenantId);
  return result.ok ? { ok: true, messageId: result.id, keyId: result.keyId } : result;
}
