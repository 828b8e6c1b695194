import { createHmac } from 'node:crypto';

/** RFC 2606 keeps `.invalid` for names that never exist: nothing can be sent there. */
const DOMAIN = 'erased.invalid';
const STAND_IN = /^[0-9a-f]{64}@erased\.invalid$/;

/** An address or phone number of a person, normalised, with what stands for it from now on. */
export interface ErasedAddress {
  readonly address: string;
  readonly standIn: string;
}

/** Gives what stands for an address of a person whose data was erased. */
export type StandIn = (address: string) => string;

/**
 * Makes stand-ins: a keyed hash (HMAC-SHA-256) in the form of an address, so that the same address
 * is known again when it comes back, and nobody without the secret can try addresses out.
 *
 * @param secret the same for as long as erased people shall not be written to again.
 * @returns for a normalised address or phone number its stand-in; for a stand-in itself.
 */
export function createStandIn(secret: string): StandIn {
  return (address) =>
    isErasedAddress(address)
      ? address
      : `${createHmac('sha256', secret).update(address).digest('hex')}@${DOMAIN}`;
}

/** Whether an address stands for one that was erased. */
export function isErasedAddress(address: string): boolean {
  return STAND_IN.test(address);
}
